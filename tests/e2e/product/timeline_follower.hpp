// The timeline from its first entry on, as `tail` shows it: it is too short for a whole soak, and so it is
// read while it is written.
#pragma once

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "e2e/harness/agent_process.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {

class TimelineFollower {
public:
    TimelineFollower(const std::string& configuration, const std::filesystem::path& output)
        : tail_({harness::AgentProcess::program(), "tail", "--json", "--reveal", "--after", "0-0", "--config",
                 configuration},
                output),
          output_(output) {}

    // What was printed since the last time. Messages on standard error stand in the file, too.
    void read_on() {
        std::string part;
        output_.clear();
        while (std::getline(output_, part)) {
            line_ += part;
            if (output_.eof()) return;  // the rest of the line is still to come
            if (line_.starts_with('{')) note(json::parse(line_));
            line_.clear();
        }
    }

    int stop() { return tail_.stop(); }

    std::size_t gaps() const { return gaps_; }
    std::size_t entries() const { return entries_; }
    std::size_t count(const std::string& outcome) const {
        const auto found = counts_.find(outcome);
        return found == counts_.end() ? 0 : found->second;
    }
    // Whether it tells of this change of this booking, whatever became of it.
    bool tells(const std::string& invitee, const std::string& event) const {
        return told_.contains(invitee + ' ' + event);
    }
    // Change ids that Brevo must have been told.
    const std::unordered_set<std::string>& synced() const { return synced_; }
    // Whose deliveries went to the dead letters.
    const std::set<std::string>& dead() const { return dead_; }
    const std::string& last_synced_person() const { return last_synced_person_; }

private:
    void note(const json::value& line) {
        if (line.as_object().contains("gap")) {
            ++gaps_;
            return;
        }
        ++entries_;
        const auto outcome = text_at(line, "/outcome");
        const auto person = text_at(line, "/person");
        ++counts_[outcome];
        told_.insert(text_at(line, "/invitee") + ' ' + text_at(line, "/event"));
        if (outcome == "dead") dead_.insert(person);
        if (outcome != "synced") return;
        synced_.insert(text_at(line, "/change_id"));
        last_synced_person_ = person;
    }

    harness::Process tail_;
    std::ifstream output_;
    std::string line_;  // that is not yet whole
    std::size_t gaps_ = 0, entries_ = 0;
    std::map<std::string, std::size_t> counts_;
    std::unordered_set<std::string> told_, synced_;
    std::set<std::string> dead_;
    std::string last_synced_person_;
};

}  // namespace e2e
