#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "shared/webhook_entry.hpp"

namespace edge::store {

// An XADD on its way out: its head, then the body's pieces where nginx has put them, then "\r\n"; the first
// of a transaction has MULTI before it, the last has EXEC after it, and one that a node of a cluster shall
// take before the slot is its own has ASKING before it. The body is not copied unless its request dies. One
// object serves many entries in turn, so that the memory of its head is allocated once.
class EntryCommand {
public:
    EntryCommand() = default;
    EntryCommand(const EntryCommand&) = delete;
    EntryCommand& operator=(const EntryCommand&) = delete;

    // Begins anew. The body must live until the command was sent or own_body() called.
    void assign(const shared::XaddHead& head, std::span<const std::string_view> body);

    // The entry is done. Keeps the memory of the head for the next one, frees the copy of a body.
    void clear();

    // What goes before it, and whether it ends a transaction. Only while untouched.
    enum class Before { nothing, multi, asking };
    void wrap(Before before, bool ends);

    // It was not carried out: untouched again, with nothing before or after it.
    void begin_anew();

    std::size_t size() const { return size_; }
    bool untouched() const { return sent_ == 0; }
    bool sent() const { return sent_ == size_; }

    // Appends the unsent bytes, as far as `room` pieces hold them. True when all fitted.
    bool append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const;

    // Marks up to `size` bytes as sent. Returns how many are left for the next command.
    std::size_t advance(std::size_t size);

    // The body's memory is about to go away: copies the body, unless all of it is sent.
    void own_body();
    bool owns_body() const { return body_.data() == &copy_piece_; }

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
