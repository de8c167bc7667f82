# What the quickstart tells: a booking on its way from Calendly to Brevo, as the sandbox's journal has it.
# shellcheck shell=bash disable=SC2154,SC2034 # root, folder, patience, fail and the addresses are the other files'

last_entry=0     # of the journal, that was told
declare -A seen=() # kinds of steps that were told

tell() { printf '%-8s %s\n' "$1" "$2"; }
indented() { sed 's/^/           /'; }

control() {
    local call=$1
    shift
    curl --silent --show-error --fail-with-body --max-time "$patience" "$control_url$call" "$@"
}

# nginx writes the line when the answer is on its way, so it may be a moment behind.
stream_id_of() {
    local signature=$1 attempts=20 id=""
    while [[ -z $id ]] && ((attempts-- > 0)); do
        id=$(grep --fixed-strings "$signature" "$folder/webhooks.log" | cut --delimiter=' ' --fields=4) || sleep 0.05
    done
    echo "$id"
}

tell_entry() {
    local kind=$1 whose=$2 text=$3 detail=$4
    seen[$kind]=1
    case $kind in
    webhook) tell webhook "$text from nginx, stored in Redis as $(stream_id_of "$detail")" ;;
    link) tell link "followed at Calendly: $text" ;;
    contact)
        tell contact "written to Brevo: $text; Brevo now has"
        control "/contacts/$detail" | jq '{email, listIds, attributes}' | indented
        ;;
    event)
        tell event "sent to Brevo: $text; its properties"
        jq 'with_entries(select(.value != null and .value != ""))' <<<"$detail" | indented
        ;;
    routine) ;; # the agent looks whether it is still subscribed
    failed) tell "$whose" "refused: $text" ;;
    *) tell "$whose" "$text" ;;
    esac
}

# Tells what is new in the journal; waits up to a second for it.
tell_news() {
    local news kind whose text detail
    news=$(control "/journal?after=$last_entry&wait_ms=1000") || return 0 # the sandbox ended: require_servers says so
    last_entry=$(jq .last <<<"$news")
    while IFS=$'\x1f' read -r kind whose text detail; do
        tell_entry "$kind" "$whose" "$text" "$detail"
    done < <(jq --raw-output ".entries[] | $(<"$root/conf/quickstart.d/story.jq")" <<<"$news")
}

await_step() {
    local kind=$1 what=$2 deadline=$((SECONDS + patience))
    until [[ -n ${seen[$kind]:-} ]]; do
        require_servers
        if ((SECONDS >= deadline)); then
            show_log "$folder/nginx.log"
            show_log "$folder/agent.log"
            fail "$what: not within $patience s"
        fi
        tell_news
    done
}

booking() {
    cat <<'JSON'
{"name": "Ada Lovelace", "email": "ada.lovelace@example.com", "timezone": "Europe/London",
 "questions_and_answers": {"Company": "Analytical Engines Ltd", "Your role": "Director", "Phone number": "+44 20 7946 0958"}}
JSON
}

tell_booking() {
    local booked
    booked=$(control /book --data "$(booking)") || fail "the sandbox does not book: $booked"
    invitee=$(jq --raw-output .invitee_id <<<"$booked")
    tell booked "$(jq --raw-output '"\(.invitee.name) <\(.invitee.email)>, \(.event.name) at \(.event.start_time)"' <<<"$booked")"
    await_step webhook "nginx's answer to the webhook"
    await_step link "following the link to the scheduled event at Calendly"
    await_step contact "the contact in Brevo"
    await_step event "the event in Brevo"
}

print_addresses() {
    cat <<TEXT

webhook URL      $webhook_url
Redis            redis-cli -s $folder/redis.sock
logs             $folder
TEXT
    [[ $mode != live ]] || return 0
    cat <<TEXT
booking page     $booking_url   (book there, and the contact appears below)
Calendly         $calendly_url   (Authorization: Bearer $CALENDLY_ACCESS_TOKEN)
Brevo            $brevo_url   (api-key: $BREVO_API_KEY)
sandbox control  $control_url
TEXT
}

print_next() {
    cat <<TEXT

Try next, in another terminal (Ctrl-C here stops everything):
  cancel it        curl $control_url/cancel -d '{"invitee": "$invitee", "reason": "Something came up"}'
  somebody else    curl $control_url/book -d '{"name": "Grace Hopper", "email": "grace.hopper@example.com"}'

TEXT
}

tell_until_interrupted() {
    while require_servers; do tell_news; done
}

# Calendly reaches no loopback address.
print_way_in() {
    cat <<TEXT

Make this address reachable from the internet, with https, through your web server or a tunnel, and give setup the address
that leads there (https://.../webhooks/calendly):
  $webhook_url

TEXT
}

follow_logs() {
    setsid setpriv --pdeathsig TERM tail --quiet --follow=name --retry --lines=+1 \
        "$folder/webhooks.log" "$folder/agent.log" 2>/dev/null &
    process[logs]=$!
    started+=(logs)
    while require_servers; do sleep 1; done
}

# What an operator asks when in doubt. Its own questions to the two accounts are not part of the story.
tell_diagnosis() {
    local said
    tell doctor "looks at the whole way"
    said=$("$root/build/calendly-brevo" doctor --config "$folder/connector.yaml" 2>&1) || fail "calendly-brevo doctor: $said"
    indented <<<"$said"
    last_entry=$(control "/journal?after=$last_entry" | jq .last)
}
