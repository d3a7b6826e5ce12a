// What the pages share: asking the API, telling the reader, and reporting how the page itself does.

export const byId = (id) => document.getElementById(id);

export async function call(method, path, body, more = {}) {
  const reply = await fetch(`/api/admin${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    ...more,
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Error([answer.error, ...(answer.details ?? [])].join(": "));
  return answer;
}

export function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function tell(text) {
  byId("status").textContent = text;
}

// A report outlives its page: a reader who goes on at once does not cut it off.
export const report = (event) => call("POST", "/page-events", event, { keepalive: true });

export const since = (began) => (performance.now() - began) / 1000;

// Runs a part of a page. One that crashes says so to the reader and to the service, and leaves the rest alone.
export async function component(name, work) {
  try {
    await work();
  } catch (error) {
    tell(`This part is not available: ${error.message}`);
    await report({ kind: "crash", component: name, message: String(error) });
  }
}
