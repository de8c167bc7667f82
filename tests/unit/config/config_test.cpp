#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "config/error.hpp"
#include "config/load.hpp"
#include "config/section.hpp"
#include "config/values.hpp"
#include "rules/questions.hpp"

namespace config_test {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::map<std::string, std::string> variables = {{"CALENDLY_ACCESS_TOKEN", "token-1"},
                                                      {"CALENDLY_WEBHOOK_SIGNING_KEY", "key-of-sixteen-by"},
                                                      {"BREVO_API_KEY", "brevo-1"},
                                                      {"TRICKY", "${BREVO_API_KEY} # \" '"}};

std::optional<std::string> look_up(const std::string& name) {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
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

constexpr auto documented = R"(
connectors:
  calendly:
    enabled: true
    access_token: "${CALENDLY_ACCESS_TOKEN}"
    sync: {contacts: true, events: true, cancellations: true, no_shows: true}
    event_mapping:
      discovery_call: {event_type_uri: "https://api.calendly.com/event_types/abc123", list_id: 10}
      demo:           {event_type_uri: "https://api.calendly.com/event_types/xyz789", list_id: 11}
    field_mapping:
      email: email
      name: FIRSTNAME
      questions_and_answers: {company: COMPANY, role: JOB_TITLE, phone: SMS}
      event_type_name: CALENDLY_EVENT_TYPE
      scheduled_at: MEETING_DATE
      status: BOOKING_STATUS
    webhook:
      signing_key: "${CALENDLY_WEBHOOK_SIGNING_KEY}"
      url: "https://hooks.example.com/webhooks/calendly"
      scope: organization
)";

TEST(Config, TheDocumentedExampleWorksByItself) {
    const auto configuration = parse(documented);
    ASSERT_EQ(configuration.connectors.size(), 1U);
    const auto& connector = configuration.connectors.front();
    EXPECT_EQ(connector.name, "calendly");
    EXPECT_EQ(connector.access_token, "token-1");
    EXPECT_EQ(connector.webhook.signing_key, "key-of-sixteen-by");
    EXPECT_EQ(connector.brevo.api_key, "brevo-1");
    EXPECT_EQ(connector.brevo.api_url.origin(), "https://api.brevo.com");
    EXPECT_EQ(connector.brevo.api_url.base_path, "/v3");
    EXPECT_EQ(connector.calendly.api_url.origin(), "https://api.calendly.com");
    EXPECT_EQ(connector.calendly.rate_limit, (api::RateLimit{500, 60s}));
    EXPECT_EQ(connector.brevo.rate_limit, (api::RateLimit{10, 1s}));
    ASSERT_EQ(connector.mapping.event_mapping.size(), 2U);
    EXPECT_EQ(connector.mapping.event_mapping[1].list_id, 11);
    EXPECT_EQ(connector.mapping.default_country, nullptr);
    EXPECT_EQ(connector.mapping.field_mapping.fields.size(), 4U);
    EXPECT_EQ(connector.mapping.field_mapping.questions_and_answers.size(), 3U);
    EXPECT_EQ(configuration.redis.urls.at(0).address(), "127.0.0.1:6379");
    EXPECT_EQ(configuration.admin.listen.port, 8719);
}

TEST(Config, AConnectorOverridesWhatStandsForAll) {
    const auto configuration = parse(R"(
field_mapping: {name: FIRSTNAME}
default_country: FR
brevo: {rate_limit: 20/s, create_attributes: true}
connectors:
  one: {access_token: a}
  two: {access_token: b, default_country: "NO", field_mapping: {last_name: LASTNAME}, brevo: {rate_limit: 60/s, api_key: own}}
  off: {enabled: false}
)");
    const auto& one = configuration.connectors.at(0);
    const auto& two = configuration.connectors.at(1);
    EXPECT_EQ(one.mapping.field_mapping.fields.front().second, "FIRSTNAME");
    EXPECT_EQ(two.mapping.field_mapping.fields.front().second, "LASTNAME");
    EXPECT_EQ(one.mapping.default_country->calling_code, "33");
    EXPECT_EQ(two.mapping.default_country->calling_code, "47");
    EXPECT_EQ(one.brevo.rate_limit.requests, 20);
    EXPECT_EQ(two.brevo.rate_limit.requests, 60);
    EXPECT_EQ(one.brevo.api_key, "brevo-1");
    EXPECT_EQ(two.brevo.api_key, "own");
    EXPECT_TRUE(two.brevo.create_attributes);
    EXPECT_FALSE(configuration.connectors.at(2).enabled);
}

struct Mistake {
    const char* yaml;
    const char* message;
};

const Mistake mistakes[] = {
    Mistake{"", "connectors: at least one connector is needed"},
    Mistake{"a: [", "test.yaml:1: not YAML"},
    Mistake{"- a", "test.yaml:1: expected a mapping"},
    Mistake{"connectors:\n  a:\n    acess_token: x",
            "test.yaml:3: connectors.a: unknown key 'acess_token'; did you "
            "mean 'access_token'?"},
    Mistake{"conectors: {}", "test.yaml:1: unknown key 'conectors'; did you mean 'connectors'?"},
    Mistake{"zzzzzzzz: {}", "unknown key 'zzzzzzzz'; valid are: connectors, "},
    Mistake{"connectors: {a: {}}", "test.yaml:1: connectors.a.access_token: missing or empty"},
    Mistake{"connectors: {A: {access_token: x}}", "a connector's name is 1 to 64 of"},
    Mistake{"connectors:\n  a:\n    access_token: \"${NO_SUCH}\"",
            "test.yaml:3: connectors.a.access_token: the environment variable NO_SUCH is not set"},
    Mistake{"connectors: {a: {access_token: \"${file:/no/such/file}\"}}",
            "connectors.a.access_token: cannot read the file /no/such/file: No such file"},
    Mistake{"connectors: {a: {access_token: \"${UNCLOSED\"}}", "${ without }"},
    Mistake{"connectors: {a: {access_token: [x]}}", "connectors.a.access_token: expected a single value"},
    Mistake{"connectors: {a: {access_token: x, debug: maybe}}", "connectors.a.debug: expected true or false"},
    Mistake{"connectors: {a: {access_token: x, sync: yes}}", "connectors.a.sync: expected a mapping"},
    Mistake{"connectors: {a: {access_token: x, no_show: {list_id: ten}}}", "expected a whole number above 0"},
    Mistake{"connectors: {a: {access_token: x, no_show: {list_id: -1}}}", "expected a whole number above 0"},
    Mistake{"connectors: {a: {access_token: x, no_show: {list_id: 10th}}}",
            "expected a whole number above 0"},
    Mistake{"connectors: {a: {access_token: x, event_mapping: {demo: {list_id: 1}}}}",
            "connectors.a.event_mapping.demo.event_type_uri: missing or empty"},
    Mistake{"connectors: {a: {access_token: x, event_mapping: {demo: {event_type_uri: "
            "'https://calendly.com/acme/demo'}}}}",
            "connectors.a.event_mapping.demo.event_type_uri: expected the URI of Calendly's API"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {shedule_at: X}}}",
            "shedule_at: unknown source; did you mean 'scheduled_at'?"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {status: status}}}",
            "field_mapping.status: expected the name of a Brevo attribute"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {email: WORK_MAIL}}}", "write 'email: email'"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {questions_and_answers: {/(/: COMPANY}}}}",
            "not a regular expression"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {name: EMAIL}}}",
            "EMAIL is the contact's address"},
    Mistake{"connectors: {a: {access_token: \"a\\r\\nX: y\"}}", "access_token: holds a control character"},
    Mistake{"connectors: {a: {access_token: \"a\\x7F\"}}", "access_token: holds a control character"},
    Mistake{"connectors: {a: {access_token: \"${file:/dev/zero}\"}}",
            "cannot read the file /dev/zero: not a regular file"},
    Mistake{"connectors: {a: {access_token: x, log_level: loud}}",
            "test.yaml:1: connectors.a.log_level: expected one of: error, warning, info, debug, verbose"},
    Mistake{"connectors: {a: {access_token: x, follow_links: never}}", "expected one of: always, missing"},
    Mistake{"connectors: {a: {access_token: x, retention: 3}}", "expected a duration like 400d"},
    Mistake{"connectors: {a: {access_token: x, default_country: France}}",
            "connectors.a.default_country: expected a country whose phone numbers are known: AC AD"},
    Mistake{"connectors: {a: {access_token: x}}\nadmin: {listen: \"0.0.0.0:8719\"}",
            "test.yaml:2: admin.listen: others can reach this address and no token is asked for: set "
            "admin.token"},
    Mistake{"connectors: {a: {access_token: x, brevo: {api_key xkeysib-1}}}",
            "connectors.a.brevo: unknown key; write 'api_key: value', with a colon and a blank"},
    Mistake{"connectors: {a: {access_token: x}}\ndefault_country: fr",
            "test.yaml:2: default_country: expected a country"},
    Mistake{"connectors: {a: {access_token: x, webhook: {scope: world}}}",
            "expected organization, user or group"},
    Mistake{"connectors: {a: {access_token: x, calendly: {rate_limit: fast}}}", "expected a rate like 10/s"},
    Mistake{"connectors: {a: {access_token: x, calendly: {api_url: \"http://api.calendly.com\"}}}",
            "plain http:// is allowed to loopback only"},
    Mistake{"connectors: {a: {access_token: x}, a: {access_token: y}}",
            "connectors.a: this key stands twice"},
    Mistake{"connectors: {a: {access_token: x, field_mapping: {name: A, name: B}}}",
            "name: this key stands twice"},
    Mistake{"connectors: {[a]: {access_token: x}}", "connectors: a key must be a single word"},
    Mistake{"connectors: {a: {access_token: x, brevo: {ca_file: /no/such.pem}}}",
            "connectors.a.brevo.ca_file: no certificates can be read from /no/such.pem"},
    Mistake{"connectors: {a: {access_token: x, calendly: {ca_file: /dev/null}}}",
            "no certificates can be read"},
    Mistake{"connectors: {a: {access_token: x, access_token: y}}", "this key stands twice"},
    Mistake{"connectors: {a: {access_token: x}}\nredis: {url: \"http://x\"}", "test.yaml:2: redis.url: "},
    Mistake{"connectors: {a: {access_token: x}}\nadmin: {listen: 8719}", "expected ADDRESS:PORT"}};

