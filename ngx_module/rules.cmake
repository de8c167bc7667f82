# The edge's own rules, apart from nginx: the module, the unit tests and the fuzzers link them.
# add_edge_rules(<variant>) takes the shared code of that variant.
set(edge_rule_names
    metrics/text metrics/zone redis/link_state redis/reply_reader redis/rotation store/entry_command store/entry_pipeline
    store/waiting_webhooks)
list(TRANSFORM edge_rule_names REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/ngx_module/\\1.cpp" OUTPUT_VARIABLE edge_rule_sources)

function(add_edge_rules variant)
    add_library(edge_rules${variant} STATIC ${edge_rule_sources})
    target_link_libraries(edge_rules${variant} PUBLIC shared_code${variant})
endfunction()
add_edge_rules("")
target_link_libraries(edge_rules PRIVATE hardening)
