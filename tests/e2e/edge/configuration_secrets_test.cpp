// What nginx -t says names the directive and the line, never a value: it may be a secret in the wrong place.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace configuration_secrets_test {

using testing::HasSubstr;
using testing::Not;

class EdgeConfigurationSecrets : public EdgeTest {};

// A value that could be a secret, wherever somebody puts it.
TEST_F(EdgeConfigurationSecrets, NoValueIsQuoted) {
    for (const std::string secret : {"hunter", "Correct-Horse-9", "0123456789abcdef"})
        for (const std::string directive :
             {"calendly_webhook @$;", "calendly_signing_key_file @;", "calendly_redis_password_file @;",
              "calendly_signature_tolerance @;", "calendly_signature_tolerance 1h @;", "calendly_redis @;",
              "calendly_redis redis://u:@@127.0.0.1;", "calendly_redis redis://@:x;",
              "calendly_redis redis://@.invalid;", "calendly_redis unix:/@ unix:/@;",
              "calendly_redis redis://127.0.0.1/@;", "calendly_redis_verify @;", "calendly_redis_timeout @;",
              "calendly_redis_connect_timeout @;", "calendly_redis_max_inflight @;",
              "calendly_redis rediss://127.0.0.1; calendly_redis_trusted_certificate @;",
              "calendly_redis rediss://127.0.0.1; calendly_redis_certificate @; "
              "calendly_redis_certificate_key @;"}) {
            auto text = directive;
            for (auto at = text.find('@'); at != text.npos; at = text.find('@', at + secret.size())) {
                text.replace(at, 1, secret);
                if (text[at + secret.size()] == '@') at += 1;  // the one that ends a user
            }
            const bool is_name = directive.starts_with("calendly_webhook");
            const auto without = "calendly_webhook calendly; calendly_signing_key_file " + key_file_ + ";";
            const auto output =
                harness::Nginx::check(folder_,
                                      {.location = (is_name ? "" : without) + text, .server = "", .http = ""})
                    .output;
            if (output.find("[emerg]") == output.npos) continue;  // some have the form of what belongs there
            EXPECT_THAT(output, Not(HasSubstr(secret))) << text;
        }
}

}  // namespace configuration_secrets_test
}  // namespace e2e
