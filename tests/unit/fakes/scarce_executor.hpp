#pragma once

#include <memory>
#include <new>
#include <optional>
#include <utility>

#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>

namespace fakes {

// Of an io_context. When the test says so, there is no memory for what is to be run: a coroutine that should
// begin cannot.
class ScarceExecutor {
public:
    explicit ScarceExecutor(boost::asio::io_context& io) : io_(&io) {}

    // One will not begin: the one after so many others.
    void refuse_after(unsigned granted) { *granted_ = granted; }

    boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept { return *io_; }
    static constexpr boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) noexcept {
        return boost::asio::execution::blocking.never;
    }
    ScarceExecutor require(boost::asio::execution::blocking_t::never_t) const { return *this; }

    template <typename Function>
    void execute(Function&& function) const {
        if (*granted_ && (**granted_)-- == 0) {
            granted_->reset();
            throw std::bad_alloc();
        }
        boost::asio::require(io_->get_executor(), boost::asio::execution::blocking.never)
            .execute(std::forward<Function>(function));
    }

    bool operator==(const ScarceExecutor&) const = default;

private:
    boost::asio::io_context* io_;
    std::shared_ptr<std::optional<unsigned>> granted_ = std::make_shared<std::optional<unsigned>>();
};

}  // namespace fakes
