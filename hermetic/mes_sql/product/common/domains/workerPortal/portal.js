// What a worker sees: the current task, which changes when a plan goes to production.
export function portal(workerId, show) {
  const eventSource = new EventSource('/api/mes/stream/workers');
  eventSource.onmessage = (event) => {
    const update = JSON.parse(event.data);
    if (update.key === workerId) show(update.planId);
  };
  return eventSource;
}
