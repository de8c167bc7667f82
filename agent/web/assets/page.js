// Lists what can be booked.
const [, , connector] = location.pathname.split("/");
const page = document.getElementById("page");
const answer = await fetch(`/v1/scheduling/event-types?connector=${encodeURIComponent(connector)}`);
const types = answer.ok ? await answer.json() : [];
const list = document.createElement("ul");
for (const type of types) {
  const link = document.createElement("a");
  link.href = type.scheduling_url;
  link.textContent = `${type.name}, ${type.duration_minutes} min`;
  list.appendChild(document.createElement("li")).append(link);
}
page.append(list);
page.removeAttribute("aria-busy");
