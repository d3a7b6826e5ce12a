// A node of a plan, with its stations, materials and predecessors.
async function insertNodes(trx, planId, nodes) {
  const ids = new Map();
  for (const [place, node] of nodes.entries()) {
    const [{ id }] = await trx('mes_production_plan_nodes')
      .insert({ plan_id: planId, node_id: node.nodeId, name: node.name, operation_id: node.operationId,
                nominal_time: node.nominalTime, sequence_order: place + 1 })
      .returning('id');
    ids.set(node.nodeId, id);
  }
  const each = (list, row) => nodes.flatMap((node) => (node[list] || []).map((one) => row(ids.get(node.nodeId), one)));
  const stations = each('assignedStations', (id, one) => ({ node_id: id, station_id: one.stationId, priority: one.priority }));
  const materials = each('materialInputs', (id, one) => ({ node_id: id, material_code: one.materialCode, required_quantity: one.requiredQuantity }));
  const links = each('predecessors', (id, one) => ({ node_id: id, predecessor_node_id: ids.get(one) }));
  if (stations.length) await trx('mes_node_stations').insert(stations);
  if (materials.length) await trx('mes_node_material_inputs').insert(materials);
  if (links.length) await trx('mes_node_predecessors').insert(links);
  return ids;
}

module.exports = { insertNodes };
