// Deliveries on their way to a Redis that is sometimes full, knows no transactions, or is lost, with sockets
// that take and bring a few bytes at a time: whoever waits is told once and the truth, and nothing is stored
// twice. Input: two bytes for each thing that happens.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "ngx_module/batch_replies.hpp"
#include "ngx_module/flat_reply_reader.hpp"
#include "ngx_module/redis_reply.hpp"
#include "ngx_module/store_queue.hpp"
#include "shared/resp.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using edge::BatchReplies;
using edge::Result;

// A Redis of four commands.
class Redis {
public:
    bool full = false, knows_transactions = true;
    std::map<std::string, std::string> stored;  // bodies by ID

    void connected() {
        reader_ = {};
        queued_.reset();
    }

    std::string answer(std::string_view bytes) {
        fuzz::require(reader_.feed(bytes), "what is sent is Redis's protocol");
        std::string answers;
        while (const auto command = reader_.next()) {
            fuzz::require(command->type == REDIS_REPLY_ARRAY && command->elements > 0,
                          "a command is an array");
            answers += carry_out(*command);
        }
        return answers;
    }

private:
    std::string carry_out(const redisReply& command) {
        const auto name = shared::text(*command.element[0]);
        if (name == "MULTI") return multi();
        if (name == "EXEC") return exec();
        fuzz::require(name == "XADD" && command.elements == 11, "a command is known here");
        const std::string body(shared::text(*command.element[10]));
        if (full) {
            aborted_ = true;
            return "-OOM command not allowed\r\n";
        }
        if (!queued_) return xadd(body);
        queued_->push_back(body);
        return "+QUEUED\r\n";
    }

    std::string multi() {
        if (!knows_transactions) return "-NOPERM no permission for 'multi'\r\n";
        fuzz::require(!queued_, "transactions do not nest");
        queued_.emplace();
        aborted_ = false;
        return "+OK\r\n";
    }

    std::string exec() {
        if (!queued_) return "-ERR EXEC without MULTI\r\n";
        const auto bodies = std::exchange(queued_, std::nullopt);
        if (aborted_) return "-EXECABORT Transaction discarded\r\n";
        std::string answer;
        shared::append_array_header(answer, bodies->size());
        for (const auto& body : *bodies) answer += xadd(body);
        return answer;
    }

    std::string xadd(const std::string& body) {
        for (const auto& [id, other] : stored) fuzz::require(other != body, "nothing is stored twice");
        const auto id = std::to_string(stored.size() + 1) + "-0";
        stored[id] = body;
        std::string answer;
        shared::append_bulk(answer, id);
        return answer;
    }

    shared::ReplyReader reader_;
    std::optional<std::vector<std::string>> queued_;
    bool aborted_ = false;
};

struct Delivery final : edge::StoreObserver {
    Delivery(std::size_t number, std::size_t size) : body(std::to_string(number) + std::string(size, 'x')) {
        pieces = {std::string_view(body).substr(0, size / 3), std::string_view(body).substr(size / 3)};
    }
    void on_stored(std::string_view stream_id) noexcept override {
        tell();
        id = stream_id;
    }
    void on_not_stored(Result why) noexcept override {
        tell();
        result = why;
    }
    void tell() {
        fuzz::require(!told && !left, "who waits is told once, and nobody else");
        told = true;
    }

    std::string body;
    std::vector<std::string_view> pieces;
    edge::PendingStore* pending = nullptr;
    bool told = false, left = false;
    std::string id;
    Result result = Result::none;
};

// The queue as the edge's RedisStore uses it.
class Store {
public:
    void push(std::size_t size) {
        auto& delivery = *deliveries_.emplace_back(std::make_unique<Delivery>(deliveries_.size(), size));
        delivery.pending = &queue_.push({"stream", "17", 18, 0}, delivery.pieces, delivery, metrics_, {});
    }

    void send(std::size_t room, std::size_t size) {
        std::vector<std::string_view> pieces;
        if (batch_.transactions_allowed()) queue_.make_batches();
        queue_.append_unsent(pieces, room);
        std::string bytes;
        for (const auto piece : pieces) bytes += piece;
        bytes.resize(std::min(bytes.size(), size));
        queue_.advance(bytes.size());
        sent_ += bytes;
    }

    void redis_reads(std::size_t size) {
        answers_ += redis.answer(sent_.substr(0, size));
        sent_.erase(0, size);
    }

    void receive(std::size_t size) {
        reader_->feed(std::string_view(answers_).substr(0, size));
        answers_.erase(0, size);
        while (const redisReply* const reply = reader_->next()) on_reply(*reply);
    }

