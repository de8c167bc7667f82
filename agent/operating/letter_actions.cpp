#include "operating/letter_actions.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "operating/dead_letters.hpp"
#include "operating/shapes.hpp"

namespace operating {

namespace asio = boost::asio;

asio::awaitable<std::optional<redis::Discarded>> look_at_all(redis::DeadLetterDesk& desk,
                                                             std::vector<std::string> ids) {
    redis::Discarded found;
    std::size_t bytes = 0;
    for (auto& id : ids) {
        auto letter = co_await desk.letter(id);
        if (!letter) {
            found.missing.push_back(std::move(id));
            continue;
        }
        bytes += letter->entry.body.size();
        if (bytes > most_discarded_bytes) co_return std::nullopt;
        found.items.push_back(std::move(*letter));
    }
    co_return std::move(found);
}

asio::awaitable<boost::json::object> discarded_json(redis::PersonStore& people, redis::Discarded discarded) {
    const auto seen = co_await look_at(people, std::move(discarded.items));
    boost::json::array items;
    for (const auto& one : seen) items.push_back(to_json_with_body(one, true));
    boost::json::object object{{"discarded", seen.size()}};
    object["missing"] = boost::json::value_from(discarded.missing);
    object["items"] = std::move(items);
    co_return object;
}

}  // namespace operating
