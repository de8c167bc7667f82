# Install, set up, upgrade, remove, purge, as apt does it.
# shellcheck shell=bash disable=SC2154,SC2016 # the variables are tests/packages/run's; what the machine expands is quoted

test_packages() {
    make_machine
    mkdir "$machine/later"
    boot
    install_both
    start_accounts
    configure
    start_and_book
    upgrade_over_changes
    refuse_other_nginx
    refuse_other_module
    remove_and_install_again
    purge
}

# --- a fresh installation

install_both() {
    proven "apt installs Debian's nginx and Redis" apt_in_machine install nginx redis-server curl
    refuse_on_other_nginx
    proven "apt installs both packages, and says that nginx takes the module" installs_and_says
    proven "nginx has loaded it" loads_the_module
    proven "without a configuration nothing of ours runs" nothing_of_ours_runs
    proven "and nothing has failed" nothing_failed
    proven "the binary says the package's version" binary_says_version
    proven "its folder is the agent's" owned_by_the_agent /etc/calendly-brevo
    proven "manual pages and completions are there" aids_are_there
    proven "what the documents name is there" documents_lead_somewhere
}

installs_and_says() { says "$(install_there 'debs/*.deb' 2>&1)" "test is successful"; }

# nginx's master has it among its mappings.
loads_the_module() { in_machine sh -c 'grep -q ngx_http_calendly_module.so /proc/$(cat /run/nginx.pid)/maps'; }
nothing_of_ours_runs() { refuses agents_there && [[ $(property calendly-brevo ActiveState) == inactive ]]; }
nothing_failed() { [[ -z $(in_machine systemctl --failed --no-legend) ]]; }
owned_by_the_agent() { [[ $(in_machine stat --format=%U:%G "$1") == calendly-brevo:calendly-brevo ]]; }
version_of() { in_machine dpkg-query --show --showformat='${Version}' "$1"; }
# A package's version is that of the release, and the commit.
binary_says_version() {
    local version
    version=$(version_of calendly-brevo)
    says "$(in_machine calendly-brevo --version)" "${version%%+*}"
}

aids_are_there() {
    local file
    for file in man/man1/calendly-brevo.1.gz man/man1/calendly-brevo-dead-replay.1.gz bash-completion/completions/calendly-brevo \
        zsh/vendor-completions/_calendly-brevo fish/vendor_completions.d/calendly-brevo.fish \
        calendly-brevo/prometheus/alerts.yaml calendly-brevo/grafana/calendly-brevo.json; do
        [[ -s $machine/usr/share/$file ]] || { echo "$file is missing" && return 1; }
    done
    bash -n "$machine/usr/share/bash-completion/completions/calendly-brevo"
}

# Links of the README and of the guides to other files of ours; those into the sources are not for packages.
documents_lead_somewhere() {
    local doc=/usr/share/doc/calendly-brevo file link missing=()
    for file in $(cd "$machine$doc" && echo README.md conf/guides/*.md); do
        for link in $(in_machine grep --only-matching --perl-regexp '\]\(\K[^)#:]+(?=[)#])' "$doc/$file"); do
            [[ $link == *tests/* ]] || in_machine test -e "$doc/$(dirname "$file")/$link" || missing+=("$file: $link")
        done
    done
    ((!${#missing[@]})) || { printf '%s\n' "${missing[@]}" && return 1; }
}

# --- from setup to a contact

start_and_book() {
    proven "the service starts" in_machine systemctl enable --now calendly-brevo
    arrives "by the installed nginx, Redis and agent"
    proven "doctor finds no failure" in_machine calendly-brevo doctor
    start_another
}

# The template: a second connector with an agent of its own, as its own file says.
start_another() {
    sed -e 's/8719/8720/' -e 's/^  calendly:/  sales:/' "$machine/etc/calendly-brevo/connector.yaml" >"$machine/etc/calendly-brevo/sales.yaml"
    in_machine chown calendly-brevo: /etc/calendly-brevo/sales.yaml
    proven "an agent of the template starts" in_machine systemctl enable --now calendly-brevo@sales
    proven "two agents run" two_agents_run
}

two_agents_run() { [[ $(agents_there | wc --lines) == 2 ]]; }

# --- an upgrade

# The same package as a later version: what an upgrade does is in its scripts and in dpkg.
repack() {
    local package=$1 version=$2 folder=$work/repacked
    rm --recursive --force "$folder"
    dpkg-deb --raw-extract "$machine$(there "debs/${package}_*.deb")" "$folder"
    sed --in-place "s/^Version: .*/Version: $version/; s/ (= [^)]*)/ (= $version)/" "$folder/DEBIAN/control"
    [[ -z ${3:-} ]] || "$3" "$folder"
    dpkg-deb --root-owner-group --build "$folder" "$machine/later/${package}_$version.deb" >/dev/null
}

upgrade_over_changes() {
    local later before pid other
    later=$(version_of calendly-brevo)+later
    repack calendly-brevo "$later"
    repack libnginx-mod-http-calendly "$later"
    echo "# mine" | tee --append "$machine/etc/calendly-brevo/connector.yaml" >"$machine/etc/calendly-brevo/environment"
    before=$(configuration) pid=$(property calendly-brevo MainPID) other=$(property calendly-brevo@sales MainPID)
    proven "apt upgrades, and says that nginx keeps the former module until it is restarted" upgrade_says_what_is_left
    proven "the configuration is as it was" is_configuration "$before"
    becomes "the agent is another process" is_another calendly-brevo "$pid"
    becomes "so is that of the template" is_another calendly-brevo@sales "$other"
    proven "a binary upgrade of nginx takes the new module, without a gap" takes_new_module
    arrives "after the upgrade"
}

