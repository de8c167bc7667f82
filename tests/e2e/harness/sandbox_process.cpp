#include "e2e/harness/sandbox_process.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <boost/url.hpp>

namespace harness {
namespace {

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

std::vector<std::string> command_line(const std::filesystem::path& folder, const SandboxOptions& options) {
    std::vector<std::string> command = {std::filesystem::path(BUILD_DIR) / "calendly-brevo-sandbox",
                                        "--ports-file",
                                        folder / "ports.json",
                                        "--calendly-token",
                                        SandboxProcess::token,
                                        "--brevo-key",
                                        SandboxProcess::api_key};
    const auto add = [&](const std::string& option, const std::string& value) {
        command.push_back(option);
        command.push_back(value);
    };
    if (!options.webhook_url.empty()) {
        add("--webhook-url", options.webhook_url);
        add("--signing-key", options.signing_key);
    }
    if (options.tls) add("--tls-dir", folder.string());
    command.insert(command.end(), options.arguments.begin(), options.arguments.end());
    return command;
}

constexpr std::size_t most_told = 500;

bool is_phone(const json::string& text) {
    constexpr std::ptrdiff_t fewest_digits = 7;
    return std::ranges::count_if(text, [](unsigned char c) { return std::isdigit(c); }) >= fewest_digits &&
           text.find_first_not_of("+0123456789 ()-./") == text.npos;
}

// Of a booking, or of anything that holds bookings.
void note_people(const json::value& value, std::set<std::string>& told) {
    if (told.size() >= most_told) return;
    if (const auto* list = value.if_array())
        for (const auto& item : *list) note_people(item, told);
    const auto* object = value.if_object();
    if (!object) return;
    for (const auto& [name, member] : *object) {
        const auto* text = member.if_string();
        const bool is_name = name == "name" || name == "first_name" || name == "last_name";
        if (text && (is_name || is_phone(*text)))
            told.emplace(text->begin(), text->end());
        else
            note_people(member, told);
    }
}

// Other calls have names, too: of event types, attributes and lists.
bool is_about_people(const std::string& path) {
    return path == "/book" || path == "/reschedule" || path == "/play";
}

json::object with_invitee(json::object body, const std::string& invitee) {
    body["invitee"] = invitee;
    return body;
}

std::string path_of(const json::object& entry) {
    const auto path = text_of(entry.at("path"));
    return path.substr(0, path.find('?'));
}

}  // namespace

std::uint16_t port_of(const std::string& url) {
    return boost::urls::parse_uri(url).value().port_number();
}

SandboxProcess::SandboxProcess(const Folder& folder, const SandboxOptions& options)
    : folder_(folder / "sandbox") {
    std::filesystem::create_directories(folder_);
    process_.emplace(command_line(folder_, options), folder_ / "sandbox.log");
    const auto ports_file = folder_ / "ports.json";
    wait_until(
        [&] {
            if (!process_->running())
                throw std::runtime_error("the sandbox ended: " + read_file(folder_ / "sandbox.log"));
            return std::filesystem::exists(ports_file);
        },
        "the sandbox should write its addresses");
    const auto ports = json::parse(read_file(ports_file)).as_object();
    calendly_url_ = text_of(ports.at("calendly"));
    brevo_url_ = text_of(ports.at("brevo"));
    control_port_ = port_of(text_of(ports.at("control")));
}

json::object SandboxProcess::request(const HttpRequest& request) const {
    const auto response = send_once(control_port_, request);
    if (response.status / 100 != 2)
        throw std::runtime_error("sandbox: " + request.target + ": " + std::to_string(response.status) + " " +
                                 response.body);
    return json::parse(response.body).as_object();
}

json::object SandboxProcess::post(const std::string& path, const json::object& body) const {
    if (is_about_people(path)) note_people(body, told_of_people_);
    return request({.target = path, .headers = {}, .body = json::serialize(body)});
}

json::object SandboxProcess::get(const std::string& path) const {
    return request({.method = "GET", .target = path, .headers = {}, .body = {}});
}

void SandboxProcess::remove(const std::string& path) const {
    request({.method = "DELETE", .target = path, .headers = {}, .body = {}});
}

std::string SandboxProcess::book(json::object booking) const {
    if (!booking.contains("name") && !booking.contains("first_name")) booking["name"] = "Ann Bee";
    return text_of(post("/book", booking).at("invitee_id"));
}

std::string SandboxProcess::reschedule(const std::string& invitee, json::object more) const {
    return text_of(post("/reschedule", with_invitee(std::move(more), invitee)).at("invitee_id"));
}

void SandboxProcess::cancel(const std::string& invitee, json::object more) const {
    post("/cancel", with_invitee(std::move(more), invitee));
}

void SandboxProcess::mark_no_show(const std::string& invitee, json::object more) const {
    post("/no_show", with_invitee(std::move(more), invitee));
}

void SandboxProcess::undo_no_show(const std::string& invitee, json::object more) const {
    post("/undo_no_show", with_invitee(std::move(more), invitee));
}

void SandboxProcess::subscribe_too(const std::string& webhook_url, const std::string& signing_key) const {
    const auto health = get("/health");
    const json::object body{
        {"url", webhook_url},
        {"events",
         {"invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted"}},
        {"organization", health.at("organization")},
        {"user", health.at("user")},
        {"scope", "user"},
        {"signing_key", signing_key}};
    const auto response =
        send_once(port_of(calendly_url_), {.target = "/webhook_subscriptions",
                                           .headers = {{"Authorization", std::string("Bearer ") + token},
                                                       {"Content-Type", "application/json"},
                                                       {"User-Agent", "test"}},
                                           .body = json::serialize(body)});
    if (response.status != 201) throw std::runtime_error("no second subscription: " + response.body);
}

void SandboxProcess::hold() const {
    post("/hold");
}

std::map<std::int64_t, std::string> SandboxProcess::held_bodies() const {
    std::map<std::int64_t, std::string> bodies;
    const auto answer = get("/held");
    for (const auto& delivery : answer.at("held").as_array())
        bodies.emplace(delivery.at("delivery").to_number<std::int64_t>(),
                       json::serialize(delivery.at("body")));
    return bodies;
}

std::vector<std::int64_t> SandboxProcess::held() const {
    std::vector<std::int64_t> ids;
    const auto answer = get("/held");
    for (const auto& delivery : answer.at("held").as_array())
        ids.push_back(delivery.at("delivery").to_number<std::int64_t>());
    return ids;
}

void SandboxProcess::release(const std::vector<std::int64_t>& ids) const {
    post("/release", {{"ids", json::value_from(ids)}});
}

void SandboxProcess::release_all(const json::object& how) const {
    post("/release", how);
}

void SandboxProcess::deliver(const json::value& body) const {
    post("/deliver", {{"body", body}});
}

void SandboxProcess::deliver_bytes(const std::string& body) const {
    post("/deliver", {{"raw", body}});
}

bool SandboxProcess::has_pending_deliveries() const {
    return get("/health").at("pending_deliveries").to_number<std::int64_t>() > 0;
}

void SandboxProcess::fault(const std::string& api, json::object match, json::object action, int times,
                           int skip) const {
    post("/faults", {{"api", api},
                     {"match", std::move(match)},
                     {"action", std::move(action)},
                     {"times", times},
                     {"skip", skip}});
}

void SandboxProcess::clear_faults() const {
    remove("/faults");
}

std::optional<json::object> SandboxProcess::contact(const std::string& email) const {
    const auto response = send_once(
        control_port_, {.method = "GET", .target = "/contacts/" + email, .headers = {}, .body = {}});
    if (response.status == 404) return std::nullopt;
    if (response.status != 200) throw std::runtime_error("sandbox: no contact: " + response.body);
    return json::parse(response.body).as_object();
}

std::size_t SandboxProcess::contact_count() const {
    return get("/contacts").at("contacts").as_array().size();
}

std::vector<json::object> SandboxProcess::events(const std::string& email) const {
    std::vector<json::object> events;
    const auto answer = get("/events?email=" + email);
    for (const auto& event : answer.at("events").as_array()) events.push_back(event.as_object());
    return events;
}

std::vector<std::string> SandboxProcess::event_names(const std::string& email) const {
    std::vector<std::string> names;
    for (const auto& event : events(email)) names.push_back(text_of(event.at("event_name")));
    return names;
}

void SandboxProcess::for_each(const std::string& kind, const std::string& number, const Visit& visit) const {
    for (std::int64_t after = 0;;) {
        const auto answer = get("/" + kind + "?limit=1000&after=" + std::to_string(after));
        const auto& page = answer.at(kind).as_array();
        if (page.empty()) return;
        for (const auto& one : page) visit(one.as_object());
        after = page.back().at(number).to_number<std::int64_t>();
    }
}

std::vector<json::object> SandboxProcess::journal(const std::string& api, std::uint64_t after) const {
    std::vector<json::object> all;
    while (true) {
        const auto answer =
            get("/journal?after=" + std::to_string(after) + (api.empty() ? "" : "&api=" + api));
        const auto& entries = answer.at("entries").as_array();
        if (entries.empty()) return all;
        for (const auto& entry : entries) all.push_back(entry.as_object());
        after = all.back().at("n").to_number<std::uint64_t>();
    }
}

std::uint64_t SandboxProcess::journal_end() const {
    return get("/health").at("journal").to_number<std::uint64_t>();
}

std::vector<std::string> SandboxProcess::calls(const std::string& api, std::uint64_t after) const {
    std::vector<std::string> calls;
    for (const auto& entry : journal(api, after))
        calls.push_back(text_of(entry.at("method")) + " " + path_of(entry));
    return calls;
}

}  // namespace harness
