// Signing in: the token is exchanged for a session, and the reader goes on to where they came from.
import { byId, tell } from "./api.js";

const form = byId("sign-in");
const next = new URLSearchParams(location.search).get("next") ?? "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await fetch("/api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: form.elements.token.value }),
  });
  await reply.json();
  if (reply.ok) location.assign(/^\/admin\/\w+$/.test(next) ? next : "/admin/queue");
  else tell("Wrong token");
});
