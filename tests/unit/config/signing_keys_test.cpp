// nginx's file of signing keys, changed by us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/error.hpp"
#include "config/signing_keys.hpp"
#include "shared/secret_file.hpp"

namespace signing_keys_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SigningKeys : public testing::Test {
protected:
    SigningKeys() { std::filesystem::create_directory(folder_); }
    ~SigningKeys() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name = "signing.key") const { return (folder_ / name).string(); }
    void write(const std::string& text) const { std::ofstream(path()) << text; }
    std::string text() const {
        std::ifstream file(path());
        return {std::istreambuf_iterator<char>(file), {}};
    }
    unsigned mode(const std::string& of) const {
        struct stat status {};
        return ::stat(of.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("calendly-brevo-keys-" + std::to_string(::getpid()));
    const config::SigningKeyFile file_{path()};
    const std::string first_ = "the-first-key-of-ours", second_ = "the-second-key-of-ours";
};

TEST_F(SigningKeys, AFileThatIsNotThereHasNone) {
    EXPECT_THAT(file_.keys(), IsEmpty());
    write("# nothing yet\n\n");
    EXPECT_THAT(file_.keys(), IsEmpty());
}

TEST_F(SigningKeys, AFileThatIsMadeIsItsOwnersAlone) {
    file_.append(first_);
    EXPECT_EQ(text(), first_ + "\n");
    EXPECT_EQ(mode(path()), 0600u);
}

TEST_F(SigningKeys, ANewOneIsTheLastAndAllElseStays) {
    write("# of nginx\n" + first_);
    ::chmod(path().c_str(), 0640);
    file_.append(second_);
    EXPECT_EQ(text(), "# of nginx\n" + first_ + "\n" + second_ + "\n");
    EXPECT_EQ(mode(path()), 0640u);
    EXPECT_THAT(file_.keys(), ElementsAre(first_, second_));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "no draft is left";
}

TEST_F(SigningKeys, ALinkStaysALink) {
    std::ofstream(path("real.key")) << first_ << '\n';
    std::filesystem::create_symlink("real.key", path());
    file_.append(second_);
    EXPECT_TRUE(std::filesystem::is_symlink(path()));
    EXPECT_THAT(config::SigningKeyFile(path("real.key")).keys(), ElementsAre(first_, second_));
}

TEST_F(SigningKeys, ARemovedOneTakesItsLineAndNothingElse) {
    write("# old\n  " + first_ + " \n# new\n" + second_ + "\n");
    EXPECT_EQ(file_.remove({first_, "unknown"}), 1u);
    EXPECT_EQ(text(), "# old\n# new\n" + second_ + "\n");
    EXPECT_EQ(file_.remove({second_}), 0u) << "the last one stays";
    EXPECT_THAT(file_.keys(), ElementsAre(second_));
}

TEST_F(SigningKeys, NoMoreThanNginxTakes) {
    for (std::size_t i = 0; i < shared::max_signing_keys; ++i) file_.append(config::make_signing_key());
    EXPECT_THROW(file_.append(first_), config::Error);
    EXPECT_EQ(file_.keys().size(), shared::max_signing_keys);
}

TEST_F(SigningKeys, WhatNginxWouldRefuseIsAnErrorThatNamesTheFile) {
    write("short\n");
    try {
        file_.keys();
        FAIL() << "should throw";
    } catch (const config::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(path()));
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("short\n")));
    }
}

TEST_F(SigningKeys, AFolderThatCannotBeWrittenIsAnError) {
    EXPECT_THROW(config::SigningKeyFile("/nonexistent/signing.key").append(first_), config::Error);
}

TEST_F(SigningKeys, OfAWebhookAreThoseOfItsFileOrItsOwn) {
    config::Webhook webhook;
    EXPECT_THAT(config::signing_keys(webhook), IsEmpty());
    webhook.signing_key = first_;
    EXPECT_THAT(config::signing_keys(webhook), ElementsAre(first_));
    webhook.signing_key.clear();
    webhook.signing_key_file = path();
    write(first_ + "\n" + second_ + "\n");
    EXPECT_THAT(config::signing_keys(webhook), ElementsAre(first_, second_));
}

TEST(SigningKey, IsRandomAndItsFingerprintTellsNothingOfIt) {
    const auto key = config::make_signing_key();
    EXPECT_THAT(key, testing::MatchesRegex("[0-9a-f]{64}"));
    EXPECT_NE(key, config::make_signing_key());
    EXPECT_EQ(config::fingerprint(key), config::fingerprint(key));
    EXPECT_EQ(config::fingerprint(key).size(), 16u);
    EXPECT_NE(key.substr(0, 16), config::fingerprint(key));
}

}  // namespace signing_keys_test
