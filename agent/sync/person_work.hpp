// Everything that is done for a batch of one person's entries: leases, links followed, changes folded, people
// settled.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "rules/mapping.hpp"
#include "rules/outcome.hpp"
#include "sync/batch.hpp"
#include "sync/dead_letters.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/open_work.hpp"
#include "sync/settle.hpp"

namespace syncing {

class PersonWork final : public BatchWork {
public:
    // Work for history gives way to a webhook that waits for its person, after the call that it makes.
    PersonWork(const rules::Mapping& mapping, Leases& leases, Links& links, Settle& settle,
               OpenWork& open_work, DeadLetters& dead_letters, ServiceClass service = ServiceClass::webhook);

    boost::asio::awaitable<void> process(std::string person, Batch batch) override;

private:
    struct Attempt {
        bool is_done = false;
        std::optional<api::ApiFailure> refusal;  // final: the batch can never be synced as a whole
        rules::Steps steps{};                    // of a batch that is refused
    };

    // What an entry tells of one change, and how that was learned.
    struct Told {
        rules::Sighting sighting;
        rules::TimelineEntry entry;
    };

    // What the entries tell, by person. Reschedules to another e-mail concern others, too.
    struct News {
        rules::Outcome outcome;                             // of the person whose entries these are
        std::map<std::string, std::vector<Told>> others{};  // by person
        Batch batch{};  // without the entries that went to the dead letters
    };

    boost::asio::awaitable<Attempt> try_once(std::string person, Batch& batch, std::set<std::string>& people);
    boost::asio::awaitable<Attempt> work_on(std::string person, Batch& batch, std::set<std::string>& people,
                                            Leases::Hold& hold);
    boost::asio::awaitable<News> learn(std::string person, Batch batch, const Leases::Hold& hold);
    boost::asio::awaitable<bool> learn_one(const std::string& person, const Item& item, News& news);
    boost::asio::awaitable<api::Answer<brevo::Done>> settle_all(std::string person, News& news,
                                                                std::vector<std::string> entry_ids,
                                                                Leases::Hold& hold);
    rules::TimelineOutcome fold_in(const rules::Sighting& sighting, rules::Outcome& outcome) const;
    void fold_all(const std::string& person, rules::Sightings sightings, rules::TimelineEntry entry,
                  News& news) const;
    boost::asio::awaitable<void> bury(Item item, EntryFault fault, rules::Steps steps);

    const rules::Mapping& mapping_;
    Leases& leases_;
    Links& links_;
    Settle& settle_;
    OpenWork& open_work_;
    DeadLetters& dead_letters_;
    ServiceClass service_;
};

}  // namespace syncing
