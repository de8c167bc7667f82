# One libFuzzer program for each tests/fuzz/<target>_fuzz.cpp; included by the CMakeLists.txt above.
file(GLOB fuzz_sources CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
foreach(source ${fuzz_sources})
    get_filename_component(program ${source} NAME_WE)
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE edge_rules)
    target_link_options(${program} PRIVATE -fsanitize=fuzzer)
endforeach()

# The agent's own code that these feed.
target_sources(http_response_fuzz PRIVATE agent/http/message_reader.cpp)
target_include_directories(http_response_fuzz PRIVATE agent)
# The agent's rules about phone numbers.
find_package(Boost 1.81 CONFIG REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
add_library(phone_rules STATIC
    agent/rules/numbering_metadata.cpp agent/rules/numbering_plan.cpp agent/rules/phone.cpp
    agent/rules/written_number.cpp agent/text/text.cpp agent/text/unicode.cpp)
target_include_directories(phone_rules PUBLIC agent)
target_link_libraries(phone_rules PUBLIC Boost::headers PkgConfig::UTF8PROC)
target_link_libraries(phone_fuzz PRIVATE phone_rules)
# The agent's rules about what visitors send.
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json)
find_package(date REQUIRED)
pkg_check_modules(FMT REQUIRED IMPORTED_TARGET fmt)
add_library(booking_rules STATIC
    agent/rules/booking_answers.cpp agent/rules/booking_check.cpp agent/rules/booking_fields.cpp
    agent/rules/booking_refusal.cpp agent/rules/booking_token.cpp agent/rules/local_time.cpp agent/rules/old_zones.cpp
    agent/rules/time_zones.cpp agent/calendly/json_reader.cpp agent/calendly/mend_json.cpp agent/calendly/parse.cpp agent/calendly/question.cpp
    agent/calendly/scheduling_codec.cpp agent/calendly/timestamp.cpp agent/text/base64url.cpp)
target_include_directories(booking_rules PUBLIC agent)
target_link_libraries(booking_rules PUBLIC phone_rules shared_code Boost::json date::date-tz PkgConfig::FMT)
target_link_libraries(booking_fuzz PRIVATE booking_rules)
# Every call of the scheduling API and the booking page, on the fakes of the unit tests.
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(spdlog REQUIRED)
file(GLOB desk_sources CONFIGURE_DEPENDS agent/scheduling/*.cpp)
set_source_files_properties(${desk_sources} PROPERTIES UNITY_GROUP scheduling)
add_library(desk_code STATIC ${desk_sources} agent/net/boost_network.cpp
    agent/web/asset_answer.cpp agent/web/bearer.cpp agent/web/book_pages.cpp agent/web/scheduling_answer.cpp agent/web/scheduling_api.cpp
    agent/http/admission.cpp agent/http/router.cpp agent/http/url.cpp
    agent/api/api_failure.cpp agent/rules/calendar_file.cpp agent/rules/offered_times.cpp
    agent/calendly/link.cpp agent/calendly/listing_parse.cpp
    agent/net/interruption.cpp agent/net/limited_log.cpp agent/text/seal.cpp)
set_target_properties(desk_code PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
target_include_directories(desk_code PUBLIC ${CMAKE_SOURCE_DIR} tests)
target_compile_definitions(desk_code PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_precompile_headers(desk_code PRIVATE agent/precompiled.hpp)
target_link_libraries(desk_code PUBLIC booking_rules spdlog::spdlog Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_link_libraries(scheduling_fuzz PRIVATE desk_code)
target_precompile_headers(scheduling_fuzz REUSE_FROM desk_code)
