#include "http/error.hpp"

#include <string>

namespace http {
namespace {

class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "http"; }
    std::string message(int) const override {
        return "the server spoke, or closed the connection, before it was asked; nothing was sent";
    }
};

}  // namespace

boost::system::error_code make_error_code(Trouble trouble) {
    static const Category category;
    return {static_cast<int>(trouble), category};
}

}  // namespace http
