#include "scheduling/look_up.hpp"

#include "calendly/link.hpp"
#include "calendly/scheduling_codec.hpp"

namespace scheduling {
namespace {

namespace asio = boost::asio;

}  // namespace

// The organization's, if it is ours to see: the host may be a colleague.
asio::awaitable<api::Answer<calendly::Owner>> LookUp::owner() {
    if (owner_) co_return *owner_;
    auto user = co_await account_.me();
    if (!user) co_return user.error();
    auto role = co_await account_.role(*user);
    if (!role && role.error().remedy != api::Remedy::give_up) co_return role.error();
    const bool leads = role && *role != calendly::Role::user;
    calendly::Owner owner;
    (leads ? owner.organization : owner.user) = leads ? user->organization : user->uri;
    owner_ = owner;
    co_return owner;
}

asio::awaitable<api::Answer<LookUp::Found>> LookUp::find_in(calendly::ListedEvent event, std::string token) {
    const auto link = calendly::parse_link(event.event.uri, listing_.origin());
    if (!link) co_return Found{};
    std::string next;
    do {
        auto page = co_await listing_.invitees(*link, next);
        if (!page) co_return page.error();
        for (auto& listed : page->items)
            if (!listed.is_canceled && calendly::token_of(listed.json) == token)
                co_return Found(std::move(listed.invitee));
        next = page->next_page_token;
    } while (!next.empty());
    co_return Found{};
}

asio::awaitable<api::Answer<LookUp::Found>> LookUp::find(calendly::NewBooking booking, std::string token) {
    auto whose = co_await owner();
    if (!whose) co_return whose.error();
    calendly::EventFilter filter;
    filter.owner = *whose;
    filter.from = filter.to = booking.start;
    filter.status = "active";
    filter.invitee_email = booking.email;
    std::string next;
    do {
        auto page = co_await listing_.events(filter, next);
        if (!page) co_return page.error();
        for (auto& event : page->items) {
            if (event.event.event_type != booking.event_type) continue;
            auto found = co_await find_in(event, token);
            if (!found || *found) co_return found;
        }
        next = page->next_page_token;
    } while (!next.empty());
    co_return Found{};
}

}  // namespace scheduling
