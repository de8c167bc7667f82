#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "config/load.hpp"
#include "config/show.hpp"

namespace cli {
namespace {

int show_configuration(const CommonOptions& common) {
    const auto configuration = config::load(common.config_path, config::process_environment());
    if (common.as_json)
        fmt::print("{}\n", boost::json::serialize(config::show(configuration)));
    else
        fmt::print("{}", config::show_yaml(configuration));
    return app::exit_code::done;
}

Run declare_config_show(CLI::App&, const CommonOptions& common) {
    return [&common] { return show_configuration(common); };
}

}  // namespace

const Command config_show_command{"config show", "Print the configuration with every default; secrets as ***",
                                  true, declare_config_show};

}  // namespace cli
