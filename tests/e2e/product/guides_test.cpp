// The guides: each command in them is run as a reader would type it, in a system where its names lead
// somewhere.
#include <map>
#include <regex>
#include <sstream>

#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace guides_test {

namespace fs = std::filesystem;

// Commands that change the machine itself, and where they are run instead.
const std::map<std::string, std::string> run_elsewhere = {
    {"git pull", "it brings another version"},
    {"./conf/build", "the build that made this test"},
    {"apt install", "tests/packages, under --soak"},
    {"service nginx upgrade", "tests/packages, under --soak"},
    {"systemctl edit", "it opens an editor"},
    {"systemd-analyze", "EdgeHardening.OfTheAgentsUnitIsAsGoodAsItsWorkAllows"},
    {"calendly-brevo auth login", "ProductLogin: it needs a browser"},
    {"calendly-brevo auth logout", "ProductLogout: a personal token has none"},
    {"calendly-brevo tail", "ProductTimeline: it has no end"},
};

const std::string first_words =
    "(calendly-brevo|systemctl|systemd-analyze|journalctl|redis-cli|nginx|service|curl|ssh|openssl|apt|git|"
    "install|\\./conf)";

bool is_run_elsewhere(const std::string& command) {
    return std::ranges::any_of(run_elsewhere,
                               [&](const auto& entry) { return command.starts_with(entry.first); });
}

// What stands in `...` and begins as a command does. Words alone (`nginx`) are names.
void add_spans(const std::string& line, std::vector<std::string>& to) {
    static const std::regex span("`(" + first_words + " [^`]+)`");
    for (std::sregex_iterator it(line.begin(), line.end(), span), end; it != end; ++it)
        to.push_back((*it)[1]);
}

