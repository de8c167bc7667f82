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
