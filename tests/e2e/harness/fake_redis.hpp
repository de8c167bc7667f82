#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace harness {

// A Redis that says what the test wants, at 127.0.0.1:port(). At first: a master that acknowledges everything
// and stores nothing.
class FakeRedis {
public:
    FakeRedis();
    ~FakeRedis();

    std::uint16_t port() const;
    std::string url() const;  // for calendly_redis

    static constexpr const char* replica =
        "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$9\r\nconnected\r\n:0\r\n";

    // From now on, `command` (in capitals) is answered with these bytes; none: never. In force on return.
    void answer(const std::string& command, const std::string& bytes);

    std::size_t count(const std::string& command) const;  // how often it was received
    std::size_t connections() const;                      // how many there were in all

private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace harness
