#include "e2e/convergence/generator.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "e2e/harness/random.hpp"

namespace convergence {
namespace {

using harness::Random;

constexpr Moment beginning = 1'893'456'000 * second;  // 2030-01-01
constexpr std::size_t places_of_a_group = 5;

const std::vector<std::string> event_types = {"DISCOVERYCALL001", "PRODUCTDEMO00002", "GROUPWORKSHOP003",
                                              "UNMAPPEDTALK0004"};

// The characters of ids, so that URIs sort in no order that means something.
std::string random_id(Random& random) {
    constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string id;
    for (int i = 0; i < 16; ++i) id += characters[random.below(characters.size())];
    return id;
}

class Generator {
public:
    Generator(std::uint64_t seed, const StorySize& size) : random_(seed), size_(size) { story_.seed = seed; }

    Story make() {
        for (now_ = beginning; story_.changes.size() < size_.changes; advance()) happen();
        return std::move(story_);
    }

private:
    // Often at once, or days later.
    void advance() {
        if (random_.chance(15)) return;
        if (random_.chance(30)) now_ += random_.between(1, 3 * second);
        if (random_.chance(70)) now_ += random_.between(minute, 4 * hour);
        if (random_.chance(3)) now_ += random_.between(day, 3 * day);
    }

    void happen() {
        const auto roll = random_.below(100);
        if (roll < 40 || live_.empty()) return book();
        const auto at = random_.below(live_.size());
        const auto booking = live_[at];
        // One thing at a time happens to a booking.
        if (changed_.at(booking) >= now_) return book();
        if (roll < 56) return cancel(booking);
        if (roll < 76) return move(booking);
        if (roll < 90 || marks_.contains(booking)) return turn_no_show(booking);
        book();
    }

    void book() {
        Booking booking;
        booking.id = random_id(random_);
        booking.type = random_.pick(event_types);
        booking.details = random_details(random_.below(size_.people));
        booking.created = now_;
        if (!join_group(booking)) {
            booking.event = random_id(random_);
            booking.start = random_start();
            booking.place = random_place();
        }
        add(std::move(booking));
        story_.changes.push_back({Happening::booked, now_, story_.bookings.size() - 1});
    }

    void add(Booking booking) {
        const auto index = story_.bookings.size();
        live_.push_back(index);
        changed_[index] = now_;
        if (booking.type == "GROUPWORKSHOP003") {
            ++places_taken_[booking.event];
            ++active_[booking.event];
            if (!booking.joins) groups_.push_back(index);
        }
        story_.bookings.push_back(std::move(booking));
    }

    // A meeting that somebody still attends and that has a place left.
    bool join_group(Booking& booking) {
        if (booking.type != "GROUPWORKSHOP003" || groups_.empty() || random_.chance(40)) return false;
        const auto& met = story_.bookings[random_.pick(groups_)];
        if (active_[met.event] == 0 || places_taken_[met.event] >= places_of_a_group) return false;
        booking.event = met.event;
        booking.start = met.start;
        booking.place = met.place;
        return booking.joins = true;
    }

    void leave(std::size_t booking) {
        std::erase(live_, booking);
        marks_.erase(booking);
        changed_[booking] = now_;
        if (story_.bookings[booking].type == "GROUPWORKSHOP003") --active_[story_.bookings[booking].event];
    }

    void cancel(std::size_t booking) {
        Change change{Happening::canceled, now_, booking};
        change.canceled_by = random_.chance(50) ? "host" : "invitee";
        if (random_.chance(60)) change.reason = random_.chance(20) ? "" : fmt::format("Reason {}", counter());
        leave(booking);
        story_.changes.push_back(std::move(change));
    }

    void move(std::size_t index) {
        Booking next = story_.bookings[index];
        next.id = random_id(random_);
        next.event = random_id(random_);
        next.replaces = index;
        next.joins = false;
        next.created = now_;
        next.start = random_start();
        change_details(next.details);
        Change change{Happening::moved, now_, index, story_.bookings.size()};
        change.new_half_first = random_.chance(50);
        if (random_.chance(20)) change.lost = random_.chance(50) ? LostHalf::old_half : LostHalf::new_half;
        leave(index);
        add(std::move(next));
        story_.changes.push_back(std::move(change));
    }

    // The invitee's name is not split again. A phone number stays with its person.
    void change_details(Details& details) {
        details.first_name.clear();
        details.last_name.clear();
        if (random_.chance(30)) details.name = random_name();
        const bool to_somebody_else = random_.chance(size_.handed_over);
        if (to_somebody_else) details.email = random_email(random_.below(size_.people));
        if (random_.chance(30)) details.answers = random_answers(person_number(details.email));
        if (to_somebody_else)
            std::erase_if(details.answers, [](const Question& item) { return item.question == "Phone"; });
    }

