// Removes executionGraph from every plan that has nodes[]. This cannot be undone.
// node scripts/cleanupDeprecatedFields.js --dry-run | --execute
const { openStore, options, report } = require('./migrationTools');

async function main() {
  const { execute } = options(process.argv.slice(2));
  const store = await openStore();
  const plans = (await store.plans({})).filter((plan) => 'executionGraph' in plan);
  for (const plan of plans.filter((candidate) => candidate.nodes)) {
    if (execute) await store.removeField(plan.id, 'executionGraph');
  }
  report(plans, { execute });
}

main();
