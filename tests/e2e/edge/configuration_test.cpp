// nginx -t finds every mistake, says where it is and what to do.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace edge_configuration_test {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class EdgeConfiguration : public EdgeTest {
protected:
    std::string check(const harness::NginxOptions& options, int expected_exit_code) {
        const auto outcome = harness::Nginx::check(folder_, options);
        EXPECT_EQ(outcome.exit_code, expected_exit_code) << outcome.output;
        return outcome.output;
    }

    // What nginx -t says to a location with all that is needed and `more`.
    std::string error_of(const std::string& more) {
        return check({.location = "calendly_webhook calendly;\n calendly_signing_key_file " + key_file_ +
                                  ";\n" + more},
                     1);
    }

    // Expects "[emerg] <directive>: ...<what>... in <path>/nginx.conf:<line>", with the line where
    // `directive` and its arguments stand first.
    void expect_refused(const harness::NginxOptions& options, const std::string& directive,
                        const std::string& what) {
        const auto output = check(options, 1);
        const auto file = harness::read_file(folder_ / "nginx" / "nginx.conf");
        ASSERT_NE(file.find(directive), file.npos);
        const auto text_before = file.substr(0, file.find(directive));
        const auto line = "/nginx.conf:" + std::to_string(std::ranges::count(text_before, '\n') + 1) + "\n";
        EXPECT_THAT(output, AllOf(HasSubstr("[emerg] "), HasSubstr(directive.substr(0, directive.find(' '))),
                                  HasSubstr(what), HasSubstr(line)));
    }

    std::string key(const std::string& text) { return folder_.secret("some.key", text); }
};

// "[emerg] <directive>: <what>... in <path>/nginx.conf:<line>"
auto emerg(const std::string& directive, const std::string& what) {
    return AllOf(HasSubstr("[emerg] "), HasSubstr(directive), HasSubstr(what),
                 ContainsRegex("in /[^ ]*/nginx.conf:[0-9]+"));
}

TEST_F(EdgeConfiguration, AConnectorAndAKeyAreEnough) {
    check({.location = "calendly_webhook calendly; calendly_signing_key_file " + key_file_ + ";"}, 0);
}

TEST_F(EdgeConfiguration, EveryDirectiveIsUnderstood) {
    const auto password = folder_.secret("redis.password", "hush");
    check({.location = "calendly_webhook calendly; calendly_signing_key_file " + key_file_ +
                       "; calendly_signature_tolerance 3m 10s; calendly_redis rediss://edge@127.0.0.1:6379/1 "
                       "redis://127.0.0.1:6380 unix:/s;"
                       "calendly_redis_password_file " +
                       password +
                       "; calendly_redis_trusted_certificate tls.crt; calendly_redis_certificate tls.crt;"
                       "calendly_redis_certificate_key tls.key; calendly_redis_verify off;"
                       "calendly_redis_connect_timeout 200ms; calendly_redis_timeout 2s;"
                       "calendly_redis_max_inflight 100;"},
          0);
}

TEST_F(EdgeConfiguration, TheReadyBlockOfTheProject) {
    start_redis();
    const auto folder = std::filesystem::path(SOURCE_DIR) / "conf" / "nginx";
    std::string block = harness::read_file(folder / "calendly.conf");
    const auto replace = [&](const std::string& what, const std::string& by) {
        ASSERT_NE(block.find(what), block.npos) << what;
        block.replace(block.find(what), what.size(), by);
    };
    replace("/etc/calendly-brevo/signing.key", key_file_);
    replace("redis://127.0.0.1:6379/0", redis_->url());
    replace("location = /webhooks/calendly {", "location = /ready {");
    replace("# access_log /var/log/nginx/calendly.log calendly",
            "access_log " + (folder_ / "ready").string() + " ready");
    std::string format = harness::read_file(folder / "log_format.conf");
    format.replace(format.find("log_format calendly"), 19, "log_format ready");
    start_nginx({.location = location(redis_->url()), .server = block, .http = format});
    auto request = delivery("{}");
    request.target = "/ready";
    EXPECT_EQ(post(request).status, 200u);
    harness::wait_until([&] { return harness::read_file(folder_ / "ready").ends_with("\n"); },
                        "the ready log should have a line");
    EXPECT_THAT(harness::read_file(folder_ / "ready"),
                ContainsRegex("^[-+:T0-9]* 127.0.0.1 200 result=accepted stream_id=[0-9]*-[0-9]* key=0 "
                              "bytes=[0-9]* seconds=[0-9.]*\n$"));
}

