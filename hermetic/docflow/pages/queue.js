// The queue: a table of documents that follows every change, and with the feature a filter by type.
import { byId, call, component, element, report, since } from "./api.js";

const filter = byId("ai-type");

function row(entry) {
  const ai = entry.ai === undefined ? [] : [entry.ai?.type ?? "unknown", entry.ai ? `${Math.round(100 * entry.ai.confidence)} %` : ""];
  const made = element("tr", undefined, { "data-document": entry.id });
  made.append(...[entry.title, ...ai, entry.state].map((text) => element("td", text)));
  return made;
}

async function load() {
  const kind = filter?.value;
  const { documents } = await call("GET", `/queue${kind ? `?aiType=${kind}` : ""}`);
  byId("documents").replaceChildren(...documents.map(row));
}

function follow() {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/updates`);
  socket.addEventListener("message", () => component("queue", load));
}

async function choose() {
  await load();
  await report({ kind: "feature_use", feature: "queue_ai_enrichment" });
}

await component("queue", async () => {
  await load();
  filter?.addEventListener("change", () => component("queue", choose));
  follow();
  await report({ kind: "queue_load", seconds: since(0) });
});
