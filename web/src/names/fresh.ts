// Names for new entries.

/** `stem`, or the first of `stem_2`, `stem_3` … that nobody has. */
export function freshName(stem: string, taken: Iterable<string>): string {
    const names = new Set(taken);
    if (!names.has(stem)) return stem;
    let number = 2;
    while (names.has(`${stem}_${number}`)) number += 1;
    return `${stem}_${number}`;
}
