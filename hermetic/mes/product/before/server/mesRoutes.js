// Plan routes. A plan is read from nodes[]; one that was never migrated is read from its executionGraph.
const flags = require('../quote-portal/config/featureFlags');
const { convertExecutionGraphToNodes } = require('./convert');
const { enrichNodesWithEstimatedTimes, validateProductionPlanNodes } = require('./planNodes');

function chooseNodes(plan, log) {
  if (flags.USE_CANONICAL_NODES && plan.nodes) {
    log.info('Using nodes (canonical model)');
    return plan.nodes;
  }
  if (plan.executionGraph) {
    if (flags.USE_CANONICAL_NODES) log.warn(`executionGraph is deprecated: plan ${plan.id}`);
    else log.info('Using executionGraph (feature flag disabled)');
    return convertExecutionGraphToNodes(plan.executionGraph);
  }
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
