# The unit under a real systemd, with all its directives.
# shellcheck shell=bash disable=SC2154,SC2016 # the variables are tests/packages/run's

readonly unit=calendly-brevo

test_service() {
    make_machine
    boot
    proven "the packages are installed" install_there 'debs/*.deb' nginx redis-server curl
    start_accounts
    configure
    start
    use_credentials
    use_socket
    limit_addresses
    limit_exposure
    reload_under_load
    refuse_wrong_configuration
    kill_when_it_hangs
    restart_when_killed
    drain_at_stop
    restart_without_memory
    come_back_after_boot
}

# Settings of this test on top of the unit's; as `systemctl edit` makes them.
drop_in() {
    mkdir --parents "$machine/etc/systemd/system/$unit.service.d"
    printf '%s\n' '[Service]' "${@:2}" >"$machine/etc/systemd/system/$unit.service.d/$1.conf"
    in_machine systemctl daemon-reload
}

without_drop_in() {
    rm "$machine/etc/systemd/system/$unit.service.d/$1.conf"
    in_machine systemctl daemon-reload
}

restarts() { property "$unit" NRestarts; }
has_restarted_since() { (($(restarts) > $1)) && [[ $(property "$unit" ActiveState) == active ]]; }
journal_says() { in_machine journalctl --unit "$unit" --grep "$1" --quiet; }
readable_by() { in_machine find "$1" -maxdepth 0 -perm "$2"; }

start() {
    proven "the service starts" in_machine systemctl enable --now "$unit"
    proven "it is ready, alive to systemd, and says how it is" is_ready
    proven "it runs as its user, without a capability" runs_with_nothing
    proven "its system calls are filtered, and it gains no rights" is_confined
    proven "it may write its keys and its logins" writes_its_folders
    proven "and not even root writes elsewhere there" writes_nowhere_else
    arrives "with every directive of the unit in force, TLS and certificates of the system included"
    becomes "systemctl status says that all is well" status_is_well
    proven "doctor finds no failure" in_machine calendly-brevo doctor
    proven "the journal has fields of ours" in_machine journalctl --quiet --unit "$unit" CALENDLY_BREVO_CONNECTOR=calendly --lines 1
    proven "no core dump can hold the keys" has_no_core
}

is_ready() { [[ $(property "$unit" SubState) == running && $(property "$unit" StatusText) && $(property "$unit" WatchdogTimestampMonotonic) != 0 ]]; }
status_is_well() { [[ $(property "$unit" StatusText) == healthy* ]]; }
process_status() { in_machine cat "/proc/$(property "$unit" MainPID)/$1"; }
runs_with_nothing() {
    [[ $(process_status status | awk '/^Uid:/ { print $2 }') == "$(in_machine id --user calendly-brevo)" ]] || return 1
    [[ $(process_status status | awk '/^(CapEff|CapBnd|CapPrm):/ { print $2 }' | sort --unique) == 0000000000000000 ]]
}
is_confined() { [[ $(process_status status | awk '/^(NoNewPrivs|Seccomp):/ { print $2 }' | paste --serial --delimiters=,) == 1,2 ]]; }
# The files as the service sees them.
in_service() { in_machine nsenter --target "$(property "$unit" MainPID)" --mount -- "$@"; }
as_its_user() { in_service setpriv --reuid=calendly-brevo --regid=calendly-brevo --clear-groups "$@"; }
writes_its_folders() {
    local folder
    for folder in /etc/calendly-brevo /var/lib/calendly-brevo; do
        as_its_user touch "$folder/probe" && in_service rm "$folder/probe" || return 1
    done
}
writes_nowhere_else() {
    local folder
    for folder in /etc /usr /var/lib /root /home; do refuses in_service touch "$folder/probe" || return 1; done
}
has_no_core() { [[ $(process_status limits | awk '/core file/ { print $5, $6 }') == "0 0" ]]; }

# Secrets as credentials: files that root alone reads, given to the service in a folder of its own.
use_credentials() {
    local folder=$machine/etc/calendly-brevo name lines=()
    mkdir --mode=700 "$folder/credentials"
    for name in calendly_access_token brevo_api_key; do
        install --mode=400 "$folder/$name" "$folder/credentials/$name"
        rm "$folder/$name"
        lines+=("LoadCredential=$name:/etc/calendly-brevo/credentials/$name")
    done
    sed --in-place --regexp-extended "s#\\\$\{file:[^}]*/(calendly_access_token|brevo_api_key)\}#\\\${file:\\\$CREDENTIALS_DIRECTORY/\1}#" "$folder/connector.yaml"
    drop_in credentials "${lines[@]}"
    proven "the service starts with its secrets as credentials" in_machine systemctl restart "$unit"
    proven "which stand in the configuration" grep --quiet 'CREDENTIALS_DIRECTORY/brevo_api_key' "$folder/connector.yaml"
    arrives "with credentials"
}

