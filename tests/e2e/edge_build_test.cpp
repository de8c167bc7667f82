// The module as nginx's own build makes it: ./configure --add-dynamic-module=<project> && make modules
#include "e2e/edge_fixture.hpp"

namespace e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* nginx_dev = "/usr/share/nginx/src";

class EdgeBuild : public EdgeTest {};

TEST_F(EdgeBuild, ByNginxsOwnConfigure) {
    if (!fs::exists(nginx_dev)) GTEST_SKIP() << "the package nginx-dev is not installed";
    const auto tree = folder_ / "nginx-src";
    fs::copy(nginx_dev, tree, fs::copy_options::recursive);
    const std::string script =
        "cd \"$1\" && ./configure --with-compat --add-dynamic-module=\"$2\" && make -f objs/Makefile modules";
    const auto built =
        harness::run({"sh", "-ec", script, "build", tree, SOURCE_DIR}, folder_ / "build-output");
    ASSERT_EQ(built.exit_code, 0) << built.output;

    start_redis();
    start_nginx(
        {.location = location(redis_->url()), .module = tree / "objs" / "ngx_http_calendly_module.so"});
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored(), 1u);
}

}  // namespace
}  // namespace e2e
