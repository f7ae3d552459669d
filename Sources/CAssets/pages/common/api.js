// The only place that speaks to the warehouse. Everything else calls these functions.
const bytes = (count) => crypto.getRandomValues(new Uint8Array(count));

/** A UUIDv7, also where the page came over plain HTTP and there is no crypto.randomUUID. */
export const newID = () => {
  const parts = bytes(16);
  let moment = Date.now();
  for (let index = 5; index >= 0; index -= 1) {
    parts[index] = moment % 256;
    moment = Math.floor(moment / 256);
  }
  parts[6] = 0x70 | (parts[6] & 0x0f);
  parts[8] = 0x80 | (parts[8] & 0x3f);
  const text = [...parts].map((part) => part.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

/** An answer that is no success. Status 0: nobody answered. */
export class Problem extends Error {
  constructor(status, document, retryAfter) {
    super(document?.detail ?? document?.title ?? "");
    this.status = status;
    this.code = document?.code ?? (status === 0 ? "offline" : "internal");
    this.hint = document?.hint ?? "";
    this.document = document ?? {};
    this.retryAfterS = retryAfter;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500
      || this.code === "in_progress";
  }

  /** Why, in one word, where the box says so. */
  get reason() {
    return this.document.context?.reason ?? "";
  }

  /** Whether somebody has to sign in first. */
  get wantsSignIn() {
    return this.status === 401 || (this.status === 403 && ["signed_out", "csrf"].includes(this.reason));
  }
}

let csrfToken = sessionStorage.getItem("stowage.csrf") ?? "";
let askToSignIn = null;
const signInWaits = { promise: null };

/** Keeps the token that unsafe calls of this browser must repeat. */
export const keepToken = (token) => {
  csrfToken = token ?? "";
  sessionStorage.setItem("stowage.csrf", csrfToken);
};

/** Sets the function that asks a person to sign in; it gives true once somebody has. */
export const whenSignedOut = (ask) => {
  askToSignIn = ask;
};

const send = async (method, path, body, options) => {
  const headers = { Accept: options.accept ?? "application/json" };
  if (method !== "GET") {
    headers["X-Stowage-CSRF"] = csrfToken;
    if (method === "POST") {
      headers["Idempotency-Key"] = options.key ?? newID();
      // What this clock shows now: puts the moments of late reports right.
      headers["X-Client-Time"] = new Date().toISOString();
    }
    if (options.match) headers["If-Match"] = options.match;
  }
  if (body !== undefined) headers["Content-Type"] = options.type ?? "application/json";
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
      signal: options.signal ?? AbortSignal.timeout?.(options.timeoutMS ?? 30000),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, { detail: "" });
  }
};

const tried = async (method, path, body, options) => {
  const answer = await send(method, path, body, options);
  if (answer.ok) return answer;
  const document = await answer.json().catch(() => ({ detail: `${path}: ${answer.status}` }));
  throw new Problem(answer.status, document, Number(answer.headers.get("Retry-After")) || undefined);
};

/** Reads the token of the session anew; another tab may have signed in. */
const refreshToken = async () => {
  const answer = await send("GET", "/api/v1/sessions/current", undefined, {});
  if (answer.ok) keepToken((await answer.json()).csrf_token);
  return answer.ok;
};

/** Sends a request and gives the raw answer; anything but success raises a Problem. */
export const exchange = async (method, path, body, options = {}) => {
  // One key for all tries: what was done is not done again after signing in.
  const settled = method === "POST" ? { ...options, key: options.key ?? newID() } : options;
  try {
    return await tried(method, path, body, settled);
  } catch (problem) {
    if (!(problem instanceof Problem) || !problem.wantsSignIn) throw problem;
    if (problem.reason === "csrf" && await refreshToken()) return tried(method, path, body, settled);
    if (!askToSignIn || options.quietly) throw problem;
    signInWaits.promise ??= askToSignIn().finally(() => (signInWaits.promise = null));
    if (!(await signInWaits.promise)) throw problem;
    return tried(method, path, body, settled);
  }
};

/** Sends a request and gives the answer's document. */
export const call = async (method, path, body, options) => {
  const answer = await exchange(method, path, body, options);
  return answer.status === 204 ? null : answer.json();
};

/** Reads one document. */
export const get = (path, options) => call("GET", path, undefined, options);

/** Sends one document; the key makes a repeat harmless. */
export const post = (path, body, options) => call("POST", path, body, options);

/** All rows of a listing, page after page, up to `most`. */
export const rows = async (path, most = 10000) => {
  const found = [];
  let after = null;
  do {
    const limit = Math.min(1000, most - found.length);
    const join = path.includes("?") ? "&" : "?";
    const next = after ? `&after=${encodeURIComponent(after)}` : "";
    const page = await get(`${path}${join}limit=${limit}${next}`);
    found.push(...page.rows);
    after = page.next;
  } while (after && found.length < most);
  return found;
};

/**
 * Follows what happens in the warehouse: `hear(kind, event)` for each event of these kinds.
 *
 * After a gap that is too long the box says `resync`: whoever hears it reads everything anew. The
 * browser connects again by itself; `state(isLive)` tells whether it is connected. Gives a function
 * that ends it.
 */
export const follow = (kinds, hear, state = () => {}) => {
  const source = new EventSource(`/api/v1/events?kinds=${kinds.join(",")}`);
  source.onopen = () => state(true);
  source.onerror = () => state(false);
  source.onmessage = (message) => {
    const event = JSON.parse(message.data);
    hear(event.kind, event);
  };
  source.addEventListener("resync", () => hear("resync", null));
  return () => source.close();
};

/** A code as one segment of a path. */
export const segment = (code) => encodeURIComponent(code);
