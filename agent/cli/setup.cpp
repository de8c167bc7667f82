#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/held_signals.hpp"
#include "cli/setup_answers.hpp"
#include "cli/setup_edge.hpp"
#include "cli/setup_files.hpp"
#include "cli/setup_mapping.hpp"
#include "config/error.hpp"
#include "config/load.hpp"
#include "config/signing_keys.hpp"
#include "config/values.hpp"
#include "text/text.hpp"

namespace cli {
namespace {

namespace files = std::filesystem;

constexpr auto token_file_name = "calendly_access_token";
constexpr auto api_key_file_name = "brevo_api_key";

struct SetupOptions {
    std::string public_url;
    std::string signing_key_file;  // "": beside the configuration
    std::string redis_url;
    std::string admin_listen = "127.0.0.1:8719";
    std::string nginx_file;  // "": the location is printed
    std::string reload_command;
    std::string patience = "60s";
    bool makes_lists = false;
    bool is_unattended = false;
    bool may_replace = false;
};

std::string from_environment(const char* name) {
    return config::process_environment()(name).value_or("");
}

std::string as_it_is(std::string text) {
    return text;
}

class Setup {
public:
    Setup(CommonOptions common, const SetupOptions& options, Questions& questions);

    int run();

private:
    void read_options();
    void read_former();
    template <typename Look>
    auto ask_for_secret(Question question, const std::string& given, std::string& secret, Look look);
    std::string answer(const std::string& given, Question question);
    void ask_about_accounts();
    void ask_until_it_answers(std::string given, Question question, std::string& into,
                              std::string (*completed)(std::string),
                              std::string (*trouble_of)(const SetupDraft& draft), bool is_needed);
    void ask_about_machine();
    void ask_about_mapping();
    SetupFiles planned_files() const;
    void confirm();
    void change_brevo();
    void write_files();
    void show_location() const;

    std::string beside_config(const char* name) const {
        return files::path(draft_.config_path).replace_filename(name).string();
    }

