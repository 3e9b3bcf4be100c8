// Places in a document, written as the server writes them: "rules/3/when".

export type Plain = Record<string, unknown> | unknown[];

/** The value at a place, undefined where there is none. */
export function at(root: unknown, path: string): unknown {
    let found: unknown = root;
    for (const part of path.split("/").filter(Boolean)) {
        if (found === null || typeof found !== "object") return undefined;
        found = (found as Record<string, unknown>)[part];
    }
    return found;
}

/** Put a value at a place of a draft; the place's parent must exist. */
export function put(root: object, path: string, value: unknown): void {
    const parts = path.split("/").filter(Boolean);
    const last = parts.pop();
    const parent = at(root, parts.join("/"));
    if (last === undefined || parent === null || typeof parent !== "object") throw new Error(`no place ${path}`);
    (parent as Record<string, unknown>)[last] = value;
}

/** Whether two plain values say the same. */
export function isSame(left: unknown, right: unknown): boolean {
    if (left === right) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length) return false;
    return keys.every((key) => isSame((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]));
}
