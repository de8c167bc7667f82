// The module as nginx's own build makes it, and what every build checks when it has linked the module.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace build_test {

namespace fs = std::filesystem;

constexpr const char* nginx_dev = "/usr/share/nginx/src";

class EdgeBuild : public EdgeTest {};

// ./configure --add-dynamic-module=<project> && make modules
TEST_F(EdgeBuild, ByNginxsOwnConfigure) {
    if (!fs::exists(nginx_dev)) GTEST_SKIP() << "the package nginx-dev is not installed";
    const auto tree = folder_ / "nginx-src";
    fs::copy(nginx_dev, tree, fs::copy_options::recursive);
    const std::string script =
        "cd \"$1\" && ./configure --with-compat --add-dynamic-module=\"$2\" && make -f objs/Makefile modules";
    const auto built = harness::run({"sh", "-ec", script, "build", tree, SOURCE_DIR}, folder_ / "build-output",
                                    {}, std::chrono::minutes(14));
    ASSERT_EQ(built.exit_code, 0) << built.output;

    start_redis();
    start_nginx(
        {.location = location(redis_->url()), .module = tree / "objs" / "ngx_http_calendly_module.so"});
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored(), 1u);
}

// What readelf says.
class EdgeHardening : public EdgeTest {
protected:
    std::string dynamic_part_of(const fs::path& file) const {
        const auto output = folder_ / "readelf-output";
        fs::remove(output);
        const auto outcome = harness::run({"readelf", "--wide", "--dynamic", "--dyn-syms", file}, output);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
        return outcome.output;
    }
};

TEST_F(EdgeHardening, OfModuleAndAgentIsDebians) {
    for (const std::string name : {"ngx_http_calendly_module.so", "calendly-brevo"}) {
        const auto file = fs::path(BUILD_DIR) / name;
        if (!fs::exists(file)) continue;
        const auto told = dynamic_part_of(file);
        if (told.find("libasan") != told.npos) continue;
        EXPECT_THAT(told, testing::HasSubstr("BIND_NOW")) << name;
        EXPECT_THAT(told, testing::HasSubstr("__stack_chk_fail")) << name;
#ifdef __OPTIMIZE__
        EXPECT_THAT(told, testing::HasSubstr("_chk@")) << name << " (_FORTIFY_SOURCE)";
#endif
    }
}

TEST_F(EdgeHardening, OfTheAgentsUnitIsAsGoodAsItsWorkAllows) {
    if (!fs::exists("/usr/bin/systemd-analyze")) GTEST_SKIP() << "systemd is not installed";
    const auto unit = fs::path(SOURCE_DIR) / "conf/systemd/calendly-brevo.service";
    // In tenths: 1.0 with systemd 252; other versions weigh a little differently.
    const auto outcome =
        harness::run({"systemd-analyze", "security", "--offline=yes", "--threshold=12", "--no-pager", unit},
                     folder_ / "exposure");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
    const auto text = harness::read_file(unit);
    for (const std::string limit : {"LimitCORE=0", "LimitNOFILE=", "MemoryMax="})
        EXPECT_THAT(text, testing::HasSubstr("\n" + limit));
}

class EdgeExports : public EdgeTest {
protected:
    // What check_module.cmake says to a library with nginx's three symbols and `more`.
    harness::Outcome check(const std::string& more, const std::vector<std::string>& libraries = {}) const {
        const auto source = folder_ / "module.cpp", library = folder_ / "module.so";
        harness::write_file(source,
                            "extern \"C\" int ngx_modules, ngx_module_names, ngx_module_order;\n"
                            "int ngx_modules, ngx_module_names, ngx_module_order;\n" +
                                more);
        std::vector<std::string> command{"c++", "-shared", "-fPIC", source, "-o", library};
        command.insert(command.end(), libraries.begin(), libraries.end());
        const auto built = harness::run(command, folder_ / "compiler-output");
        EXPECT_EQ(built.exit_code, 0) << built.output;
        const std::string script = std::string(SOURCE_DIR) + "/ngx_module/check_module.cmake";
        const auto output = folder_ / "check-output";
        fs::remove(output);
        return harness::run({"cmake", "-DMODULE=" + library.string(), "-DREADELF=readelf",
                             "-DHIREDIS_INSIDE=1", "-P", script},
                            output);
    }
};

TEST_F(EdgeExports, WhatNginxLooksFor) {
    const auto outcome = check(
        "static int hidden;\nint* address() __attribute__((visibility(\"hidden\")));\n"
        "int* address() { return &hidden; }\n");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

TEST_F(EdgeExports, AndHiredisIsInside) {
    const std::string needs =
        "#include <hiredis/hiredis.h>\nstatic void* reader() { return redisReaderCreate(); }\n"
        "__attribute__((used)) static void* (*user)() = reader;\n";
    const auto without = check(""), with = check(needs, {"-lhiredis"});
    EXPECT_EQ(without.exit_code, 0) << without.output;
    EXPECT_NE(with.exit_code, 0);
    EXPECT_THAT(with.output, testing::HasSubstr("hiredis inside"));
}

TEST_F(EdgeExports, NothingElse) {
    for (const std::string more :
         {"void function() {}\n", "extern \"C\" __attribute__((weak)) void function() {}\n",
          // STB_GNU_UNIQUE: would keep the old module loaded over a reload.
          "inline int function = 0;\n__attribute__((used)) static int* user = &function;\n"}) {
        const auto outcome = check(more);
        EXPECT_NE(outcome.exit_code, 0) << more;
        EXPECT_THAT(outcome.output, testing::HasSubstr("function")) << more;
    }
}

}  // namespace build_test
}  // namespace e2e
