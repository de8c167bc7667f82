# Roots of Debian, and the packages that are built in one.
# shellcheck shell=bash disable=SC2154 # root, release, made, work are tests/packages/run's

suite() { [[ $release == 12 ]] && echo bookworm || echo trixie; }

# Where no systemd runs, nobody gives a container a control group of its own: two would end each other's processes.
readonly hierarchies=(/sys/fs/cgroup/unified /sys/fs/cgroup/systemd)

group() { echo "$1/calendly-brevo.${work##*.}"; }

join_group() {
    local hierarchy
    for hierarchy in "${hierarchies[@]}"; do
        [[ -w $hierarchy ]] || continue
        mkdir --parents "$(group "$hierarchy")"
        echo "$BASHPID" >"$(group "$hierarchy")/cgroup.procs"
    done
}

remove_groups() {
    local hierarchy
    for hierarchy in "${hierarchies[@]}"; do
        [[ ! -d $(group "$hierarchy") ]] || find "$(group "$hierarchy")" -depth -type d -exec rmdir {} + || true
    done
}

# Becomes the container: for a subshell. It ends with the test, however that ends.
container() {
    local options=(--quiet --setenv=DEBIAN_FRONTEND=noninteractive --setenv=LC_ALL=C.UTF-8)
    if [[ ! -d /run/systemd/system ]]; then
        options+=(--register=no --keep-unit)
        join_group
    fi
    exec setpriv --pdeathsig TERM systemd-nspawn "${options[@]}" "$@"
}

# A command in a root that is not booted, with this machine's network.
in_root() {
    local folder=$1
    shift
    (container --directory="$folder" --pipe "$@" </dev/null)
}

readonly apt_get=(apt-get --quiet=2 --assume-yes -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false)

# Debian as it is when nothing was done to it, but for an init.
make_base() {
    local wanted=systemd-sysv,dbus,ca-certificates
    debootstrap --variant=minbase --include="$wanted" "$(suite)" "$made/base.new" >"$made/debootstrap.log" ||
        { tail --lines=20 "$made/debootstrap.log" && fail "debootstrap cannot make the root"; }
    mv "$made/base.new" "$made/base"
}

copy_of_base() {
    cp --archive --reflink=auto "$made/base" "$work/$1"
    echo "$work/$1"
}

# As somebody does who has only the repository: clone, conf/package.
build_packages() {
    local builder=$1
    git -c safe.directory='*' clone --quiet --no-local "$root" "$builder/root/calendly-brevo"
    in_root "$builder" /root/calendly-brevo/conf/package /root/packages >"$made/package.log" 2>&1 ||
        { tail --lines=60 "$made/package.log" && fail "conf/package does not build the packages"; }
    cp "$builder"/root/packages/*.deb "$made/debs"
}

clean_clone_stays_clean() { [[ -z $(git -C "$1/root/calendly-brevo" status --porcelain) ]]; }

# Errors, warnings and overrides that no longer override anything.
lintian_finds_nothing() {
    in_root "$1" "${apt_get[@]}" install lintian >/dev/null
    in_root "$1" sh -c "lintian --allow-root --fail-on error,warning --tag-display-limit 0 /root/packages/*.deb"
}

test_build() {
    local builder
    rm --recursive --force --one-file-system "$made"/base* "$made/debs"
    mkdir "$made/debs"
    make_base
    say "a root of Debian $release ($(suite)): $made/base"
    builder=$(copy_of_base builder)
    build_packages "$builder"
    say "both packages are built from a clean clone: $(cd "$made/debs" && echo *.deb)"
    proven "conf/package leaves the clone as it was" clean_clone_stays_clean "$builder"
    proven "Debian $release's lintian finds no error and no warning" lintian_finds_nothing "$builder"
}
