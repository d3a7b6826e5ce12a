// Fills an empty build with sample data: node scripts/seed-mes-data.js --clear [--minimal | --full]
//   --clear    removes the rows of a former seed first
//   --minimal  3 workers, 2 stations, 1 plan
//   --full     50 workers, 20 stations, 100 plans
// Without a size: something between. It refuses to run where NODE_ENV is production.
const sizes = {
  '--minimal': { workers: 3, stations: 2, plans: 1 },
  '--full': { workers: 50, stations: 20, plans: 100 },
};

if (process.env.NODE_ENV === 'production') throw new Error('never against production');
const asked = process.argv.find((option) => sizes[option]);
module.exports = { size: asked ? sizes[asked] : { workers: 10, stations: 5, plans: 10 }, clear: process.argv.includes('--clear') };
