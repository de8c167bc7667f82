#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "brevo/erasure_api.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/session.hpp"
#include "operating/forget.hpp"
#include "operating/shapes.hpp"
#include "text/text.hpp"

namespace cli {

struct ForgetOptions {
    std::string connector;
    std::string email;
    bool with_brevo = false;
    bool is_dry_run = false;
};

namespace {

namespace asio = boost::asio;

void print_forgotten(const operating::Forgotten& forgotten) {
    const auto* did = forgotten.is_dry_run ? "would be erased" : "erased";
    const auto line = [did](std::string_view what, std::size_t count) {
        fmt::print("{:<14} {} {}\n", what, count, did);
    };
    line("webhooks", forgotten.webhooks);
    line("history", forgotten.history);
    line("dead letters", forgotten.dead_letters);
    line("timeline", forgotten.timeline);
    line("ledger", forgotten.ledger);
    line("leases", forgotten.leases);
    line("site bookings", forgotten.site_bookings);
    if (forgotten.brevo == "deleted") fmt::print("{:<14} the contact is deleted\n", "Brevo");
    if (forgotten.brevo == "absent") fmt::print("{:<14} has no such contact\n", "Brevo");
    if (forgotten.brevo == "would_delete") fmt::print("{:<14} the contact would be deleted\n", "Brevo");
    if (forgotten.brevo.empty())
        fmt::print("{:<14} not asked: a contact stays there without --brevo\n", "Brevo");
}

asio::awaitable<void> forget_in_brevo(Session& session, operating::Forgotten& forgotten) {
    if (forgotten.is_dry_run) {
        forgotten.brevo = "would_delete";
        co_return;
    }
    const auto& email = forgotten.person;
    const bool was_there =
        co_await session.ask([&] { return session.services().brevo_erasure().erase_contact(email); });
    forgotten.brevo = was_there ? "deleted" : "absent";
}

asio::awaitable<int> forget_person(Session& session, ForgetOptions options, bool as_json) {
    auto& services = session.services();
    operating::ForgetWorld world{services.people(), services.history_store(), services.erasure(),
                                 services.interruption()};
    auto work = operating::forget(world, options.email, options.is_dry_run);
    auto forgotten = co_await std::move(work);
    if (options.with_brevo) co_await forget_in_brevo(session, forgotten);
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(operating::to_json(forgotten)));
    else
        print_forgotten(forgotten);
    co_return app::exit_code::done;
}

Run declare_forget(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<ForgetOptions>();
    add_connector_option(line, options->connector);
    line.add_option("email", options->email, "The person's e-mail address")
        ->required()
        ->check([](const std::string& typed) {
            return text::is_email(typed) ? std::string() : "expected an e-mail address";
        });
    line.add_flag("--brevo", options->with_brevo, "Delete the contact in Brevo, too");
    line.add_flag("--dry-run", options->is_dry_run, "Only say what would be erased");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return forget_person(session, *options, common.as_json); });
    };
}

}  // namespace

const Command forget_command{"forget", "Erase everything that is known of a person", true, declare_forget};

}  // namespace cli
