#include "ngx_module/redis/link.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ngx_module/catch_exceptions.hpp"
#include "shared/redis_trouble.hpp"

namespace edge::redis {
namespace {

unsigned long random_number() {
    return static_cast<unsigned long>(ngx_random());
}

LinkSettings settings_of(const ReplicationSet& set) {
    LinkSettings settings{.servers = {},
                          .connect_timeout = std::chrono::milliseconds(set.connect_timeout),
                          .timeout = std::chrono::milliseconds(set.timeout),
                          .random = random_number,
                          .of_cluster = set.of_cluster};
    for (const auto& node : set.nodes)
        settings.servers.push_back({.addresses = node.addresses.size(),
                                    .name_may_change = node.host_is_name && set.resolver,
                                    .tcp = node.port != 0,
                                    .tls = node.tls,
                                    .login = node.login});
    return settings;
}

}  // namespace

template <typename Function>
void Link::guard(Function&& function) noexcept {
    catch_exceptions(function, [&](const char* what) { on_broken(what, 0); });
}

template <auto Method>
void Link::call(void* link) noexcept {
    auto& self = *static_cast<Link*>(link);
    self.guard([&] { (self.*Method)(); });
}

Link::Link(ReplicationSet set, Owner& owner)
    : set_(std::move(set)),
      owner_(owner),
      state_(settings_of(set_)),
      socket_(*this),
      lookup_(*this),
      attempt_(call<&Link::on_attempt_overdue>, this, Timer::AtShutdown::cancelable),
      next_attempt_(call<&Link::on_attempt_due>, this, Timer::AtShutdown::cancelable),
      patience_(call<&Link::on_patience_over>, this, Timer::AtShutdown::cancelable),
      idle_(call<&Link::on_idle>, this, Timer::AtShutdown::cancelable) {}

// --- the owner

void Link::start(LastServers& last_servers) {
    if (set_.nodes.size() > 1) last_servers_ = &last_servers;
    carry_out(state_.start(last_server()));
}

// Where the other workers are: 0 when nobody knows.
std::size_t Link::last_server() const {
    const auto last = last_servers_ ? last_servers_->of(hash(set_)) : 0;
    const auto found = std::ranges::find(set_.nodes, last, [](const auto& node) { return hash(node); });
    return found == set_.nodes.end() ? 0 : static_cast<std::size_t>(found - set_.nodes.begin());
}

void Link::stop() {
    carry_out(state_.stop());
}

std::size_t Link::send(std::span<const std::string_view> pieces) {
    const auto sent = socket_.send(pieces);
    if (!sent) on_closed(ngx_socket_errno);
    return sent.value_or(0);
}

void Link::lose(const Loss& loss) {
    carry_out(state_.lose(loss, Clock::now()));
}

void Link::complain_about(std::size_t server, std::string_view what, ngx_err_t error) {
    log_.complain(set_.nodes[server].name, what, error);
}

// --- what the socket and the resolver say

void Link::on_connected() noexcept {
    guard([&] {
        reader_.emplace();
        carry_out(state_.on_connected(Clock::now()));
    });
}

void Link::on_bytes(std::string_view bytes) noexcept {
    state_.on_bytes(Clock::now());
    reader_->feed(bytes);
    guard([&] { take_replies(); });
}

void Link::take_replies() {
    while (state_.talking()) {
        const redisReply* const reply = reader_->next();
        if (!reply) break;
        if (state_.awaits_own_reply())
            carry_out(state_.on_reply(*reply));
        else
            owner_.on_reply(*reply);
    }
    if (state_.talking() && reader_->failed()) lose({shared::not_redis, Result::redis_error});
}

void Link::on_writable() noexcept {
    guard([&] {
        send_words();
        if (writable()) owner_.on_writable();
    });
}

void Link::send_words() {
    while (!words_.empty() && state_.talking() && socket_.writable())
        words_.remove_prefix(std::min(send(std::span(&words_, 1)), words_.size()));
}

void Link::on_closed(ngx_err_t error) noexcept {
    carry_out(state_.on_closed(error, Clock::now()));
}

void Link::on_broken(std::string_view what, ngx_err_t error) noexcept {
    carry_out(state_.on_broken(what, error, Clock::now()));
}

void Link::on_worker_shutdown() noexcept {
    carry_out(state_.on_worker_shutdown());
}

void Link::on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept {
    guard([&] {
        if (addresses.empty()) return carry_out(state_.on_no_addresses(problem));
        const auto count = addresses.size();
        carry_out(state_.on_addresses(count, take(std::move(addresses))));
    });
}

// Returns where among them the one used last is, 0 when it is gone.
std::size_t Link::take(std::vector<Address> addresses) {
    const Address used = target().addresses[state_.address()];
    target().addresses = std::move(addresses);
    const auto& now = target().addresses;
    const auto found = std::ranges::find_if(now, [&](const auto& address) { return same(address, used); });
    return found == now.end() ? 0 : static_cast<std::size_t>(found - now.begin());
}

// --- what LinkState wants

void Link::carry_out(const Actions& actions) {
    meter_.set_down(state_.down());
    for (const auto& action : actions) std::visit([&](const auto& what) { carry_out(what); }, action);
}

void Link::carry_out(const action::LookUpName&) {
    lookup_.start(*set_.resolver, target().host, target().port, set_.resolver_timeout);
}

void Link::carry_out(const action::Connect&) {
    tls_peer_ = {.tls = target().tls ? set_.tls : nullptr,
                 .host = target().host,
                 .host_is_name = target().host_is_name,
                 .verify = set_.tls_options.verify};
    socket_.connect(target().addresses[state_.address()], target().name, tls_peer_);
}

void Link::carry_out(const action::Say& say) {
    words_ = say.words;
    send_words();
}

void Link::carry_out(const action::Close&) {
    lookup_.cancel();
    socket_.close();
    attempt_.stop();
    idle_.stop();
    words_ = {};
}

void Link::carry_out(const action::Start& start) {
    timer(start.timer).start(as_msec(start.delay));
}

void Link::carry_out(const action::Stop& stop) {
    timer(stop.timer).stop();
}

void Link::carry_out(const action::Complain& complaint) {
    complain_about(complaint.server, complaint.what, complaint.error);
}

void Link::carry_out(const action::TellReady&) {
    if (last_servers_) last_servers_->remember(hash(set_), hash(target()));
    log_.connected(target().name);
    owner_.on_ready();
}

void Link::carry_out(const action::TellLost& lost) {
    owner_.on_lost(lost.why);
}

Timer& Link::timer(LinkTimer which) {
    switch (which) {
        case LinkTimer::attempt:
            return attempt_;
        case LinkTimer::next_attempt:
            return next_attempt_;
        case LinkTimer::patience:
            return patience_;
        case LinkTimer::idle:
            break;
    }
    return idle_;
}

}  // namespace edge::redis