TEST(Config, AMistakeIsNamedWithItsPlace) {
    for (const auto& [yaml, message] : mistakes) EXPECT_THAT(error_of(yaml), HasSubstr(message)) << yaml;
}

TEST(Config, ASecretIsNeverInAnError) {
    const auto error = error_of("connectors: {a: {access_token: x, brevo: {api_url: \"${BREVO_API_KEY}\"}}}");
    EXPECT_THAT(error, HasSubstr("connectors.a.brevo.api_url"));
    EXPECT_THAT(error, testing::Not(HasSubstr("brevo-1")));
}

TEST(Config, WhatIsSubstitutedIsNotReadAgain) {
    const auto configuration = parse("connectors: {a: {access_token: \"${TRICKY}\"}}");
    EXPECT_EQ(configuration.connectors.front().access_token, "${BREVO_API_KEY} # \" '");
}

TEST(Config, AFileGivesItsTextWithoutTheLastNewline) {
    const auto path = std::filesystem::temp_directory_path() / "calendly-brevo-config-test";
    std::ofstream(path) << "from file\n";
    EXPECT_EQ(config::substitute("<${file:" + path.string() + "}>", look_up), "<from file>");
    const config::Environment directory = [&](const std::string&) { return path.parent_path().string(); };
    EXPECT_EQ(config::substitute("${file:$DIRECTORY/" + path.filename().string() + "}", directory),
              "from file");
    const config::Environment whole = [&](const std::string&) { return path.string(); };
    EXPECT_EQ(config::substitute("${file:$FILE}", whole), "from file");
    std::ofstream(path) << "\r\n";
    EXPECT_THROW(config::substitute("${file:" + path.string() + "}", look_up), std::invalid_argument)
        << "empty but for its newline";
    std::filesystem::remove(path);
}

