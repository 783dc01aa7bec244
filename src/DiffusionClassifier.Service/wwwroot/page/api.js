// Calls of the service. The page lies one folder below its root, wherever a proxy shows that.

import * as key from "./key.js";

export const root = new URL("..", import.meta.url);

/** Why there is no answer, in the server's words: a problem (RFC 9457). */
export class Problem extends Error {
  constructor({ detail, title, field = null, code = null, status = 0, traceId = null }, retryAfter = null) {
    super(detail ?? title ?? "Something went wrong.");
    Object.assign(this, { field, code, status, traceId, retryAfter });
  }
}

/** The models that answer, and those that cannot. */
export async function models(signal) {
  return (await call("models", { signal })).json();
}

/** Classifies an image; onProgress is given the answers so far. */
export async function classify(fields, signal, onProgress) {
  const response = await call("classify", { method: "POST", body: form(fields), headers: { Accept: "text/event-stream" }, signal });
  for await (const { event, data } of eventsOf(response)) {
    if (event === "progress") onProgress(data);
    else if (event === "result") return data;
    else if (event === "error") throw new Problem(data);
  }
  throw new Problem({ detail: "The connection ended before the answer came: try again.", code: "cut" });
}

/** Scores images against captions. */
export async function match(fields, signal) {
  return (await call("match", { method: "POST", body: form(fields), signal })).json();
}

/** The fields of a request as a form: several files repeat their field, and other lists are JSON. */
function form(fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    const files = [value].flat().filter((each) => each instanceof Blob);
    for (const file of files) data.append(name, file, file.name);
    if (files.length === 0) data.append(name, Array.isArray(value) ? JSON.stringify(value) : value);
  }
  return data;
}

async function call(path, options) {
  const headers = { ...options.headers, ...key.header() };
  let response;
  try {
    response = await fetch(new URL(path, root), { ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem({ detail: "The server does not answer. Is it still running, and is this computer online?", code: "unreachable" });
  }
  if (response.ok) return response;
  const problem = await read(response);
  if (response.status === 401 && await key.ask(problem.message)) return call(path, options);
  throw problem;
}

async function read(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const problem = await response.json().catch(() => null); // a proxy's error is a page
  return new Problem(
    { detail: `The server answered ${response.status} ${response.statusText}.`, status: response.status, ...problem },
    Number.isFinite(seconds) ? seconds : null);
}

/** The events of a stream (text/event-stream), whose data is JSON. Comments, which keep the connection alive, are none. */
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const lines = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
        if (lines.event) yield { event: lines.event, data: JSON.parse(lines.data) };
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // of a stream that was given up
  }
}
