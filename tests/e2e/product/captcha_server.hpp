// An operator's captcha at 127.0.0.1: answers as the test says, and keeps what it was asked.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace e2e {

class CaptchaServer {
public:
    struct Asked {
        std::string target, content_type, body;
    };

    CaptchaServer() : thread_([this](std::stop_token stop) { serve(stop); }) {}
    ~CaptchaServer() {
        thread_.request_stop();
        boost::asio::io_context io;
        boost::asio::ip::tcp::socket waker(io);
        boost::system::error_code ignored;
        waker.connect(acceptor_.local_endpoint(), ignored);
    }

    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/verify";
    }
    // From now on: bytes that are sent as they are.
    void answer_bytes(std::string bytes, std::chrono::milliseconds after = {}) {
        const std::lock_guard lock(mutex_);
        bytes_ = std::move(bytes);
        delay_ = after;
    }
    void answer(unsigned status, const std::string& body, std::chrono::milliseconds after = {}) {
        answer_bytes("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body,
                     after);
    }
    std::vector<Asked> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            boost::asio::ip::tcp::socket socket(io_);
            boost::system::error_code error;
            acceptor_.accept(socket, error);
            if (!error && !stop.stop_requested()) answer_one(socket, stop);
        }
    }
    void answer_one(boost::asio::ip::tcp::socket& socket, const std::stop_token& stop) {
        boost::beast::flat_buffer buffer;
        boost::beast::http::request<boost::beast::http::string_body> request;
        boost::system::error_code error;
        boost::beast::http::read(socket, buffer, request, error);
        if (error) return;
        std::string bytes;
        std::chrono::steady_clock::time_point until;
        {
            const std::lock_guard lock(mutex_);
            asked_.push_back({std::string(request.target()),
                              std::string(request[boost::beast::http::field::content_type]), request.body()});
            bytes = bytes_;
            until = std::chrono::steady_clock::now() + delay_;
        }
        while (std::chrono::steady_clock::now() < until && !stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        boost::asio::write(socket, boost::asio::buffer(bytes), error);
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_{
        io_, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    mutable std::mutex mutex_;
    std::string bytes_;
    std::chrono::milliseconds delay_{};
    std::vector<Asked> asked_;
    std::jthread thread_;
};

}  // namespace e2e
