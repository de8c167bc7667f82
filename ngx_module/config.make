# Sourced by nginx's configure once its Makefile exists; $ngx_addon_dir is this folder.
calendly_objs=$(cd "$NGX_OBJS" && pwd)

cat << END >> $NGX_MAKEFILE

modules: $NGX_OBJS/ngx_http_calendly_module.so

.PHONY: ngx_http_calendly_module
ngx_http_calendly_module:
	cmake -S $ngx_addon_dir/.. -B $NGX_OBJS/calendly -DCALENDLY_BREVO_AGENT=OFF -DCALENDLY_BREVO_TESTS=OFF \\
		-DNGINX_SOURCE_DIR=$PWD -DNGINX_OBJS_DIR=$calendly_objs
	cmake --build $NGX_OBJS/calendly --target ngx_http_calendly_module

$NGX_OBJS/ngx_http_calendly_module.so: ngx_http_calendly_module
	cp $NGX_OBJS/calendly/ngx_http_calendly_module.so $NGX_OBJS/

END
