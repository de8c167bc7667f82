# The sandbox and the tests; included by the CMakeLists.txt above.
find_package(GTest REQUIRED)
include(GoogleTest)

# The tests themselves are run once and compiled often. The sandbox, the harness and the benchmarks are fast, too.
# A newer g++ could then not use the precompiled header.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    set(test_optimisation -O1)
endif()
function(add_test_executable name)
    add_executable(${name} ${ARGN})
    target_compile_options(${name} PRIVATE ${test_optimisation})
    compile_by_folder(${name})
endfunction()

# What the end-to-end tests stand on: processes, a private Redis and nginx, clients, a spoiling proxy.
set(test_definitions
    BUILD_DIR="${CMAKE_BINARY_DIR}" SOURCE_DIR="${CMAKE_SOURCE_DIR}" FIXTURES_DIR="${CMAKE_SOURCE_DIR}/tests/fixtures")
if(NOT nginx_binary)
    set(nginx_binary nginx)
endif()
file(GLOB harness_sources CONFIGURE_DEPENDS tests/e2e/harness/*.cpp)
add_library(e2e_harness STATIC ${harness_sources})
target_include_directories(e2e_harness PUBLIC tests)
target_compile_definitions(e2e_harness PUBLIC ${test_definitions}
    PRIVATE NGINX_BINARY="${nginx_binary}")
target_link_libraries(e2e_harness PUBLIC shared_code boost_network GTest::gmock)

# What the benchmarks have in common.
find_package(CLI11 REQUIRED)
file(GLOB bench_common_sources CONFIGURE_DEPENDS tests/bench/common/*.cpp)
add_library(bench_common STATIC EXCLUDE_FROM_ALL ${bench_common_sources})
target_link_libraries(bench_common PUBLIC e2e_harness CLI11::CLI11)

# The shared code and the edge's rules, line by line: build/edge_unit_tests.
file(GLOB edge_unit_sources CONFIGURE_DEPENDS tests/unit/edge/*.cpp tests/unit/shared/*.cpp)
function(add_edge_unit_tests variant prefix)
    set(tests edge_unit_tests${variant})
    add_test_executable(${tests} ${edge_unit_sources})
    target_link_libraries(${tests} PRIVATE edge_rules${variant} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${tests} TEST_PREFIX ${prefix} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 60)
endfunction()
add_edge_unit_tests("" unit.)

# The edge in a real nginx with a real Redis; and all of it once more, made with sanitizers: build/sanitized/.
file(GLOB edge_e2e_sources CONFIGURE_DEPENDS tests/e2e/edge/*.cpp)
file(GLOB slow_edge_e2e_sources CONFIGURE_DEPENDS tests/e2e/edge/slow_*.cpp)
file(GLOB soak_edge_sources CONFIGURE_DEPENDS tests/e2e/edge/soak_*.cpp)
list(REMOVE_ITEM edge_e2e_sources ${slow_edge_e2e_sources} ${soak_edge_sources})
add_shared_code(_sanitized sanitizers)
if(CALENDLY_BREVO_MODULE)
    add_edge_rules(_sanitized)
    add_edge_unit_tests(_sanitized sanitized.)
    add_edge_module(_sanitized ${CMAKE_BINARY_DIR}/sanitized)
    # Its functions keep their names for the leaks that are reported when nginx has unloaded it.
    target_link_options(ngx_http_calendly_module_sanitized PRIVATE LINKER:-z,nodelete)

    add_test_executable(edge_tests ${edge_e2e_sources})
    target_link_libraries(edge_tests PRIVATE e2e_harness GTest::gtest_main)
    add_dependencies(edge_tests ngx_http_calendly_module ngx_http_calendly_module_sanitized)
    # Most run with the sanitized module; with the shipped one run those whose subject it is, and those of the
    # harness itself. The shipped one with all the others is left to --soak.
    set(shipped_edge "EdgeBuild.*:EdgeExports.*:EdgeHardening.*:EdgeMetrics*.*:EdgeMixture.*")
    set(edge_harness "EdgeLoadGenerator.*:LatencyHistogram.*:WholeAnswer.*")
    gtest_discover_tests(edge_tests TEST_PREFIX e2e. TEST_LIST edge_shipped TEST_FILTER ${shipped_edge}:${edge_harness}
        DISCOVERY_TIMEOUT 60 PROPERTIES LABELS e2e TIMEOUT 900)
    gtest_discover_tests(edge_tests TEST_PREFIX sanitized. TEST_LIST edge_sanitized
        TEST_FILTER -EdgeBuild.*:EdgeExports.*:EdgeHardening.*:EdgeMixture.*:${edge_harness} DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS e2e TIMEOUT 300
                   ENVIRONMENT EDGE_MODULE=$<TARGET_FILE:ngx_http_calendly_module_sanitized>)
    gtest_discover_tests(edge_tests TEST_PREFIX soak.e2e. TEST_LIST edge_soak
        TEST_FILTER -${shipped_edge}:${edge_harness} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS soak TIMEOUT 300)

    # Likewise, but mostly waiting.
    add_test_executable(slow_edge_tests ${slow_edge_e2e_sources})
    target_link_libraries(slow_edge_tests PRIVATE e2e_harness GTest::gtest_main)
    add_dependencies(slow_edge_tests ngx_http_calendly_module)
    gtest_discover_tests(slow_edge_tests TEST_PREFIX e2e. DISCOVERY_TIMEOUT 60 PROPERTIES LABELS slow TIMEOUT 180)

    # Likewise, but by the thousand and the million.
    add_test_executable(soak_edge_tests ${soak_edge_sources})
    target_link_libraries(soak_edge_tests PRIVATE e2e_harness GTest::gtest_main)
    add_dependencies(soak_edge_tests ngx_http_calendly_module)
    gtest_discover_tests(soak_edge_tests TEST_PREFIX soak. DISCOVERY_TIMEOUT 60 PROPERTIES LABELS soak TIMEOUT 7200)

    # The edge against bare nginx and against Lua: tests/bench/edge/run.
    file(GLOB edge_bench_sources CONFIGURE_DEPENDS tests/bench/edge/*.cpp)
    add_executable(edge_bench EXCLUDE_FROM_ALL ${edge_bench_sources})
    target_link_libraries(edge_bench PRIVATE bench_common)
    add_dependencies(edge_bench ngx_http_calendly_module)
endif()

# The fuzz targets, made with clang in a build of their own: each for some seconds, and for long under --soak.
set(fuzz ${CMAKE_COMMAND} -E env FUZZ_BUILD=${CMAKE_BINARY_DIR}/fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/run)
add_test(NAME fuzz.build COMMAND ${fuzz} build)
set_tests_properties(fuzz.build PROPERTIES LABELS fuzz TIMEOUT 900 COST 1000 FIXTURES_SETUP fuzz)
file(GLOB fuzz_targets CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/tests/fuzz tests/fuzz/*_fuzz.cpp)
list(TRANSFORM fuzz_targets REPLACE _fuzz.cpp "")
foreach(target ${fuzz_targets})
    add_test(NAME fuzz.${target} COMMAND ${fuzz} ${target} 10)
    set_tests_properties(fuzz.${target} PROPERTIES LABELS fuzz TIMEOUT 180)
    add_test(NAME soak.fuzz.${target} COMMAND ${fuzz} ${target})
    set_tests_properties(soak.fuzz.${target} PROPERTIES LABELS soak TIMEOUT 86400)
    set_tests_properties(fuzz.${target} soak.fuzz.${target} PROPERTIES
        FIXTURES_REQUIRED fuzz RESOURCE_LOCK fuzz.${target})
endforeach()

# The pages: their rules in Node, then all of them in a real Chromium before agents that do what the test says.
set(browser_tests ${CMAKE_SOURCE_DIR}/tests/browser)
file(GLOB page_unit_tests CONFIGURE_DEPENDS ${browser_tests}/unit/*.test.mjs)
add_test(NAME unit.page COMMAND node --test ${page_unit_tests})
set_tests_properties(unit.page PROPERTIES LABELS unit TIMEOUT 60)
# Of npm: what package-lock.json names, once.
add_test(NAME browser.packages WORKING_DIRECTORY ${browser_tests}
    COMMAND sh -c "npm ls >/dev/null 2>&1 || npm ci --ignore-scripts --no-audit --no-fund")
set_tests_properties(browser.packages PROPERTIES LABELS browser TIMEOUT 300 FIXTURES_SETUP browser)
foreach(part way trouble access embed operator operator_trouble operator_access operator_contract)
    add_test(NAME browser.${part} COMMAND node --test ${browser_tests}/${part}.test.mjs)
    set_tests_properties(browser.${part} PROPERTIES LABELS browser TIMEOUT 600 FIXTURES_REQUIRED browser)
endforeach()
# Each starts a browser, which uses all cores: two at a time, in two rows of about the same length (the second one has the
# page tests, too, see the end). First of all, or they would be left over at the end. PROCESSORS would not do: a test that
# wants several places never finds them free at once while there are small ones.
set(first_row trouble embed operator operator_trouble operator_access operator_contract)
set(second_row way access)
foreach(row first second)
    list(TRANSFORM ${row}_row PREPEND browser.)
    set_tests_properties(${${row}_row} PROPERTIES COST 1000 RESOURCE_LOCK browser.${row}_row)
endforeach()
# Every look of every state; and how fast, with nothing else at the same time.
add_test(NAME soak.browser.operator_access COMMAND node --test ${browser_tests}/operator_access.test.mjs)
set_tests_properties(soak.browser.operator_access PROPERTIES ENVIRONMENT ALL_LOOKS=1)
add_test(NAME soak.browser.operator_trouble COMMAND node --test ${browser_tests}/operator_trouble.test.mjs)
set_tests_properties(soak.browser.operator_trouble PROPERTIES ENVIRONMENT TIMED=1 RUN_SERIAL ON)
set_tests_properties(soak.browser.operator_access soak.browser.operator_trouble PROPERTIES
    LABELS soak TIMEOUT 600 FIXTURES_REQUIRED browser)

# The alarms: whether they can be read, and when they fire. promtool is in Debian's package prometheus.
add_test(NAME unit.alerts.check COMMAND promtool check rules ${CMAKE_SOURCE_DIR}/conf/prometheus/alerts.yaml)
add_test(NAME unit.alerts.fire COMMAND promtool test rules ${CMAKE_SOURCE_DIR}/tests/conf/alerts_test.yaml)
set_tests_properties(unit.alerts.check unit.alerts.fire PROPERTIES LABELS unit TIMEOUT 120)

if(NOT CALENDLY_BREVO_AGENT)
    return()
endif()

# A local Calendly and a local Brevo: calendly-brevo-sandbox
file(GLOB sandbox_sources CONFIGURE_DEPENDS tests/sandbox/*.cpp)
list(REMOVE_ITEM sandbox_sources ${CMAKE_SOURCE_DIR}/tests/sandbox/main.cpp)
add_library(sandbox_core STATIC ${sandbox_sources})
target_include_directories(sandbox_core PUBLIC tests)
target_precompile_headers(sandbox_core REUSE_FROM agent_core)
compile_by_folder(sandbox_core)
target_link_libraries(sandbox_core PUBLIC agent_core CLI11::CLI11)

add_executable(calendly-brevo-sandbox tests/sandbox/main.cpp)
target_link_libraries(calendly-brevo-sandbox PRIVATE sandbox_core)

# Random stories and what must come of them; pure.
set(convergence_model_sources)
foreach(part story generator mapping model transitions)
    list(APPEND convergence_model_sources ${CMAKE_SOURCE_DIR}/tests/e2e/convergence/${part}.cpp)
endforeach()
add_library(convergence_model STATIC ${convergence_model_sources})
target_include_directories(convergence_model PUBLIC tests)
target_precompile_headers(convergence_model REUSE_FROM agent_core)
target_link_libraries(convergence_model PUBLIC agent_core)

# The pure parts, line by line.
file(GLOB unit_sources CONFIGURE_DEPENDS tests/unit/*/*.cpp)
list(REMOVE_ITEM unit_sources ${edge_unit_sources})
add_test_executable(unit_tests ${unit_sources})
target_include_directories(unit_tests PRIVATE tests)
target_precompile_headers(unit_tests REUSE_FROM agent_core)
target_link_libraries(unit_tests PRIVATE convergence_model sandbox_core GTest::gmock GTest::gtest_main)
target_compile_definitions(unit_tests PRIVATE FIXTURES_DIR="${CMAKE_SOURCE_DIR}/tests/fixtures")
gtest_discover_tests(unit_tests TEST_PREFIX unit. PROPERTIES LABELS unit TIMEOUT 60)
add_test(NAME soak.unit.SchedulingCalls COMMAND unit_tests --gtest_filter=SchedulingCalls.*)
set_tests_properties(soak.unit.SchedulingCalls PROPERTIES LABELS soak TIMEOUT 7200 ENVIRONMENT CALENDLY_BREVO_CALLS=1000000)

