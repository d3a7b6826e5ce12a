// The designer's form. Its fields still have the old words, time and skills; they are mapped before anything is sent.
import { call, element, openPlan, showPlans, showViolations, tell } from "./planView.js";

const form = document.getElementById("form");
const operations = document.getElementById("operations");
const CODES = ["OP-CUT", "OP-BEND", "OP-WELD", "OP-MILL", "OP-PAINT", "OP-ASSEMBLE", "OP-INSPECT", "OP-PACK"];

function words(text) {
  return text.split(",").map((word) => word.trim()).filter(Boolean);
}

// Legacy field mappings: time -> nominalTime, skills -> requiredSkills.
function toCanonical(row, position) {
  const node = {
    id: `N${position + 1}`,
    operationId: row.operation,
    name: row.operation.replace("OP-", ""),
    nominalTime: Number(row.time),
    requiredSkills: words(row.skills),
    predecessors: position === 0 ? [] : [`N${position}`],
    materialInputs: row.material ? [{ materialCode: row.material, quantityPerUnit: Number(row.perUnit) }] : [],
  };
  return row.efficiency ? { ...node, efficiency: Number(row.efficiency) } : node;
}

function read() {
  const rows = [...operations.querySelectorAll(".operation")].map((block) =>
    Object.fromEntries([...block.querySelectorAll("[name]")].map((field) => [field.name, field.value])),
  );
  const head = { name: form.elements.name.value, quantity: Number(form.elements.quantity.value), defectRate: 0.05 };
  const nodes = rows.map(toCanonical);
  return { ...head, nodes };
}

async function save(event) {
  event.preventDefault();
  const { status, body } = await call("POST", "/production-plans", read());
  showViolations(body.details ?? []);
  if (status !== 201) return tell(body.error);
  tell(`${body.plan.id} saved`);
  await showPlans();
  await openPlan(body.plan.id);
}

function field(label, name, testId, attributes = {}) {
  const wrap = element("label", `${label} `);
  wrap.append(element("input", undefined, { name, "data-testid": testId, ...attributes }));
  return wrap;
}

function select(label, name, testId, values) {
  const wrap = element("label", `${label} `);
  const box = element("select", undefined, { name, "data-testid": testId });
  box.append(...values.map((value) => element("option", value || "none", { value })));
  wrap.append(box);
  return wrap;
}

async function addOperation() {
  const { body } = await call("GET", "/materials");
  const block = element("div", undefined, { class: "operation", "data-testid": "operation-row" });
  block.append(
    select("Operation", "operation", "op-code", CODES),
    field("Time (min)", "time", "op-time", { type: "number" }),
    field("Skills", "skills", "op-skills", { placeholder: "cutting, deburring" }),
    field("Efficiency", "efficiency", "op-efficiency", { type: "number", step: "0.05" }),
    select("Material", "material", "op-material", ["", ...body.materials.map((material) => material.code)]),
    field("Per unit", "perUnit", "op-per-unit", { type: "number", step: "0.1", value: "1" }),
  );
  operations.append(block);
}

document.getElementById("add").addEventListener("click", addOperation);
form.addEventListener("submit", save);
addOperation();
showPlans();