TEST(Config, ABraceHoldsANameOrAFile) {
    for (const auto* text : {"${}", "${A-B}", "${ BREVO_API_KEY }", "${files:x}"})
        EXPECT_THROW(config::substitute(text, look_up), std::invalid_argument) << text;
}

TEST(Config, VariablesAreThoseOfTheProcess) {
    const auto environment = config::process_environment();
    EXPECT_EQ(environment("PATH"), std::getenv("PATH"));
    EXPECT_EQ(environment("NO_SUCH_VARIABLE_ANYWHERE"), std::nullopt);
}

TEST(Config, DollarSignsWithoutBracesStay) {
    EXPECT_EQ(config::substitute("a$b$$c$", look_up), "a$b$c$");
}

TEST(Config, AMissingFileIsNamed) {
    try {
        config::load("/no/such/connector.yaml", look_up);
        FAIL();
    } catch (const config::Error& error) {
        EXPECT_STREQ(error.what(), "/no/such/connector.yaml: cannot be read: No such file or directory");
    }
}

TEST(Config, YesAndNoHaveTheirYamlNames) {
    const auto is_debugged = [](const std::string& value) {
        return parse("connectors: {a: {access_token: x, debug: " + value + "}}").connectors.front().debug;
    };
    for (const auto* yes : {"true", "yes", "on"}) EXPECT_TRUE(is_debugged(yes)) << yes;
    for (const auto* no : {"false", "no", "off"}) EXPECT_FALSE(is_debugged(no)) << no;
}

