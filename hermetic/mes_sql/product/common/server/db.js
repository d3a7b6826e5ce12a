// The pool of connections: its limit leaves room in the database for a second instance.
const knex = require('knex');

module.exports = knex({
  client: 'pg',
  connection: { connectionString: process.env.DATABASE_URL, application_name: 'burkol-api-green' },
  searchPath: ['mes', 'public'],
  pool: { min: 2, max: 10 },
});
