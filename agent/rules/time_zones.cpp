#include "rules/time_zones.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include <date/tz.h>
#include <fmt/format.h>

namespace rules {
namespace {

const std::string folder = "/usr/share/zoneinfo/";  // where the date library looks, too

std::string read(const std::string& name) {
    std::ifstream file(folder + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The library's list of names. It reads the folder at the first call that succeeds.
const date::tzdb& names() {
    try {
        return date::get_tzdb();
    } catch (const std::runtime_error& error) {
        throw TimeZoneTrouble(fmt::format("{}: install or reinstall tzdata", error.what()));
    }
}

// What this process knows of them.
struct Zones {
    std::set<std::string, std::less<>> listed;  // those that must be there
    std::set<const date::time_zone*> loaded;    // those that no file is needed for any more
};

Zones& zones() {
    static Zones zones = [] {
        const auto table = zones_in_table(read("zone.tab"));
        return Zones{{table.begin(), table.end()}, {}};
    }();
    return zones;
}

// The library reads a zone when it is first asked about it, whatever is left of the file: it must only see
// whole ones.
void load(const date::time_zone& zone) {
    if (zones().loaded.contains(&zone)) return;
    if (!is_whole_zone_file(read(zone.name())))
        throw TimeZoneTrouble(fmt::format("{}{} is missing or damaged", folder, zone.name()));
    try {
        zone.get_info(date::sys_seconds{});
    } catch (const std::runtime_error& error) {
        throw TimeZoneTrouble(fmt::format("{}: {}", zone.name(), error.what()));
    }
    zones().loaded.insert(&zone);
}

// The blocks of a file: a header with the counts of what follows it.
class Blocks {
public:
    explicit Blocks(std::string_view bytes) : bytes_(bytes) {}

    // Its version: 0 for the first one; nothing when it is not whole.
    std::optional<char> skip(std::size_t time_size) {
        constexpr std::size_t header = 44;
        if (bytes_.size() < header || !bytes_.starts_with("TZif")) return std::nullopt;
        const char version = bytes_[4];
        const auto utc = count(0), standard = count(1), leaps = count(2), times = count(3), types = count(4),
                   characters = count(5);
        const auto size = header + times * (time_size + 1) + types * 6 + characters +
                          leaps * (time_size + 4) + standard + utc;
        if (types == 0 || bytes_.size() < size) return std::nullopt;
        bytes_.remove_prefix(size);
        return version;
    }
    std::string_view rest() const { return bytes_; }

private:
    std::size_t count(std::size_t index) const {
        std::size_t value = 0;
        for (const unsigned char byte : bytes_.substr(20 + 4 * index, 4)) value = value << 8 | byte;
        return value;
    }
    std::string_view bytes_;
};

}  // namespace

bool is_whole_zone_file(std::string_view bytes) {
    Blocks blocks(bytes);
    const auto version = blocks.skip(4);
    if (!version) return false;
    if (*version == '\0') return blocks.rest().empty();
    const auto rule = [&] { return blocks.rest(); };
    return blocks.skip(8) && rule().size() >= 2 && rule().starts_with('\n') && rule().ends_with('\n');
}

std::vector<std::string> zones_in_table(std::string_view table) {
    std::vector<std::string> names;
    while (!table.empty()) {
        auto line = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        if (line.starts_with('#')) continue;
        for (unsigned column = 1; column < 3; ++column)
            line.remove_prefix(std::min(std::min(line.find('\t'), line.size() - 1) + 1, line.size()));
        line = line.substr(0, line.find('\t'));
        if (!line.empty()) names.emplace_back(line);
    }
    return names;
}

const date::time_zone* find_time_zone(std::string_view name) {
    const auto& all = names().zones;
    const auto found = std::ranges::lower_bound(
        all, name, {}, [](const auto& zone) -> const std::string& { return zone.name(); });
    if (found == all.end() || found->name() != name) {
        if (zones().listed.contains(name))
            throw TimeZoneTrouble(fmt::format("{}{} is missing", folder, name));
        return nullptr;
    }
    load(*found);
    return &*found;
}

std::vector<std::string> load_time_zones() {
    std::vector<std::string> problems;
    std::set<std::string_view> wanted(zones().listed.begin(), zones().listed.end());
    if (wanted.empty()) problems.push_back(folder + "zone.tab is missing or empty");
    for (const auto& zone : names().zones) wanted.insert(zone.name());
    for (const auto name : wanted) {
        try {
            find_time_zone(name);
        } catch (const TimeZoneTrouble& trouble) {
            problems.emplace_back(trouble.what());
        }
    }
    if (!find_time_zone("Etc/UTC"))
        throw TimeZoneTrouble(folder + " has no Etc/UTC: install or reinstall tzdata");
    return problems;
}

}  // namespace rules
