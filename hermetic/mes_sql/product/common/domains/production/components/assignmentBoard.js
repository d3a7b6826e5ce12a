// Who works at what: one column a worker, kept by the stream of assignments.
export function assignmentBoard(board) {
  const eventSource = new EventSource('/api/mes/stream/assignments');
  eventSource.onmessage = (event) => board.apply(JSON.parse(event.data));
  return eventSource;
}
