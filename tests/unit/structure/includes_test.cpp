// Who may include whom in agent/ and shared/. The order of the folders is the order of the house: commands at
// the top, text at the bottom, and nothing includes upward.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/structure/include_tree.hpp"

namespace includes_test {

using structure::Floors;
using structure::Tree;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Floors floors = {{"cli"},  {"app"},   {"web"},    {"operating"}, {"scheduling"},        {"upkeep"},
                       {"sync"}, {"redis"}, {"config"}, {"rules"},     {"calendly", "brevo"}, {"api"},
                       {"http"}, {"net"},   {"text"},   {"shared"}};

// What the rules do without: sockets, timers, logs, the queue, files.
const std::vector<std::string_view> input_and_output = {"boost/asio", "boost/beast", "spdlog/", "hiredis",
                                                        "yaml-cpp",   "CLI/",        "config/", "net/"};

const Tree& sources() {
    static const Tree tree = structure::read_tree(std::string(FIXTURES_DIR) + "/../..");
    return tree;
}

// Of a few made-up files.
Tree tree_of(const std::map<std::string, std::string>& files) {
    Tree tree;
    for (const auto& [name, text] : files) tree[name] = structure::includes_of(text);
    return tree;
}

TEST(Includes, PointDownward) {
    ASSERT_TRUE(sources().contains("rules/fold.cpp"));
    ASSERT_TRUE(sources().contains("shared/resp.hpp"));
    EXPECT_THAT(structure::arrows_upward(sources(), floors), IsEmpty());
}

TEST(Includes, MakeNoCircle) {
    EXPECT_THAT(structure::circles(sources()), IsEmpty());
}

TEST(Includes, OfTheRulesReachNoInputOrOutput) {
    EXPECT_THAT(structure::ways_to(sources(), "rules", input_and_output), IsEmpty());
}

// Bounds to lower when a header lets go of another. The worst are the files that wire all parts together:
// only a new part of the product may raise them. The goal: 9 and 35.
TEST(Includes, AreFewAndShallow) {
    const auto deepest = structure::deepest(sources());
    EXPECT_LE(deepest.value, 10u) << deepest.file;
    const auto most = structure::most_headers(sources());
    EXPECT_LE(most.value, 89u) << most.file;
}

TEST(IncludeTree, ReadsBothFormsWithTheirLines) {
    const auto includes =
        structure::includes_of("// x\n#include \"a/b.hpp\"\n\n#include <c>\n// #include <d>\n#include\n");
    ASSERT_EQ(includes.size(), 2u);
    EXPECT_EQ(includes[0].name, "a/b.hpp");
    EXPECT_EQ(includes[0].line, 2u);
    EXPECT_EQ(includes[1].name, "c");
    EXPECT_EQ(includes[1].line, 4u);
}

TEST(IncludeTree, AnArrowUpwardIsNamedWithFileAndLine) {
    const auto tree = tree_of({{"rules/a.cpp", "\n#include \"sync/b.hpp\"\n#include \"text/c.hpp\"\n"},
                               {"sync/b.hpp", "#include \"rules/d.hpp\"\n"},
                               {"rules/d.hpp", "#include <vector>\n"},
                               {"text/c.hpp", ""},
                               {"main.cpp", "#include \"sync/b.hpp\"\n"}});
    EXPECT_THAT(structure::arrows_upward(tree, floors),
                ElementsAre("rules/a.cpp:2 includes sync/b.hpp, which is further up"));
}

TEST(IncludeTree, NeighboursDoNotIncludeEachOther) {
    const auto tree = tree_of({{"brevo/a.hpp", "#include \"calendly/b.hpp\"\n#include \"brevo/c.hpp\"\n"},
                               {"brevo/c.hpp", ""},
                               {"calendly/b.hpp", ""}});
    EXPECT_THAT(structure::arrows_upward(tree, floors), ElementsAre(HasSubstr("which is a neighbour")));
}

TEST(IncludeTree, AFolderThatStandsNowhereIsAMistake) {
    const auto tree = tree_of({{"sync/a.hpp", "#include \"attic/b.hpp\"\n"}, {"attic/b.hpp", ""}});
    EXPECT_THAT(structure::arrows_upward(tree, floors),
                ElementsAre(HasSubstr("no floor has the folder attic")));
}

TEST(IncludeTree, ACircleIsShownFromEachOfItsFiles) {
    const auto tree = tree_of({{"rules/a.hpp", "#include \"rules/b.hpp\"\n"},
                               {"rules/b.hpp", "#include \"rules/a.hpp\"\n"},
                               {"rules/c.cpp", "#include \"rules/a.hpp\"\n"}});
    EXPECT_THAT(structure::circles(tree), ElementsAre("rules/a.hpp -> rules/b.hpp -> rules/a.hpp",
                                                      "rules/b.hpp -> rules/a.hpp -> rules/b.hpp"));
}

TEST(IncludeTree, TheWayToAForbiddenHeaderIsShown) {
    const auto tree = tree_of({{"rules/a.cpp", "#include \"rules/b.hpp\"\n#include <string>\n"},
                               {"rules/b.hpp", "#include \"api/c.hpp\"\n"},
                               {"api/c.hpp", "#include <boost/asio/awaitable.hpp>\n"}});
    EXPECT_THAT(structure::ways_to(tree, "rules", input_and_output),
                ElementsAre("rules/a.cpp -> rules/b.hpp -> api/c.hpp -> boost/asio/awaitable.hpp",
                            "rules/b.hpp -> api/c.hpp -> boost/asio/awaitable.hpp"));
    EXPECT_THAT(structure::ways_to(tree, "api", {"spdlog/"}), IsEmpty());
}

TEST(IncludeTree, DepthIsTheLongestWayAndEachHeaderCountsOnce) {
    const auto tree = tree_of({{"rules/a.cpp", "#include \"rules/b.hpp\"\n#include \"rules/c.hpp\"\n"},
                               {"rules/b.hpp", "#include \"rules/c.hpp\"\n"},
                               {"rules/c.hpp", "#include <string>\n"}});
    EXPECT_EQ(structure::deepest(tree).value, 2u);
    EXPECT_EQ(structure::deepest(tree).file, "rules/a.cpp");
    EXPECT_EQ(structure::most_headers(tree).value, 2u);
}

}  // namespace includes_test
