// Export: at once by a link, and with the feature by a schedule. The tag in the page's address goes with the schedule.
import { byId, call, component, element, report, tell } from "./api.js";

const form = byId("schedule");
const tag = new URLSearchParams(location.search).get("tag") ?? undefined;

function entry(one) {
  const next = new Date(one.nextRun).toISOString().slice(0, 10);
  return element("li", `${one.format}, ${one.frequency}, next on ${next}`, { "data-schedule": one.id });
}

async function list() {
  const { schedules } = await call("GET", "/analytics/export/schedule");
  byId("schedules").replaceChildren(...schedules.map(entry));
}

async function schedule(event) {
  event.preventDefault();
  await component("export", async () => {
    const chosen = Object.fromEntries(new FormData(form));
    const { schedule: made } = await call("POST", "/analytics/export/schedule", { ...chosen, tag });
    await list();
    tell(`Export scheduled: ${made.format}, ${made.frequency}`);
    await report({ kind: "feature_use", feature: "export_scheduling" });
  });
}

if (form) {
  form.addEventListener("submit", schedule);
  await component("export", list);
}
