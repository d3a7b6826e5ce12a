// Workers, with what they can do and where, and what they are at.
const knex = require('../../db');

async function replaceLinks(trx, table, workerId, column, ids) {
  await trx(table).where({ worker_id: workerId }).del();
  if (ids.length) await trx(table).insert(ids.map((id) => ({ worker_id: workerId, [column]: id })));
}

async function update(request, reply) {
  const { id } = request.params;
  await knex.transaction(async (trx) => {
    await trx('mes_workers').where({ id }).update({ name: request.body.name });
    if (request.body.stations) await replaceLinks(trx, 'mes_worker_stations', id, 'station_id', request.body.stations);
    if (request.body.operations) await replaceLinks(trx, 'mes_worker_operations', id, 'operation_id', request.body.operations);
  });
  reply.json({ worker: await knex('mes_workers').where({ id }).first() });
}

module.exports = { update };
