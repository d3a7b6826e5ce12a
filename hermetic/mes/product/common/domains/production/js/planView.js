// What the designer shows: the list of plans, one plan with its efficiency indicators, its assignments, the warning.

const byId = (id) => document.getElementById(id);
const api = "/api/mes";

export async function call(method, path, body) {
  const reply = await fetch(api + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

export function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function tell(text) {
  byId("message").textContent = text;
  byId("message").hidden = false;
}

export function showViolations(details) {
  byId("violations").replaceChildren(...details.map((line) => element("li", line)));
}

function row(cells, attributes) {
  const made = element("tr", undefined, attributes);
  for (const cell of cells) made.append(cell instanceof Node ? cell : element("td", String(cell ?? "")));
  return made;
}

function action(label, testId, handler, style = "") {
  const cell = element("td");
  const button = element("button", label, { type: "button", "data-testid": testId, class: style });
  button.addEventListener("click", handler);
  cell.append(button);
  return cell;
}

export async function showPlans() {
  const { body } = await call("GET", "/production-plans?limit=12");
  const rows = body.plans.map((plan) =>
    row(
      [plan.id, plan.name, plan.quantity, plan.operations, plan.status, action("Open", "plan-open", () => openPlan(plan.id), "quiet")],
      { "data-testid": "plan-row", "data-plan": plan.id },
    ),
  );
  byId("plans").replaceChildren(...rows);
}

export async function openPlan(id) {
  const { body } = await call("GET", `/production-plans/${id}`);
  if (!body.plan) return tell(body.error);
  const plan = body.plan;
  byId("detail").hidden = false;
  byId("detail-title").textContent = `${plan.id} · ${plan.name}`;
  byId("nodes").replaceChildren(...plan.nodes.map((node) => nodeRow(plan, node)));
  byId("launch").hidden = !["draft", "released"].includes(plan.status);
  byId("launch").onclick = () => launch(plan.id);
  await showAssignments(plan.id);
}

function indicator(node) {
  const efficiency = node.effectiveTime ? node.nominalTime / node.effectiveTime : 1;
  const style = ["efficiency", efficiency < 0.8 ? "slow" : "", node.efficiency === undefined ? "" : "own"];
  const title = node.efficiency === undefined ? "from the operation" : "set for this step";
  return element("span", `${Math.round(efficiency * 100)} %`, {
    class: style.join(" "), title, "data-testid": "efficiency-indicator",
  });
}

function nodeRow(plan, node) {
  const cell = element("td");
  cell.append(indicator(node));
  const input = element("input", undefined, {
    type: "number", step: "0.05", min: "0.05", max: "1", value: node.efficiency ?? "", "data-testid": "efficiency-override",
    "aria-label": `Efficiency of ${node.name ?? node.id}`,
  });
  const override = element("td");
  override.append(input);
  const apply = action("Apply", "apply-override", () => applyOverride(plan, node.id, input.value), "quiet");
  override.append(...apply.childNodes);
  const effective = element("td", `${node.effectiveTime} min`, { "data-testid": "effective-time" });
  return row([node.name ?? node.id, `${node.nominalTime} min`, cell, effective, override], {
    "data-testid": "node-row", "data-node": node.id,
  });
}

async function applyOverride(plan, nodeId, value) {
  const nodes = plan.nodes.map(({ effectiveTime, efficiency, ...node }) => {
    const own = node.id === nodeId ? (value === "" ? undefined : Number(value)) : efficiency;
    return own === undefined ? node : { ...node, efficiency: own };
  });
  const { status, body } = await call("PUT", `/production-plans/${plan.id}`, { nodes });
  tell(status === 200 ? `Efficiency of ${nodeId} saved` : body.error);
  showViolations(body.details ?? []);
  await openPlan(plan.id);
}

async function launch(id) {
  const { status, body } = await call("POST", `/production-plans/${id}/launch`);
  tell(status === 200 ? `${id} launched: ${body.assignments.length} assignments` : body.error);
  await Promise.all([openPlan(id), showPlans()]);
}

async function showAssignments(planId) {
  const { body } = await call("GET", `/assignments?planId=${planId}`);
  byId("assignments").replaceChildren(...body.assignments.map(assignmentRow));
}

function assignmentRow(assignment) {
  const next = {
    pending: () => action("Start", "start-assignment", () => start(assignment)),
    in_progress: () => action("Complete", "complete-assignment", () => complete(assignment)),
  }[assignment.status];
  const status = element("td", assignment.status, { "data-testid": "assignment-status" });
  return row([assignment.id, assignment.operationId, status, next ? next() : ""], {
    "data-testid": "assignment-row", "data-assignment": assignment.id,
  });
}

async function start(assignment) {
  const { status, body } = await call("POST", `/assignments/${assignment.id}/start`);
  if (status !== 200) tell(body.error);
  else if (body.warning) warn(assignment, body.warning);
  else tell(`${assignment.id} started`);
  await showAssignments(assignment.planId);
}

function warn(assignment, warning) {
  const dialog = byId("warning");
  const lines = warning.materials.map((m) => `${m.code}: ${m.reserved} of ${m.planned} reserved, ${m.missing} missing`);
  byId("warning-text").textContent = lines.join("; ");
  byId("proceed").onclick = () => decide(assignment, "proceed");
  byId("cancel").onclick = () => decide(assignment, "cancel");
  dialog.hidden = false;
}

async function decide(assignment, onPartial) {
  const { status, body } = await call("POST", `/assignments/${assignment.id}/start`, { onPartial });
  byId("warning").hidden = true;
  tell(status === 200 ? `${assignment.id}: ${body.assignment.status}` : body.error);
  await showAssignments(assignment.planId);
}

async function complete(assignment) {
  const { status, body } = await call("POST", `/assignments/${assignment.id}/complete`);
  tell(status === 200 ? `${assignment.id} completed${body.capped ? ", consumption capped" : ""}` : body.error);
  await openPlan(assignment.planId);
  await showPlans();
}