    CommonOptions common_;
    const SetupOptions& options_;
    Questions& questions_;
    SetupDraft draft_;
    SetupCalendly calendly_;
    SetupBrevo brevo_;
    std::vector<ChosenType> types_;
    std::vector<std::string> attributes_to_make_;
    std::string signing_key_;  // a new one; "": the file has one
    std::string former_url_;
    FormerLists former_lists_;
    bool has_written_ = false;
};

Setup::Setup(CommonOptions common, const SetupOptions& options, Questions& questions)
    : common_(std::move(common)), options_(options), questions_(questions) {}

void Setup::read_options() {
    common_.config_path = draft_.config_path = usable_path(common_.config_path, "--config");
    auto& file = draft_.file;
    file.access_token = fmt::format("${{file:{}}}", beside_config(token_file_name));
    file.api_key = fmt::format("${{file:{}}}", beside_config(api_key_file_name));
    file.scope = "organization";
    file.signing_key_file = options_.signing_key_file.empty()
                                ? beside_config("signing.key")
                                : usable_path(options_.signing_key_file, "--signing-key-file");
    file.redis_url = "redis://127.0.0.1:6379/0";
    require_writable_folder(draft_.config_path);
    const auto mistake = mistake_of(config::parse_listen, options_.admin_listen);
    if (!mistake.empty()) throw CommandError("--admin-listen: " + mistake);
    file.admin_listen = options_.admin_listen;
    const auto api_url = [](const char* name) {
        auto url = from_environment(name);
        const auto wrong = url.empty() ? std::string() : mistake_of(http::parse_url, url);
        if (!wrong.empty()) throw CommandError(fmt::format("{}: {}", name, wrong));
        return url;
    };
    file.calendly_api_url = api_url("CALENDLY_API_URL");
    file.calendly_auth_url = api_url("CALENDLY_AUTH_URL");
    file.brevo_api_url = api_url("BREVO_API_URL");
}

// What is configured already is usual. A file that cannot be used says nothing.
void Setup::read_former() {
    if (read_if_there(draft_.config_path).empty()) return;
    try {
        const auto former = config::load(draft_.config_path, config::process_environment());
        const auto& connector = former.connectors.front();
        former_url_ = connector.webhook.url;
        for (const auto& type : connector.mapping.event_mapping)
            if (type.list_id) former_lists_[type.event_type_uri] = *type.list_id;
    } catch (const config::Error& error) {
        fmt::print("{}\nNothing is taken over from it.\n", error.what());
    }
}

// Asked for until the account accepts it.
template <typename Look>
auto Setup::ask_for_secret(Question question, const std::string& given, std::string& secret, Look look) {
    question.mistake = mistake_in_secret;
    for (auto offered = given;; offered.clear()) {
        secret = answer(offered, question);
        try {
            return look(draft_);
        } catch (const CommandError& error) {
            if (options_.is_unattended) throw;
            fmt::print("{}\n", error.what());
            question.usual.clear();
        }
    }
}

// What is given is not asked for.
std::string Setup::answer(const std::string& given, Question question) {
    if (given.empty()) return questions_.ask(question);
    const auto mistake = question.mistake(given);
    if (!mistake.empty()) throw CommandError(fmt::format("{}: {}", question.instead, mistake));
    return given;
}

void Setup::ask_about_accounts() {
    const auto stored = [this](const char* name) {
        return std::string(text::trim(read_if_there(beside_config(name))));
    };
    calendly_ =
        ask_for_secret({.text = "Calendly's personal access token (Integrations & apps > API & webhooks)",
                        .usual = stored(token_file_name),
                        .instead = "the environment variable CALENDLY_ACCESS_TOKEN",
                        .is_secret = true},
                       from_environment("CALENDLY_ACCESS_TOKEN"), draft_.access_token, look_at_calendly);
    fmt::print("Calendly   {} <{}>, {} active event types\n", calendly_.user.name, calendly_.user.email,
               calendly_.types.size());
    if (!calendly_.sees_organization) {
        draft_.file.scope = "user";
        fmt::print(
            "           neither owner nor admin of the organization: only this user's own bookings are told "
            "of\n");
    }
    brevo_ = ask_for_secret({.text = "Brevo's API key (SMTP & API > API keys)",
                             .usual = stored(api_key_file_name),
                             .instead = "the environment variable BREVO_API_KEY",
                             .is_secret = true},
                            from_environment("BREVO_API_KEY"), draft_.api_key, look_at_brevo);
    fmt::print("Brevo      {} lists, {} attributes\n", brevo_.lists.size(), brevo_.attributes.size());
}

// Asked for until it answers, as `trouble_of()` says once it is in the draft; whoever says the same once more
// knows better. `is_needed`: where nobody can be asked, nothing works without it.
void Setup::ask_until_it_answers(std::string given, Question question, std::string& into,
                                 std::string (*completed)(std::string),
                                 std::string (*trouble_of)(const SetupDraft& draft), bool is_needed) {
    for (std::string silent;; given.clear()) {
        into = completed(answer(given, question));
        if (into == silent) return;
        const auto trouble = trouble_of(draft_);
        if (trouble.empty()) return;
        if (options_.is_unattended && is_needed)
            throw CommandError(fmt::format("{}: {}", question.instead, trouble));
        fmt::print("{}{}\n", trouble,
                   options_.is_unattended ? "" : "; Enter if it will be right, or another address");
        if (options_.is_unattended) return;
        question.usual = silent = into;
    }
}

void Setup::ask_about_machine() {
    const auto url = former_url_.empty() && !options_.is_unattended ? own_public_url() : former_url_;
    ask_until_it_answers(options_.public_url,
                         {.text = "Where Calendly reaches nginx",
                          .usual = url,
                          .instead = "--public-url",
                          .mistake = mistake_in_public_url},
                         draft_.file.url, with_webhook_path, silence_at_public_url, false);
    ask_until_it_answers(options_.redis_url,
                         {.text = "Redis, between nginx and the agent",
                          .usual = draft_.file.redis_url,
                          .instead = "--redis-url",
                          .mistake = mistake_in_redis_url},
                         draft_.file.redis_url, as_it_is, trouble_with_redis, true);
    draft_.configuration();  // what only the whole of it shows
}

void Setup::ask_about_mapping() {
    types_ = ask_for_lists(questions_, calendly_, brevo_, former_lists_, options_.makes_lists);
    auto fields = ask_for_fields(questions_, calendly_, brevo_);
    draft_.file.fields = std::move(fields.mapping);
    attributes_to_make_ = std::move(fields.to_make);
    draft_.file.types.clear();
    for (const auto& chosen : types_) {
        draft_.file.types.push_back(chosen.type);
        draft_.file.types.back().list = chosen.list.text();
    }
    if (config::SigningKeyFile(draft_.file.signing_key_file).keys().empty())
        signing_key_ = config::make_signing_key();
}

// connector.yaml last: when it is there, so is what it names.
SetupFiles Setup::planned_files() const {
    SetupFiles planned;
    planned.add({beside_config(token_file_name), draft_.access_token + "\n", true});
    planned.add({beside_config(api_key_file_name), draft_.api_key + "\n", true});
    if (!signing_key_.empty()) {
        const auto before = read_if_there(draft_.file.signing_key_file);
        planned.add({draft_.file.signing_key_file, before + signing_key_ + "\n", true});
    }
    if (!options_.nginx_file.empty())
        planned.add({usable_path(options_.nginx_file, "--nginx-file"), config::render_location(draft_.file)});
    planned.add({draft_.config_path, config::render(draft_.file)});
    return planned;
}

void Setup::confirm() {
    const auto planned = planned_files();
    fmt::print("\nThis will be done:\n");
    for (const auto& chosen : types_)
        if (!chosen.list.to_make.empty()) fmt::print("list       {} is made in Brevo\n", chosen.list.to_make);
    for (const auto& name : attributes_to_make_) fmt::print("attribute  {} is made in Brevo\n", name);
    fmt::print("{}webhooks   Calendly is told to send them to {}, once nginx accepts them\n",
               planned.description(), draft_.file.url);
    if (planned.has_different() && !options_.may_replace &&
        !agrees(questions_, "\nReplace the files that are different? They stay beside the new ones, as *.old",
                false))
        throw CommandError(
            "files that are there already are different, and were left as they are; --replace replaces them. "
            "With what they say: calendly-brevo webhooks create, calendly-brevo doctor");
    if (!agrees(questions_, "Go on?", true)) throw CommandError("stopped at your word");
}

void Setup::change_brevo() {
    for (std::size_t i = 0; i < types_.size(); ++i) {
        auto& list = types_[i].list;
        if (list.to_make.empty()) continue;
        list.id = make_list(draft_, brevo_, list.to_make);
        fmt::print("made list {} ({}) in Brevo\n", list.id, list.to_make);
        list.to_make.clear();
        draft_.file.types[i].list = list.text();
    }
    if (attributes_to_make_.empty()) return;
    make_attributes(draft_, attributes_to_make_);
    fmt::print("made {} attributes in Brevo\n", attributes_to_make_.size());
}

void Setup::write_files() {
    const bool is_new = planned_files().write();
    has_written_ = true;
    if (is_new) fmt::print("wrote {} and what it names\n", draft_.config_path);
}

void Setup::show_location() const {
    if (!options_.nginx_file.empty()) {
        fmt::print("\nInclude {} in the server {{ ... }} of nginx that Calendly reaches.\n",
                   options_.nginx_file);
        return test_nginx();
    }
    fmt::print("\nThis belongs into the server {{ ... }} of nginx that Calendly reaches:\n\n{}\n",
               config::render_location(draft_.file));
    std::fflush(stdout);
}

// Ctrl-C comes where a question or a call waits, never between two files.
int Setup::run() {
    const HeldSignals held;
    try {
        read_options();
        read_former();
        ask_about_accounts();
        ask_about_machine();
        ask_about_mapping();
        confirm();
        change_brevo();
        write_files();
        show_location();
        return connect(
            common_, questions_,
            {options_.is_unattended, config::parse_duration(options_.patience), options_.reload_command});
    } catch (const net::Interrupted&) {
        std::fflush(stdout);
        fmt::print(stderr, "\ninterrupted: {}\n",
                   has_written_ ? "setup goes on from here when it is run again" : "no file was written");
        return app::exit_code::interrupted;
    } catch (const std::runtime_error& error) {
        if (has_written_) throw;
        throw CommandError(std::string(error.what()) + "; no file was written");
    }
}

Run declare_setup(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<SetupOptions>();
    line.footer(
        "Asks what it needs, and changes nothing before the last question. Environment, instead of "
        "questions:\n"
        "CALENDLY_ACCESS_TOKEN, BREVO_API_KEY; for other servers CALENDLY_API_URL, CALENDLY_AUTH_URL, "
        "BREVO_API_URL.\n"
        "Files are written beside --config, 0600. One that is there and different is shown, and replaced "
        "only on a\n"
        "yes or with --replace (--yes alone refuses); the former one stays as *.old. Run again, it goes on "
        "where it\n"
        "was. Exit 0: all but the agent is well.");
    line.add_option("--public-url", options->public_url,
                    "Where Calendly reaches nginx, https://; without a path: /webhooks/calendly");
    line.add_option("--signing-key-file", options->signing_key_file,
                    "nginx's file of signing keys, made when it is missing (default: signing.key)");
    line.add_option("--redis-url", options->redis_url,
                    "redis://, rediss:// or unix:, the same for nginx (default: redis://127.0.0.1:6379/0)");
    line.add_option("--admin-listen", options->admin_listen, "Where the agent answers /health")
        ->capture_default_str();
    line.add_option("--nginx-file", options->nginx_file,
                    "Write nginx's location there and run nginx -t (default: print it)");
    line.add_option("--reload-command", options->reload_command,
                    "Then run this, such as 'systemctl reload nginx' (default: wait for somebody)");
    line.add_option("--patience", options->patience, "With --yes: how long nginx may take to accept webhooks")
        ->check(CLI::Validator(mistake_in_duration, "DURATION"))
        ->capture_default_str();
    line.add_flag("--make-lists", options->makes_lists,
                  "A list in Brevo for each event type, made where none has its name (default: none)");
    line.add_flag("--replace", options->may_replace, "Replace files that are there and different");
    line.add_flag("--yes", options->is_unattended, "Ask nothing: what is usual, and what is said here");
    return [&common, options] {
        TypedQuestions typed;
        UnattendedQuestions unattended;
        Questions& questions = options->is_unattended ? static_cast<Questions&>(unattended) : typed;
        return Setup(common, *options, questions).run();
    };
}

}  // namespace

const Command setup_command{
    "setup", "From two tokens to a contact: asks, checks, writes the configuration, subscribes", false,
    declare_setup};

}  // namespace cli
