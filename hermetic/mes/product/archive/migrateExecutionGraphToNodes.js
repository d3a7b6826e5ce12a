// Gives every plan its nodes[] and keeps executionGraph for a rollback.
// node scripts/migrateExecutionGraphToNodes.js --dry-run | --execute [--planId=ID] [--stats] [--verbose]
const { openStore, options, report } = require('./migrationTools');

async function main() {
  const { execute, planId } = options(process.argv.slice(2));
  const store = await openStore();
  const plans = await store.plans({ planId });
  for (const plan of plans.filter((candidate) => !candidate.nodes && candidate.executionGraph)) {
    const nodes = plan.executionGraph.map(({ time, skills, ...step }) => ({ ...step, nominalTime: time, requiredSkills: skills }));
    if (execute) await store.update(plan.id, { nodes, _migration: { migratedAt: new Date().toISOString() } });
  }
  report(plans, { execute });
}

main();
