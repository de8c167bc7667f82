// What nobody may read in what the system says of itself: keys and tokens of the tests, names and phone
// numbers of those who booked, anybody's whole address.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace harness {

class System;

class Secrets {
public:
    // Signing key, token and API key of every test.
    Secrets();
    // And the keys in a test's files "*.key".
    explicit Secrets(const std::filesystem::path& folder);
    // And what the sandbox was told of people, or Brevo has of them, so far.
    explicit Secrets(System& system);

    // Ones that are too short are found by chance, and left out.
    void add(const std::string& secret);

    // The lines in which one stands, or an address at a domain "example": "ann@example.com",
    // "ann@fjord.example". Masked ones are fine: "a...@example.com".
    std::vector<std::string> lines_with_one(const std::string& text) const;

private:
    std::set<std::string> all_;
};

// Lines of what the agents that still answer show without being asked for personal data: metrics, health, the
// operators' status, timeline and dead letters, each behind the name of its page.
std::vector<std::string> leaks_in_pages(System& system, const Secrets& secrets);

// Likewise of the logs of agents and nginx, and of what commands said on standard error; and core dumps,
// which nobody may leave.
std::vector<std::string> leaks_in_files(System& system, const Secrets& secrets);

// Their names.
std::vector<std::string> core_dumps(const std::filesystem::path& folder);

}  // namespace harness
