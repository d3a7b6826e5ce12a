// A plan: its states, and the one way through them.
const STATES = ['draft', 'released', 'production'];
const mayBecome = (from, to) => STATES.indexOf(to) === STATES.indexOf(from) + 1;

// The id is a value of the row that the generator gives, not the result object of the raw query.
async function insertPlan(trx, plan) {
  const { rows } = await trx.raw('SELECT mes.generate_production_plan_code() AS id');
  const [row] = await trx('mes_production_plans')
    .insert({ id: rows[0].id, work_order_code: plan.orderCode, quantity: plan.quantity, tag: plan.tag })
    .returning('*');
  return row;
}

module.exports = { STATES, mayBecome, insertPlan };
