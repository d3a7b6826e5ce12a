// Plan routes. A plan is read from nodes[].
const flags = require('../quote-portal/config/featureFlags');
const { enrichNodesWithEstimatedTimes, validateProductionPlanNodes } = require('./planNodes');

function chooseNodes(plan, log) {
  if (!plan.nodes || plan.nodes.length === 0) throw new Error('Plan has no nodes (data corruption)');
  log.info('Using nodes (canonical model)');
  return plan.nodes;
}

function savePlan(request, reply, store) {
  const details = flags.ENABLE_VALIDATION ? validateProductionPlanNodes(request.body) : [];
  if (details.length > 0) return reply.status(400).json({ error: 'Invalid plan schema', details });
  return reply.status(201).json({ success: true, plan: store.insert(request.body) });
}

function launchPlan(plan, log) {
  return enrichNodesWithEstimatedTimes(chooseNodes(plan, log)).map((node) => ({ planId: plan.id, nodeId: node.id }));
}

module.exports = { chooseNodes, savePlan, launchPlan };
