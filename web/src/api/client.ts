// Calls of the server: JSON with the session and the form token; an answer is never thrown away unread.
import type { EditorData, Problem } from "./types";

/** The server refused, with its own words. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly answer: { code?: string; message?: string; problems?: Problem[]; [fact: string]: unknown },
    ) {
        super(answer.message ?? `HTTP ${status}`);
    }
}

/** The server cannot be reached, or did not answer with JSON. */
export class Unreachable extends Error {}

/** The session has ended: the server sends to the page for signing in. */
export class SignedOut extends Error {}

/** The cookie's comes first: signing in again in another tab changes it, and the page's own is then of no use. */
function token(): string {
    const [, kept] = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie) ?? [];
    return kept ?? document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function call<Answer>(address: string, options: RequestInit): Promise<Answer> {
    let response: Response;
    try {
        response = await fetch(address, { credentials: "same-origin", redirect: "manual", ...options });
    } catch {
        throw new Unreachable();
    }
    if (response.type === "opaqueredirect") throw new SignedOut();
    let answer: unknown;
    try {
        answer = await response.json();
    } catch {
        throw new Unreachable();
    }
    if (!response.ok) throw new Refusal(response.status, answer as Refusal["answer"]);
    return answer as Answer;
}

/** POST JSON. Throws Refusal, SignedOut or Unreachable; AbortError never reaches the caller as anything else. */
export function post<Answer>(address: string, body: unknown, keepalive = false): Promise<Answer> {
    return call<Answer>(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(body),
        keepalive,
    });
}

/** GET JSON. */
export function load<Answer = EditorData>(address: string): Promise<Answer> {
    return call<Answer>(address, { headers: { Accept: "application/json" } });
}
