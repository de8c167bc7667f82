// Dead letters, made by a Brevo that refuses contacts.
#pragma once

#include <map>
#include <string>

#include "e2e/product/fixture.hpp"

namespace e2e {

class LettersTest : public ProductTest {
protected:
    LettersTest() { allow_error("goes to the dead letters"); }

    // Everything but the agent, and a dead letter for each of these people.
    void start_with_letters(const std::vector<std::string>& emails, unsigned status = 400) {
        start();
        bury(emails, status);
    }

    void bury(const std::vector<std::string>& emails, unsigned status = 400) {
        sandbox().fault(
            "brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
            {{"status", status}, {"body", {{"code", "invalid_parameter"}, {"message", "no such thing"}}}},
            static_cast<int>(emails.size()));
        for (const auto& email : emails) {
            sandbox().book({{"email", email}, {"name", "Grace Hopperson"}});
            settle();
        }
        sandbox().clear_faults();
    }

    // Their ids, oldest first.
    std::vector<std::string> letter_ids() {
        std::vector<std::string> ids;
        const auto reply =
            system_->redis().client().command({"XRANGE", shared::dead_key("calendly"), "-", "+"});
        for (std::size_t i = 0; i < reply->elements; ++i)
            ids.emplace_back(shared::text(*reply->element[i]->element[0]));
        return ids;
    }

    // What everything in Redis says, keys included.
    std::string all_of_redis() {
        auto client = system_->redis().client();
        std::string all;
        const auto keys = client.command({"KEYS", "*"});
        for (std::size_t i = 0; i < keys->elements; ++i) {
            const std::string key(shared::text(*keys->element[i]));
            all += key + "\n";
            const auto type = client.text({"TYPE", key});
            if (type == "string") all += client.text({"GET", key}) + "\n";
            if (type == "hash") append(*client.command({"HGETALL", key}), all);
            if (type == "stream") append(*client.command({"XRANGE", key, "-", "+"}), all);
            if (type == "set") append(*client.command({"SMEMBERS", key}), all);
            if (type == "zset") append(*client.command({"ZRANGE", key, "0", "-1"}), all);
            if (type == "list") append(*client.command({"LRANGE", key, "0", "-1"}), all);
        }
        return all;
    }

private:
    static void append(const redisReply& reply, std::string& to) {
        if (reply.type == REDIS_REPLY_STRING) to.append(shared::text(reply)).append("\n");
        for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i)
            append(*reply.element[i], to);
    }
};

}  // namespace e2e