upgrade_says_what_is_left() { says "$(install_there 'later/*+later.deb' 2>&1)" "keeps the former module until systemctl restart nginx"; }
# The file that was loaded before is another one, and deleted.
takes_new_module() {
    in_machine service nginx upgrade && becomes_loaded && in_machine systemctl is-active nginx
}
becomes_loaded() { becomes "nginx has the new file" loads_the_file_that_is_there; }
loads_the_file_that_is_there() { refuses in_machine sh -c 'grep -q "ngx_http_calendly_module.so (deleted)" /proc/$(cat /run/nginx.pid)/maps' && loads_the_module; }
configuration() { in_machine sh -c 'cd /etc/calendly-brevo && ls -ln --time-style=full-iso && cat *'; }
is_configuration() { [[ $(configuration) == "$1" ]] || { diff <(echo "$1") <(configuration) && false; }; }
is_another() { [[ $(property "$1" ActiveState) == active && $(property "$1" MainPID) != "$2" ]]; }

# --- an nginx that does not fit

# nginx as it is here, of another ABI.
foreign_nginx() {
    (cd "$machine" && dpkg-deb --raw-extract var/cache/apt/archives/nginx_*.deb "$work/nginx")
    sed --in-place -e 's/^Version: .*/&+other/' -e 's/nginx-abi-[^,]*/nginx-abi-9.9.9-1/' "$work/nginx/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$work/nginx" "$machine/later/nginx_other.deb" >/dev/null
}

refuse_on_other_nginx() {
    foreign_nginx
    proven "an nginx of another ABI is installed" apt_in_machine install /later/nginx_other.deb
    proven "apt does not install the module for it, and says what is missing" names_the_abi
    proven "Debian's own nginx goes back" install_there 'var/cache/apt/archives/nginx_*.deb' --allow-downgrades
}

names_the_abi() {
    local said
    said=$(in_machine apt-get --assume-yes install "$(there 'debs/libnginx-mod-*.deb')" 2>&1) && return 1
    says "$said" "Depends: nginx-abi-$(nginx_version)"
}
nginx_version() { in_machine dpkg-query --show --showformat='${Version}' nginx-common | grep --only-matching '^[0-9.]*'; }

refuse_other_nginx() {
    proven "apt does not install an nginx of another ABI beside the module" keeps_the_module
    proven "the service and nginx go on" in_machine systemctl is-active calendly-brevo nginx
}

keeps_the_module() {
    local said
    said=$(apt_in_machine --no-remove install /later/nginx_other.deb 2>&1) && return 1
    says "$said" "remove is disabled"
}

# --- a module that does not fit

# nginx compares a text that says how it was configured; this is one of an nginx that never was.
spoil_signature() { LC_ALL=C sed --in-place 's/8,4,8,[01]\{4\}/8,4,8,9999/' "$1/usr/lib/nginx/modules/ngx_http_calendly_module.so"; }

refuse_other_module() {
    local good
    good=$(version_of libnginx-mod-http-calendly)
    repack libnginx-mod-http-calendly "$good+spoilt" spoil_signature
    proven "a module of another build is refused with our words" refused_with_our_words "$good+spoilt"
    arrives "while nginx runs with what it has loaded"
    proven "the good one goes back" apt_in_machine --allow-downgrades install "/later/libnginx-mod-http-calendly_$good.deb"
    proven "and nginx takes it" in_machine nginx -t
}

refused_with_our_words() {
    says "$(apt_in_machine install "/later/libnginx-mod-http-calendly_$1.deb" 2>&1)" "this module was built for another nginx"
}

# --- the end

remove_and_install_again() {
    local before
    before=$(configuration)
    proven "apt removes both, and says what nginx does not know any more" removal_says_what_is_left
    proven "nothing of ours runs" nothing_of_ours_runs
    proven "the configuration is as it was" is_configuration "$before"
    proven "apt installs both again" install_there 'debs/*.deb'
    proven "the service runs as before" in_machine systemctl is-active calendly-brevo
    proven "nginx takes the module again" in_machine systemctl restart nginx
    arrives "after both were removed and installed again"
}

removal_says_what_is_left() {
    says "$(apt_in_machine remove calendly-brevo libnginx-mod-http-calendly 2>&1)" "the module is gone, and nginx does not take its configuration"
}

# What the operator put into nginx goes first; what `systemctl edit` has made goes with the package.
purge() {
    in_machine mkdir --parents "/etc/systemd/system/calendly-brevo.service.d"
    in_machine sh -c 'printf "[Service]\nNice=5\n" > /etc/systemd/system/calendly-brevo.service.d/override.conf'
    rm "$machine/etc/nginx/sites-enabled/hooks" "$machine/etc/nginx/snippets/calendly.conf"
    proven "apt purges both" apt_in_machine purge calendly-brevo libnginx-mod-http-calendly
    proven "nothing is left" nothing_is_left
    proven "no unit has failed" nothing_failed
    proven "nginx runs on" in_machine nginx -t
}

# No file with the name or in a file's text, no user, no unit. Files with a dash are the former version of passwd and others.
nothing_is_left() {
    local left
    left=$(in_machine find / -xdev \( -path /debs -o -path /later -o -path /proc -o -path /sys -o -path /var/cache/apt -o -path /var/log \
        -o -path /run/log \) -prune -o \( -iname '*calendly*' -o -nouser -o -nogroup \) -print)
    left+=$(in_machine grep --recursive --files-with-matches --exclude='*-' calendly /etc || true)
    left+=$(in_machine systemctl list-unit-files --no-legend 'calendly*')
    [[ -z $left ]] || { echo "$left" && return 1; }
    refuses in_machine getent passwd calendly-brevo
}
