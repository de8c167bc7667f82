// What could be a secret is in no message; and who is warned of what others can read, write or reach.
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/error.hpp"
#include "config/load.hpp"
#include "config/shown.hpp"

namespace {

using testing::HasSubstr;

std::optional<std::string> look_up(const std::string& name) {
    if (name == "BREVO_API_KEY") return "brevo-1";
    return std::nullopt;
}

config::Configuration parse(const std::string& yaml) {
    return config::parse(yaml, "test.yaml", look_up);
}

std::string error_of(const std::string& yaml) {
    try {
        parse(yaml);
    } catch (const config::Error& error) {
        return error.what();
    }
    return "no error";
}

// Whatever place in the file somebody puts a secret in.
const std::vector<std::string> secrets = {
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2F1dGgifQ.x-Y_z",
    "xkeysib-89ab0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab-AbCdEfGhIjKlMnOp",
    "89ab0123456789abcdef0123456789ab",
    "s3cr3tPassw0rd",
    "sk_live_51HxYzAbCdEfGh",
    "AKIA2E7QX4",
    "aGVsbG8gd29ybGQ="};

const std::vector<std::string> places = {
    "connectors: {a: {access_token: \"${@}\"}}",
    "connectors: {a: {access_token: \"${file:@}\"}}",
    "connectors: {a: {access_token: \"${file:$@}\"}}",
    "connectors: {a: {access_token: \"${@\"}}",
    "connectors: {a: {access_token: x, brevo: {api_key @}}}",
    "connectors: {a: {access_token: x, brevo: {api_key=@}}}",
    "connectors: {a: {access_token: x, brevo: {\"@\": x}}}",
    "connectors: {a: {access_token: x, brevo: @}}",
    "connectors: {a: {access_token: x, brevo: [@]}}",
    "connectors: {a: {access_token: [@]}}",
    "connectors: {a: {access_token: x, log_level: \"@\"}}",
    "connectors: {a: {access_token: x, debug: \"@\"}}",
    "connectors: {a: {access_token: x, follow_links: \"@\"}}",
    "connectors: {a: {access_token: x, retention: \"@\"}}",
    "connectors: {a: {access_token: x, default_country: \"@\"}}",
    "connectors: {a: {access_token: x, webhook: {scope: \"@\"}}}",
    "connectors: {a: {access_token: x, no_show: {list_id: \"@\"}}}",
    "connectors: {a: {access_token: x, field_mapping: {name: \"@\"}}}",
    "connectors: {a: {access_token: x, field_mapping: {\"@\": NAME}}}",
    "connectors: {a: {access_token: x, field_mapping: {email: \"@\"}}}",
    "connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {\"@\": x y}}}}",
    "connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {\"/(@/\": X}}}}",
    "connectors: {a: {access_token: x, event_mapping: {\"@\": {list_id: 1}}}}",
    "connectors: {a: {access_token: x, event_mapping: {demo: {event_type_uri: \"@\"}}}}",
    "connectors: {a: {access_token: x, calendly: {rate_limit: \"@\"}}}",
    "connectors: {a: {access_token: x, calendly: {api_url: \"@\"}}}",
    "connectors: {a: {access_token: x, calendly: {api_url: \"https://u:@@x\"}}}",
    "connectors: {a: {access_token: x, calendly: {ca_file: \"@\"}}}",
    "connectors: {\"A@\": {access_token: x}}",
    "connectors: {a: {access_token: *@ }}",
    "connectors: {a: {access_token: \"\\q@\"}}",
    "connectors: {a: {access_token: !<@ x}}",
    "connectors: {a: {access_token: x}}\n@",
    "connectors: {a: {access_token: x}}\n\"@\": x",
    "connectors: {a: {access_token: x}}\n@: x\n@: x",
    "connectors: {a: {access_token: x}}\nadmin: {listen: \"@\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"@\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"redis://:@@x\"}",
    "connectors: {a: {access_token: x}}\nredis: {urls: [\"@\", \"@\"]}",
    "connectors: {a: {access_token: x}}\nredis: {sentinels: [\"@\", \"@\"], master: m}",
    "connectors: {a: {access_token: x}}\nredis: {database: \"@\", sentinels: [s], master: m}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"rediss://x\", certificate: \"@\", certificate_key: "
    "\"@\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"rediss://x\", ca_file: \"@\"}"};

std::string with(std::string place, const std::string& secret) {
    const auto at = [&] { return place.find('@'); };
    const auto twice = place.find("@@");
    if (twice != place.npos) place.replace(twice, 2, secret + "\x01");
    while (at() != place.npos) place.replace(at(), 1, secret);
    std::ranges::replace(place, '\x01', '@');
    return place;
}

TEST(ConfigSecrets, WhatCouldBeASecretIsInNoErrorWhereverItStands) {
    for (const auto& place : places)
        for (const auto& secret : secrets) {
            const auto error = error_of(with(place, secret));
            EXPECT_THAT(error, testing::Not(HasSubstr(secret))) << place;
            EXPECT_THAT(error, testing::Not(HasSubstr(secret.substr(0, 9)))) << place;
            // Some have the form of what belongs there.
            if (error == "no error") continue;
            EXPECT_THAT(error, testing::StartsWith("test.yaml:")) << place << ": " << error;
        }
}

TEST(ConfigSecrets, APathThatAVariableGivesIsShownAsItIsWritten) {
    EXPECT_THAT(error_of("connectors: {a: {access_token: \"${file:$BREVO_API_KEY/x}\"}}"),
                HasSubstr("cannot read the file $BREVO_API_KEY/x: "));
}

TEST(ConfigSecrets, NamesAndShortWordsAreShown) {
    for (const auto* name :
         {"access_token", "CALENDLY_ACCESS_TOKEN", "FIRSTNAME", "Company size?", "acme-2026",
          "What's your société?", "/run/credentials/x.service/key", "key.pem", ""})
        EXPECT_TRUE(config::is_plain_path(name)) << name;
    for (const auto& secret : secrets) EXPECT_FALSE(config::is_plain_path(secret)) << secret;
    for (const auto* word : {"loud", "DEBUG", "France", ""}) EXPECT_TRUE(config::is_short_word(word)) << word;
    for (const auto* word : {"correcthorsebattery", "pass1", "a b", "\xc3\xa9"})
        EXPECT_FALSE(config::is_short_word(word)) << word;
}

TEST(ConfigSecrets, OnlyLoopbackMayBeListenedOnWithoutAToken) {
    const auto error_with = [](const std::string& admin) {
        return error_of("connectors: {a: {access_token: x}}\nadmin: {" + admin + "}");
    };
    for (const auto* address :
         {"0.0.0.0:80", "[::]:80", "192.168.1.1:80", "[fe80::1]:80", "[::ffff:10.0.0.1]:80"}) {
        const auto listen = "listen: \"" + std::string(address) + "\"";
        EXPECT_THAT(error_with(listen), HasSubstr("admin.listen: ")) << address;
        EXPECT_THAT(error_with(listen + ", token: \"\""), HasSubstr("set admin.token")) << address;
        EXPECT_NO_THROW(parse("connectors: {a: {access_token: x}}\nadmin: {" + listen + ", token: t}"))
            << address;
    }
    for (const auto* address : {"127.0.0.1:80", "127.1.2.3:80", "[::1]:80", "[::ffff:127.0.0.1]:80"})
        EXPECT_NO_THROW(
            parse("connectors: {a: {access_token: x}}\nadmin: {listen: \"" + std::string(address) + "\"}"))
            << address;
}

class ConfigFiles : public testing::Test {
protected:
    ConfigFiles() { std::filesystem::create_directory(folder_); }
    ~ConfigFiles() override { std::filesystem::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text, unsigned mode) const {
        const auto path = folder_ / name;
        std::ofstream(path) << text;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
        return path.string();
    }
    std::vector<std::string> warnings(const std::string& yaml, unsigned mode) const {
        return config::load(write("connector.yaml", yaml, mode), look_up).warnings;
    }

    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("calendly-brevo-config-" + std::to_string(::getpid()));
};

TEST_F(ConfigFiles, AreWarnedOfWhenOthersCanReadSecretsInThem) {
    const std::string yaml =
        "connectors:\n  a:\n    access_token: abc\nadmin: {token: \"t-${BREVO_API_KEY}\"}";
    EXPECT_THAT(warnings(yaml, 0600), testing::IsEmpty());
    for (const auto& [mode, who] : {std::pair(0640U, "its group"), std::pair(0644U, "everybody")}) {
        const auto given = warnings(yaml, mode);
        ASSERT_THAT(given, testing::SizeIs(1));
        EXPECT_THAT(given.front(), HasSubstr(std::string("can be read by ") + who + " and holds secrets"));
        EXPECT_THAT(given.front(), HasSubstr("connectors.a.access_token in line 3"));
        EXPECT_THAT(given.front(), HasSubstr("admin.token in line 4")) << "a part of it is enough";
    }
    EXPECT_THAT(warnings("connectors: {a: {access_token: \"${BREVO_API_KEY}\"}}", 0644), testing::IsEmpty());
    EXPECT_THAT(warnings("connectors: {a: {access_token: \"${BREVO_API_KEY}\"}}", 0646),
                testing::ElementsAre(HasSubstr("connector.yaml can be written by everybody: chmod o-w it")));
}

TEST_F(ConfigFiles, AreWarnedOfWhenOthersCanWriteOrReadAKey) {
    const auto with_key = [&](unsigned mode) {
        const auto key = write("key", "secret-in-a-file\n", mode);
        const auto given = warnings("connectors: {a: {access_token: \"${file:" + key +
                                        "}\", brevo: {api_key: \"${file:" + key + "}\"}}}",
                                    0644);
        for (const auto& warning : given) EXPECT_THAT(warning, HasSubstr("the file " + key + " can be "));
        return given.size();
    };
    EXPECT_EQ(with_key(0600), 0U);
    EXPECT_EQ(with_key(0640), 0U);
    EXPECT_EQ(with_key(0602), 1U) << "said once";
    EXPECT_EQ(with_key(0604), 1U);
    EXPECT_EQ(with_key(0666), 2U);
}

}  // namespace
