// Plans: read by one statement, written in one transaction.
const knex = require('../../db');
const { insertPlan, mayBecome } = require('../models/Plan');
const { insertNodes } = require('../models/Node');
const { loadPlan, listPlans } = require('../utils/queries');
const { violations } = require('../utils/validators');

async function list(request, reply) {
  reply.json({ plans: await listPlans(Number(request.query.limit) || 1000) });
}

async function detail(request, reply) {
  const { rows } = await loadPlan(request.params.id);
  if (rows.length === 0) return reply.status(404).json({ error: 'There is no such plan', details: [] });
  return reply.json({ plan: rows[0] });
}

async function create(request, reply) {
  const details = violations(request.body);
  if (details.length > 0) return reply.status(400).json({ error: 'Invalid plan', details });
  const plan = await knex.transaction(async (trx) => {
    const row = await insertPlan(trx, request.body);
    const ids = await insertNodes(trx, row.id, request.body.nodes || []);
    for (const one of request.body.assignments || []) {
      await trx('mes_worker_assignments').insert({ plan_id: row.id, node_id: ids.get(one.nodeId), worker_id: one.workerId });
    }
    return row;
  });
  return reply.status(201).json({ plan });
}

async function setStatus(request, reply, plan) {
  if (!mayBecome(plan.status, request.body.status)) {
    return reply.status(409).json({ error: `A ${plan.status} plan cannot become ${request.body.status}`, details: [] });
  }
  return reply.json({ plan: await plan.become(request.body.status) });
}

module.exports = { list, detail, create, setStatus };