# Redis over its unix socket, whose group the unit's comment names.
use_socket() {
    sed --in-place -e 's|^# *unixsocket .*|unixsocket /run/redis/redis-server.sock|' -e 's|^# *unixsocketperm .*|unixsocketperm 770|' \
        "$machine/etc/redis/redis.conf"
    sed --in-place 's|redis://127.0.0.1:6379/0|unix:/run/redis/redis-server.sock|' "$machine/etc/calendly-brevo/connector.yaml"
    drop_in socket "SupplementaryGroups=redis"
    proven "Redis listens on its socket" in_machine systemctl restart redis-server
    proven "the service reaches it" in_machine systemctl restart "$unit"
    arrives "over Redis' socket"
}

# The same unit with another program: what it may reach. Both addresses answer without it.
limit_addresses() {
    local address
    for address in 169.254.169.254 10.1.2.3; do in_machine ip address add "$address/32" dev lo; done
    sed -e 's|^ExecStart=.*|ExecStart=/usr/bin/curl --silent --max-time 5 --output /dev/null http://%i:8080/|' -e 's/^Type=.*/Type=oneshot/' \
        -e '/^\(Restart\|WatchdogSec\|ConditionPath\|ExecReload\)/d' "$machine/usr/lib/systemd/system/$unit.service" \
        >"$machine/etc/systemd/system/reaches@.service"
    in_machine systemctl daemon-reload
    proven "private addresses are reached" in_machine systemctl start reaches@10.1.2.3
    proven "the metadata service's address answers others" in_machine curl --silent --output /dev/null http://169.254.169.254:8080/
    proven "and is out of the unit's reach" refuses in_machine systemctl start reaches@169.254.169.254
    in_machine systemctl reset-failed
}

limit_exposure() {
    local said
    said=$(in_machine systemd-analyze security --offline=true --no-pager "$unit.service" | tail --lines=1)
    say "$said"
    proven "its exposure is 1.0 at most" at_most_one "$(grep --only-matching --perl-regexp ': \K[0-9.]+' <<<"$said")"
}
at_most_one() { awk -v exposure="$1" 'BEGIN { exit !(exposure != "" && exposure <= 1.0) }'; }

# Bookings all the time, in the background, until the file is gone.
book_all_the_time() {
    local count=0
    touch "$work/load"
    while [[ -e $work/load ]]; do
        count=$((count + 1))
        control /book --data "{\"name\": \"Load $count\", \"email\": \"load$1-$count@example.com\"}" >/dev/null || exit 1
        echo "$count" >"$work/count"
        sleep 0.05
    done
}
begin_load() {
    echo 0 >"$work/count"
    book_all_the_time "$1" &
    load=$!
    becomes "bookings come all the time" has_booked 20
}
has_booked() { (($(cat "$work/count") >= $1)); }
stop_load() {
    rm --force "$work/load"
    [[ -z ${load:-} ]] || wait "$load"
}
end_load() {
    stop_load || fail "the sandbox does not book any more"
    load=""
    booked=$((booked + $(cat "$work/count")))
}

reload_under_load() {
    local pid turn
    pid=$(property "$unit" MainPID)
    begin_load reload
    for turn in 1 2 3 4 5 6 7 8 9 10; do
        in_machine systemctl reload "$unit" || fail "reload $turn failed"
        becomes "bookings go on after reload $turn" has_booked $((20 + turn * 10))
    done
    end_load
    becomes "each of $booked bookings is in Brevo" all_arrived
    proven "none was told of twice" none_came_twice
    proven "none is a dead letter" nothing_is_dead
    proven "it is the same process" test "$(property "$unit" MainPID)" = "$pid"
}

refuse_wrong_configuration() {
    local file=$machine/etc/calendly-brevo/connector.yaml
    cp --archive "$file" "$work/connector.yaml"
    echo "nonsense: 1" >>"$file"
    in_machine systemctl reload "$unit" || true
    becomes "a reload of a wrong configuration is refused in the journal" journal_says "nonsense"
    arrives "all the same: what was there before goes on"
    proven "a start with it fails" refuses in_machine systemctl restart "$unit"
    proven "with exit code 78, once and for all" gave_up_with 78
    cp --archive "$work/connector.yaml" "$file"
    proven "the right one starts again" in_machine systemctl restart "$unit"
    arrives "afterwards"
}
gave_up_with() { [[ $(property "$unit" ActiveState) == failed && $(property "$unit" ExecMainStatus) == "$1" ]]; }

