#include "ngx_module/store/entry_command.hpp"

#include <algorithm>

#include "shared/resp.hpp"

namespace edge::store {
namespace {

constexpr std::string_view multi = "*1\r\n$5\r\nMULTI\r\n";
constexpr std::string_view asking = "*1\r\n$6\r\nASKING\r\n";
constexpr std::string_view end_of_bulk = "\r\n";
constexpr std::string_view end_of_bulk_and_exec = "\r\n*1\r\n$4\r\nEXEC\r\n";

std::size_t total_size(std::span<const std::string_view> pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    return size;
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, is_digit);
}

}  // namespace

void EntryCommand::assign(const shared::XaddHead& head, std::span<const std::string_view> body) {
    const std::size_t body_size = total_size(body);
    head_.clear();
    shared::append_xadd_head(head_, head, body_size);
    body_ = body;
    before_ = {};
    after_ = end_of_bulk;
    size_ = head_.size() + body_size + after_.size();
    sent_ = 0;
}

void EntryCommand::wrap(Before before, bool ends) {
    size_ -= before_.size() + after_.size();
    before_ = before == Before::multi ? multi : before == Before::asking ? asking : std::string_view();
    after_ = ends ? end_of_bulk_and_exec : end_of_bulk;
    size_ += before_.size() + after_.size();
}

void EntryCommand::begin_anew() {
    sent_ = 0;
    wrap(Before::nothing, false);
}

void EntryCommand::clear() {
    body_ = {};
    std::string().swap(copy_);
}

bool EntryCommand::append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const {
    std::size_t skip = sent_;
    const auto append = [&](std::string_view piece) {
        const auto skipped = std::min(skip, piece.size());
        skip -= skipped;
        if (skipped == piece.size()) return true;
        if (room == 0) return false;
        --room;
        pieces.push_back(piece.substr(skipped));
        return true;
    };
    return append(before_) && append(head_) && std::ranges::all_of(body_, append) && append(after_);
}

std::size_t EntryCommand::advance(std::size_t size) {
    const auto taken = std::min(size, size_ - sent_);
    sent_ += taken;
    return size - taken;
}

void EntryCommand::own_body() {
    if (sent() || owns_body()) return;
    copy_.reserve(total_size(body_));
    for (const auto piece : body_) copy_ += piece;
    copy_piece_ = copy_;
    body_ = std::span(&copy_piece_, 1);
}

bool is_stream_id(const redisReply& reply) noexcept {
    if (reply.type != REDIS_REPLY_STRING) return false;
    const auto id = shared::text(reply);
    const auto dash = id.find('-');
    return dash != id.npos && is_number(id.substr(0, dash)) && is_number(id.substr(dash + 1));
}

}  // namespace edge::store
