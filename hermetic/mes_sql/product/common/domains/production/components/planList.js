// The list of plans: drawn once, then kept by the stream.
export function planList(element, row) {
  const eventSource = new EventSource('/api/mes/stream/plans');
  eventSource.onmessage = (event) => {
    const update = JSON.parse(event.data);
    const old = element.querySelector(`[data-plan="${update.key}"]`);
    if (update.operation === 'DELETE') old?.remove();
    else if (old) old.replaceWith(row(update));
    else element.prepend(row(update));
  };
  return eventSource;
}
