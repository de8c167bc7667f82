// The operators' API on a connector of fakes.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "unit/fakes/pause_switch.hpp"
#include "unit/fakes/person_store.hpp"
#include "unit/sandbox/support.hpp"
#include "web/server.hpp"

namespace operator_fixture {

namespace asio = boost::asio;
namespace json = boost::json;
using http::Field;
using http::Verb;
using testing::HasSubstr;
using testing::StartsWith;

class NoTimeline final : public redis::Timeline {
public:
    asio::awaitable<redis::TimelinePage> page(redis::TimelineFilter filter, std::string,
                                              std::size_t) override {
        asked = std::move(filter);
        redis::TimelinePage page;
        page.items.push_back(
            {"5-0", {.change_id = "c1", .event = "calendly_booked", .person = "ada@example.com"}});
        co_return page;
    }
    asio::awaitable<redis::TimelineNews> after(std::string, std::size_t) override {
        co_return redis::TimelineNews();
    }
    asio::awaitable<std::string> newest() override { co_return "0-0"; }
    redis::TimelineFilter asked;
};

class SomeLetters final : public redis::DeadLetterDesk {
public:
    asio::awaitable<redis::LetterPage> page(redis::LetterFilter, std::string, std::size_t) override {
        if (is_down) throw redis::Error(redis::Error::Kind::connection, "cannot connect to 127.0.0.1:6379");
        co_return redis::LetterPage();
    }
    asio::awaitable<std::vector<std::string>> ids(redis::LetterFilter) override {
        co_return std::vector<std::string>{"1-0", "2-0"};
    }
    asio::awaitable<std::vector<redis::LetterGroup>> groups(redis::LetterFilter) override {
        ++looks_at_groups;
        co_return std::vector<redis::LetterGroup>();
    }
    asio::awaitable<std::optional<redis::StoredLetter>> letter(std::string id) override {
        if (id != "1-0" && id != "2-0") co_return std::nullopt;
        redis::StoredLetter letter;
        letter.entry.id = id;
        letter.entry.body = "\xff no text";
        co_return letter;
    }
    asio::awaitable<redis::Replayed> replay(std::vector<std::string> ids) override {
        replayed += ids.size();
        redis::Replayed result;
        result.count = ids.size();
        co_return result;
    }
    asio::awaitable<redis::Discarded> discard(std::vector<std::string> ids) override {
        discarded += ids.size();
        redis::Discarded result;
        for (auto& id : ids) result.items.emplace_back().entry.id = std::move(id);
        co_return result;
    }
    std::size_t replayed = 0, discarded = 0, looks_at_groups = 0;
    bool is_down = false;
};

class EmptyBacklog final : public redis::BacklogGauge {
public:
    asio::awaitable<redis::Backlog> look() override { co_return found; }
    redis::Backlog found;
};

struct Sent {
    Verb method = Verb::get;
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;  // `Host` is ours unless it stands here
    std::string body;
};

class OperatorApi : public testing::Test {
protected:
    OperatorApi() : connector_{"sales", timeline_, letters_, people_, pause_, backlog_, {}, {}} {
        connector_.repair = [this] { return repair(); };
        connector_.reconcile = [this] { return reconcile(); };
        settings_.listen = {"127.0.0.1", 0};
        settings_.token = "let-me-in";
    }

    asio::awaitable<operating::Repaired> repair() {
        ++repairs_;
        if (repairs_ == 2) throw operating::UnderWay("Somebody repairs it now.");
        if (repairs_ == 3) throw operating::RepairRefused("Calendly refuses: 403.");
        co_return operating::Repaired{"ok", {"made one."}};
    }
    asio::awaitable<void> reconcile() {
        if (++reconciliations_ == 2) throw operating::UnderWay("One is under way.");
        co_return;
    }

    web::Server& server() {
        if (server_) return *server_;
        web::Operations operations{
            [this] { return std::vector{operating::OperatedPtr(&connector_, [](const auto*) {})}; },
            []() -> asio::awaitable<json::object> {
                co_return json::object{{"verdict", "healthy"}};
            },
            [] {
                return operating::Readiness{false, {{"ready", false}}};
            },
            [this] { return turned_ago_; }};
        server_.emplace(
            io_.get_executor(), settings_, [] { return std::vector<syncing::ConnectorStatus>(); },
            web::LoginCallback(), web::Desks(), std::move(operations));
        return *server_;
    }

    http::Response ask(const Sent& sent) {
        http::Request request(sent.method, sent.target, 11);
        request.set(Field::host, "127.0.0.1:8719");
        for (const auto& [name, value] : sent.fields) request.set(name, value);
        request.body() = sent.body;
        return sandbox_test::run(io_, server().answer(std::move(request)));
    }
    http::Response post(std::string target, std::string body) {
        return ask({Verb::post, "/api/v1/connectors/sales/" + target, {bearer_, json_}, std::move(body)});
    }
    static json::value parsed(const http::Response& response) { return json::parse(response.body()); }

    const std::pair<std::string, std::string> bearer_{"Authorization", "Bearer let-me-in"};
    const std::pair<std::string, std::string> json_{"Content-Type", "application/json"};
    asio::io_context io_;
    config::Admin settings_;
    NoTimeline timeline_;
    SomeLetters letters_;
    fakes::PersonStore people_;
    fakes::PauseSwitch pause_;
    EmptyBacklog backlog_;
    operating::OperatedConnector connector_;
    std::chrono::milliseconds turned_ago_{3};
    int repairs_ = 0, reconciliations_ = 0;
    std::optional<web::Server> server_;
};

}  // namespace operator_fixture
