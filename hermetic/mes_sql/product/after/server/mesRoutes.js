// The routes of the MES, mounted under /api/mes. The only store is PostgreSQL.
const express = require('express');
const { Client } = require('pg');
const { withAuth } = require('./auth');
const plans = require('./mes/controllers/plans.controller');
const workers = require('./mes/controllers/workers.controller');
const stations = require('./mes/controllers/stations.controller');

const CHANNELS = { plans: 'mes_plan_updates', assignments: 'mes_assignment_updates', workers: 'mes_worker_updates' };

const stream = (channel) => async (request, reply) => {
  const client = new Client({ connectionString: process.env.DATABASE_URL, application_name: 'burkol-api-green stream' });
  await client.connect();
  reply.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
  client.on('notification', ({ payload }) => reply.write(`id: ${JSON.parse(payload).id}\ndata: ${payload}\n\n`));
  await client.query(`LISTEN ${channel}`);
  request.on('close', () => client.end());
};

const router = express.Router();
router.get('/production-plans', plans.list);
router.get('/production-plans/:id', plans.detail);
router.post('/production-plans', withAuth, plans.create);
router.put('/workers/:id', withAuth, workers.update);
router.get('/stations', stations.stations);
router.get('/operations', stations.operations);
router.get('/substations', stations.substations);
Object.entries(CHANNELS).forEach(([name, channel]) => router.get(`/stream/${name}`, withAuth, stream(channel)));

module.exports = router;
