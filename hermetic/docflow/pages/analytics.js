// Analytics: a bar for the revenue of each month, and with the feature bars of what is expected.
import { byId, call, component, element, report, since } from "./api.js";

const choice = byId("forecast");

const actuals = (months) => months.map((one) => ({ ...one, kind: "actual" }));

const predictions = (months) => months.map((one) => ({ ...one, kind: "prediction" }));

function bar(one, highest) {
  const title = `${one.month}: EUR ${Math.round(one.revenueEur).toLocaleString("en")}`;
  const made = element("div", undefined, { class: "bar", "data-kind": one.kind, "data-month": one.month, title });
  made.style.height = `${(100 * one.revenueEur) / highest}%`;
  return made;
}

async function draw() {
  const began = performance.now();
  const body = await call("GET", `/analytics${choice?.checked ? "?forecast=true" : ""}`);
  const bars = [...actuals(body.months), ...predictions(body.forecast ?? [])];
  const highest = Math.max(...bars.map((one) => one.revenueEur), 1);
  byId("revenue").replaceChildren(...bars.map((one) => bar(one, highest)));
  await report({ kind: "analytics_render", seconds: since(began) });
}

async function choose() {
  await draw();
  if (choice.checked) await report({ kind: "feature_use", feature: "analytics_forecasting" });
}

choice?.addEventListener("change", () => component("analytics", choose));
await component("analytics", draw);