# Real nginx, real Redis, the sandbox: each test in its own folder and on its own ports.
file(GLOB e2e_sources CONFIGURE_DEPENDS tests/e2e/path/*.cpp)
file(GLOB slow_e2e_sources CONFIGURE_DEPENDS tests/e2e/path/slow_*.cpp)
file(GLOB convergence_sources CONFIGURE_DEPENDS tests/e2e/convergence/*.cpp)
list(REMOVE_ITEM e2e_sources ${slow_e2e_sources})
add_test_executable(e2e_tests ${e2e_sources})
target_precompile_headers(e2e_tests REUSE_FROM agent_core)
target_link_libraries(e2e_tests PRIVATE e2e_harness sandbox_core GTest::gmock GTest::gtest_main)
add_dependencies(e2e_tests calendly-brevo calendly-brevo-sandbox)
if(CALENDLY_BREVO_MODULE)
    add_dependencies(e2e_tests ngx_http_calendly_module)
endif()
# Likewise: with the shipped agent its commands, and what the test program itself has of the agent. And an agent
# without descriptors: UndefinedBehaviorSanitizer itself needs some, and reports what it cannot look at.
set(shipped_path "PathCommands.*:PathMachine.WithoutDescriptors*")
set(path_clients "PathRedisCluster.*:PathRedisClient.*:PathRedisTlsClient.*:PathSharedSchedule.*:PathRedisSentinels.*:PathRedisSet.*")
gtest_discover_tests(e2e_tests TEST_PREFIX e2e. TEST_LIST path_shipped TEST_FILTER ${shipped_path}:${path_clients}
    DISCOVERY_TIMEOUT 60 PROPERTIES LABELS e2e TIMEOUT 300)
gtest_discover_tests(e2e_tests TEST_PREFIX soak.e2e. TEST_LIST path_soak TEST_FILTER -${shipped_path}:${path_clients}
    DISCOVERY_TIMEOUT 60 PROPERTIES LABELS soak TIMEOUT 300)

# All of it once more with an agent made with sanitizers.
add_boost_network(_sanitized sanitizers)
add_agent_core(_sanitized)
# Two checks cost a quarter of its compilation and tell nothing here: use of a null pointer ends the program anyway, and
# this processor reads at any address. After the others, which turn them on; public for the precompiled header.
add_library(cheaper_sanitizers INTERFACE)
target_compile_options(cheaper_sanitizers INTERFACE -fno-sanitize=null,alignment)
target_link_libraries(agent_core_sanitized PUBLIC cheaper_sanitizers)
add_executable(calendly-brevo_sanitized agent/main.cpp)
set_target_properties(calendly-brevo_sanitized PROPERTIES
    OUTPUT_NAME calendly-brevo RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/sanitized)
target_link_libraries(calendly-brevo_sanitized PRIVATE agent_core_sanitized)
set(sanitized_agent AGENT_PROGRAM=${CMAKE_BINARY_DIR}/sanitized/calendly-brevo)
gtest_discover_tests(e2e_tests TEST_PREFIX sanitized. TEST_LIST path_sanitized
    TEST_FILTER -${shipped_path}:${path_clients} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS e2e TIMEOUT 300 ENVIRONMENT ${sanitized_agent})

# What operators do: commands, accounts, subscriptions, history. With sanitizers under --soak: a command is a
# process, and starts slowly then.
file(GLOB product_sources CONFIGURE_DEPENDS tests/e2e/product/*.cpp)
file(GLOB soak_product_sources CONFIGURE_DEPENDS tests/e2e/product/soak_*.cpp)
list(REMOVE_ITEM product_sources ${soak_product_sources})
add_test_executable(product_tests ${product_sources})
target_precompile_headers(product_tests REUSE_FROM agent_core)
target_link_libraries(product_tests PRIVATE e2e_harness sandbox_core GTest::gmock GTest::gtest_main)
add_dependencies(product_tests e2e_tests)
gtest_discover_tests(product_tests TEST_PREFIX e2e. TEST_LIST product_shipped DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS e2e TIMEOUT 300)
gtest_discover_tests(product_tests TEST_PREFIX soak.sanitized. TEST_LIST product_sanitized DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS soak TIMEOUT 900 ENVIRONMENT ${sanitized_agent})
# Likewise, by the thousand: build/soak_product_tests.
add_test_executable(soak_product_tests ${soak_product_sources})
target_precompile_headers(soak_product_tests REUSE_FROM agent_core)
target_link_libraries(soak_product_tests PRIVATE e2e_harness sandbox_core GTest::gmock GTest::gtest_main)
add_dependencies(soak_product_tests product_tests)
gtest_discover_tests(soak_product_tests TEST_PREFIX soak. DISCOVERY_TIMEOUT 60 PROPERTIES LABELS soak TIMEOUT 7200)

# Likewise, but each takes up to a minute or two; mostly waiting.
add_test_executable(slow_tests ${slow_e2e_sources})
target_precompile_headers(slow_tests REUSE_FROM agent_core)
target_link_libraries(slow_tests PRIVATE e2e_harness sandbox_core GTest::gmock GTest::gtest_main)
add_dependencies(slow_tests e2e_tests)
gtest_discover_tests(slow_tests TEST_PREFIX e2e. TEST_LIST slow_shipped TEST_FILTER -SlowRate.* PROPERTIES LABELS slow TIMEOUT 300)
# How fast it is, alone.
gtest_discover_tests(slow_tests TEST_PREFIX e2e. TEST_LIST slow_rate TEST_FILTER SlowRate.*
    PROPERTIES LABELS slow TIMEOUT 300 RUN_SERIAL ON)

# Random stories, shuffled and disturbed, and whether Brevo has what they say in the end: build/convergence_tests.
list(REMOVE_ITEM convergence_sources ${convergence_model_sources})
add_test_executable(convergence_tests ${convergence_sources})
target_precompile_headers(convergence_tests REUSE_FROM agent_core)
target_link_libraries(convergence_tests PRIVATE convergence_model e2e_harness GTest::gmock GTest::gtest_main)
add_dependencies(convergence_tests calendly-brevo calendly-brevo-sandbox)
if(CALENDLY_BREVO_MODULE)
    add_dependencies(convergence_tests ngx_http_calendly_module)
endif()
# A dead agent's people have to wait for half a minute: the storms are slow.
gtest_discover_tests(convergence_tests TEST_PREFIX e2e. TEST_LIST convergence_quick
    TEST_FILTER -Stormy/*:Convergence*Soak.*:ConvergenceSeed.* PROPERTIES LABELS e2e TIMEOUT 180)
gtest_discover_tests(convergence_tests TEST_PREFIX e2e. TEST_LIST convergence_slow
    TEST_FILTER Stormy/* PROPERTIES LABELS slow TIMEOUT 300)
gtest_discover_tests(convergence_tests TEST_PREFIX soak. TEST_LIST convergence_soak
    TEST_FILTER Convergence*Soak.* PROPERTIES LABELS soak TIMEOUT 86400)
# Both once more with sanitizers; how fast the agent is says nothing then.
gtest_discover_tests(slow_tests TEST_PREFIX soak.sanitized. TEST_LIST slow_sanitized TEST_FILTER -SlowRate.*
    PROPERTIES LABELS soak TIMEOUT 900 ENVIRONMENT ${sanitized_agent})
gtest_discover_tests(convergence_tests TEST_PREFIX soak.sanitized. TEST_LIST convergence_sanitized
    TEST_FILTER -Convergence*Soak.*:ConvergenceSeed.*
    PROPERTIES LABELS soak TIMEOUT 900 ENVIRONMENT ${sanitized_agent})

# The booking page before the agent in a real Chromium; what is done there: tests/browser/agent.test.mjs.
file(GLOB page_sources CONFIGURE_DEPENDS tests/e2e/page/*.cpp)
add_test_executable(page_tests ${page_sources})
target_precompile_headers(page_tests REUSE_FROM agent_core)
target_link_libraries(page_tests PRIVATE e2e_harness sandbox_core GTest::gmock GTest::gtest_main)
add_dependencies(page_tests calendly-brevo calendly-brevo-sandbox)
if(CALENDLY_BREVO_MODULE)
    add_dependencies(page_tests ngx_http_calendly_module)
endif()
gtest_discover_tests(page_tests TEST_PREFIX browser. DISCOVERY_TIMEOUT 60 PROPERTIES
    LABELS browser TIMEOUT 600 COST 1000 RESOURCE_LOCK browser.second_row FIXTURES_REQUIRED browser)

# The packages in fresh roots of Debian, and the service under a real systemd; skipped where it is not root.
foreach(release 12 13)
    set(run_packages ${CMAKE_SOURCE_DIR}/tests/packages/run)
    set(names soak.packages.debian${release}.build soak.packages.debian${release} soak.service.debian${release}
        soak.packages.debian${release}.clean)
    foreach(part build packages service clean)
        list(POP_FRONT names name)
        add_test(NAME ${name} COMMAND ${run_packages} ${part} ${release})
        set_tests_properties(${name} PROPERTIES LABELS soak TIMEOUT 3600 SKIP_RETURN_CODE 77
            RESOURCE_LOCK machines FIXTURES_REQUIRED packages${release})
    endforeach()
    set_tests_properties(soak.packages.debian${release}.build PROPERTIES
        TIMEOUT 7200 COST 1000 FIXTURES_REQUIRED "" FIXTURES_SETUP packages${release})
    set_tests_properties(soak.packages.debian${release}.clean PROPERTIES
        FIXTURES_REQUIRED "" FIXTURES_CLEANUP packages${release})
endforeach()

# The agent's speed: tests/bench/agent/run.
file(GLOB agent_bench_sources CONFIGURE_DEPENDS tests/bench/agent/*.cpp)
add_executable(agent_bench EXCLUDE_FROM_ALL ${agent_bench_sources})
target_link_libraries(agent_bench PRIVATE bench_common fmt::fmt OpenSSL::SSL)
add_dependencies(agent_bench calendly-brevo)
if(CALENDLY_BREVO_MODULE)
    add_dependencies(agent_bench ngx_http_calendly_module)
endif()

# Visitors who ask for available times: tests/bench/visitors/run.
add_executable(visitors_bench EXCLUDE_FROM_ALL tests/bench/visitors/main.cpp)
target_link_libraries(visitors_bench PRIVATE bench_common)
add_dependencies(visitors_bench calendly-brevo calendly-brevo-sandbox)
if(CALENDLY_BREVO_MODULE)
    add_dependencies(visitors_bench ngx_http_calendly_module)
endif()
