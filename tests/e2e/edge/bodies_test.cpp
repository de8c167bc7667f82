// What was signed arrives in Redis byte for byte, however it comes and wherever nginx keeps it.
#include <algorithm>

#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace bodies_test {

using harness::HttpClient;

constexpr std::size_t nginx_buffer = 16 * 1024;  // client_body_buffer_size on 64-bit machines

std::string all_bytes() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
}

// No two places look alike, so that a lost or swapped piece shows.
std::string patterned(std::size_t size) {
    std::string text;
    text.reserve(size + 16);
    for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + (i % 7 ? "," : "\r\n");
    text.resize(size);
    return text;
}

std::string head(const std::string& body, const std::string& fields) {
    return "POST " + std::string(harness::Nginx::path) + " HTTP/1.1\r\nHost: localhost\r\n" +
           std::string(header_name) + ": " + shared::sign_delivery(first_key, now(), body) + "\r\n" + fields +
           "\r\n\r\n";
}

std::string chunked(const std::string& body, std::size_t size) {
    std::string text;
    for (std::size_t begin = 0; begin < body.size(); begin += size) {
        const std::string chunk = body.substr(begin, size);
        char length[20];
        std::snprintf(length, sizeof length, "%zx\r\n", chunk.size());
        text += length + chunk + "\r\n";
    }
    return text + "0\r\n\r\n";
}

class EdgeBodies : public EdgeTest {
protected:
    void expect_last_stored(const std::string& body) {
        const auto entries = redis_->client().webhooks();
        ASSERT_FALSE(entries.empty());
        EXPECT_TRUE(entries.back().body == body)
            << "sent " << body.size() << " bytes, stored " << entries.back().body.size();
    }

    void expect_arrives(HttpClient& client, const std::string& body) {
        SCOPED_TRACE("body of " + std::to_string(body.size()) + " bytes");
        EXPECT_EQ(client.request(delivery(body)).status, 200u);
        expect_last_stored(body);
    }

