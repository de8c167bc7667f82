#include "e2e/harness/http_client.hpp"

#include <optional>
#include <stdexcept>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace harness {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

HttpResponse to_response(const http::response<http::string_body>& message) {
    HttpResponse response{.status = message.result_int(), .headers = {}, .body = message.body()};
    for (const auto& field : message) {
        std::string name(field.name_string());
        for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        response.headers[name] = std::string(field.value());
    }
    return response;
}

std::string to_bytes(const HttpRequest& request) {
    std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : request.headers) bytes += name + ": " + value + "\r\n";
    if (request.method == "POST" || !request.body.empty())
        bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return bytes + "\r\n" + request.body;
}

}  // namespace

class HttpClient::Transport {
public:
    virtual ~Transport() = default;
    virtual void write(std::string_view bytes) = 0;
    virtual HttpResponse read(bool without_body) = 0;
    virtual void close() = 0;
    virtual int descriptor() = 0;
};

namespace {

// Runs asynchronous operations one by one, each with a deadline.
class Runner {
public:
    asio::io_context io;

    template <typename Start>
    void operator()(Start start, std::string_view what) {
        std::optional<error_code> result;
        start([&](error_code error, auto&&...) { result = error; });
        io.restart();
        io.run_for(default_deadline);
        if (!result) throw std::runtime_error("no progress: " + std::string(what));
        if (*result) throw boost::system::system_error(*result, std::string(what));
    }
};

asio::ip::tcp::endpoint local(std::uint16_t port) {
    return {asio::ip::make_address("127.0.0.1"), port};
}

class Plain : public HttpClient::Transport {
public:
    explicit Plain(std::uint16_t port) : stream_(run_.io) {
        run_([&](auto done) { stream_.async_connect(local(port), done); }, "connect");
    }
    void write(std::string_view bytes) override {
        run_([&](auto done) { asio::async_write(stream_, asio::buffer(bytes), done); }, "write");
    }
    HttpResponse read(bool without_body) override { return read_from(stream_, without_body); }
    void close() override { stream_.close(); }
    int descriptor() override { return stream_.socket().native_handle(); }

protected:
    template <typename Stream>
    HttpResponse read_from(Stream& stream, bool without_body) {
        http::response_parser<http::string_body> parser;
        parser.skip(without_body);
        run_([&](auto done) { http::async_read(stream, buffer_, parser, done); }, "read an answer");
        return to_response(parser.get());
    }

    Runner run_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
};

class Tls final : public Plain {
public:
    Tls(std::uint16_t port, const std::string& ca_file)
        : Plain(port), context_(asio::ssl::context::tls_client) {
        context_.load_verify_file(ca_file);
        context_.set_verify_mode(asio::ssl::verify_peer);
        tls_.emplace(std::move(stream_), context_);
        tls_->set_verify_callback(asio::ssl::host_name_verification("localhost"));
        run_([&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, done); },
             "TLS handshake");
    }
    void write(std::string_view bytes) override {
        run_([&](auto done) { asio::async_write(*tls_, asio::buffer(bytes), done); }, "write");
    }
    HttpResponse read(bool without_body) override { return read_from(*tls_, without_body); }
    void close() override { tls_->next_layer().close(); }
    int descriptor() override { return tls_->next_layer().socket().native_handle(); }

private:
    asio::ssl::context context_;
    std::optional<beast::ssl_stream<beast::tcp_stream>> tls_;
};

}  // namespace

std::string HttpResponse::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? "" : found->second;
}

HttpClient::HttpClient(std::uint16_t port, const std::string& ca_file) {
    if (ca_file.empty())
        transport_ = std::make_unique<Plain>(port);
    else
        transport_ = std::make_unique<Tls>(port, ca_file);
}

HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

HttpResponse HttpClient::request(const HttpRequest& request) {
    send(request);
    return receive(request.method == "HEAD");
}

void HttpClient::send(const HttpRequest& request) {
    send_bytes(to_bytes(request));
}
void HttpClient::send_bytes(std::string_view bytes) {
    transport_->write(bytes);
}
HttpResponse HttpClient::receive(bool without_body) {
    return transport_->read(without_body);
}
void HttpClient::close() {
    transport_->close();
}

void HttpClient::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(transport_->descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    transport_->close();
}

bool HttpClient::delivered() const {
    int unacknowledged = 0;
    return ::ioctl(transport_->descriptor(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

HttpResponse send_once(std::uint16_t port, const HttpRequest& request) {
    return HttpClient(port).request(request);
}

}  // namespace harness
