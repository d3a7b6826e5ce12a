// The routes of the MES, mounted under /api/mes. Green reads PostgreSQL; blue, started with --use-firebase, still reads the former store.
const express = require('express');
const { Client } = require('pg');
const { db } = require('firebase-admin/firestore');
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

const formerPlans = async (request, reply) => {
  const snapshot = await db.collection('mes-production-plans').orderBy('createdAt', 'desc').get();
  reply.json({ plans: snapshot.docs.map((doc) => ({ id: doc.id, ...doc.data() })) });
};

const router = express.Router();
if (process.argv.includes('--use-firebase')) router.get('/production-plans', formerPlans);
router.get('/production-plans', plans.list);
router.get('/production-plans/:id', plans.detail);
router.post('/production-plans', withAuth, plans.create);
router.put('/workers/:id', withAuth, workers.update);
router.get('/stations', stations.stations);
router.get('/operations', stations.operations);
router.get('/substations', stations.substations);
Object.entries(CHANNELS).forEach(([name, channel]) => router.get(`/stream/${name}`, withAuth, stream(channel)));

module.exports = router;
