// config show: what is in force, without a secret, and fit to be read again.
#include "e2e/product/fixture.hpp"

namespace e2e {
namespace config_show_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ProductConfigShow : public ProductTest {};

TEST_F(ProductConfigShow, HasEveryDefaultAndNoSecretAndIsReadBackAsItWas) {
    lay();
    const auto shown = run({"config", "show"});
    EXPECT_EQ(shown.exit_code, 0) << shown.errors;
    EXPECT_THAT(shown.output, AllOf(Not(HasSubstr(harness::SandboxProcess::token)),
                                    Not(HasSubstr(harness::SandboxProcess::api_key)),
                                    Not(HasSubstr(std::string(harness::System::signing_key)))));
    EXPECT_THAT(shown.output, AllOf(HasSubstr("\"***\""), HasSubstr("\"400d\""), HasSubstr("\"30d\"")));
    const auto copy = system_->folder() / "copy.yaml";
    harness::write_file(copy, shown.output);
    const auto read = [&](const std::string& file, bool as_json) {
        std::vector<std::string> command{harness::AgentProcess::program(), "config", "show", "--config",
                                         file};
        if (as_json) command.emplace_back("--json");
        return harness::run(command, system_->folder() / (as_json ? "again.json" : "again.yaml"));
    };
    const auto again = read(copy.string(), false);
    EXPECT_EQ(again.exit_code, 0) << again.output;
    EXPECT_EQ(again.output, shown.output);
    const auto as_json = json::parse(read(copy.string(), true).output);
    EXPECT_EQ(text_at(as_json, "/connectors/calendly/timeline/entries"), "10000");
    EXPECT_EQ(text_at(as_json, "/connectors/calendly/access_token"), "***");
    EXPECT_EQ(as_json, run_json({"config", "show"}));
}

TEST_F(ProductConfigShow, OfAMistakeIsItsPlace) {
    lay(with({{"timeline", "{entries: many}"}}));
    const auto shown = run({"config", "show"});
    EXPECT_EQ(shown.exit_code, 78);
    EXPECT_THAT(shown.errors, HasSubstr("timeline.entries"));
}

}  // namespace config_show_test
}  // namespace e2e
