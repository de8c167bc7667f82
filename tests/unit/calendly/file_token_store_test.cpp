// Tokens in a file: whole, durable, and nobody else's.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "calendly/file_token_store.hpp"
#include "unit/temporary_folder.hpp"

namespace file_token_store_test {

using namespace std::chrono_literals;
using calendly::FileTokenStore;
namespace asio = boost::asio;
namespace fs = std::filesystem;

class FileTokenStoreTest : public testing::Test {
protected:
    template <typename T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        std::exception_ptr trouble;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
            trouble = error;
            result = std::move(value);
        });
        finish(trouble);
        return std::move(*result);
    }
    void run(asio::awaitable<void> work) {
        std::exception_ptr trouble;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr error) { trouble = error; });
        finish(trouble);
    }
    void finish(const std::exception_ptr& trouble) {
        io.restart();
        io.run_for(5s);
        if (trouble) std::rethrow_exception(trouble);
    }

    asio::io_context io;
    const unit::TemporaryFolder folder;
    const fs::path path = folder / "token";
};

TEST_F(FileTokenStoreTest, WhatWasWrittenIsReadAndErased) {
    FileTokenStore store(path);
    EXPECT_FALSE(run(store.read()));
    run(store.write("one"));
    run(store.write("two"));
    EXPECT_EQ(run(store.read()), "two");
    EXPECT_EQ(fs::status(path).permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(folder / "token.new"));
    run(store.erase());
    run(store.erase());
    EXPECT_FALSE(run(store.read()));
}

TEST_F(FileTokenStoreTest, OneOfAllHasTheLockUntilItLetsGoOrDies) {
    FileTokenStore one(path), other(path);
    EXPECT_TRUE(run(one.try_lock()));
    EXPECT_FALSE(run(one.try_lock()));
    EXPECT_FALSE(run(other.try_lock()));
    run(one.unlock());
    EXPECT_TRUE(run(other.try_lock()));
    run(other.unlock());
    {
        FileTokenStore dies(path);
        EXPECT_TRUE(run(dies.try_lock()));
    }
    EXPECT_TRUE(run(one.try_lock()));
}

TEST_F(FileTokenStoreTest, OnlyWhatIsStillThereIsReplaced) {
    FileTokenStore store(path);
    EXPECT_FALSE(run(store.replace("one", "two")));
    run(store.write("one"));
    EXPECT_TRUE(run(store.replace("one", "two")));
    EXPECT_FALSE(run(store.replace("one", "three")));
    EXPECT_EQ(run(store.read()), "two");
}

TEST_F(FileTokenStoreTest, AllProcessesTogetherCallEightTimesAMinute) {
    FileTokenStore one(path), other(path);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(run(one.take_call()));
        EXPECT_TRUE(run(other.take_call()));
    }
    EXPECT_FALSE(run(one.take_call()));
    EXPECT_FALSE(run(other.take_call()));
}

TEST_F(FileTokenStoreTest, WhatIsWrongIsSaidWithItsPlace) {
    FileTokenStore nowhere(folder / "missing" / "token");
    try {
        run(nowhere.write("one"));
        FAIL();
    } catch (const calendly::TokenStoreError& error) {
        EXPECT_NE(std::string(error.what()).find("missing/token cannot be made: No such file"),
                  std::string::npos);
    }
    fs::create_directory(path);
    FileTokenStore folder_store(path);
    EXPECT_THROW(run(folder_store.read()), calendly::TokenStoreError);
    EXPECT_THROW(run(folder_store.write("one")), calendly::TokenStoreError);
}

}  // namespace file_token_store_test
