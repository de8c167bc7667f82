#include "sandbox/journal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandbox {
namespace {

// The text as a string that every reader of JSON takes: in one that is no UTF-8, every byte that is not ASCII
// is spelled out.
json::value as_string(const std::string& text) {
    boost::system::error_code error;
    json::parse(json::serialize(json::value(text)), error);
    if (!error) return json::value(text);
    std::string spelled;
    for (const unsigned char byte : text) {
        constexpr std::string_view digits = "0123456789abcdef";
        if (byte < 0x80) {
            spelled += static_cast<char>(byte);
        } else {
            spelled.append("\\x") += digits[byte / 16];
            spelled += digits[byte % 16];
        }
    }
    return json::value(spelled);
}

// JSON where it is JSON, text where it is not, null where there is none.
json::value readable(const std::string& body) {
    if (body.empty()) return nullptr;
    boost::system::error_code error;
    auto parsed = json::parse(body, error);
    return error ? as_string(body) : std::move(parsed);
}

}  // namespace

json::object to_json(const JournalEntry& entry) {
    json::object object{{"n", entry.number},
                        {"at", to_text(entry.at)},
                        {"api", to_text(entry.api)},
                        {"method", entry.method},
                        {"path", entry.path},
                        {"body", readable(entry.request_body)},
                        {"status", entry.status},
                        {"answer", readable(entry.answer_body)},
                        {"took_us", entry.took.count()}};
    for (const auto& member : entry.note) object[member.key()] = member.value();
    return object;
}

void Journal::append(JournalEntry entry) {
    entry.number = ++last_;
    entries_.push_back(std::move(entry));
    if (entries_.size() > capacity_) entries_.pop_front();
    wake();
}

std::vector<const JournalEntry*> Journal::after(std::uint64_t number, std::optional<Api> api,
                                                std::size_t limit) const {
    std::vector<const JournalEntry*> newer;
    const std::uint64_t first = last_ - entries_.size() + 1;
    for (std::uint64_t n = std::max(first, number + 1); n <= last_ && newer.size() < limit; ++n) {
        const auto& entry = entries_[n - first];
        if (!api || entry.api == *api) newer.push_back(&entry);
    }
    return newer;
}

asio::awaitable<void> Journal::wait_after(std::uint64_t number, std::optional<Api> api,
                                          std::chrono::milliseconds patience) {
    asio::steady_timer timer(executor_);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!closed_ && after(number, api, 1).empty() && std::chrono::steady_clock::now() < deadline) {
        timer.expires_at(deadline);
        waiting_.insert(&timer);
        boost::system::error_code woken;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        waiting_.erase(&timer);
    }
}

void Journal::close() {
    closed_ = true;
    wake();
}

void Journal::wake() {
    for (auto* timer : waiting_) timer->cancel();
}

}  // namespace sandbox
