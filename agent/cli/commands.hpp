// The table of commands. A new one is a file that defines it and its name in both lists here.
#pragma once

#include <array>

#include "cli/command.hpp"

namespace cli {

// Each is defined in the file of its name: agent.cpp, ...
extern const Command agent_command, check_command, doctor_command, preview_command, setup_command,
    sign_command;
extern const Command webhooks_create_command, webhooks_delete_command, webhooks_list_command,
    webhooks_repair_command, webhooks_rotate_command;
extern const Command auth_login_command, auth_status_command, auth_logout_command;
extern const Command event_types_list_command, events_list_command, invitees_list_command;
extern const Command links_create_command, backfill_command, reconcile_command;
extern const Command dead_list_command, dead_show_command, dead_replay_command, dead_discard_command;
extern const Command completion_command, man_command;
extern const Command status_command, pause_command, resume_command, tail_command, forget_command,
    config_show_command;

// What stands before the second word of a command.
struct CommandGroup {
    const char* name;
    const char* description;  // one line, for --help
};
inline constexpr std::array all_groups = {
    CommandGroup{"auth", "The Calendly account: log in, log out, what the token may"},
    CommandGroup{"webhooks", "The subscription at Calendly and its signing key"},
    CommandGroup{"event-types", "Calendly's event types"},
    CommandGroup{"events", "Meetings in Calendly"},
    CommandGroup{"invitees", "Who is invited to a meeting"},
    CommandGroup{"links", "Single-use booking links"},
    CommandGroup{"dead", "Dead letters: what could not be synced"},
    CommandGroup{"config", "The configuration"},
};

// In the order in which --help names them.
inline constexpr std::array all_commands = {&setup_command,
                                            &agent_command,
                                            &status_command,
                                            &doctor_command,
                                            &preview_command,
                                            &check_command,
                                            &auth_login_command,
                                            &auth_status_command,
                                            &auth_logout_command,
                                            &webhooks_list_command,
                                            &webhooks_create_command,
                                            &webhooks_repair_command,
                                            &webhooks_rotate_command,
                                            &webhooks_delete_command,
                                            &event_types_list_command,
                                            &events_list_command,
                                            &invitees_list_command,
                                            &links_create_command,
                                            &backfill_command,
                                            &reconcile_command,
                                            &tail_command,
                                            &dead_list_command,
                                            &dead_show_command,
                                            &dead_replay_command,
                                            &dead_discard_command,
                                            &pause_command,
                                            &resume_command,
                                            &forget_command,
                                            &config_show_command,
                                            &sign_command,
                                            &man_command,
                                            &completion_command};

}  // namespace cli