    void lose() {
        sent_.clear();
        answers_.clear();
        reader_.emplace();
        redis.connected();
        batch_.forget();
        queue_.dissolve_batches();
        while (queue_.front_is_touched())
            take_front([](auto& who) { who.on_not_stored(Result::redis_unavailable); });
        batch_.allow_transactions();
    }

    // Somebody's time is up.
    void be_late(std::size_t number) {
        Delivery* const delivery = waiting(number);
        if (!delivery) return;
        const auto is_it = [&](const auto& entry) { return &entry == delivery->pending; };
        const auto entry = std::find_if(queue_.begin(), queue_.end(), is_it);
        if (entry->batch_size == 0)
            queue_.remove(entry);
        else
            forget(*delivery);
        delivery->on_not_stored(Result::redis_timeout);
    }

    void leave(std::size_t number) {
        Delivery* const delivery = waiting(number);
        if (!delivery) return;
        forget(*delivery);
        delivery->left = true;
    }

    void finish() {
        while (!queue_.empty()) {
            const auto waiting = queue_.size();
            const auto bytes = sent_.size();
            send(64, std::string::npos);
            const bool busy = sent_.size() > bytes || bytes > 0 || !answers_.empty();
            redis_reads(std::string::npos);
            receive(std::string::npos);
            fuzz::require(busy || queue_.size() < waiting, "who waits does not wait for ever");
        }
        for (const auto& delivery : deliveries_) check(*delivery);
    }

    Redis redis;

private:
    Delivery* waiting(std::size_t number) const {
        if (deliveries_.empty()) return nullptr;
        Delivery& delivery = *deliveries_[number % deliveries_.size()];
        return delivery.told || delivery.left ? nullptr : &delivery;
    }

    static void forget(Delivery& delivery) {
        delivery.pending->observer = nullptr;
        delivery.pending->command.own_body();
        delivery.body.assign(delivery.body.size(), '#');
        delivery.body.shrink_to_fit();
    }

    void on_reply(const redisReply& reply) {
        if (!batch_.under_way()) {
            fuzz::require(queue_.front_is_touched(), "a reply has its question");
            batch_.begin(queue_.front_batch_size());
        }
        switch (batch_.on_reply(reply)) {
            case BatchReplies::Meaning::of_none:
                return;
            case BatchReplies::Meaning::of_the_first:
                return settle(reply);
            case BatchReplies::Meaning::of_each:
                for (std::size_t i = 0; i < batch_.size(); ++i)
                    settle(i < reply.elements ? *reply.element[i] : reply);
        }
    }

    void settle(const redisReply& reply) {
        fuzz::require(queue_.front_is_sent(), "a reply has its question");
        take_front([&](auto& who) {
            if (edge::is_stream_id(reply))
                who.on_stored(shared::text(reply));
            else
                who.on_not_stored(Result::redis_error);
        });
    }

    template <class Tell>
    void take_front(Tell tell) {
        const auto waiter = queue_.remove(queue_.begin());
        if (waiter.observer) tell(*waiter.observer);
    }

    void check(const Delivery& delivery) const {
        fuzz::require(delivery.told != delivery.left, "who waits is told");
        if (!delivery.id.empty()) {
            const auto entry = redis.stored.find(delivery.id);
            fuzz::require(entry != redis.stored.end() && entry->second == delivery.body,
                          "stored means stored");
        }
        if (delivery.result == Result::redis_error)
            for (const auto& [id, body] : redis.stored)
                fuzz::require(body != delivery.body, "an error means not stored");
    }

    std::vector<std::unique_ptr<Delivery>> deliveries_;
    edge::ConnectorMetrics metrics_;
    edge::StoreQueue queue_;
    BatchReplies batch_;
    std::optional<edge::FlatReplyReader> reader_{std::in_place};
    std::string sent_, answers_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Store store;
    for (std::size_t i = 0; i + 1 < std::min<std::size_t>(size, 600); i += 2) {
        const std::size_t number = data[i + 1];
        switch (data[i] % 11) {
            case 0:
                store.push(number);
                break;
            case 1:
                store.push(number * 64);
                break;
            case 2:
                store.send(1 + number % 64, std::string::npos);
                break;
            case 3:
                store.send(64, number);
                break;
            case 4:
                store.redis_reads(number * 16);
                break;
            case 5:
                store.receive(number);
                break;
            case 6:
                store.leave(number);
                break;
            case 7:
                store.redis.full = number % 2 == 0;
                break;
            case 8:
                store.redis.knows_transactions = number % 2 == 0;
                store.lose();
                break;
            case 9:
                for (std::size_t many = 0; many < number; ++many) store.push(300);
                break;
            case 10:
                store.be_late(number);
                break;
        }
    }
    store.finish();
    return 0;
}
