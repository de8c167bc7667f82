#include "e2e/harness/leaks.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include <elf.h>

#include "e2e/harness/system.hpp"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest_secret = 6;
constexpr std::int64_t most_contacts = 100;  // that Brevo is asked for; more of them tell nothing new

bool is_part_of_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_' || c == '+';
}

bool has_address(std::string_view line) {
    for (auto at = line.find('@'); at != line.npos; at = line.find('@', at + 1)) {
        const bool is_masked = line.substr(0, at).ends_with("...");
        if (is_masked || at == 0 || !is_part_of_name(line[at - 1])) continue;
        const auto domain = line.substr(at + 1);
        const auto length = std::ranges::find_if_not(domain, is_part_of_name) - domain.begin();
        if (domain.substr(0, static_cast<std::size_t>(length)).find("example") != domain.npos) return true;
    }
    return false;
}

void append(const std::string& where, const std::vector<std::string>& lines, std::vector<std::string>& to) {
    for (const auto& line : lines) to.push_back(where + ": " + line);
}

bool is_core_dump(const fs::path& path) {
    Elf64_Ehdr elf{};
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(&elf), sizeof elf)) return false;
    return std::memcmp(elf.e_ident, ELFMAG, SELFMAG) == 0 && elf.e_type == ET_CORE;
}

bool is_searched(const fs::path& path) {
    return path.extension() == ".log" || path.extension() == ".errors";
}

// On one connection: the sign-in costs as much as all the rest.
class Pages {
public:
    explicit Pages(const AgentProcess& agent) : client_(agent.admin_port()), token_(agent.admin_token()) {}

    std::map<std::string, std::string> read(const SystemOptions& options) {
        for (const auto* page : {"/metrics", "/healthz", "/readyz"}) get(page);
        const auto is_well = get("/health") == 200;
        sign_in();
        get("/api/v1/status");
        if (!is_well) return std::move(texts_);  // the others ask Redis, which may be away
        for (const auto& [connector, sections] : options.connectors)
            for (const auto* list : {"timeline", "dead", "dead/groups"})
                get("/api/v1/connectors/" + connector + "/" + list);
        return std::move(texts_);
    }

private:
    unsigned get(const std::string& page) {
        auto answer = client_.request({"GET", page, credential_, {}});
        texts_[page] = std::move(answer.body);
        return answer.status;
    }

    void sign_in() {
        const json::object given = token_.empty() ? json::object{} : json::object{{"token", token_}};
        const auto answer =
            client_.request({"POST",
                             "/api/v1/session",
                             {{"Origin", "http://localhost"}, {"Content-Type", "application/json"}},
                             json::serialize(given)});
        const auto cookie = answer.header("set-cookie");
        credential_ = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    }

    HttpClient client_;
    std::string token_;
    Headers credential_;
    std::map<std::string, std::string> texts_;
};

}  // namespace

Secrets::Secrets() {
    for (const std::string_view secret : {System::signing_key, std::string_view(SandboxProcess::token),
                                          std::string_view(SandboxProcess::api_key)})
        add(std::string(secret));
}

Secrets::Secrets(const fs::path& folder) : Secrets() {
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".key") continue;
        std::istringstream lines(read_file(entry.path()));
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with('#')) add(line);
    }
}

Secrets::Secrets(System& system) : Secrets(system.folder().path()) {
    for (const auto& told : system.sandbox().told_of_people()) add(told);
    if (!system.sandbox().running()) return;
    const auto answer = system.sandbox().get("/contacts?limit=" + std::to_string(most_contacts));
    for (const auto& contact : answer.at("contacts").as_array())
        for (const auto* name : {"FIRSTNAME", "LASTNAME", "SMS"}) {
            const auto* value = contact.at("attributes").as_object().if_contains(name);
            if (value && value->is_string()) add(std::string(value->as_string()));
        }
}

void Secrets::add(const std::string& secret) {
    if (secret.size() >= shortest_secret) all_.insert(secret);
}

std::vector<std::string> Secrets::lines_with_one(const std::string& text) const {
    std::vector<std::string_view> present;
    for (const auto& secret : all_)
        if (text.find(secret) != text.npos) present.push_back(secret);
    std::vector<std::string> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto has = [&](std::string_view secret) { return line.find(secret) != line.npos; };
        if (std::ranges::any_of(present, has) || has_address(line)) found.push_back(line);
    }
    return found;
}

std::vector<std::string> leaks_in_pages(System& system, const Secrets& secrets) {
    std::vector<std::string> found;
    for (auto& agent : system.agents()) {
        if (!agent.running() || !agent.answers()) continue;
        for (const auto& [page, text] : Pages(agent).read(system.options()))
            append(page, secrets.lines_with_one(text), found);
    }
    return found;
}

std::vector<std::string> core_dumps(const fs::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && is_core_dump(entry.path())) found.push_back(entry.path().filename());
    return found;
}

std::vector<std::string> leaks_in_files(System& system, const Secrets& secrets) {
    std::vector<std::string> found;
    append("a core dump", core_dumps(system.folder().path()), found);
    for (const auto& entry : fs::recursive_directory_iterator(system.folder().path()))
        if (entry.is_regular_file() && is_searched(entry.path()))
            append(entry.path().filename(), secrets.lines_with_one(read_file(entry.path())), found);
    return found;
}

}  // namespace harness
