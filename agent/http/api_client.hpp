// Calls of one JSON API: credential, pace, deadline, and what follows from every status.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/api_failure.hpp"
#include "http/client.hpp"
#include "http/pacer.hpp"

namespace http {

// What distinguishes one API from another.
struct ApiDialect {
    std::string_view name;              // for messages: "Calendly"
    std::string_view credential_field;  // "Authorization"
    std::string_view reset_field;       // seconds to wait after a 429
    Remedy (*remedy)(unsigned status);  // of a status that is not 2xx
};

// Asked at the last moment, when all waiting is over: false withholds the request.
using Guard = std::function<bool()>;

struct ApiCall {
    Verb verb = Verb::get;
    std::string target;       // relative to the API's base path
    std::string label;        // for messages: the target without personal data
    std::string body;         // JSON; empty: none
    bool repeatable = false;  // may be sent twice although its verb is not idempotent
    Guard guard;              // none: always sent
};

class ApiClient {
public:
    // `credential` is the credential field's whole value; `interruption` ends long waits for a pacer.
    ApiClient(boost::asio::any_io_executor executor, ApiDialect dialect, Url url, std::string ca_file,
              std::string credential, Interruption& interruption);

    // Waits for `pacer`, asks the call's guard, sends, and gives back any 2xx response.
    boost::asio::awaitable<Answer<Response>> call(ApiCall call, std::shared_ptr<Pacer> pacer);

private:
    Request make_request(const ApiCall& call) const;
    ApiFailure refusal(const ApiCall& call, const Response& response) const;
    ApiFailure withheld(const ApiCall& call) const;

    ApiDialect dialect_;
    std::string credential_;
    Interruption& interruption_;
    Client client_;
};

}  // namespace http