TEST(Config, AKeyWithoutAValueIsAbsent) {
    const auto configuration = parse("connectors: {a: {access_token: x, log_level: , no_show: }}");
    EXPECT_EQ(configuration.connectors.front().log_level, config::LogLevel::info);
    EXPECT_THAT(error_of("connectors: {a: {access_token: }}"), HasSubstr("access_token: missing or empty"));
}

TEST(Config, AListThatIsAbsentIsNone) {
    const config::Source source{"test.yaml", look_up};
    const config::Section section(source, YAML::Load("{a: b}"), "");
    EXPECT_THROW(section.parsed_list("urls", [](std::string_view text) { return std::string(text); }),
                 config::Error);
}

TEST(Config, NoBrevoKeyAnywhere) {
    const config::Environment empty = [](const std::string&) { return std::optional<std::string>(); };
    EXPECT_THROW(config::parse("connectors: {a: {access_token: x}}", "t", empty), config::Error);
}

TEST(ConfigValues, ListenAddresses) {
    EXPECT_EQ(config::parse_listen("[::1]:80").ip, "::1");
    EXPECT_EQ(config::parse_listen("127.0.0.1:80").port, 80);
    for (const auto* text : {"", ":80", "a", "a:b", "localhost:80", "127.0.0.1:70000"})
        EXPECT_THROW(config::parse_listen(text), std::invalid_argument) << text;
}

TEST(ConfigValues, RatesAreACountAndAUnit) {
    EXPECT_EQ(config::parse_rate("10/s"), (api::RateLimit{10, 1s}));
    EXPECT_EQ(config::parse_rate("500/min"), (api::RateLimit{500, 60s}));
    EXPECT_EQ(config::parse_rate("6000/h"), (api::RateLimit{6000, 3600s}));
    EXPECT_EQ(config::parse_rate("none"), api::RateLimit{});
    for (const auto* text : {"", "10", "0/s", "-1/s", "10/day", "1.5/s", "99999999999999999999/s"})
        EXPECT_THROW(config::parse_rate(text), std::invalid_argument) << text;
}

TEST(ConfigValues, RetentionIsInDaysOrHours) {
    EXPECT_EQ(config::parse_retention("400d"), std::chrono::hours(9600));
    EXPECT_EQ(config::parse_retention("48h"), std::chrono::hours(48));
    for (const auto* text : {"", "d", "0d", "1w", "1 d"})
        EXPECT_THROW(config::parse_retention(text), std::invalid_argument) << text;
}

TEST(ConfigValues, ChoicesAreNamed) {
    EXPECT_EQ(config::parse_log_level("error"), config::LogLevel::error);
    EXPECT_EQ(config::parse_log_level("verbose"), config::LogLevel::verbose);
    EXPECT_EQ(config::parse_follow_links("missing"), rules::FollowLinks::missing);
}

TEST(ConfigValues, AttributesHaveBrevosNames) {
    EXPECT_EQ(config::parse_attribute_name("JOB_TITLE2"), "JOB_TITLE2");
    for (const auto* text : {"", "a", "A B", "EMAIL"})
        EXPECT_THROW(config::parse_attribute_name(text), std::invalid_argument) << text;
}

TEST(ConfigValues, AQuestionBetweenSlashesIsAPattern) {
    for (const auto* words : {"company", "/", "//", "/company", "company/"})
        EXPECT_FALSE(rules::is_question_pattern(words)) << words;
    EXPECT_TRUE(rules::is_question_pattern("/^comp/"));
    for (const auto* key : {"company", "(", "/^comp/"})
        EXPECT_EQ(rules::mistake_in_question_key(key), "") << key;
    EXPECT_THAT(rules::mistake_in_question_key("/(/"), HasSubstr("not a regular expression"));
}

TEST(ConfigValues, NearestIsNearOrNothing) {
    EXPECT_EQ(config::nearest("redis", {"radio", "redis"}), "redis") << "not the first, but the nearest";
    EXPECT_EQ(config::nearest("tea", {"sea", "pea"}), "sea") << "the first of those that are as near";
    EXPECT_EQ(config::nearest("redsi", {"brevo", "redis"}), "redis");
    EXPECT_EQ(config::nearest("completely-else", {"brevo", "redis"}), std::nullopt);
}

}  // namespace config_test
