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
compile_by_folder(phone_rules)
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
compile_by_folder(booking_rules)
target_link_libraries(booking_rules PUBLIC phone_rules shared_code Boost::json date::date-tz PkgConfig::FMT)
target_link_libraries(booking_fuzz PRIVATE booking_rules)
