// Nothing that an agent tells anybody holds a key, a token, or who booked: at the most talkative level, with
// bodies in the log, when all goes well, when an API refuses and quotes, and when it parks.
#include <filesystem>
#include <map>

#include "e2e/harness/process_facts.hpp"
#include "e2e/product/letters_fixture.hpp"

namespace e2e {
namespace secrets_test {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string email = "hieronymus.quillfeather@fjord.example";
const std::string phone = "+33612345678";

class ProductSecrets : public LettersTest {
protected:
    // Parts suffice: a name that is cut in two is still a name.
    static const std::vector<std::string>& secrets() {
        static const std::vector<std::string> all = {std::string(harness::System::signing_key),
                                                     harness::SandboxProcess::token,
                                                     harness::SandboxProcess::api_key,
                                                     "admin-token-of-the-tests",
                                                     "uillfeather",
                                                     "Hieronymus",
                                                     "612345678",
                                                     "6 12 34 56 78",
                                                     "Rue des Lilas"};
        return all;
    }

    static std::vector<std::string> found_in(const std::string& text) {
        std::vector<std::string> found;
        for (const auto& secret : secrets())
            if (text.find(secret) != text.npos) found.push_back(secret);
        return found;
    }

    // Every log of agent and nginx. What Redis, the sandbox and commands of the operator write is theirs.
    std::map<std::string, std::string> logs() {
        std::map<std::string, std::string> all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(system_->folder().path())) {
            const auto path = entry.path();
            const bool is_others = path.string().find("/sandbox/") != std::string::npos;
            if (path.extension() == ".log" && !is_others) all[path.string()] = harness::read_file(path);
        }
        return all;
    }

    // Whether any other program does, and is found to.
    static bool leaves_core_dumps() {
        const harness::Folder folder;
        harness::Process other({"sleep", "600"}, folder / "sleep.output", {}, folder.path());
        // Only sleep itself has no more of the test's memory.
        harness::wait_until([&] { return harness::command_line(other.id()) == "sleep"; }, "it should sleep");
        other.stop(SIGABRT);
        return !harness::core_dumps(folder.path()).empty();
    }

    std::string book() {
        return sandbox().book(
            {{"email", email},
             {"name", "Hieronymus Quillfeather"},
             {"questions_and_answers", {{"Phone", phone}, {"Address", "17 Rue des Lilas"}}}});
    }
};

TEST_F(ProductSecrets, AreInNoLogMetricOrHealth) {
    allow_error("");
    auto options = with({{"log_level", "verbose"}, {"log_webhooks", "true"}});
    start(std::move(options));
    wait_until_well();
    const auto moved = sandbox().reschedule(book());
    settle();
    sandbox().mark_no_show(moved);
    settle();
    sandbox().cancel(book(), {{"reason", "Hieronymus Quillfeather is ill, call " + phone}});
    settle();
    const json::object quoting{
        {"code", "invalid_parameter"},
        {"message", "Hieronymus Quillfeather <" + email + "> of sandbox-key, tel. +33 6 12 34 56 78"}};
    for (const int status : {400, 503, 401}) {
        sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                        {{"status", status}, {"body", quoting}});
        sandbox().book({{"email", email}, {"name", "Hieronymus Quillfeather"}});
        if (status != 401) settle();
    }
    harness::wait_until([&] { return agent().has_logged("parked"); }, "it should park");
    const auto all = logs();
    ASSERT_GE(all.size(), 2u);
    EXPECT_THAT(agent().log(), HasSubstr("outcome=synced")) << "there is something to search";
    EXPECT_THAT(agent().log(), HasSubstr("h...@fjord.example"));
    for (const auto& [name, text] : all) EXPECT_THAT(found_in(text), IsEmpty()) << name;
    EXPECT_THAT(found_in(agent().metrics()), IsEmpty());
    EXPECT_THAT(found_in(agent().health().body), IsEmpty());
}

// Memory has all of it. That there is no core dump is looked for at the end of every test.
TEST_F(ProductSecrets, AreInNoCoreDump) {
    if (!leaves_core_dumps()) GTEST_SKIP() << "on this machine nothing leaves a core dump where it runs";
    start();
    book();
    settle();
    agent().signal(SIGABRT);
    harness::wait_until([&] { return !agent().running(); }, "the agent should die");
}

}  // namespace secrets_test
}  // namespace e2e
