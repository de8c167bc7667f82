// What setup writes is what the configuration's own reader takes.
#include "config/connector_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"

namespace connector_file_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

config::ConnectorFile usual_file() {
    config::ConnectorFile file;
    file.access_token = "${TOKEN}";
    file.api_key = "${KEY}";
    file.url = "https://hooks.example.com/webhooks/calendly";
    file.scope = "organization";
    file.signing_key_file = "/etc/calendly-brevo/signing.key";
    file.redis_url = "redis://127.0.0.1:6379/0";
    file.admin_listen = "127.0.0.1:8719";
    return file;
}

config::Configuration read(const config::ConnectorFile& file) {
    const auto environment = [](const std::string& name) -> std::optional<std::string> {
        return "the-" + name;
    };
    return config::parse(config::render(file), "connector.yaml", environment);
}

TEST(ConnectorFile, OfAnEmptyAccountIsAConfiguration) {
    const auto configuration = read(usual_file());
    ASSERT_EQ(configuration.connectors.size(), 1u);
    const auto& connector = configuration.connectors.front();
    EXPECT_EQ(connector.name, config::setup_connector);
    EXPECT_EQ(connector.access_token, "the-TOKEN");
    EXPECT_EQ(connector.brevo.api_key, "the-KEY");
    EXPECT_EQ(connector.calendly.api_url.host, "api.calendly.com");
    EXPECT_EQ(connector.brevo.api_url.host, "api.brevo.com");
    EXPECT_EQ(connector.webhook.url, "https://hooks.example.com/webhooks/calendly");
    EXPECT_EQ(connector.webhook.signing_key_file, "/etc/calendly-brevo/signing.key");
    EXPECT_THAT(connector.mapping.event_mapping, IsEmpty());
    EXPECT_THAT(configuration.warnings, IsEmpty());
}

TEST(ConnectorFile, HasEveryWordAsItWasSaid) {
    auto file = usual_file();
    file.types = {{"Talk\nto us", "talk_to_us", "https://api.calendly.com/event_types/A", "10"},
                  {"große Runde", "große_runde", "https://api.calendly.com/event_types/B", ""}};
    file.fields.fields = {{"first_name", "FIRSTNAME"}};
    file.fields.questions_and_answers = {
        {"What's \"it\": ${worth} in $? \\ # [a]", "BUDGET"}, {"- yes\tor no", "YES"}, {"null", "NOTHING"}};
    file.scope = "user";
    file.calendly_api_url = file.calendly_auth_url = "http://127.0.0.1:1";
    file.brevo_api_url = "http://127.0.0.1:2/v3";
    const auto configuration = read(file);
    const auto& mapping = configuration.connectors.front().mapping;
    ASSERT_EQ(mapping.event_mapping.size(), 2u);
    EXPECT_EQ(mapping.event_mapping[0].list_id, 10);
    EXPECT_EQ(mapping.event_mapping[1].name, "große_runde");
    EXPECT_EQ(mapping.event_mapping[1].list_id, std::nullopt);
    EXPECT_THAT(mapping.field_mapping.fields, ElementsAre(Pair("first_name", "FIRSTNAME")));
    EXPECT_EQ(mapping.field_mapping.questions_and_answers, file.fields.questions_and_answers);
    EXPECT_EQ(configuration.connectors.front().webhook.scope, "user");
    EXPECT_EQ(configuration.connectors.front().calendly.auth_url.port, "1");
    EXPECT_EQ(configuration.connectors.front().brevo.api_url.base_path, "/v3");
}

TEST(ConnectorFile, TheLocationIsTheUrlsPath) {
    auto file = usual_file();
    file.url = "https://hooks.example.com:8443/in/calendly";
    EXPECT_THAT(config::render_location(file),
                testing::AllOf(HasSubstr("location = /in/calendly {"),
                               HasSubstr("calendly_webhook           calendly;"),
                               HasSubstr("calendly_redis             redis://127.0.0.1:6379/0;")));
    file.url = "https://hooks.example.com";
    EXPECT_THAT(config::render_location(file), HasSubstr("location = / {"));
}

}  // namespace connector_file_test
