// The queries of the build, written once: every controller takes them from here.
const knex = require('../../db');

const stations = `COALESCE((
  SELECT jsonb_agg(jsonb_build_object('stationId', s.station_id, 'priority', s.priority) ORDER BY s.priority, s.station_id)
  FROM mes_node_stations s WHERE s.node_id = n.id), '[]')`;
const materialInputs = `COALESCE((
  SELECT jsonb_agg(jsonb_build_object('materialCode', m.material_code, 'requiredQuantity', m.required_quantity) ORDER BY m.material_code)
  FROM mes_node_material_inputs m WHERE m.node_id = n.id), '[]')`;
const predecessors = `COALESCE((
  SELECT jsonb_agg(b.node_id ORDER BY b.sequence_order)
  FROM mes_node_predecessors l JOIN mes_production_plan_nodes b ON b.id = l.predecessor_node_id
  WHERE l.node_id = n.id), '[]')`;

// One statement. The aggregate is ordered inside, without DISTINCT, and a plan without nodes gives an empty list.
const loadPlan = (id) => knex.raw(`
  SELECT p.*, COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'nodeId', n.node_id, 'name', n.name, 'operationId', n.operation_id, 'nominalTime', n.nominal_time,
      'stations', ${stations}, 'materialInputs', ${materialInputs}, 'predecessors', ${predecessors}
    ) ORDER BY n.sequence_order)
    FROM mes_production_plan_nodes n WHERE n.plan_id = p.id), '[]') AS nodes
  FROM mes_production_plans p WHERE p.id = ?`, [id]);

const listPlans = (limit) => knex('mes_production_plans as p')
  .select('p.*')
  .select(knex.raw('COUNT(n.id) AS node_count'))
  .select(knex.raw(`COALESCE(jsonb_agg(jsonb_build_object(
    'nodeId', n.node_id, 'name', n.name, 'nominalTime', n.nominal_time) ORDER BY n.sequence_order)
    FILTER (WHERE n.id IS NOT NULL), '[]') AS nodes`))
  .leftJoin('mes_production_plan_nodes as n', 'n.plan_id', 'p.id')
  .groupBy('p.id')
  .orderBy([{ column: 'p.created_at', order: 'desc' }, { column: 'p.id', order: 'desc' }])
  .limit(limit);

const availableWorkers = (stationId) => knex('mes_workers as w')
  .select('w.*')
  .join('mes_worker_stations as s', 's.worker_id', 'w.id')
  .where('s.station_id', stationId)
  .whereNull('w.current_task_plan_id')
  .orderBy('w.id');

const stationsWithOperations = () => knex('mes_stations as s')
  .select('s.*')
  .select(knex.raw(`COALESCE(json_agg(DISTINCT jsonb_build_object('id', o.id, 'name', o.name))
    FILTER (WHERE o.id IS NOT NULL), '[]') AS operations`))
  .leftJoin('mes_station_operations as so', 'so.station_id', 's.id')
  .leftJoin('mes_operations as o', 'o.id', 'so.operation_id')
  .groupBy('s.id')
  .orderBy('s.name');

module.exports = { loadPlan, listPlans, availableWorkers, stationsWithOperations };
