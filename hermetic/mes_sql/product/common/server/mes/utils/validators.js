// What a plan must look like before the database sees it: every violation at once.
const positive = (value) => typeof value === 'number' && value > 0;

function violations(plan) {
  const found = [];
  if (!plan.orderCode) found.push('orderCode is required');
  if (!Number.isInteger(plan.quantity) || plan.quantity <= 0) found.push('quantity must be a whole number > 0');
  (plan.nodes || []).forEach((node, place) => {
    if (!node.nodeId) found.push(`nodes[${place}].nodeId is required`);
    if (!positive(node.nominalTime)) found.push(`nodes[${place}].nominalTime must be > 0`);
    if (!node.operationId) found.push(`nodes[${place}].operationId is required`);
  });
  return found;
}

module.exports = { violations };
