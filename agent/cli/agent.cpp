#include "app/agent.hpp"

#include "cli/commands.hpp"

namespace cli {
namespace {

Run declare(CLI::App&, const CommonOptions& common) {
    return [&common] { return app::run_agent(common.config_path); };
}

}  // namespace

const Command agent_command{"agent", "Run: drain Redis, follow Calendly's links, bring Brevo up to date",
                            false, declare};

}  // namespace cli
