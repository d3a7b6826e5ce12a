// The tasks of a worker, in the order of their nodes.
export async function tasksOf(workerId) {
  const reply = await fetch('/api/mes/worker-assignments');
  const { assignments } = await reply.json();
  return assignments.filter((assignment) => assignment.workerId === workerId);
}
