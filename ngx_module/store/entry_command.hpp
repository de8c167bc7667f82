#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "shared/webhook_entry.hpp"

namespace edge::store {

// An XADD on its way out: its head, then the body's pieces where nginx put them (never copied as long as
// they stay), then "\r\n"; before it perhaps MULTI, after it perhaps EXEC. Used again and again: it keeps the
// memory of its head.
class EntryCommand {
public:
    EntryCommand() = default;
    EntryCommand(const EntryCommand&) = delete;
    EntryCommand& operator=(const EntryCommand&) = delete;

    // Begins anew. The body must live until the command was sent or own_body() called.
    void assign(const shared::XaddHead& head, std::span<const std::string_view> body);

    // Frees what is not worth keeping for the next one.
    void clear();

    // Whether it opens a transaction, and whether it ends one. Only while untouched.
    void wrap(bool opens, bool ends);

    std::size_t size() const { return size_; }
    bool untouched() const { return sent_ == 0; }
    bool sent() const { return sent_ == size_; }

    // Appends the unsent bytes, as far as `room` pieces hold them. True when all fitted.
    bool append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const;

    // Marks up to `size` bytes as sent. Returns how many are left for the next command.
    std::size_t advance(std::size_t size);

    // The body's memory goes away: keeps a copy of what is still needed.
    void own_body();

private:
    std::string_view before_, after_;
    std::string head_;
    std::span<const std::string_view> body_;
    std::string copy_;
    std::string_view copy_piece_;
    std::size_t size_ = 0;
    std::size_t sent_ = 0;
};

// <milliseconds>-<sequence>: what XADD answers.
bool is_stream_id(const redisReply& reply) noexcept;

}  // namespace edge::store
