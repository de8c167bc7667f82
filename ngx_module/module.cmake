# The edge, ngx_http_calendly_module.so; included by the CMakeLists.txt above.
#   NGINX_SOURCE_DIR   the tree to build against; default: nginx-dev's
#   NGINX_OBJS_DIR     where that tree was configured; default: its objs/, else configured into the build folder
#   NGINX_BINARY       the nginx that will load the module; default: the installed one with nginx-dev's tree,
#                      the tree's own objs/nginx with another
set(NGINX_OBJS_DIR "" CACHE PATH "Folder with ngx_auto_config.h (default: found or made)")
set(NGINX_BINARY "" CACHE FILEPATH "nginx that will load the module (default: found)")

include(ngx_module/nginx_tree.cmake)

# The edge's own rules, apart from nginx: the unit tests link them too.
set(edge_rule_names flat_reply_reader meters metrics_text metrics_zone redis_reply rotation store_queue xadd_command)
list(TRANSFORM edge_rule_names PREPEND ngx_module/ OUTPUT_VARIABLE edge_rule_sources)
list(TRANSFORM edge_rule_sources APPEND .cpp)
add_library(edge_rules STATIC ${edge_rule_sources})
target_link_libraries(edge_rules PUBLIC shared_code)

file(GLOB module_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ngx_module/*.cpp)
foreach(source ${edge_rule_sources})
    list(REMOVE_ITEM module_sources ${CMAKE_SOURCE_DIR}/${source})
endforeach()
add_library(ngx_http_calendly_module MODULE ${module_sources})
set_target_properties(ngx_http_calendly_module PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden LINK_DEPENDS ${CMAKE_SOURCE_DIR}/ngx_module/exports.map)
target_include_directories(ngx_http_calendly_module SYSTEM PRIVATE ${nginx_include_dirs})

# Hidden in the module when there is an archive, so that another module's hiredis is never ours.
find_library(HIREDIS_ARCHIVE libhiredis.a HINTS ${HIREDIS_LIBRARY_DIRS})
mark_as_advanced(HIREDIS_ARCHIVE)
target_link_libraries(ngx_http_calendly_module PRIVATE
    edge_rules shared_code $<$<BOOL:${HIREDIS_ARCHIVE}>:${HIREDIS_ARCHIVE}>)
target_link_options(ngx_http_calendly_module PRIVATE
    LINKER:--as-needed LINKER:--exclude-libs,ALL
    LINKER:--version-script=${CMAKE_SOURCE_DIR}/ngx_module/exports.map)

add_custom_command(TARGET ngx_http_calendly_module POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DMODULE=$<TARGET_FILE:ngx_http_calendly_module> -DNGINX=${nginx_binary}
            -DREADELF=${CMAKE_READELF} -P ${CMAKE_SOURCE_DIR}/ngx_module/check_module.cmake
    VERBATIM)