kill_when_it_hangs() {
    local before
    drop_in watchdog WatchdogSec=3 TimeoutAbortSec=3
    in_machine systemctl restart "$unit"
    before=$(restarts)
    in_machine systemctl kill --signal=STOP "$unit"
    book
    becomes "systemd misses the sign of life of a process that hangs" journal_says "Watchdog timeout"
    becomes "and starts another" has_restarted_since "$before"
    becomes "which brings what waited to Brevo" all_arrived
    without_drop_in watchdog
    in_machine systemctl restart "$unit"
}

restart_when_killed() {
    local before
    before=$(restarts)
    begin_load kill
    in_machine systemctl kill --signal=KILL "$unit"
    becomes "a process that was killed is replaced" has_restarted_since "$before"
    end_load
    becomes "each of $booked bookings is in Brevo" all_arrived
}

# Brevo takes its time: at the stop calls are under way. What was begun is finished, what waits stays for the next.
drain_at_stop() {
    control /faults --data '{"api": "brevo", "times": -1, "action": {"delay_ms": 1500}}' >/dev/null
    begin_load stop
    proven "stop under load ends in time" in_machine systemctl stop "$unit"
    proven "as it should" test "$(property "$unit" Result)" = success
    proven "nothing that it had begun is left half done" nothing_is_pending
    end_load
    control /faults --request DELETE >/dev/null
    in_machine systemctl start "$unit"
    becomes "the next one brings the rest: $booked bookings are in Brevo" all_arrived
    proven "none is a dead letter" nothing_is_dead
}
nothing_is_pending() { [[ $(in_machine redis-cli --raw xpending 'calendly:{calendly}:webhooks' sync | head --lines=1) == 0 ]]; }

# Memory: with the unit's own MemoryMax where systemd has the controller; else the kernel kills in a group of the old kind.
restart_without_memory() {
    local before
    before=$(restarts)
    begin_load memory
    if in_machine grep --quiet --word-regexp memory /sys/fs/cgroup/cgroup.controllers; then
        in_machine systemctl set-property --runtime "$unit" MemoryMax=1M
    else
        starve "/proc/$(agents_there)/cgroup"
    fi
    becomes "the kernel kills the agent, which has no memory" was_killed_for_memory "$before"
    give_memory
    becomes "another one runs" has_restarted_since "$before"
    end_load
    becomes "each of $booked bookings is in Brevo" all_arrived
}

starve() {
    local parent
    parent=/sys/fs/cgroup/memory$(awk -F: '$2 == "memory" { print $3 }' "$1")
    [[ -d $parent ]] || fail "no memory controller here, neither of the new kind nor of the old"
    starved=$(group "$parent")
    mkdir "$starved"
    echo 262144 >"$starved/memory.limit_in_bytes"
    agents_there >"$starved/cgroup.procs"
}

# Callers of the agent who say much and never end: a MB or so, and the kernel's own memory for 120 connections.
crowd() {
    on_its_network timeout 20 bash -c 'for ((i = 0; i < 120; i++)); do
            exec {fd}<>/dev/tcp/127.0.0.1/8719 && printf "GET / HTTP/1.1\r\nX: %07000d" 1 >&"$fd" || exit 0
        done; sleep 1' || true
}

was_killed_for_memory() {
    crowd
    if [[ -n ${starved:-} ]]; then
        grep --quiet '^oom_kill [1-9]' "$starved/memory.oom_control"
    else
        (($(restarts) > $1)) && journal_says "oom-kill"
    fi
}

give_memory() {
    if [[ -n ${starved:-} ]]; then
        becomes "its group is empty" rmdir "$starved"
        starved=""
    else
        in_machine systemctl set-property --runtime "$unit" MemoryMax=1G
    fi
}

started_after() {
    (($(property "$unit" ExecMainStartTimestampMonotonic) >= $(property "$1" ActiveEnterTimestampMonotonic)))
}

come_back_after_boot() {
    stop_accounts
    stop_machine
    boot
    becomes "after a boot the service runs by itself" in_machine systemctl is-active "$unit"
    proven "and was started after Redis" started_after redis-server
}
