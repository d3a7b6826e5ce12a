// How efficiently each operation runs, as a share of its nominal pace.
const EFFICIENCY = {
  'OP-CUT': 0.9, 'OP-BEND': 0.8, 'OP-WELD': 0.75, 'OP-MILL': 0.6,
  'OP-PAINT': 0.85, 'OP-ASSEMBLE': 0.95, 'OP-INSPECT': 1, 'OP-PACK': 1,
};

module.exports = { efficiencyOf: (operationId) => EFFICIENCY[operationId] ?? 1 };
