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
#include "unit/temporary_folder.hpp"

namespace secrets_test {

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

// Of the form of a name: such a one is shown where a name is expected, and never as a value.
const std::vector<std::string> words = {"hunter", "Sommer", "SOMMER", "correct-horse", "4711", "sommer2026"};

// Where a name stands: of a key, a variable.
const std::vector<std::string> places_of_names = {
    "connectors: {a: {access_token: \"${@}\"}}",
    "connectors: {a: {access_token: \"${file:$@}\"}}",
    "connectors: {a: {access_token: \"${file:$@/x}\"}}",
    "connectors: {a: {access_token: x, brevo: {\"@\": x}}}",
    "connectors: {a: {access_token: x, brevo: {api_key @}}}",
    "connectors: {a: {access_token: x, brevo: {api_key=@}}}",
    "connectors: {a: {access_token: x, field_mapping: {\"@\": NAME}}}",
    "connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {\"@\": x y}}}}",
    "connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {\"/(@/\": X}}}}",
    "connectors: {a: {access_token: x, event_mapping: {\"@\": {list_id: 1}}}}",
    "connectors: {\"A@\": {access_token: x}}",
    "connectors: {a: {access_token: x}}\n@",
    "connectors: {a: {access_token: x}}\n\"@\": x",
    "connectors: {a: {access_token: x}}\n@: x\n@: x"};

const std::vector<std::string> places = {
    "connectors: {a: {access_token: \"${file:@}\"}}",
    "connectors: {a: {access_token: \"${file:x/@}\"}}",
    "connectors: {a: {access_token: \"${@\"}}",
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
    "connectors: {a: {access_token: x, field_mapping: {email: \"@\"}}}",
    "connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {x: \"@!\"}}}}",
    "connectors: {a: {access_token: x, field_mapping: @}}",
    "connectors: {a: {access_token: x, sync: {contacts: \"@\"}}}",
    "connectors: {a: {access_token: x, enabled: \"@\"}}",
    "connectors: {a: {access_token: x, cancellation: {leave_lists: \"@\"}}}",
    "connectors: {a: {access_token: x, event_mapping: {demo: {event_type_uri: \"@\"}}}}",
    "connectors: {a: {access_token: x, calendly: {rate_limit: \"@\"}}}",
    "connectors: {a: {access_token: x, calendly: {api_url: \"@\"}}}",
    "connectors: {a: {access_token: x, calendly: {api_url: \"https://u:@@x\"}}}",
    "connectors: {a: {access_token: x, calendly: {ca_file: \"@\"}}}",
    "connectors: {a: {access_token: *@ }}",
    "connectors: {a: {access_token: \"\\q@\"}}",
    "connectors: {a: {access_token: !<@ x}}",
    "connectors: {a: {access_token: x}}\nadmin: {listen: \"@:80\"}",
    "connectors: {a: {access_token: x}}\nadmin: {listen: \"127.0.0.1:@\"}",
    "connectors: {a: {access_token: x}}\nadmin: {listen: \"@\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"@\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"redis://:@@x\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"redis://@:x\"}",
    "connectors: {a: {access_token: x}}\nredis: {url: \"redis://127.0.0.1/x@\"}",
    "connectors: {a: {access_token: x}}\nredis: {urls: [\"@\", \"@\"]}",
    "connectors: {a: {access_token: x}}\nredis: {urls: [\"redis://@\", \"redis://@\"]}",
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

void expect_not_shown(const std::string& secret, const std::vector<std::string>& where) {
    for (const auto& place : where) {
        const auto error = error_of(with(place, secret));
        EXPECT_THAT(error, testing::Not(HasSubstr(secret))) << place;
        EXPECT_THAT(error, testing::Not(HasSubstr(secret.substr(0, 9)))) << place;
        // Some have the form of what belongs there.
        if (error == "no error") continue;
        EXPECT_THAT(error, testing::StartsWith("test.yaml:")) << place << ": " << error;
    }
}

TEST(ConfigSecrets, WhatCouldBeASecretIsInNoErrorWhereverItStands) {
    for (const auto& secret : secrets) {
        expect_not_shown(secret, places);
        expect_not_shown(secret, places_of_names);
    }
}

// Also a short word may be a password, and a number, and whatever else somebody types where a value belongs.
TEST(ConfigSecrets, NoValueIsInAnError) {
    for (const auto& word : words) expect_not_shown(word, places);
    for (const auto* address : {"0.0.0.0", "10.1.2.3", "[fd00::1]"})
        expect_not_shown(address, {"connectors: {a: {access_token: x}}\nadmin: {listen: \"@:80\"}"});
}

TEST(ConfigSecrets, APathThatAVariableGivesIsShownAsItIsWritten) {
    EXPECT_THAT(error_of("connectors: {a: {access_token: \"${file:$BREVO_API_KEY/x}\"}}"),
                HasSubstr("cannot read the file $BREVO_API_KEY/x: "));
}

TEST(ConfigSecrets, NamesAreShownAndPathsThatBeginAtTheRootOrWithAVariable) {
    for (const auto* name : {"access_token", "CALENDLY_ACCESS_TOKEN", "FIRSTNAME", "Company size?",
                             "acme-2026", "What's your société?", "key.pem", ""}) {
        EXPECT_TRUE(config::is_plain_name(name)) << name;
        EXPECT_FALSE(config::is_plain_path(name)) << name;
    }
    for (const auto* path : {"/run/credentials/x.service/key", "/", "$CREDENTIALS_DIRECTORY/brevo_api_key"})
        EXPECT_TRUE(config::is_plain_path(path)) << path;
    for (const auto* path : {"$HUNTER", "keys/brevo.key", "$HOME/s3cr3tPassw0rd"})
        EXPECT_FALSE(config::is_plain_path(path)) << path;
    for (const auto& secret : secrets) {
        EXPECT_FALSE(config::is_plain_name(secret)) << secret;
        EXPECT_FALSE(config::is_plain_path(secret)) << secret;
    }
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
    std::string write(const std::string& name, const std::string& text, unsigned mode) const {
        const auto path = folder_ / name;
        std::ofstream(path) << text;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
        return path.string();
    }
    std::vector<std::string> warnings(const std::string& yaml, unsigned mode) const {
        return config::load(write("connector.yaml", yaml, mode), look_up).warnings;
    }

    const unit::TemporaryFolder folder_;
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

TEST_F(ConfigFiles, WithCalendlysKeysAndTokensAreLookedAt) {
    const auto signing = write("signing.key", "the-key-of-the-tests\n", 0644);
    const auto sealing = write("token.key", "00", 0604);
    const auto tokens = write("calendly.token", "sealed", 0606);
    const auto yaml =
        "connectors: {a: {oauth: {client_id: c, redirect_uri: \"http://localhost:1/c\", key_file: " +
        sealing + ", store: \"file:" + tokens + "\"}, webhook: {signing_key_file: " + signing + "}}}\n";
    EXPECT_THAT(warnings(yaml, 0600),
                testing::UnorderedElementsAre(HasSubstr(signing + " can be read by everybody"),
                                              HasSubstr(sealing + " can be read by everybody"),
                                              HasSubstr(tokens + " can be read by everybody"),
                                              HasSubstr(tokens + " can be written by everybody")));
    for (const auto& file : {signing, sealing, tokens})
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(0640));
    EXPECT_THAT(warnings(yaml, 0600), testing::IsEmpty());
    std::filesystem::remove(sealing);
    EXPECT_THAT(warnings(yaml, 0600), testing::IsEmpty()) << "auth login makes it";
}

// It is found by its key and line then.
TEST_F(ConfigFiles, WhosePathMayNotBeShownAreNamedByTheirPlace) {
    const auto hidden =
        std::filesystem::relative(write("s3cr3tPassw0rd", "secret-in-a-file\n", 0604)).string();
    const auto given = warnings("connectors:\n  a:\n    access_token: \"${file:" + hidden + "}\"\n", 0600);
    EXPECT_THAT(given,
                testing::ElementsAre(HasSubstr(
                    "the file that connectors.a.access_token in line 3 names can be read by everybody")));
}

}  // namespace secrets_test
