# The servers of the quickstart: what they read, how they start and stop. Everything they write is under $folder.
# shellcheck shell=bash disable=SC2154,SC2034 # root, folder, patience and fail are conf/quickstart's

declare -A process=() # server -> process id
started=()            # servers in the order of their start

# A session of its own keeps Ctrl-C away, so that we stop them in order; the kernel ends them should we be killed.
start() {
    local server=$1
    shift
    setsid setpriv --pdeathsig TERM "$@" </dev/null >>"$folder/$server.log" 2>&1 &
    process[$server]=$!
    started+=("$server")
}

is_running() { kill -0 "${process[$1]}" 2>/dev/null; }

stop_server() {
    local server=$1 attempts=150
    kill -TERM "${process[$server]}" 2>/dev/null || return 0
    while is_running "$server" && ((attempts-- > 0)); do sleep 0.1; done
    kill -KILL "${process[$server]}" 2>/dev/null || true
    wait "${process[$server]}" 2>/dev/null || true
}

# Last started, first stopped: the agent finishes its work while Redis is still there.
stop_servers() {
    local index
    for ((index = ${#started[@]} - 1; index >= 0; index--)); do stop_server "${started[index]}"; done
}

show_log() { [[ ! -s $1 ]] || { echo "--- the end of ${1##*/}:" && tail --lines 15 "$1"; } >&2; }

fail_of() {
    local server=$1
    shift
    show_log "$folder/$server.log"
    fail "$@"
}

require_servers() {
    local server
    for server in "${started[@]}"; do
        is_running "$server" || fail_of "$server" "$server ended by itself"
    done
}

wait_for() {
    local server=$1 what=$2 deadline=$((SECONDS + patience))
    shift 2
    until "$@" >/dev/null 2>&1; do
        is_running "$server" || fail_of "$server" "$server does not start"
        ((SECONDS < deadline)) || fail_of "$server" "$server: $what did not happen within $patience s"
        sleep 0.1
    done
}

accepts_connections() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the ports that the kernel hands out; somebody may still take it before we do.
free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)) && accepts_connections "$port"; do :; done
    echo "$port"
}

start_redis() {
    local socket=$folder/redis.sock
    mkdir "$folder/redis"
    start redis redis-server "$root/conf/redis/calendly-brevo.conf" --port 0 --unixsocket "$socket" \
        --dir "$folder/redis" --daemonize no
    wait_for redis "an answer to PING" redis-cli -s "$socket" ping
    echo "redis    answers on its socket $socket"
}

nginx_configuration() {
    local port=$1 user="" signature=""
    ((EUID != 0)) || user="user root;" # the workers must reach the private folder
    [[ $mode == live ]] || signature=\$http_calendly_webhook_signature # tells which delivery a line is about
    cat <<NGINX
load_module "$root/build/ngx_http_calendly_module.so";
$user
daemon off;
worker_processes 1;
pid nginx.pid;
error_log "$folder/nginx.log" notice;
events {}
http {
    log_format calendly 'webhook \$calendly_result: \$status \$calendly_stream_id $signature';
    access_log "$folder/webhooks.log" calendly;
    client_body_temp_path client_body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:$port;
        location = /webhooks/calendly {
            calendly_webhook calendly;
            calendly_signing_key_file "$folder/signing.key";
            calendly_redis "unix:$folder/redis.sock";
        }
        location ~ ^/(book|v1/scheduling)/ {
            proxy_pass http://127.0.0.1:$admin_port;
            proxy_set_header Host \$http_host;
            proxy_set_header X-Real-IP \$remote_addr;
            access_log off; # the log tells the story of webhooks
        }
    }
}
NGINX
}

lost_the_port() { grep --quiet "Address already in use" "$folder/nginx.log"; }

