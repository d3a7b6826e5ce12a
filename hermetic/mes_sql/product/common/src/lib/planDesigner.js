// The designer's link to the build: it follows one plan, and tells the form when somebody else has changed it.
export function followPlan(planId, onChange) {
  const eventSource = new EventSource('/api/mes/stream/plans');
  eventSource.onmessage = (event) => {
    const update = JSON.parse(event.data);
    if (update.key === planId) onChange(update);
  };
  return () => eventSource.close();
}

export async function savePlan(plan) {
  const reply = await fetch('/api/mes/production-plans', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(plan),
  });
  return { status: reply.status, body: await reply.json() };
}
