#include "sandbox/paging.hpp"

#include <algorithm>

#include <boost/url.hpp>

#include "sandbox/calendly_model.hpp"
#include "sandbox/fields.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

constexpr std::size_t default_count = 20;
constexpr std::size_t most_count = 100;

struct Page {
    std::size_t from;
    std::size_t to;
};

std::size_t requested_count(const Call& call) {
    const auto text = call.parameter("count");
    if (!text) return default_count;
    const auto count = parse_integer(*text);
    if (!count || *count < 1 || *count > static_cast<std::int64_t>(most_count))
        throw invalid_argument({{"count", "must be 1 to 100"}});
    return static_cast<std::size_t>(*count);
}

// A token names an item of the list, so that pages do not shift when new items come: "after-<id>",
// "before-<id>".
Page requested_page(const Call& call, const std::vector<std::string>& ids, std::size_t count) {
    const auto token = call.parameter("page_token");
    if (!token) return {0, std::min(count, ids.size())};
    const auto dash = token->find('-');
    const std::string direction = token->substr(0, dash);
    const auto item =
        dash == token->npos ? ids.end() : std::find(ids.begin(), ids.end(), token->substr(dash + 1));
    if (item == ids.end() || (direction != "after" && direction != "before"))
        throw invalid_argument({{"page_token", "is invalid"}});
    const auto index = static_cast<std::size_t>(item - ids.begin());
    if (direction == "before") return {index - std::min(index, count), index};
    return {index + 1, std::min(index + 1 + count, ids.size())};
}

json::value page_url(const Call& call, const json::value& token, std::size_t count) {
    if (token.is_null()) return nullptr;
    boost::urls::url url(std::string(calendly_origin) + call.path);
    for (const auto& [name, value] : call.query)
        if (name != "count" && name != "page_token") url.params().append({name, value});
    url.params().append({"count", std::to_string(count)});
    url.params().append({"page_token", std::string_view(token.get_string())});
    return json::value(url.buffer());
}

}  // namespace

json::object page_of(const Call& call, const std::vector<std::string>& ids,
                     const std::function<json::object(const std::string& id)>& render) {
    const std::size_t count = requested_count(call);
    const auto [from, to] = requested_page(call, ids, count);
    json::array collection;
    for (std::size_t i = from; i < to; ++i) collection.push_back(render(ids[i]));
    const json::value next =
        to < ids.size() && to > 0 ? json::value("after-" + ids[to - 1]) : json::value(nullptr);
    const json::value previous =
        from > 0 && from < ids.size() ? json::value("before-" + ids[from]) : json::value(nullptr);
    json::object pagination{{"count", collection.size()},
                            {"next_page", page_url(call, next, count)},
                            {"previous_page", page_url(call, previous, count)},
                            {"next_page_token", next},
                            {"previous_page_token", previous}};
    return {{"collection", std::move(collection)}, {"pagination", std::move(pagination)}};
}

int sort_direction(const Call& call, std::string_view field, int default_direction) {
    const auto sort = call.parameter("sort");
    if (!sort) return default_direction;
    if (*sort == field || *sort == std::string(field) + ":asc") return 1;
    if (*sort == std::string(field) + ":desc") return -1;
    throw invalid_argument(
        {{"sort", "must be " + std::string(field) + ":asc or " + std::string(field) + ":desc"}});
}

}  // namespace sandbox
