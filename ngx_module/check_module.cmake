# After linking: would this nginx load the module, and does it show nothing but what nginx looks for?
#   cmake -DMODULE=<.so> -DNGINX=<nginx or empty> -DREADELF=<readelf> -P check_module.cmake

# The settings of nginx's configure that a module depends on: "8,4,8,0011..."
function(read_signature file result)
    file(STRINGS ${file} lines REGEX "[48],[48],[48],[01]+")
    string(REGEX MATCH "[48],[48],[48],[01]+" signature "${lines}")
    if(NOT signature)
        message(FATAL_ERROR "No module signature in ${file}: is it an nginx with loadable modules?")
    endif()
    set(${result} ${signature} PARENT_SCOPE)
endfunction()

if(NGINX)
    read_signature(${MODULE} of_module)
    read_signature(${NGINX} of_nginx)
    if(NOT of_module STREQUAL of_nginx)
        message(FATAL_ERROR "${NGINX} would refuse ${MODULE}, because it was configured otherwise than the "
            "sources that the module was built against:\n  module ${of_module}\n  nginx  ${of_nginx}\n"
            "Build against the sources of that nginx, both configured --with-compat")
    endif()
endif()

execute_process(COMMAND ${READELF} --dyn-syms --wide ${MODULE} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(GLOBAL|WEAK|UNIQUE) +DEFAULT +[0-9]+ [^\n]+" exported "${symbols}")
list(TRANSFORM exported REPLACE ".* ([^ ]+)$" "\\1")
list(TRANSFORM exported STRIP)
list(SORT exported)
if(NOT exported STREQUAL "ngx_module_names;ngx_module_order;ngx_modules")
    message(FATAL_ERROR "${MODULE} must export ngx_modules, ngx_module_names and ngx_module_order only, "
        "but exports: ${exported}")
endif()

if(HIREDIS_INSIDE)
    execute_process(COMMAND ${READELF} --dynamic --wide ${MODULE} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
    if(dynamic MATCHES "NEEDED[^\n]*libhiredis")
        message(FATAL_ERROR "${MODULE} must have hiredis inside, but needs libhiredis.so: see the order of the libraries")
    endif()
endif()
