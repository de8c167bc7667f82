// How the booking page and its files are served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "unit/sandbox/support.hpp"
#include "web/asset_answer.hpp"
#include "web/book_pages.hpp"

namespace book_pages_test {

using boost::beast::http::status;
using http::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BookPages : public testing::Test {
protected:
    BookPages() : site_(connector()) {
        web::add_book_pages(router_, [this] { return std::vector<const scheduling::Site*>{&site_}; });
    }
    static config::Connector connector() {
        config::Connector connector;
        connector.name = "calendly";
        connector.scheduling.event_types = {"https://api.calendly.com/event_types/D1"};
        connector.scheduling.allow_origins = {"https://www.example.com", "http://localhost:3000"};
        connector.mapping.event_mapping = {{"demo", "https://api.calendly.com/event_types/D1", {}},
                                           {"talk", "https://api.calendly.com/event_types/T1", {}}};
        return connector;
    }
    http::Response get(std::string target, std::initializer_list<std::pair<Field, std::string>> fields = {}) {
        http::Request request(http::Verb::get, target, 11);
        for (const auto& [field, value] : fields) request.set(field, value);
        return sandbox_test::run(io_, router_.answer(std::move(request)));
    }

    boost::asio::io_context io_;
    scheduling::Site site_;
    http::Router router_;
};

TEST_F(BookPages, ThePageIsStrictAboutWhatItLoadsAndWhoHoldsIt) {
    for (const auto* target : {"/book/calendly", "/book/calendly/D1", "/book/calendly?theme=dark"}) {
        const auto page = get(target);
        EXPECT_EQ(page.result(), status::ok) << target;
        EXPECT_EQ(page[Field::content_type], "text/html; charset=utf-8");
        const std::string policy(page["Content-Security-Policy"]);
        EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'"));
        EXPECT_THAT(policy,
                    HasSubstr("frame-ancestors 'self' https://www.example.com http://localhost:3000"));
        EXPECT_EQ(page["X-Content-Type-Options"], "nosniff");
        EXPECT_EQ(page.count("Set-Cookie"), 0u);
        EXPECT_EQ(page.count("X-Frame-Options"), 0u);
    }
}

TEST_F(BookPages, ThePageSaysWhomItMayTellWhatHappensInIt) {
    const auto page = get("/book/calendly");
    EXPECT_THAT(
        page.body(),
        HasSubstr(R"(<meta name="allow-origins" content="https://www.example.com http://localhost:3000">)"));
    const std::string tag(page[Field::etag]);
    EXPECT_EQ(get("/book/calendly", {{Field::if_none_match, tag}}).result(), status::not_modified);
    site_.allow_origins.pop_back();
    EXPECT_EQ(get("/book/calendly", {{Field::if_none_match, tag}}).result(), status::ok) << "another page";
}

TEST_F(BookPages, WhatIsNotBookableHasNoPage) {
    for (const auto* target :
         {"/book/other", "/book/calendly/T1", "/book/calendly/talk", "/book/calendly/D1/x",
          "/book/assets/book.html", "/book/assets/..%2fserver.cpp", "/book/assets/none.js"})
        EXPECT_EQ(get(target).result(), status::not_found) << target;
}

TEST_F(BookPages, ANameOfTheMappingLeadsToTheTypeWithItsQuery) {
    const auto page = get("/book/calendly/demo?name=Ann");
    EXPECT_EQ(page.result(), status::found);
    EXPECT_EQ(page[Field::location], "/book/calendly/D1?name=Ann");
}

TEST_F(BookPages, ASlashAtTheEndLeadsToThePage) {
    const auto page = get("/book/calendly/?theme=dark");
    EXPECT_EQ(page.result(), status::found);
    EXPECT_EQ(page[Field::location], "/book/calendly?theme=dark");
    EXPECT_EQ(get("/book/calendly/D1/")[Field::location], "/book/calendly/D1");
    EXPECT_EQ(get("/book/calendly/demo/?a=/")[Field::location], "/book/calendly/demo?a=/");
    for (const auto* target : {"/book/other/", "/book/calendly/T1/", "/book/", "/book/assets/main.js/"})
        EXPECT_EQ(get(target).result(), status::not_found) << target;
}

TEST_F(BookPages, AFileIsSentOnceAndPackedWhereThatIsUnderstood) {
    const auto plain = get("/book/embed.js");
    EXPECT_EQ(plain[Field::content_type], "text/javascript; charset=utf-8");
    EXPECT_EQ(plain[Field::access_control_allow_origin], "*");
    EXPECT_EQ(plain.count(Field::content_encoding), 0u);
    const auto packed = get("/book/embed.js", {{Field::accept_encoding, "br, gzip;q=0.8"}});
    EXPECT_EQ(packed[Field::content_encoding], "gzip");
    EXPECT_EQ(packed[Field::vary], "Accept-Encoding");
    EXPECT_TRUE(packed.body().starts_with("\x1f\x8b"));
    EXPECT_NE(packed[Field::etag], plain[Field::etag]) << "other bytes";
    const auto known = get("/book/embed.js", {{Field::if_none_match, std::string(plain[Field::etag])}});
    EXPECT_EQ(known.result(), status::not_modified);
    EXPECT_THAT(known.body(), IsEmpty());
    EXPECT_EQ(known[Field::etag], plain[Field::etag]);
}

TEST_F(BookPages, EveryFileIsThere) {
    for (const auto& asset : web::book_assets()) {
        if (asset.name.ends_with(".html")) continue;
        const auto answer = get("/book/assets/" + std::string(asset.name));
        EXPECT_EQ(answer.result(), status::ok) << asset.name;
        EXPECT_EQ(answer.body(), asset.plain) << asset.name;
        EXPECT_NE(answer[Field::content_type], "application/octet-stream") << asset.name;
    }
}

TEST(BuiltInFiles, ThoseOfTheOperatorsPageAreThere) {
    const http::Request request(http::Verb::get, "/", 11);
    for (const auto& asset : web::operator_assets()) {
        const auto answer = web::answer_with(asset, request);
        EXPECT_EQ(answer.body(), asset.plain) << asset.name;
        EXPECT_NE(answer[Field::content_type], "application/octet-stream") << asset.name;
    }
    for (const auto* name : {"operator.html", "dom.js", "uplot.js", "operator.json"})
        EXPECT_TRUE(web::find_asset(web::operator_assets(), name)) << name;
    EXPECT_FALSE(web::find_asset(web::operator_assets(), "book.html"));
}

TEST(BookPagesFields, GzipAndTagsAreReadAsListsOfFields) {
    for (const auto* field : {"gzip", "GZIP", "br;q=1, gzip", "gzip;q=0.001"})
        EXPECT_TRUE(web::accepts_gzip(field)) << field;
    for (const auto* field : {"", "br", "gzip;q=0", "gzip;q=0.0, br", "xgzip"})
        EXPECT_FALSE(web::accepts_gzip(field)) << field;
    for (const auto* field : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"})
        EXPECT_TRUE(web::names_tag(field, "\"a\"")) << field;
    for (const auto* field : {"", "\"b\"", "a"}) EXPECT_FALSE(web::names_tag(field, "\"a\"")) << field;
}

}  // namespace book_pages_test
