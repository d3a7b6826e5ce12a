// A worker: idle while there is no current task.
const { availableWorkers } = require('../utils/queries');

// The rule of automatic assignment: the first idle worker by id who has the operation and one of the stations.
async function pick(node, qualified) {
  const lists = await Promise.all(node.assignedStations.map((one) => availableWorkers(one.stationId)));
  const idle = lists.flat().filter((worker) => qualified.has(worker.id));
  return idle.sort((one, other) => (one.id < other.id ? -1 : 1))[0];
}

module.exports = { pick };
