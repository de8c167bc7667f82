# The sandbox and the tests; included by the CMakeLists.txt above.
find_package(GTest REQUIRED)
include(GoogleTest)

# A local Calendly and a local Brevo: calendly-brevo-sandbox
file(GLOB sandbox_sources CONFIGURE_DEPENDS tests/sandbox/*.cpp)
list(REMOVE_ITEM sandbox_sources ${CMAKE_SOURCE_DIR}/tests/sandbox/main.cpp)
add_library(sandbox_core STATIC ${sandbox_sources})
target_include_directories(sandbox_core PUBLIC tests)
target_precompile_headers(sandbox_core REUSE_FROM agent_core)
target_link_libraries(sandbox_core PUBLIC agent_core CLI11::CLI11)

add_executable(calendly-brevo-sandbox tests/sandbox/main.cpp)
target_link_libraries(calendly-brevo-sandbox PRIVATE sandbox_core)

# The pure parts, line by line.
file(GLOB unit_sources CONFIGURE_DEPENDS tests/unit/*.cpp)
add_executable(unit_tests ${unit_sources})
target_include_directories(unit_tests PRIVATE tests)
target_precompile_headers(unit_tests REUSE_FROM agent_core)
target_link_libraries(unit_tests PRIVATE sandbox_core GTest::gmock GTest::gtest_main)
target_compile_definitions(unit_tests PRIVATE FIXTURES_DIR="${CMAKE_SOURCE_DIR}/tests/fixtures")
gtest_discover_tests(unit_tests TEST_PREFIX unit. PROPERTIES LABELS unit TIMEOUT 60)

# Real nginx, real Redis, the sandbox: each test in its own folder and on its own ports.
file(GLOB e2e_sources CONFIGURE_DEPENDS tests/e2e/*.cpp tests/e2e/harness/*.cpp)
add_executable(e2e_tests ${e2e_sources})
target_include_directories(e2e_tests PRIVATE tests)
target_precompile_headers(e2e_tests REUSE_FROM agent_core)
target_link_libraries(e2e_tests PRIVATE sandbox_core GTest::gmock GTest::gtest_main)
target_compile_definitions(e2e_tests PRIVATE
    BUILD_DIR="${CMAKE_BINARY_DIR}" SOURCE_DIR="${CMAKE_SOURCE_DIR}" FIXTURES_DIR="${CMAKE_SOURCE_DIR}/tests/fixtures")
add_dependencies(e2e_tests calendly-brevo calendly-brevo-sandbox)
gtest_discover_tests(e2e_tests TEST_PREFIX e2e. PROPERTIES LABELS e2e TIMEOUT 180)
