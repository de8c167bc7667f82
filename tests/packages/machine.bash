# A machine: a root that is booted with its own systemd, network and processes.
# shellcheck shell=bash disable=SC2154 # the variables are tests/packages/run's

leader="" # process id of its systemd
nspawn=""

# What packages need is downloaded while there is a network; from then on apt takes it from its cache.
make_machine() {
    machine=$(copy_of_base machine)
    mkdir "$machine/debs"
    cp "$made"/debs/*.deb "$machine/debs"
    in_root "$machine" "${apt_get[@]}" update
    in_root "$machine" sh -c "${apt_get[*]} --download-only install nginx redis-server curl /debs/*.deb" >"$work/apt.log" 2>&1 ||
        { cat "$work/apt.log" && fail "apt cannot download what the packages need"; }
}

is_up() { [[ $(in_machine systemctl is-system-running) =~ running|degraded ]]; }

# With the unified hierarchy and bpf, or systemd could not limit addresses.
boot() {
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
    container --directory="$machine" --boot --private-network --console=read-only \
        --capability=CAP_BPF,CAP_PERFMON --system-call-filter=bpf --kill-signal=SIGRTMIN+4 </dev/null >"$work/console.log" 2>&1 &
    nspawn=$!
    becomes "a container starts" find_leader
    becomes "its systemd has started everything" is_up
}

# The first process of its own namespace, once it is systemd: it begins as systemd-nspawn.
find_leader() {
    local child
    for child in $(descendants "$nspawn"); do
        [[ $(awk '$1 == "NSpid:" { print (NF > 2), $NF }' "/proc/$child/status") == "1 1" ]] || continue
        [[ $(<"/proc/$child/comm") == systemd ]] && leader=$child && return
    done
    return 1
}

descendants() {
    local child
    while read -r child; do
        echo "$child"
        descendants "$child"
    done < <(pgrep --parent "$1")
}

in_machine() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid -- env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# A program of this machine in that one's network: 127.0.0.1 is theirs.
on_its_network() { nsenter --target "$leader" --net -- "$@"; }

# The files of a pattern there: its own shells are not asked.
# shellcheck disable=SC2086 # a pattern
there() { (cd "$machine" && printf '/%s\n' $1); }

install_there() {
    local files
    mapfile -t files < <(there "$1")
    apt_in_machine install "${files[@]}" "${@:2}"
}

apt_in_machine() { in_machine "${apt_get[@]}" -o Dpkg::Options::=--force-confold "$@"; }

property() { in_machine systemctl show --property "$2" --value "$1"; }

show_machine() {
    [[ -n $leader && -d /proc/$leader ]] || { tail --lines=30 "$work/console.log" 2>/dev/null || true; return; }
    in_machine systemctl --no-pager --full status calendly-brevo nginx 2>&1 | tail --lines=40 || true
    in_machine journalctl --no-pager --unit calendly-brevo --unit nginx --lines=40 || true
} >&2

stop_machine() {
    local attempts=300
    [[ -n $nspawn ]] || return 0
    kill -TERM "$nspawn" 2>/dev/null || true # which lets its systemd stop everything
    while kill -0 "$nspawn" 2>/dev/null && ((attempts-- > 0)); do sleep 0.1; done
    [[ -z $leader ]] || kill -KILL "$leader" 2>/dev/null || true
    kill -KILL "$nspawn" 2>/dev/null || true
    wait "$nspawn" 2>/dev/null || true
    nspawn="" leader=""
}
