#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/process.hpp"

namespace harness {

namespace json = boost::json;

struct SandboxOptions {
    std::string webhook_url;  // an organization subscription that exists at start
    std::string signing_key;
    bool tls = false;                    // both APIs, with the CA in ca_file()
    std::vector<std::string> arguments;  // more of calendly-brevo-sandbox's
};

// A local Calendly and a local Brevo as a process of their own, in <folder>/sandbox, and their control API:
// see tests/sandbox/README.md. Calls throw std::runtime_error with the answer when it is not a 2xx.
class SandboxProcess {
public:
    SandboxProcess(const Folder& folder, const SandboxOptions& options);  // answering

    static constexpr const char* token = "sandbox-token";
    static constexpr const char* api_key = "sandbox-key";

    const std::string& calendly_url() const { return calendly_url_; }
    const std::string& brevo_url() const { return brevo_url_; }
    std::string ca_file() const { return (folder_ / "ca.pem").string(); }

    json::object post(const std::string& path, const json::object& body = {}) const;
    json::object get(const std::string& path) const;
    void remove(const std::string& path) const;

    // What happens in Calendly. An invitee is named by its id. More members: as the README says.
    std::string book(json::object booking) const;  // gives the invitee's id
    std::string reschedule(const std::string& invitee, json::object more = {}) const;  // the new invitee's id
    void cancel(const std::string& invitee, json::object more = {}) const;
    void mark_no_show(const std::string& invitee, json::object more = {}) const;
    void undo_no_show(const std::string& invitee, json::object more = {}) const;
    void subscribe_too(const std::string& webhook_url, const std::string& signing_key) const;

    // Deliveries.
    void hold() const;
    std::map<std::int64_t, std::string> held_bodies() const;   // by ids, oldest first
    std::vector<std::int64_t> held() const;                    // ids, oldest first
    void release(const std::vector<std::int64_t>& ids) const;  // those; the hold goes on
    void release_all(const json::object& how = {}) const;      // the rest; the hold ends
    void deliver(const json::value& body) const;               // signed by the sandbox
    void deliver_bytes(const std::string& body) const;
    bool has_pending_deliveries() const;

    // {method?, path_prefix?}, and what is done instead, `times` times (-1: until clear_faults()).
    void fault(const std::string& api, json::object match, json::object action, int times = 1,
               int skip = 0) const;
    void clear_faults() const;

    // What Brevo has.
    std::optional<json::object> contact(const std::string& email) const;
    std::size_t contact_count() const;
    std::vector<json::object> events(const std::string& email) const;
    std::vector<std::string> event_names(const std::string& email) const;
    // All of them, a page at a time, however many there are.
    using Visit = std::function<void(const json::object&)>;
    void for_each_contact(const Visit& visit) const { for_each("contacts", "id", visit); }
    void for_each_event(const Visit& visit) const { for_each("events", "n", visit); }

    // Names and phone numbers that post() was given, of as many people as a test has names for.
    const std::set<std::string>& told_of_people() const { return told_of_people_; }

    // Everything that was asked, oldest first; of one API: calendly, brevo, webhooks ("": of all).
    std::vector<json::object> journal(const std::string& api, std::uint64_t after = 0) const;
    std::uint64_t journal_end() const;
    // "POST /contacts", without queries.
    std::vector<std::string> calls(const std::string& api, std::uint64_t after = 0) const;

    bool running() { return process_->running(); }
    int stop() { return process_->stop(); }

private:
    json::object request(const HttpRequest& request) const;
    void for_each(const std::string& kind, const std::string& number, const Visit& visit) const;

    std::filesystem::path folder_;
    std::optional<Process> process_;
    std::string calendly_url_, brevo_url_;
    std::uint16_t control_port_ = 0;
    mutable std::set<std::string> told_of_people_;
};

// The port of an address like "http://127.0.0.1:1234/v3".
std::uint16_t port_of(const std::string& url);

}  // namespace harness
