#include "shared/secret_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/unit/temporary_folder.hpp"

namespace shared {
namespace secret_file_test {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string error_of(std::string_view text) {
    try {
        parse_signing_keys(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

class EdgeSecretFile : public testing::Test {
protected:
    std::string file(std::string_view text, fs::perms permissions) const {
        const auto path = folder_ / "secret";
        std::ofstream(path, std::ios::binary) << text;
        fs::permissions(path, permissions);
        return path.string();
    }

    const unit::TemporaryFolder folder_;
};

TEST(SigningKeys, StandOneALineBetweenCommentsAndBlanks) {
    const auto keys = parse_signing_keys(
        "# the new one\n"
        "new-signing-key-0123456789\n"
        "\n"
        "  \told signing key #1 with blanks inside \r\n"
        "   # retired: old-signing-key-0123456789\n"
        "last-line-without-newline");
    EXPECT_THAT(keys, ElementsAre("new-signing-key-0123456789", "old signing key #1 with blanks inside",
                                  "last-line-without-newline"));
}

TEST(SigningKeys, MayHaveExactlySixteenBytes) {
    EXPECT_THAT(parse_signing_keys("0123456789abcdef"), ElementsAre("0123456789abcdef"));
}

TEST(SigningKeys, AreRefusedWhenShortByLineAndWithoutTheKey) {
    const auto error = error_of("# comment\n0123456789abcdef\nhush-hush\n");
    EXPECT_THAT(error, HasSubstr("line 3"));
    EXPECT_THAT(error, Not(HasSubstr("hush")));
}

TEST(SigningKeys, AreAtLeastOne) {
    for (const auto* text : {"", "\n", "# nothing\n", "  \r\n#0123456789abcdef\n"})
        EXPECT_THAT(error_of(text), HasSubstr("no key")) << text;
}

TEST(SigningKeys, AreAtMostEight) {
    std::string text;
    for (int i = 0; i < 8; ++i) text += "signing-key-number-" + std::to_string(i) + "\n";
    EXPECT_EQ(parse_signing_keys(text).size(), 8u);
    EXPECT_THAT(error_of(text + "signing-key-number-8\n"), HasSubstr("more than 8 keys"));
}

TEST(Password, IsTheFirstLine) {
    EXPECT_EQ(parse_password("hush\r\nnot this\n"), "hush");
    EXPECT_THROW(parse_password(""), std::invalid_argument);
    EXPECT_THROW(parse_password("\nhush"), std::invalid_argument);
}

std::string plain_text_error(std::string_view text) {
    try {
        plain_text(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

TEST(PlainText, BeginsAfterAByteOrderMark) {
    EXPECT_EQ(plain_text("\xef\xbb\xbfhush\n"), "hush\n");
    EXPECT_EQ(plain_text(" h\xc3\xbc\t\xe2\x82\xac\r\n\n#\x01 \xef\xbb\xbf\nlast"),
              " h\xc3\xbc\t\xe2\x82\xac\r\n\n#\x01 \xef\xbb\xbf\nlast");
    EXPECT_EQ(plain_text(""), "");
}

TEST(PlainText, IsNotUtf16) {
    using namespace std::string_view_literals;
    for (const auto text : {"\xff\xfeh\0u\0"sv, "\xfe\xff\0h"sv, "h\0u\0s\0h\0"sv, "\0\0\xfe\xff"sv})
        EXPECT_THAT(plain_text_error(text), HasSubstr("UTF-8"));
}

TEST(PlainText, HidesNothingAtTheEndsOfALine) {
    for (const std::string hidden :
         {// blanks of every width
          "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
          "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89",
          "\xe2\x80\x8a", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
          // ends of lines and paragraphs
          "\xe2\x80\xa8", "\xe2\x80\xa9",
          // what has no width: joiners, the word joiner, what multiplies, soft hyphen, Mongolian, byte-order
          // mark
          "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xe2\x81\xa1", "\xc2\xad",
          "\xe1\xa0\x8e", "\xef\xbb\xbf",
          // marks of direction, and of a character's form
          "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad",
          "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xb8\x8e",
          "\xef\xb8\x8f"})
        for (const auto& line :
             {hidden + "hush-hush", "hush-hush" + hidden, " hush-hush" + hidden + "\t\r"}) {
            const auto error = plain_text_error("# one\n" + line + "\n");
            EXPECT_THAT(error, HasSubstr("line 2")) << line;
            EXPECT_THAT(error, Not(HasSubstr("hush")));
        }
}

TEST(PlainText, HasNoControlCharacters) {
    for (const std::string line : {"hush\x01", "\x1b[31mhush", "hush\x7f", "one\rtwo"})
        EXPECT_THAT(plain_text_error("\n" + line), HasSubstr("line 2")) << line;
}

TEST_F(EdgeSecretFile, IsReadWithoutItsByteOrderMark) {
    const auto secret = read_secret_file(file("\xef\xbb\xbfhush-hush\n", fs::perms::owner_read));
    EXPECT_EQ(secret.text, "hush-hush\n");
    EXPECT_THROW(read_secret_file(file("\xff\xfeh", fs::perms::owner_read)), std::invalid_argument);
}

TEST(Wipe, OverwritesASecretHoweverItsScopeEnds) {
    std::string secret(100, 'x');
    const char* const bytes = secret.data();
    try {
        const WipedAtEnd wiped(secret);
        throw std::runtime_error("trouble");
    } catch (const std::runtime_error&) {
        EXPECT_EQ(secret, "");
        EXPECT_EQ(std::string(bytes, 100), std::string(100, '\0'));
    }
}

TEST_F(EdgeSecretFile, IsReadWhole) {
    const std::string text(50'000, 'x');
    const auto secret = read_secret_file(file(text, fs::perms::owner_read));
    EXPECT_EQ(secret.text, text);
    EXPECT_FALSE(secret.readable_by_others);
}

TEST_F(EdgeSecretFile, TellsWhenEverybodyMayReadIt) {
    EXPECT_TRUE(
        read_secret_file(file("x", fs::perms::owner_read | fs::perms::others_read)).readable_by_others);
    EXPECT_FALSE(
        read_secret_file(file("x", fs::perms::owner_read | fs::perms::group_read)).readable_by_others);
}

TEST_F(EdgeSecretFile, TellsWhenEverybodyMayWriteIt) {
    using enum fs::perms;
    EXPECT_TRUE(read_secret_file(file("x", owner_read | others_write)).writable_by_others);
    EXPECT_FALSE(read_secret_file(file("x", owner_read | owner_write | group_write)).writable_by_others);
    EXPECT_TRUE(shared::access_of(file("x", owner_read | group_read)).readable_by_group);
    EXPECT_FALSE(shared::access_of((folder_ / "missing").string()).readable_by_group);
}

TEST_F(EdgeSecretFile, IsRefusedWhenMissingTooLargeOrNoFile) {
    EXPECT_THROW(read_secret_file((folder_ / "missing").string()), std::invalid_argument);
    EXPECT_THROW(read_secret_file(folder_.path().string()), std::invalid_argument);
    EXPECT_THROW(read_secret_file("/dev/zero"), std::invalid_argument);
    EXPECT_THROW(read_secret_file("/proc/self/mem"), std::invalid_argument)
        << "whose first byte cannot be read";
    EXPECT_THROW(read_secret_file(file(std::string(70'000, 'x'), fs::perms::owner_read)),
                 std::invalid_argument);
}

}  // namespace secret_file_test
}  // namespace shared
