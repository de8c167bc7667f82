// What all commands that work online have in common.
#include "e2e/product/fixture.hpp"

namespace e2e {
namespace product_commands_test {

using testing::HasSubstr;

class ProductCommands : public ProductTest {};

TEST_F(ProductCommands, OnesOfTwoWordsNameTheirGroup) {
    lay();
    const auto ran = run({"check"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.output, HasSubstr("OK"));
    EXPECT_EQ(ran.errors, "");
    EXPECT_EQ(run_json({"check"}).at("ok"), true);
}

}  // namespace product_commands_test
}  // namespace e2e
