#include "redis/timeline_script.hpp"

#include <array>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "redis/unix_ms.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

using namespace timeline_field;

constexpr std::array fields = {change_id,   event,        person, invitee, outcome,
                               received_ms, committed_ms, steps,  reason};

std::string named_values() {
    std::string lua;
    for (std::size_t i = 0; i < fields.size(); ++i) lua += fmt::format(", '{}', ARGV[i + {}]", fields[i], i);
    return lua;
}

}  // namespace

// An entry that is older than the age is not shown, and is trimmed with the next one; when none comes any
// more, the whole key ends.
std::string write_timeline_lua() {
    return fmt::format(R"(
local function write_timeline(key, first, last)
  if last < first + 3 then return nil end
  for i = first + 3, last, {} do
    local added = redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[first], '*'{})
    if type(added) == 'table' then return added.err end
  end
  redis.pcall('XTRIM', key, 'MINID', ARGV[first + 1])
  redis.pcall('PEXPIRE', key, ARGV[first + 2])
  return nil
end
)",
                       fields.size(), named_values());
}

std::string timeline_key(std::string_view connector) {
    return shared::connector_key(connector, "timeline");
}

void append_timeline(Arguments& values, const rules::Timeline& timeline, const config::Timeline& limits) {
    values.push_back(std::to_string(limits.entries));
    values.push_back(in_ms(unix_ms() - limits.age));
    values.push_back(in_ms(limits.age));
    for (const auto& entry : timeline) {
        values.push_back(entry.change_id);
        values.push_back(entry.event);
        values.push_back(entry.person);
        values.push_back(entry.invitee);
        values.emplace_back(to_string(entry.outcome));
        values.push_back(std::to_string(entry.received_ms));
        values.push_back(std::to_string(entry.committed_ms));
        values.push_back(boost::json::serialize(to_json(entry.steps)));
        values.push_back(entry.reason);
    }
}

}  // namespace redis
