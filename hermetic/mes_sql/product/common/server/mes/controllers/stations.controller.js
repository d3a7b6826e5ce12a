// Stations, operations and substations: what rarely changes.
const knex = require('../../db');
const { stationsWithOperations } = require('../utils/queries');

const stations = async (request, reply) => reply.json({ stations: await stationsWithOperations() });
const operations = async (request, reply) => reply.json({ operations: await knex('mes_operations').select('*').orderBy('name') });
const substations = async (request, reply) => reply.json({ substations: await knex('mes_substations').select('*').orderBy('name') });

module.exports = { stations, operations, substations };
