#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "e2e/harness/wait.hpp"

namespace harness {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "POST";
    std::string target;
    Headers headers;
    std::string body;
};

struct HttpResponse {
    unsigned status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;

    std::string header(const std::string& lower_case_name) const;  // empty when there is none
};

// A keep-alive HTTP/1.1 connection to 127.0.0.1. Every call has a deadline; errors throw
// boost::system::system_error or std::runtime_error.
class HttpClient {
public:
    // TLS when there is a ca_file: the server's certificate must be for "localhost".
    explicit HttpClient(std::uint16_t port, const std::string& ca_file = {});
    HttpClient(HttpClient&&) noexcept;
    ~HttpClient();

    HttpResponse request(const HttpRequest& request);

    // The two halves, for what a well-behaved client would not do.
    void send(const HttpRequest& request);
    void send_bytes(std::string_view bytes);
    HttpResponse receive(bool without_body = false);  // true: the answer to a HEAD
    void close();
    void reset();  // close() without a farewell: the server gets ECONNRESET

    // True when everything sent has reached the server's kernel.
    bool delivered() const;

    class Transport;

private:
    std::unique_ptr<Transport> transport_;
};

// One request on a connection of its own.
HttpResponse send_once(std::uint16_t port, const HttpRequest& request);

}  // namespace harness
