// The key of the stored tokens: made once, for its owner alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "calendly/token_key.hpp"

namespace token_key_test {

using testing::HasSubstr;
using testing::ThrowsMessage;

class TokenKeyTest : public testing::Test {
protected:
    TokenKeyTest() { std::filesystem::create_directory(folder_); }
    ~TokenKeyTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("calendly-brevo-key-" + std::to_string(::getpid()));
    std::string path_ = (folder_ / "token.key").string();
};

TEST_F(TokenKeyTest, IsMadeWhenItIsMissingAndStaysWhenItIsThere) {
    EXPECT_TRUE(calendly::make_token_key(path_));
    const auto key = calendly::read_token_key(path_);
    EXPECT_EQ(key.size(), 32u);
    EXPECT_FALSE(calendly::make_token_key(path_));
    EXPECT_EQ(calendly::read_token_key(path_), key);
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "no draft is left";
}

TEST_F(TokenKeyTest, ThatCannotBeUsedIsNamedWithItsFile) {
    EXPECT_THAT([&] { calendly::read_token_key(path_); },
                ThrowsMessage<std::invalid_argument>(path_ + ": No such file or directory"));
    std::ofstream(path_) << "not-a-key\n";
    EXPECT_THAT([&] { calendly::read_token_key(path_); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(path_ + ": expected 32 bytes in hex")));
    EXPECT_THAT([&] { calendly::make_token_key((folder_ / "no" / "token.key").string()); },
                ThrowsMessage<std::system_error>(HasSubstr("token.key cannot be made: No such file")));
}

}  // namespace token_key_test
