# The two accounts: the sandbox, over TLS, in the machine's network.
# shellcheck shell=bash disable=SC2154 # the variables are tests/packages/run's

sandbox=""
booked=0

# The machine trusts the sandbox's CA as it trusts all others: the agent reads the system's certificates.
start_accounts() {
    local program=$root/build/calendly-brevo-sandbox
    [[ -x $program ]] || fail "$program is missing: conf/build calendly-brevo-sandbox"
    on_its_network "$program" --ports-file "$work/ports.json" --tls-dir "$work/tls" --calendly-token the-token --brevo-key the-key \
        --calendly-rate 0 --brevo-rate 0 --deliveries-at-once 8 </dev/null >"$work/sandbox.log" 2>&1 &
    sandbox=$!
    becomes "the sandbox plays Calendly and Brevo" test -s "$work/ports.json"
    calendly=$(address_of calendly) brevo=$(address_of brevo) control=$(address_of control)
    cp "$work/tls/ca.pem" "$machine/usr/local/share/ca-certificates/sandbox.crt"
    proven "the machine trusts them" in_machine update-ca-certificates
}

address_of() { jq --raw-output ".$1" "$work/ports.json"; }

stop_accounts() {
    [[ -z $sandbox ]] || kill "$sandbox" 2>/dev/null || true
    [[ -z $sandbox ]] || wait "$sandbox" 2>/dev/null || true
    sandbox=""
}

control() {
    local call=$1
    shift
    on_its_network curl --silent --show-error --fail --max-time 20 "$control$call" "$@"
}

visitor() { echo "visitor$1@example.com"; }

# Somebody books; the next one of visitor1, visitor2, ...
book() {
    booked=$((booked + 1))
    control /book --data "{\"name\": \"Visitor $booked\", \"email\": \"$(visitor "$booked")\"}" >/dev/null
}

is_contact() { control "/contacts/$1"; }

arrives() {
    book
    becomes "a booking arrives in Brevo: $1" is_contact "$(visitor "$booked")"
}

# Whose bookings have come to Brevo as events; how often altogether.
told() { control "/events" | jq '[.events[] | select(.event_name == "calendly_booked") | .email]'; }
all_arrived() { [[ $(told | jq 'unique | length') == "$booked" ]]; }
none_came_twice() { [[ $(told | jq length) == "$booked" ]]; }

dead_letters() { in_machine redis-cli xlen 'calendly:{calendly}:dead'; }
nothing_is_dead() { [[ $(dead_letters) == 0 ]]; }

# What an operator does after apt install: a server in nginx, setup, the service.
configure() {
    cat >"$machine/etc/nginx/sites-enabled/hooks" <<'NGINX'
server {
    listen 8080;
    include snippets/calendly*.conf;
}
NGINX
    proven "setup takes the machine from two tokens to a subscription that works" set_up
    proven "what setup wrote is the agent's, and nobody else's" files_are_the_agents
}

set_up() {
    in_machine CALENDLY_API_URL="$calendly" CALENDLY_AUTH_URL="$calendly" BREVO_API_URL="$brevo" CALENDLY_ACCESS_TOKEN=the-token \
        BREVO_API_KEY=the-key calendly-brevo setup --yes --make-lists --public-url http://127.0.0.1:8080 \
        --nginx-file /etc/nginx/snippets/calendly.conf --reload-command 'systemctl reload nginx'
}

files_are_the_agents() {
    local found
    found=$(in_machine find /etc/calendly-brevo -type f -not -name environment \( -not -user calendly-brevo -o -perm /077 \))
    [[ -z $found && -e $machine/etc/calendly-brevo/connector.yaml ]] || { echo "$found" && return 1; }
}
