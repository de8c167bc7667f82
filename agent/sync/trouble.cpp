#include "sync/trouble.hpp"

#include "redis/error.hpp"
#include "text/mask.hpp"
#include "text/text.hpp"

namespace syncing {
namespace {

constexpr std::size_t longest_cause = 300;  // bytes

}  // namespace

Trouble trouble_of(const std::exception& error) {
    const bool is_key = dynamic_cast<const redis::BrokenKey*>(&error) != nullptr;
    const auto words = text::mask_words(text::clip(error.what(), 2 * longest_cause));
    return {is_key ? TroubleKind::key : TroubleKind::machine, std::string(text::clip(words, longest_cause))};
}

}  // namespace syncing
