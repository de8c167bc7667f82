#include "net/first_cause.hpp"

#include <boost/asio/multiple_exceptions.hpp>

namespace net {

std::string first_cause(std::exception_ptr error) {
    try {
        std::rethrow_exception(std::move(error));
    } catch (const boost::asio::multiple_exceptions& several) {
        return first_cause(several.first_exception());
    } catch (const std::exception& one) {
        return one.what();
    }
}

}  // namespace net
