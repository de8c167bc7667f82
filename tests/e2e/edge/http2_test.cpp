// Deliveries over HTTP/2 and TLS: many on one connection, and clients that leave.
#include "e2e/edge/fixture.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace http2_test {

using harness::HttpClient;

std::string text_of(std::size_t size, std::size_t id) {
    const std::string head = "{\"delivery\":" + std::to_string(id) + ",\"padding\":\"";
    return head + std::string(size, static_cast<char>('a' + id % 26)) + "\"}";
}

// Frames of RFC 9113, as bytes; the server's own are left unread.
const std::string connection_preface =
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string("\0\0\0\4\0\0\0\0\0", 9);

std::string big_endian(std::uint32_t value, int bytes) {
    std::string text;
    while (bytes-- > 0) text += static_cast<char>(value >> 8 * bytes);
    return text;
}

std::string frame(char type, char flags, std::uint32_t stream, const std::string& payload) {
    return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + type + flags + big_endian(stream, 4) +
           payload;
}

// A header field as it is, for texts under 127 bytes (RFC 7541, 6.2.2).
std::string field(const std::string& name, const std::string& value) {
    return std::string(1, '\0') + static_cast<char>(name.size()) + name + static_cast<char>(value.size()) +
           value;
}

std::string delivery_frames(std::uint32_t stream, const std::string& body) {
    const std::string headers =
        field(":method", "POST") + field(":scheme", "http") + field(":authority", "localhost") +
        field(":path", harness::Nginx::path) +
        field("calendly-webhook-signature", shared::sign_delivery(first_key, now(), body));
    return frame(1, 4, stream, headers) + frame(0, 1, stream, body);  // END_HEADERS, END_STREAM
}

std::string reset_frame(std::uint32_t stream) {
    return frame(3, 0, stream, big_endian(8, 4));  // CANCEL
}

class EdgeHttp2 : public EdgeTest {
protected:
    // Without TLS, curl does not put parallel transfers on one connection.
    void start(const std::string& more) {
        start_redis();
        start_nginx({.location = location(redis_->url(), more),
                     .server = "listen 127.0.0.1:" + std::to_string(port_) + " ssl http2;\n"});
    }

    // One transfer in curl's configuration, with options of its own.
    void add_transfer(const std::string& body, const std::string& options = "") {
        const auto file = folder_ / ("body-" + std::to_string(transfers_++));
        harness::write_file(file, body);
        std::string header = std::string(header_name) + ": " + shared::sign_delivery(first_key, now(), body);
        if (!configuration_.empty()) configuration_ += "next\n";
        configuration_ += "url = \"" + url() + "\"\nheader = \"" + header + "\"\ndata-binary = \"@" +
                          file.string() + "\"\nwrite-out = \"%{http_version} %{http_code}\\n\"\n" +
                          "output = \"/dev/null\"\nhttp2\ncacert = \"" + nginx_->ca_file() + "\"\n" + options;
    }

    // All of them at once, on one connection.
    harness::Process& send_all() {
        const auto file = folder_ / "curl.conf";
        harness::write_file(file, configuration_);
        curl_.emplace(std::vector<std::string>{"curl", "-sS", "--no-progress-meter", "--parallel",
                                               "--parallel-max", "100", "--config", file},
                      output_);
        return *curl_;
    }

    std::string url() const { return "https://localhost:" + std::to_string(port_) + harness::Nginx::path; }

    std::size_t answers(const std::string& status) const {
        return count_in(harness::read_file(output_), "2 " + status + "\n");
    }

    std::vector<std::string> stored_bodies() const {
        std::vector<std::string> bodies;
        for (auto& entry : redis_->client().webhooks()) bodies.push_back(std::move(entry.body));
        return bodies;
    }

    std::uint16_t port_ = harness::free_port();
    std::string configuration_;
    std::filesystem::path output_ = folder_ / "curl.out";
    std::size_t transfers_ = 0;
    std::optional<harness::Process> curl_;
};

TEST_F(EdgeHttp2, ManyDeliveriesShareAConnection) {
    start(patient_with_redis);
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < 40; ++i) {
        sent.push_back(text_of(97 * i * (i % 10 == 0 ? 30 : 1), i));
        add_transfer(sent.back());
    }
    freeze_redis();
    auto& curl = send_all();
    wait_for_requests(40);
    EXPECT_EQ(nginx_->status().connections, 1u);
    redis_->thaw();
    EXPECT_EQ(curl.wait(), 0);
    EXPECT_EQ(answers("200"), 40u) << harness::read_file(output_);
    EXPECT_THAT(stored_bodies(), testing::UnorderedElementsAreArray(sent));
}

TEST_F(EdgeHttp2, ClientsGoneWhileWaiting) {
    start(patient_with_redis);
    for (std::size_t i = 0; i < 20; ++i) add_transfer(text_of(3000, i));
    freeze_redis();
    auto& curl = send_all();
    wait_for_requests(20);
    curl.signal(SIGKILL);
    wait_for_access("499 ", 20);
    redis_->thaw();
    EXPECT_EQ(post("after").status, 200u);
    EXPECT_EQ(stored(), 21u) << "those that waited are stored";
}

TEST_F(EdgeHttp2, AResetStreamLeavesTheOthersAlone) {
    start(patient_with_redis);
    freeze_redis();
    HttpClient client(nginx_->http2_port());
    client.send_bytes(connection_preface);
    for (std::uint32_t stream = 1; stream < 20; stream += 2)
        client.send_bytes(delivery_frames(stream, text_of(3000, stream)));
    wait_for_requests(10);
    for (std::uint32_t stream = 1; stream < 10; stream += 2) client.send_bytes(reset_frame(stream));
    wait_for_access("499 ", 5);
    redis_->thaw();
    wait_for_access("200 accepted ", 5);
    EXPECT_EQ(stored(), 10u);
}

TEST_F(EdgeHttp2, EachStreamHasItsOwnAnswer) {
    start("client_max_body_size 10k;");
    add_transfer(text_of(100, 0));
    add_transfer(text_of(20'000, 1));
    add_transfer(text_of(100, 2), "header = \"" + std::string(header_name) + ": t=1,v1=00\"\n");
    add_transfer(text_of(9'000, 3));
    EXPECT_EQ(send_all().wait(), 0);
    EXPECT_EQ(answers("200"), 2u) << harness::read_file(output_);
    EXPECT_EQ(answers("413"), 1u);
    EXPECT_EQ(answers("401"), 1u) << "the header stands twice";
    EXPECT_EQ(stored(), 2u);
}

TEST_F(EdgeHttp2, ReloadAnswersWhatWaits) {
    start(patient_with_redis);
    for (std::size_t i = 0; i < 20; ++i) add_transfer(text_of(3000, i));
    freeze_redis();
    auto& curl = send_all();
    wait_for_requests(20);
    nginx_->reload(location(redis_->url(), patient_with_redis));
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    EXPECT_EQ(curl.wait(), 0);
    EXPECT_EQ(answers("200"), 20u) << harness::read_file(output_);
    EXPECT_EQ(stored(), 20u);
}

}  // namespace http2_test
}  // namespace e2e
