#pragma once

#include <future>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace harness {

// What a server inside the test runs on: one thread for all of it, so nothing needs a lock. The test's own
// thread looks at it and changes it with call() only.
class IoThread {
public:
    ~IoThread() { stop(); }

    boost::asio::io_context& io() { return io_; }

    void start() {
        thread_ = std::thread([this] { io_.run(); });
    }

    // To be called before anything goes that runs in it.
    void stop() {
        io_.stop();
        if (thread_.joinable()) thread_.join();
    }

    // Runs it there; returns when that is done, with what it returned.
    template <typename Function>
    auto call(Function function) {
        std::packaged_task<decltype(function())()> task(std::move(function));
        auto result = task.get_future();
        boost::asio::post(io_, std::move(task));
        return result.get();
    }

private:
    boost::asio::io_context io_;
    std::thread thread_;
};

}  // namespace harness
