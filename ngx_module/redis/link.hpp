#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ngx_module/event.hpp"
#include "ngx_module/metrics/zone.hpp"
#include "ngx_module/redis/connection.hpp"
#include "ngx_module/redis/last_servers.hpp"
#include "ngx_module/redis/link_state.hpp"
#include "ngx_module/redis/name_lookup.hpp"
#include "ngx_module/redis/replication_set.hpp"
#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/redis/socket.hpp"
#include "ngx_module/redis/trouble_log.hpp"

namespace edge::redis {

// A connection to one Redis, or to the master of one replication set, on which the owner may talk as long as
// it is ready(); made again, and elsewhere, whenever it breaks. Knows nothing of what is said on it. What
// comes next is LinkState's to say; here it is done.
class Link final : public Connection, Socket::Owner, NameLookup::Owner {
public:
    using Owner = Connection::Owner;

    Link(ReplicationSet set, Owner& owner);

    const ReplicationSet& set() const { return set_; }

    // In the worker. `last_servers` lives as long as the worker.
    void start(LastServers& last_servers);
    void stop();  // the worker exits: tells nobody

    const Node& server() const { return set_.nodes[state_.server()]; }  // of this or the next connection

    bool ready() const override { return state_.ready(); }
    bool promising() const override { return state_.promising(); }
    bool master_is_elsewhere(std::string_view error) const override {
        return state_.master_is_elsewhere(error);
    }
    Clock::time_point heard_at() const override { return state_.heard_at(); }
    void served() override { state_.on_served(); }

    bool writable() const override { return ready() && words_.empty() && socket_.writable(); }
    std::size_t send(std::span<const std::string_view> pieces) override;
    void lose(const Loss& loss) override;
    void complain(std::string_view what) override { complain_about(state_.server(), what, 0); }
    void count_not_stored() override { log_.count_not_stored(); }

private:
    template <auto Method>
    static void call(void* link) noexcept;
    // What may throw, in a function that may not: an exception breaks the connection.
    template <typename Function>
    void guard(Function&& function) noexcept;

    void on_connected() noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_writable() noexcept override;
    void on_closed(ngx_err_t error) noexcept override;
    void on_broken(std::string_view what, ngx_err_t error) noexcept override;
    void on_worker_shutdown() noexcept override;
    void on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept override;

    void on_attempt_due() { carry_out(state_.on_attempt_due()); }
    void on_attempt_overdue() { carry_out(state_.on_attempt_overdue(socket_.shaking_hands(), Clock::now())); }
    void on_patience_over() { carry_out(state_.on_patience_over()); }
    void on_idle() { carry_out(state_.on_idle(owner_.expectation(), Clock::now())); }

    std::size_t last_server() const;
    std::size_t take(std::vector<Address> addresses);
    void take_replies();
    void send_words();
    void complain_about(std::size_t server, std::string_view what, ngx_err_t error);

    void carry_out(const Actions& actions);
    void carry_out(const action::LookUpName&);
    void carry_out(const action::Connect&);
    void carry_out(const action::Say& say);
    void carry_out(const action::Close&);
    void carry_out(const action::Start& start);
    void carry_out(const action::Stop& stop);
    void carry_out(const action::Complain& complaint);
    void carry_out(const action::TellReady&);
    void carry_out(const action::TellLost& lost);
    Timer& timer(LinkTimer which);

    Node& target() { return set_.nodes[state_.server()]; }

    ReplicationSet set_;
    Owner& owner_;
    LinkState state_;
    LastServers* last_servers_ = nullptr;  // of a set with several servers
    Socket socket_;
    NameLookup lookup_;
    TlsPeer tls_peer_;
    std::optional<ReplyReader> reader_;
    std::string_view words_;  // our own, not sent yet: the handshake, or a PING
    TroubleLog log_;
    metrics::LinkMeter meter_;

    Timer attempt_;
    Timer next_attempt_;
    Timer patience_;
    Timer idle_;
};

}  // namespace edge::redis
