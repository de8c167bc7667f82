// Calls of one JSON API: credential, pace, deadline, and what follows from every status.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "api/api_failure.hpp"
#include "api/budget.hpp"
#include "api/credential.hpp"
#include "api/traffic.hpp"
#include "http/client.hpp"

namespace api {

// What distinguishes one API from another.
struct ApiDialect {
    std::string_view name;              // for messages: "Calendly"
    std::string_view credential_field;  // "Authorization"
    std::string_view remaining_field;   // calls left in the present window
    std::string_view reset_field;       // seconds until its end, to wait after a 429
    RefusalForm refusals;
};

struct ApiCall {
    http::Verb verb = http::Verb::get;
    std::string target;                    // relative to the API's base path
    std::string label;                     // for messages: the target without personal data
    std::optional<Operation> operation{};  // nothing: it is not counted
    std::string body;                      // JSON; empty: none
    bool repeatable = false;               // may be sent twice although its verb is not idempotent
    bool once = false;           // may never be sent twice: a 2xx is a success even where its body breaks off
    bool has_own_limit = false;  // too many of it (429) says nothing of other calls: they are not paused
    http::Guard guard;           // none: always sent
    ServiceClass service = ServiceClass::webhook;
};

class ApiClient {
public:
    // `interruption` ends long waits for a budget. `traffic` counts the calls; null: nobody does.
    ApiClient(boost::asio::any_io_executor executor, ApiDialect dialect, http::Url url, std::string ca_file,
              std::shared_ptr<Credential> credential, net::Interruption& interruption,
              std::shared_ptr<Traffic> traffic = nullptr);

    // Waits for `budget`, asks the call's guard (one that is recalled waits no longer), sends, and gives back
    // any 2xx response. A 401 is asked once more when the credential has been renewed.
    boost::asio::awaitable<Answer<http::Response>> call(ApiCall call, std::shared_ptr<Budget> budget);

private:
    http::Request make_request(const ApiCall& call, const std::string& credential) const;
    void count(const ApiCall& call, const http::Result<http::Response>& response,
               std::chrono::duration<double> lasted);
    Answer<http::Response> judge(const ApiCall& call, http::Result<http::Response> response, Budget& budget);
    ApiFailure refusal(const ApiCall& call, const http::Response& response) const;
    ApiFailure withheld(const ApiCall& call) const;
    void note_allowance(const http::Response& response, Budget& budget) const;
    std::chrono::milliseconds with_jitter(std::chrono::milliseconds wait);

    ApiDialect dialect_;
    std::shared_ptr<Credential> credential_;
    net::Interruption& interruption_;
    http::Client client_;
    std::shared_ptr<Traffic> traffic_;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace api