TEST_F(EdgeConfiguration, DirectivesAreInheritedFromHttpAndServer) {
    start_redis();
    start_nginx({.location = "calendly_webhook calendly;",
                 .server = "calendly_redis " + redis_->url() + ";",
                 .http = "calendly_signing_key_file " + key_file_ + "; calendly_redis redis://127.0.0.1:1;"});
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeConfiguration, HoldsInsideIfAndLimitExcept) {
    start_redis();
    start_nginx({.location = location(redis_->url(),
                                      "if ($http_x_mark) { set $mark 1; } limit_except POST { deny all; }")});
    auto request = delivery("{}");
    request.headers.emplace_back("X-Mark", "1");
    EXPECT_EQ(post(request).status, 200u);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeConfiguration, SeveralConnectorsFeedTheirOwnStreams) {
    start_redis();
    start_nginx({.location = location(redis_->url()),
                 .server = "location = /other { calendly_webhook other-1; calendly_signing_key_file " +
                           key_file_ + "; calendly_redis " + redis_->url() + "; }"});
    auto request = delivery("for the other");
    request.target = "/other";
    EXPECT_EQ(post(request).status, 200u);
    EXPECT_EQ(post("for the first").status, 200u);
    EXPECT_EQ(redis_->client().webhooks("other-1").at(0).body, "for the other");
    EXPECT_EQ(redis_->client().webhooks().at(0).body, "for the first");
}

TEST_F(EdgeConfiguration, KeysOfSeveralFilesCountInTheirOrder) {
    start_redis();
    const auto more = folder_.secret("third.key", "third-signing-key-of-the-tests");
    start_nginx({.location = location(redis_->url(), "calendly_signing_key_file " + more + ";")});
    EXPECT_EQ(post(delivery("{}", "third-signing-key-of-the-tests")).status, 200u);
    EXPECT_EQ(redis_->client().webhooks().at(0).key, "2");
}

TEST_F(EdgeConfiguration, RelativePathsStartAtTheConfigurationFile) {
    check({.location = "calendly_webhook calendly; calendly_signing_key_file ../signing.key;"}, 0);
}

TEST_F(EdgeConfiguration, WithoutAKeyIsRefused) {
    const auto output = check({.location = "calendly_webhook calendly;"}, 1);
    EXPECT_THAT(output, emerg("calendly_webhook", "add calendly_signing_key_file"));
}

TEST_F(EdgeConfiguration, BadKeyFilesAreRefused) {
    EXPECT_THAT(error_of("calendly_signing_key_file /no/such.key;"),
                emerg("calendly_signing_key_file", "No such file"));
    EXPECT_THAT(error_of("calendly_signing_key_file /tmp;"), emerg("\"/tmp\"", "not a regular file"));
    EXPECT_THAT(error_of("calendly_signing_key_file " + key("") + ";"), emerg("some.key", "no key in it"));
    const auto short_key = error_of("calendly_signing_key_file " + key("# old\nhush-hush\n") + ";");
    EXPECT_THAT(short_key,
                AllOf(emerg("some.key", "line 2 has fewer than 16 bytes"), Not(HasSubstr("hush"))));
    std::string many;
    for (int i = 0; i < 7; ++i) many += "signing-key-number-" + std::to_string(i) + "\n";
    EXPECT_THAT(error_of("calendly_signing_key_file " + key(many) + ";"),
                emerg("signing_key_file", "more than 8"));
}

