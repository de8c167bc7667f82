#include "sandbox/api_gate.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sandbox/http_bridge.hpp"

namespace sandbox {
namespace {

using Cut = FaultAction::Cut;

Answer refused(unsigned status, std::string_view code, std::string_view message) {
    Answer answer;
    answer.status = status;
    answer.body = {{"code", code}, {"title", code}, {"message", message}};
    return answer;
}

Answer answer_of(const FaultAction& fault) {
    Answer answer;
    answer.status = *fault.status;
    answer.body = fault.body;
    for (const auto& header : fault.headers)
        answer.headers.emplace_back(header.key(), header.value().get_string());
    return answer;
}

// OAuth's own calls have forms.
bool is_json(const Call& call) {
    return call.body.empty() || call.content_type.starts_with("application/json") ||
           call.path.starts_with("/oauth/");
}

Answer handled(const ApiGate& gate, Call call, Instant at) {
    if (!is_json(call))
        return refused(415, "unsupported_media_type", "Content-Type must be application/json");
    return gate.handle(std::move(call), at);
}

asio::awaitable<void> delay(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

JournalEntry entry_of(const ApiGate& gate, const Call& call, Instant at) {
    JournalEntry entry;
    entry.at = at;
    entry.api = gate.api;
    entry.method = call.method;
    entry.path = call.query_text.empty() ? call.path : call.path + "?" + call.query_text;
    entry.request_body = call.body;
    return entry;
}

}  // namespace

asio::awaitable<std::optional<http::Server::Response>> pass(std::shared_ptr<const ApiGate> gate,
                                                            http::Server::Request request) {
    auto call = to_call(request, gate->base_path);
    if (!call)
        co_return to_response(refused(404, "not_found", "The path is not under " + gate->base_path + "/"));
    JournalEntry entry = entry_of(*gate, *call, now());
    const auto fault = gate->faults->take(gate->api, call->method, call->path);
    if (fault && fault->delay.count() > 0) co_await delay(fault->delay);

    std::optional<Answer> answer;
    if (fault && fault->status) {
        answer = answer_of(*fault);
    } else if (!fault || fault->cut != Cut::before) {
        answer = handled(*gate, std::move(*call), now());
    }
    entry.took = now() - entry.at;
    if (answer) entry.note = answer->note;
    if (fault)
        entry.note["fault"] = fault->cut == Cut::before  ? "cut before"
                              : fault->cut == Cut::after ? "cut after"
                              : fault->status            ? "status"
                                                         : "delay";
    std::optional<http::Server::Response> response;
    if (answer) response = to_response(*answer);
    if (response) entry.status = answer->status;
    if (response) entry.answer_body = response->body();
    gate->journal->append(std::move(entry));
    if (fault && fault->cut == Cut::after) co_return std::nullopt;
    co_return response;
}

}  // namespace sandbox
