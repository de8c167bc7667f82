// What producers keep, in memory.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "redis/error.hpp"
#include "redis/history_store.hpp"

namespace fakes {

class HistoryStore final : public redis::HistoryStore {
public:
    std::map<redis::WaitingIn, std::vector<shared::WebhookEntry>> streams;
    std::map<std::string, std::string> texts;
    std::map<std::string, std::string> meetings;  // that were seen
    std::set<std::string> locked_by_others;

    // Called at each call before it is carried out, and again, with "done", after it: may throw.
    std::function<void(const std::string& call)> on_call;

    void put(redis::WaitingIn stream, shared::WebhookEntry entry) {
        entry.id = std::to_string(++last_id_) + "-0";
        streams[stream].push_back(std::move(entry));
    }

    boost::asio::awaitable<std::vector<std::string>> append(std::vector<shared::WebhookEntry> entries,
                                                            std::size_t most_waiting) override {
        note("append");
        std::vector<std::string> ids;
        auto& stream = streams[redis::WaitingIn::history];
        if (stream.size() + entries.size() > most_waiting) co_return ids;
        for (auto& entry : entries) {
            put(redis::WaitingIn::history, std::move(entry));
            ids.push_back(stream.back().id);
        }
        note("append done");
        co_return ids;
    }
    boost::asio::awaitable<std::int64_t> waiting(redis::WaitingIn stream) override {
        co_return static_cast<std::int64_t>(streams[stream].size());
    }
    boost::asio::awaitable<std::vector<shared::WebhookEntry>> entries_after(redis::WaitingIn stream,
                                                                            std::string id,
                                                                            std::size_t count) override {
        note("entries_after");
        std::vector<shared::WebhookEntry> found;
        for (const auto& entry : streams[stream])
            if (std::stoll(entry.id) > std::stoll(id) && found.size() < count) found.push_back(entry);
        co_return found;
    }
    boost::asio::awaitable<bool> waits_between(std::string, std::string) override {
        co_return !streams[redis::WaitingIn::history].empty();
    }
    boost::asio::awaitable<bool> lock(std::string name) override {
        note("lock");
        co_return !locked_by_others.contains(name);
    }
    boost::asio::awaitable<void> unlock(std::string) override {
        note("unlock");
        co_return;
    }
    boost::asio::awaitable<std::optional<std::string>> read(std::string name) override {
        note("read " + name);
        if (!texts.contains(name)) co_return std::nullopt;
        co_return texts.at(name);
    }
    boost::asio::awaitable<void> write(std::string name, std::string text) override {
        note("write " + name);
        texts[name] = std::move(text);
        note("write done");
        co_return;
    }
    boost::asio::awaitable<void> erase(std::string name) override {
        texts.erase(name);
        co_return;
    }
    boost::asio::awaitable<void> erase_this(std::string name, std::string text) override {
        if (texts.contains(name) && texts.at(name) == text) texts.erase(name);
        co_return;
    }
    boost::asio::awaitable<std::vector<std::optional<std::string>>> seen(
        std::vector<std::string> ids) override {
        note("seen");
        std::vector<std::optional<std::string>> found;
        for (const auto& id : ids)
            found.push_back(meetings.contains(id) ? std::optional(meetings.at(id)) : std::nullopt);
        co_return found;
    }
    boost::asio::awaitable<void> note_seen(std::vector<std::pair<std::string, std::string>> noted) override {
        note("note_seen");
        for (auto& [id, text] : noted) meetings[id] = std::move(text);
        note("note_seen done");
        co_return;
    }
    boost::asio::awaitable<SeenPart> scan_seen(std::string) override {
        SeenPart part{"0", {}};
        for (const auto& meeting : meetings) part.meetings.push_back(meeting);
        co_return part;
    }
    boost::asio::awaitable<void> forget_seen(std::vector<std::string> ids) override {
        for (const auto& id : ids) meetings.erase(id);
        co_return;
    }

private:
    void note(const std::string& call) {
        if (on_call) on_call(call);
    }

    std::uint64_t last_id_ = 0;
};

}  // namespace fakes
