#include "ngx_module/batch_replies.hpp"

namespace edge {

void BatchReplies::begin(std::size_t size) {
    size_ = size;
    due_ = size == 1 ? 1 : size + 2;
}

BatchReplies::Meaning BatchReplies::on_reply(const redisReply& reply) {
    const bool to_multi = size_ > 1 && due_ == size_ + 2;
    const bool to_exec = size_ > 1 && due_ == 1;
    --due_;
    if (to_multi) refused_ = reply.type == REDIS_REPLY_ERROR;
    if (to_exec && !refused_) return Meaning::of_each;
    if (to_multi || to_exec) return Meaning::of_none;
    return size_ == 1 || refused_ ? Meaning::of_the_first : Meaning::of_none;
}

}  // namespace edge
