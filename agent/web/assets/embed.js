// Makes a frame of every <div data-calendly-brevo="ADDRESS OF THE PAGE">, and keeps it as high as its page.
for (const place of document.querySelectorAll("div[data-calendly-brevo]")) {
  const frame = document.createElement("iframe");
  frame.src = place.dataset.calendlyBrevo;
  frame.title = place.title || "Book a time";
  frame.style.width = "100%";
  frame.style.border = "0";
  place.append(frame);
  addEventListener("message", (message) => {
    if (message.source === frame.contentWindow && message.data?.type === "calendly-brevo:height")
      frame.style.height = `${Number(message.data.value)}px`;
  });
}
