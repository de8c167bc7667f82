#include "api/credential.hpp"

#include "shared/wipe.hpp"

namespace api {

StaticCredential::~StaticCredential() {
    shared::wipe(secret_);
    shared::wipe(field_);
}

}  // namespace api