# nginx cannot be asked for just any free port: when another process was quicker, the next one is tried.
start_nginx() {
    local program port attempts=10
    program=$(PATH=$PATH:/usr/sbin type -P nginx)
    mkdir "$folder/nginx"
    od --address-radix=n --format=x1 --read-bytes=32 /dev/urandom | tr --delete ' \n' >"$folder/signing.key"
    admin_port=$(free_port)
    while ((attempts-- > 0)); do
        port=$(free_port)
        nginx_configuration "$port" >"$folder/nginx/nginx.conf"
        start nginx "$program" -p "$folder/nginx" -c nginx.conf -e "$folder/nginx.log"
        until [[ -s $folder/nginx/nginx.pid ]] || ! is_running nginx; do sleep 0.1; done
        ! is_running nginx || break
        lost_the_port || fail_of nginx "nginx does not start"
        unset "started[-1]"
    done
    is_running nginx || fail_of nginx "nginx found no free port"
    webhook_url=http://127.0.0.1:$port/webhooks/calendly
    booking_url=http://127.0.0.1:$port/book/calendly
    echo "nginx    takes webhooks at $webhook_url"
}

start_sandbox() {
    local ports=$folder/ports.json
    start sandbox "$root/build/calendly-brevo-sandbox" --ports-file "$ports" \
        --calendly-token "$CALENDLY_ACCESS_TOKEN" --brevo-key "$BREVO_API_KEY"
    wait_for sandbox "its file of addresses" test -s "$ports"
    calendly_url=$(jq --raw-output .calendly "$ports")
    brevo_url=$(jq --raw-output .brevo "$ports")
    control_url=$(jq --raw-output .control "$ports")
    echo "sandbox  plays Calendly at $calendly_url and Brevo at $brevo_url"
}

agent_configuration() {
    cat <<YAML
connectors:
  calendly:
    access_token: "\${CALENDLY_ACCESS_TOKEN}"
    event_mapping:
      discovery_call: {event_type_uri: "https://api.calendly.com/event_types/DISCOVERYCALL001", list_id: 10}
      demo: {event_type_uri: "https://api.calendly.com/event_types/PRODUCTDEMO00002", list_id: 11}
    field_mapping:
      email: email
      name: FIRSTNAME
      questions_and_answers: {company: COMPANY, role: JOB_TITLE, phone: SMS}
      event_type_name: CALENDLY_EVENT_TYPE
      scheduled_at: MEETING_DATE
      status: BOOKING_STATUS
    webhook:
      url: "$webhook_url"
      signing_key_file: "$folder/signing.key"
    cancellation: {list_id: 20, leave_lists: true}
    no_show: {list_id: 21}
    scheduling: {enabled: true, event_types: [discovery_call, demo]}
    calendly: {api_url: "$calendly_url"}
    brevo: {api_url: "$brevo_url"}
redis: {url: "unix:$folder/redis.sock"}
brevo: {api_key: "\${BREVO_API_KEY}"}
admin: {listen: "127.0.0.1:$admin_port"}
YAML
}

configure_agent() {
    agent_configuration >"$folder/connector.yaml"
}

# Calendly is told where to send webhooks, once a signed one got through to nginx and a forged one did not.
subscribe() {
    local said
    said=$("$root/build/calendly-brevo" webhooks create --config "$folder/connector.yaml" 2>&1) ||
        fail "calendly-brevo webhooks create: $said"
    echo "webhooks create: ${said//$'\n'/$'\n'                 }"
}

# The accounts of whoever typed this.
set_up() {
    "$root/build/calendly-brevo" setup --config "$folder/connector.yaml" --signing-key-file "$folder/signing.key" \
        --redis-url "unix:$folder/redis.sock" --admin-listen "127.0.0.1:$admin_port" ||
        fail "calendly-brevo setup ended without a subscription that works"
}

# Nothing would answer the webhooks any more.
unsubscribe() {
    [[ -s $folder/connector.yaml ]] || return 0
    "$root/build/calendly-brevo" webhooks delete --ours --config "$folder/connector.yaml" || true
}

start_agent() {
    start agent "$root/build/calendly-brevo" agent --config "$folder/connector.yaml"
    echo "agent    waits for webhooks, its configuration is $folder/connector.yaml"
}