TEST_F(EdgeConfiguration, WarnsOfAKeyThatEverybodyMayRead) {
    std::filesystem::permissions(key_file_, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const auto output =
        check({.location = "calendly_webhook calendly; calendly_signing_key_file " + key_file_ + ";"}, 0);
    EXPECT_THAT(output, AllOf(HasSubstr("[warn]"), HasSubstr("chmod o-r")));
}

TEST_F(EdgeConfiguration, BadConnectorNamesAreRefused) {
    for (const std::string name : {"Calendly", "a.b", "a/b", "''", "$host", "{a}", "ü"})
        EXPECT_THAT(check({.location = "calendly_webhook \"" + name + "\"; calendly_signing_key_file " +
                                       key_file_ + ";"},
                          1),
                    emerg("calendly_webhook", "1 to 64 of a-z"))
            << name;
    const std::string longest(64, 'a');
    check({.location = "calendly_webhook " + longest + "; calendly_signing_key_file " + key_file_ + ";"}, 0);
    EXPECT_THAT(
        check({.location = "calendly_webhook " + longest + "a; calendly_signing_key_file " + key_file_ + ";"},
              1),
        emerg("calendly_webhook", "a connector's name"));
}

TEST_F(EdgeConfiguration, IsRefusedWhereItCannotWork) {
    EXPECT_THAT(check({.location = "", .server = "calendly_webhook calendly;"}, 1),
                emerg("calendly_webhook", "not allowed here"));
    EXPECT_THAT(error_of("if ($host) { calendly_webhook other; }"),
                emerg("calendly_webhook", "not allowed here"));
    EXPECT_THAT(error_of("limit_except POST { calendly_webhook other; }"),
                emerg("calendly_webhook", "not allowed here"));
    EXPECT_THAT(check({.location = "", .http = "calendly_metrics;"}, 1),
                emerg("calendly_metrics", "not allowed here"));
    EXPECT_THAT(check({.location = "if ($host) { calendly_metrics; }"}, 1),
                emerg("calendly_metrics", "not allowed here"));
}

TEST_F(EdgeConfiguration, ALocationHasOneHandlerOfRequests) {
    const std::string key = "calendly_signing_key_file " + key_file_ + ";\n";
    const std::string webhook = "calendly_webhook calendly", metrics = "calendly_metrics";
    for (const std::string other : {"proxy_pass http://127.0.0.1:1", "stub_status"}) {
        for (const auto& ours : {webhook, metrics}) {
            expect_refused({.location = key + other + ";\n" + ours + ";"}, ours, "answers this location's");
            expect_refused({.location = key + ours + ";\n" + other + ";"}, ours, "a directive after it");
        }
    }
    expect_refused({.location = key + metrics + ";\n" + webhook + ";"}, webhook, "answers this location's");
    expect_refused({.location = key + webhook + ";\n" + metrics + ";"}, metrics, "answers this location's");
}

TEST_F(EdgeConfiguration, AnIfMayGiveItsRequestsToAnother) {
    start_redis();
    start_nginx(
        {.location = location(redis_->url(), "if ($http_x_mark) { proxy_pass http://127.0.0.1:1; }")});
    EXPECT_EQ(post("{}").status, 200u);
    auto request = delivery("{}");
    request.method = "GET";
    EXPECT_EQ(post(request).status, 405u);
    request.headers.emplace_back("X-Mark", "1");
    EXPECT_EQ(post(request).status, 502u);
}

TEST_F(EdgeConfiguration, ALocationInsideIsOneOfItsOwn) {
    start_redis();
    start_nginx({.location = "return 204;",
                 .server = "location /outer { " +
                           location(redis_->url(),
                                    "location /outer/other { calendly_webhook other; }"
                                    "location /outer/metrics { calendly_metrics; }"
                                    "location /outer/files { root /no/such/folder; }") +
                           " }"});
    auto request = delivery("{}");
    for (const std::string target : {"/outer", "/outer/other"}) {
        request.target = target;
        EXPECT_EQ(post(request).status, 200u) << target;
    }
    EXPECT_EQ(stored(), 1u);
    EXPECT_EQ(redis_->client().webhooks("other").size(), 1u);
    request.target = "/outer/metrics";
    EXPECT_EQ(post(request).header("allow"), "GET, HEAD");
    request.target = "/outer/files";
    EXPECT_EQ(post(request).status, 404u);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeConfiguration, MoreThan1024ConnectorsAreRefused) {
    const auto connectors = [](int count) {
        std::string locations;
        for (int i = 0; i < count; ++i) {
            const std::string name = "connector-" + std::to_string(i);
            locations += "location = /" + name + " {\n calendly_webhook " + name + "; }\n";
        }
        return locations;
    };
    const std::string key = "calendly_signing_key_file " + key_file_ + ";";
    check({.location = "return 204;", .server = connectors(1024), .http = key}, 0);
    expect_refused({.location = "return 204;", .server = connectors(1025), .http = key},
                   "calendly_webhook connector-1024", "more than 1024 connectors");
}

TEST_F(EdgeConfiguration, ADirectiveMayNotStandTwice) {
    EXPECT_THAT(error_of("calendly_webhook calendly;"), emerg("calendly_webhook", "twice"));
    EXPECT_THAT(check({.location = "calendly_metrics; calendly_metrics;"}, 1),
                emerg("calendly_metrics", "twice"));
    EXPECT_THAT(error_of("calendly_redis unix:/a; calendly_redis unix:/b;"),
                emerg("calendly_redis", "twice"));
    EXPECT_THAT(error_of("calendly_redis_timeout 1s; calendly_redis_timeout 2s;"),
                emerg("redis_timeout", "duplicate"));
    EXPECT_THAT(error_of("calendly_signature_tolerance 1m; calendly_signature_tolerance 2m;"),
                emerg("tolerance", "twice"));
}

TEST_F(EdgeConfiguration, BadTlsFilesAreRefused) {
    const std::string tls = "calendly_redis rediss://127.0.0.1; ";
    EXPECT_THAT(error_of(tls + "calendly_redis_trusted_certificate no-such-file.pem;"),
                emerg("calendly_redis_trusted_certificate: the file that it names", "No such file"));
    EXPECT_THAT(error_of(tls + "calendly_redis_trusted_certificate /no-such-file.pem;"),
                emerg("\"/no-such-file.pem\"", "calendly_redis_trusted_certificate cannot be used"));
    EXPECT_THAT(error_of(tls + "calendly_redis_certificate tls.crt;"),
                emerg("calendly_redis_certificate_key", "belong together"));
    EXPECT_THAT(error_of(tls + "calendly_redis_certificate_key tls.key;"),
                emerg("calendly_redis_certificate", "belong together"));
    EXPECT_THAT(error_of(tls + "calendly_redis_certificate tls.crt; calendly_redis_certificate_key tls.crt;"),
                emerg("tls.crt", "cannot be used"));
    EXPECT_THAT(error_of(tls + "calendly_redis_verify perhaps;"),
                emerg("calendly_redis_verify", "expected on or off"));
}

TEST_F(EdgeConfiguration, WhatIsFoundAtTheEndIsBlamedOnTheLineOfCalendlyRedis) {
    const std::string before = "calendly_webhook calendly;\n calendly_signing_key_file " + key_file_ + ";\n";
    const auto expect_blamed = [&](const std::string& redis, const std::string& what) {
        expect_refused({.location = before + redis + ";"}, redis, what);
    };
    expect_blamed("calendly_redis redis://no-such-host.invalid", "not found");
    expect_blamed("calendly_redis redis://edge@127.0.0.1", "calendly_redis_password_file");
    expect_blamed("calendly_redis redis://127.0.0.1 redis://no-such-host.invalid", "URL 2: ");
    expect_blamed("calendly_redis rediss://127.0.0.1; calendly_redis_trusted_certificate /none.pem",
                  "/none.pem");
}

TEST_F(EdgeConfiguration, BadRedisUrlsAreRefused) {
    EXPECT_THAT(error_of("calendly_redis localhost:6379;"),
                emerg("calendly_redis", "redis://[user@]host:port/db"));
    EXPECT_THAT(error_of("calendly_redis redis://127.0.0.1:0;"),
                emerg("calendly_redis", "port is not a number"));
    EXPECT_THAT(error_of("calendly_redis redis://no-such-host.invalid;"),
                emerg("calendly_redis", "not found"));
    EXPECT_THAT(error_of("calendly_redis unix:/a unix:/b unix:/a;"),
                emerg("calendly_redis", "URLs 1 and 3 are the same"));
    EXPECT_THAT(error_of("calendly_redis unix:/a redis://127.0.0.1:0;"),
                emerg("calendly_redis", "port is not a number"));
    EXPECT_THAT(error_of("calendly_redis redis://edge:hush@127.0.0.1;"),
                AllOf(emerg("calendly_redis", "calendly_redis_password_file"), Not(HasSubstr("hush"))));
    EXPECT_THAT(error_of("calendly_redis redis://edge@127.0.0.1;"),
                emerg("names a user", "calendly_redis_password_file"));
    EXPECT_THAT(error_of("calendly_redis_password_file " + key("\n") + ";"),
                emerg("password_file", "first line is empty"));
}

TEST_F(EdgeConfiguration, BadNumbersAndDurationsAreRefused) {
    EXPECT_THAT(error_of("calendly_signature_tolerance soon;"), emerg("tolerance", "such as 90s, 5m or 25h"));
    EXPECT_THAT(error_of("calendly_signature_tolerance 1h -5m;"),
                emerg("tolerance", "expected a duration such as"));
    EXPECT_THAT(error_of("calendly_signature_tolerance 0;"), emerg("tolerance", "refuse every delivery"));
    EXPECT_THAT(error_of("calendly_redis_timeout soon;"), emerg("calendly_redis_timeout", "invalid value"));
    EXPECT_THAT(error_of("calendly_redis_timeout 0;"), emerg("", "must be equal to or greater than 1"));
    EXPECT_THAT(error_of("calendly_redis_max_inflight 0;"), emerg("", "must be equal to or greater than 1"));
    EXPECT_THAT(error_of("calendly_redis_max_inflight many;"), emerg("", "invalid number"));
}

}  // namespace edge_configuration_test
}  // namespace e2e