std::vector<std::string> commands_of(const fs::path& guide) {
    std::istringstream text(harness::read_file(guide));
    std::vector<std::string> commands;
    bool is_shell = false, is_block = false;
    for (std::string line; std::getline(text, line);) {
        line.erase(0, line.find_first_not_of(' '));
        if (line.starts_with("```")) {
            is_shell = !is_block && line == "```sh";
            is_block = !is_block;
        } else if (is_shell) {
            commands.push_back(line);
        } else if (!is_block) {
            add_spans(line, commands);
        }
    }
    return commands;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

class ProductGuides : public WebhookTest, public testing::WithParamInterface<std::string> {
protected:
    ProductGuides() { allow_error("goes to the dead letters"); }

    // Everything is well; somebody has booked, and one letter is dead.
    void lay_readers_system() {
        lay_watched();
        system_->start_agent();
        wait_until_well();
        sandbox().book({{"email", "jane.doe@example.com"}});
        settle();
        make_letter();
        lay_commands();
        lay_checkout();
    }
    void make_letter() {
        redis({"XADD", shared::webhooks_key("calendly"), "*", "body", "no JSON", "received_ms", "1"});
        harness::wait_until([&] { return !letter().empty(); }, "a letter should be dead");
    }
    std::string letter() {
        const auto letters =
            system_->redis().client().command({"XRANGE", shared::dead_key("calendly"), "-", "+"});
        return letters->elements == 0 ? "" : std::string(shared::text(*letters->element[0]->element[0]));
    }
    std::string reason() { return text_at(run_json({"dead", "list"}), "/items/0/reason"); }

    // The commands that a reader has, for this system: theirs find it in /etc.
    void lay_commands() {
        const auto configuration = system_->write_configuration();
        const auto agent_program = harness::AgentProcess::program().string();
        lay_command("calendly-brevo", "case \"$1\" in --version | sign | man | completion) exec '" +
                                          agent_program + "' \"$@\" ;; esac\nexec '" + agent_program +
                                          "' \"$@\" --config '" + configuration + "'");
        lay_command("redis-cli", "exec /usr/bin/redis-cli -s " + system_->redis().socket_path() + " \"$@\"");
        lay_command("nginx", "case \"$*\" in -t) exec /usr/sbin/nginx -t -p '" + nginx_folder() + "' -c '" +
                                 nginx_folder() + "/nginx.conf' ;; '-s reload') exec " + reload_command() +
                                 " ;; *) exit 2 ;; esac");
        // Of systemd only what it would do to these two.
        lay_command("systemctl", "case \"$*\" in 'reload nginx') exec " + reload_command() +
                                     " ;; 'reload calendly-brevo') exec kill -HUP " +
                                     std::to_string(agent().id()) +
                                     " ;; 'restart nginx' | 'restart calendly-brevo' | 'status nginx' | "
                                     "'status calendly-brevo') ;; *) exit 2 ;; esac");
        lay_command("journalctl", "case \"$*\" in '-t calendly-brevo '*) ;; *) exit 2 ;; esac");
        lay_command("ssh", "case \"$*\" in '-N -L 8719:127.0.0.1:8719 your-server') ;; *) exit 2 ;; esac");
    }
    std::string nginx_folder() { return (system_->folder() / "nginx").string(); }
    void lay_command(const std::string& name, const std::string& script) {
        const auto file = system_->folder() / ("bin/" + name);
        fs::create_directories(file.parent_path());
        harness::write_file(file, "#!/bin/sh\n" + script + "\n");
        fs::permissions(file, fs::perms::owner_all);
    }
    void lay_checkout() {
        const auto checkout = system_->folder() / "checkout";
        fs::create_directories(checkout);
        fs::create_symlink(BUILD_DIR, checkout / "build");
        fs::create_symlink(fs::path(SOURCE_DIR) / "conf", checkout / "conf");
    }

    // As a reader fills it in.
    std::string filled_in(std::string command) {
        command = replaced(command, "https://hooks.example.com/webhooks/calendly", system_->webhook_url());
        command = replaced(command, "--reason ...", "--reason '" + reason() + "'");
        command = replaced(command, " ID", " " + letter());
        for (const std::string folder : {"/usr/local/bin", "/usr/lib/nginx/modules"})
            command = replaced(command, folder, (system_->folder() / "root").string() + folder);
        return command;
    }
    void try_command(const std::string& command) {
        if (letter().empty()) make_letter();
        const auto name = "typed" + std::to_string(++typed_);
        const auto line = "cd '" + (system_->folder() / "checkout").string() + "' && " + filled_in(command);
        const auto ran =
            harness::run({"timeout", "60", "/bin/sh", "-ec", line}, system_->folder() / name,
                         {{"PATH", (system_->folder() / "bin").string() + ":" + std::getenv("PATH")}});
        // A dead letter waits: that is no failure of a command that looks at the agent.
        const bool may_complain = command.starts_with("calendly-brevo status");
        EXPECT_TRUE(ran.exit_code == 0 || (may_complain && ran.exit_code == 1))
            << command << " ended with " << ran.exit_code << ":\n"
            << ran.output;
    }

private:
    int typed_ = 0;
};

TEST_P(ProductGuides, EachCommandDoesWhatItSays) {
    const auto guide = fs::path(SOURCE_DIR) / "conf/guides" / GetParam();
    EXPECT_FALSE(std::regex_search(harness::read_file(guide), std::regex("@[A-Z]+@")))
        << "a figure is missing";
    const auto commands = commands_of(guide);
    lay_readers_system();
    std::set<std::string> tried;
    for (const auto& command : commands)
        if (!is_run_elsewhere(command) && tried.insert(command).second) try_command(command);
    const bool has_none = GetParam() == "architecture.md" || GetParam() == "capacity.md";
    EXPECT_EQ(tried.empty(), has_none);
}

std::vector<std::string> guides() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "conf/guides"))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

INSTANTIATE_TEST_SUITE_P(Guide, ProductGuides, testing::ValuesIn(guides()),
                         [](const auto& guide) { return guide.param.substr(0, guide.param.find('.')); });

}  // namespace guides_test
}  // namespace e2e
