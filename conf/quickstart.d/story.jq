# An entry of the sandbox's journal as one line: kind, whose, text, detail, with unit separators between them.
#   kind    webhook, link, contact, event: a step that succeeded; failed, routine, other
#   detail  webhook: its signature; contact: its e-mail; event: the event's properties
def milliseconds: "\(.took_us / 1000 | floor) ms";
def answered: "\(.method) \(.path): \(if .status == 0 then "no answer" else .status end) in \(milliseconds)";
def succeeded: .status >= 200 and .status < 300;
def email: (.body.email | values | @uri) // (.path | split("?")[0] | split("/")[-1]);

if .api == "webhooks" then
    [if succeeded then "webhook" else "failed" end, "nginx",
     "\(.event): \(if .status == 0 then .error else .status end) in \(milliseconds)", .signature]
elif .api == "calendly" and .method == "GET" and (.path | test("^/(users/me|webhook_subscriptions)")) then
    ["routine", .api, answered, ""]
elif succeeded | not then ["failed", .api, answered + " \(.answer | tojson)", ""]
elif .api == "calendly" and .method == "GET" and (.path | test("^/(scheduled_events|invitee_no_shows)/")) then
    ["link", .api, answered, ""]
elif .api == "brevo" and (.method == "POST" or .method == "PUT") and (.path | test("/contacts(/[^/]+)?$|/contacts/[^/]+[?]")) then
    ["contact", .api, answered + (if .dropped then ", which dropped " + (.dropped | join(", ")) else "" end), email]
elif .api == "brevo" and .method == "POST" and (.path | endswith("/events")) then
    ["event", .api, "\(.body.event_name): " + answered, (.body.event_properties // {} | tojson)]
else ["other", .api, answered, ""] end
| map(gsub("[\n\u001f]"; " ")) | join("\u001f")
