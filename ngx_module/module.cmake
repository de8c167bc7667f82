# The edge, ngx_http_calendly_module.so; included by the CMakeLists.txt above.
#   NGINX_SOURCE_DIR   the tree to build against; default: nginx-dev's
#   NGINX_OBJS_DIR     where that tree was configured; default: its objs/, else configured into the build folder
#   NGINX_BINARY       the nginx that will load the module; default: the installed one with nginx-dev's tree,
#                      the tree's own objs/nginx with another
set(NGINX_OBJS_DIR "" CACHE PATH "Folder with ngx_auto_config.h (default: found or made)")
set(NGINX_BINARY "" CACHE FILEPATH "nginx that will load the module (default: found)")

include(ngx_module/nginx_tree.cmake)

file(GLOB module_sources CONFIGURE_DEPENDS 
    ngx_module/*.cpp ngx_module/*/*.cpp)
list(REMOVE_ITEM module_sources ${edge_rule_sources})

# add_edge_module(<variant> <folder>): made of the rules of that variant.
function(add_edge_module variant folder)
    set(module ngx_http_calendly_module${variant})
    add_library(${module} MODULE ${module_sources})
    set_target_properties(${module} PROPERTIES
        PREFIX "" OUTPUT_NAME ngx_http_calendly_module LIBRARY_OUTPUT_DIRECTORY ${folder}
        # Hidden in the module when there is an archive, so that another module's hiredis is never ours.
        HIREDIS_INSIDE ON
        CXX_VISIBILITY_PRESET hidden LINK_DEPENDS ${CMAKE_SOURCE_DIR}/ngx_module/exports.map)
    target_include_directories(${module} SYSTEM PRIVATE ${nginx_include_dirs})
    target_link_libraries(${module} PRIVATE edge_rules${variant})
    target_link_options(${module} PRIVATE
        LINKER:--as-needed LINKER:--exclude-libs,ALL
        LINKER:--version-script=${CMAKE_SOURCE_DIR}/ngx_module/exports.map)

    add_custom_command(TARGET ${module} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -DMODULE=$<TARGET_FILE:${module}> -DNGINX=${nginx_binary}
                -DREADELF=${CMAKE_READELF} -DHIREDIS_INSIDE=$<BOOL:${HIREDIS_ARCHIVE}>
                -P ${CMAKE_SOURCE_DIR}/ngx_module/check_module.cmake
        VERBATIM)
endfunction()
add_edge_module("" ${CMAKE_BINARY_DIR})
target_link_libraries(ngx_http_calendly_module PRIVATE hardening)
