// Rules of nodes: the times a step really takes, and the violations of the schema.
const Ajv = require('ajv/dist/2020');
const schema = require('./models/ProductionPlanSchema.json');
const { efficiencyOf } = require('./operations');

const validate = new Ajv({ allErrors: true }).compile(schema);

function enrichNodesWithEstimatedTimes(nodes) {
  return nodes.map((node) => ({
    ...node,
    effectiveTime: Math.round((node.nominalTime / (node.efficiency ?? efficiencyOf(node.operationId))) * 100) / 100,
  }));
}

function validateProductionPlanNodes(plan) {
  return validate(plan) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
}

module.exports = { enrichNodesWithEstimatedTimes, validateProductionPlanNodes };