    void expect_all_sizes_arrive() {
        HttpClient client(nginx_->port());
        for (const std::size_t size : {1ul, 2ul, 700ul, 1023ul, 1024ul, 4096ul, nginx_buffer - 1,
                                       nginx_buffer, nginx_buffer + 1, 100'000ul, 1024ul * 1024})
            expect_arrives(client, patterned(size));
    }
};

TEST_F(EdgeBodies, OfAnySize) {
    start();
    expect_all_sizes_arrive();
}

TEST_F(EdgeBodies, OfNoByteAtAll) {
    start();
    HttpClient client(nginx_->port());
    expect_arrives(client, "");
    client.send_bytes(head("", "X-No: length"));
    EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored(), 2u);
}

TEST_F(EdgeBodies, OfBytesThatMeanSomethingElsewhere) {
    start();
    HttpClient client(nginx_->port());
    expect_arrives(client, all_bytes());
    expect_arrives(client, "\r\n");
    expect_arrives(client, "*1\r\n$8\r\nFLUSHALL\r\n");
    expect_arrives(client, std::string(3, '\0'));
    EXPECT_EQ(stored(), 4u);
}

TEST_F(EdgeBodies, InASingleBuffer) {
    start("client_body_in_single_buffer on; client_body_buffer_size 2m;");
    expect_all_sizes_arrive();
}

TEST_F(EdgeBodies, AlwaysInAFile) {
    start("client_body_in_file_only clean;");
    expect_all_sizes_arrive();
}

TEST_F(EdgeBodies, InSeveralWrites) {
    start();
    for (const std::size_t size : {1000ul, 15'000ul, 60'000ul}) {
        const auto body = patterned(size);
        HttpClient client(nginx_->port());
        client.send_bytes(head(body, "Content-Length: " + std::to_string(size)) + body.substr(0, 10));
        wait_for_requests(1);
        client.send_bytes(body.substr(10, size / 2));
        wait_for_requests(1);
        client.send_bytes(body.substr(10 + size / 2));
        EXPECT_EQ(client.receive().status, 200u);
        expect_last_stored(body);
    }
}

TEST_F(EdgeBodies, InChunks) {
    start();
    HttpClient client(nginx_->port());
    for (const std::size_t chunk : {1ul, 7ul, 1000ul, 20'000ul}) {
        const auto body = patterned(chunk < 1000 ? 500 * chunk : 90'000);
        client.send_bytes(head(body, "Transfer-Encoding: chunked") + chunked(body, chunk));
        EXPECT_EQ(client.receive().status, 200u) << chunk;
        expect_last_stored(body);
    }
}

TEST_F(EdgeBodies, AfterExpectContinue) {
    start();
    const auto body = patterned(3000);
    HttpClient client(nginx_->port());
    client.send_bytes(head(body, "Expect: 100-continue\r\nContent-Length: 3000"));
    EXPECT_EQ(client.receive().status, 100u);
    client.send_bytes(body);
    EXPECT_EQ(client.receive().status, 200u);
    expect_last_stored(body);
}

TEST_F(EdgeBodies, AreNotAskedForWhenTheyAreTooLarge) {
    start("client_max_body_size 1k;");
    HttpClient client(nginx_->port());
    client.send_bytes(head("", "Expect: 100-continue\r\nContent-Length: 1025"));
    EXPECT_EQ(client.receive().status, 413u);
}

TEST_F(EdgeBodies, ThatNeverEndAreNotStored) {
    start("client_body_timeout 200ms; lingering_close off;");
    const auto body = patterned(1000);
    for (const std::string& begun : {head(body, "Content-Length: 1000") + body.substr(0, 999),
                                     head(body, "Transfer-Encoding: chunked") + "3e8\r\n" + body + "\r\n"}) {
        HttpClient client(nginx_->port());
        client.send_bytes(begun);
        EXPECT_ANY_THROW(client.receive()) << "nginx closes the connection";
        ++posted_;
        EXPECT_THAT(last_access(), testing::StartsWith("408 "));
    }
    EXPECT_EQ(stored(), 0u);
}

TEST_F(EdgeBodies, InChunksThatAreNone) {
    start();
    const auto body = patterned(100);
    HttpClient client(nginx_->port());
    client.send_bytes(head(body, "Transfer-Encoding: chunked") + "64\r\n" + body + "no chunk\r\n");
    EXPECT_EQ(client.receive().status, 400u);
    EXPECT_EQ(stored(), 0u);
}

TEST_F(EdgeBodies, OverTlsTheirClientGoneWhileWaiting) {
    start("calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    redis_->freeze();
    const auto body = patterned(3000);
    HttpClient client(nginx_->tls_port(), nginx_->ca_file());
    client.send(delivery(body));
    wait_for_requests(1);
    client.close();
    wait_for_a_client_gone();
    redis_->thaw();
    EXPECT_EQ(post("after").status, 200u);
    ASSERT_EQ(stored(), 3u);
    EXPECT_TRUE(redis_->client().webhooks()[1].body == body);
}

TEST_F(EdgeBodies, OverTls) {
    start();
    HttpClient client(nginx_->tls_port(), nginx_->ca_file());
    for (const std::size_t size : {1ul, 3000ul, 100'000ul}) expect_arrives(client, patterned(size));
}

TEST_F(EdgeBodies, OverHttp2) {
    start();
    const auto file = folder_ / "body";
    for (const std::size_t size : {1ul, 3000ul, nginx_buffer, 100'000ul}) {
        const auto body = patterned(size);
        harness::write_file(file, body);
        const auto header = std::string(header_name) + ": " + shared::sign_delivery(first_key, now(), body);
        const auto outcome = harness::run(
            {"curl", "-sS", "--http2-prior-knowledge", "-o", "/dev/null", "-w",
             "%{http_version} %{http_code}\n", "-H", header, "--data-binary", "@" + file.string(),
             "http://127.0.0.1:" + std::to_string(nginx_->http2_port()) + harness::Nginx::path},
            folder_ / ("curl-" + std::to_string(size)));
        EXPECT_EQ(outcome.output, "2 200\n");
        expect_last_stored(body);
    }
}

TEST_F(EdgeBodies, PipelinedOnOneConnection) {
    start();
    std::string bytes;
    for (int i = 0; i < 20; ++i) {
        const std::string body = "pipelined " + std::to_string(i);
        bytes += head(body, "Content-Length: " + std::to_string(body.size())) + body;
    }
    HttpClient client(nginx_->port());
    client.send_bytes(bytes);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.receive().status, 200u) << i;
    const auto entries = redis_->client().webhooks();
    ASSERT_EQ(entries.size(), 20u);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(entries[static_cast<std::size_t>(i)].body, "pipelined " + std::to_string(i));
}

TEST_F(EdgeBodies, OfManyDeliveriesAtOnceAreNotMixedUp) {
    start();
    std::vector<HttpClient> clients;
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < 100; ++i) {
        sent.push_back("delivery " + std::to_string(i) + " " + patterned(37 * i));
        clients.push_back(send(sent.back()));
    }
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    std::vector<std::string> arrived;
    for (const auto& entry : redis_->client().webhooks()) arrived.push_back(entry.body);
    std::ranges::sort(sent);
    std::ranges::sort(arrived);
    EXPECT_TRUE(sent == arrived);
}

}  // namespace bodies_test
}  // namespace e2e