    void turn_no_show(std::size_t booking) {
        const auto marked = marks_.find(booking);
        if (marked == marks_.end()) {
            const auto mark = random_id(random_);
            story_.changes.push_back({Happening::no_show, now_, booking, 0, mark});
            marks_[booking] = mark;
        } else {
            story_.changes.push_back({Happening::undone, now_, booking, 0, marked->second});
            marks_.erase(marked);
        }
        changed_[booking] = now_;
    }

    Moment random_start() {
        if (random_.chance(25)) return beginning + 30 * day + 9 * hour;  // one that many meet at
        const auto half_hours = random_.between(-48, 20 * 48);
        return now_ / (30 * minute) * (30 * minute) + half_hours * 30 * minute;
    }

    Place random_place() {
        switch (random_.below(3)) {
            case 0:
                return {};
            case 1:
                return {"physical", fmt::format("Quay {}", random_.below(20)), ""};
            default:
                return {"custom", "Online", fmt::format("https://meet.example.org/{}", counter())};
        }
    }

    std::string random_email(std::size_t person) {
        auto email = fmt::format("person{}@example.org", person);
        for (auto& c : email)
            if (random_.chance(15)) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        if (random_.chance(10)) email = " " + email;
        if (random_.chance(10)) email += " ";
        return email;
    }

    static std::size_t person_number(const std::string& email) {
        return std::stoul(person_of(email).substr(std::string_view("person").size()));
    }

    std::string random_name() {
        const std::vector<std::string> first = {"Ann", "Bea", "Chloé", "Dmitri", "Émile"};
        const std::vector<std::string> last = {"Archer", "Baker", "Çelik", "Dyer", "Łukasiewicz"};
        return random_.pick(first) + " " + random_.pick(last);
    }

    Details random_details(std::size_t person) {
        const std::vector<std::string> zones = {"Asia/Tokyo", "Asia/Kolkata", "America/Phoenix", "Etc/UTC",
                                                ""};
        Details details;
        details.email = random_email(person);
        details.name = random_name();
        if (random_.chance(30)) {
            const auto space = details.name.find(' ');
            details.first_name = details.name.substr(0, space);
            details.last_name = details.name.substr(space + 1);
        }
        details.timezone = random_.pick(zones);
        details.answers = random_answers(person);
        if (random_.chance(30)) details.text_reminder_number = random_number(person);
        if (random_.chance(40)) details.utm_source = fmt::format("campaign {}", counter());
        return details;
    }

    // Nobody else has it.
    std::string random_number(std::size_t person) {
        return fmt::format("+336{:05}{:03}", person, random_.below(1000));
    }

    std::string random_phone(std::size_t person) {
        const auto number = random_number(person);
        switch (random_.below(5)) {
            case 0:
                return "00" + number.substr(1);
            case 1:
                return number.substr(0, 3) + " " + number.substr(3, 1) + " " + number.substr(4);
            case 2:
                return random_.chance(50) ? "ask my office" : "";
            default:
                return number;
        }
    }

    std::vector<Question> random_answers(std::size_t person) {
        const std::vector<std::string> companies = {"Company", "company?", "What is your company?"};
        const std::vector<std::string> roles = {"Captain", "Cook", "", "Pilot"};
        const std::vector<std::string> wishes = {"yes", "no", "Yes", "perhaps", ""};
        std::vector<Question> answers;
        if (random_.chance(70))
            answers.push_back(
                {random_.pick(companies), random_.chance(20) ? "" : fmt::format("Dock {}", counter())});
        if (random_.chance(60)) answers.push_back({"Role", random_.pick(roles)});
        if (random_.chance(50)) answers.push_back({"Phone", random_phone(person)});
        if (random_.chance(40))
            answers.push_back(
                {"Budget", random_.chance(30) ? "a lot" : std::to_string(random_.below(90'000))});
        if (random_.chance(40)) answers.push_back({"Newsletter", random_.pick(wishes)});
        return answers;
    }

    std::size_t counter() { return ++counter_; }

    Random random_;
    StorySize size_;
    Story story_;
    Moment now_ = beginning;
    std::size_t counter_ = 0;
    std::vector<std::size_t> live_;                             // neither canceled nor rescheduled
    std::map<std::size_t, Moment> changed_;                     // when a booking changed last
    std::map<std::size_t, std::string> marks_;                  // booking -> its standing no-show
    std::vector<std::size_t> groups_;                           // bookings that began a group's meeting
    std::map<std::string, std::size_t> places_taken_, active_;  // by meeting
};

}  // namespace

Story make_story(std::uint64_t seed, const StorySize& size) {
    return Generator(seed, size).make();
}

}  // namespace convergence
