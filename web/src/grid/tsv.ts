// Blocks of cells as spreadsheets copy them: tabs between cells, lines between rows, quotes around what holds either.

/** The block of a copied text; a last empty line is none. */
export function blockOf(text: string): string[][] {
    const rows: string[][] = [[]];
    let cell = "";
    let isQuoted = false;
    let at = 0;
    const end = () => {
        rows.at(-1)?.push(cell);
        cell = "";
    };
    while (at < text.length) {
        const sign = text[at] ?? "";
        if (isQuoted) {
            if (sign === '"' && text[at + 1] === '"') {
                cell += '"';
                at += 1;
            } else if (sign === '"') isQuoted = false;
            else cell += sign;
        } else if (sign === '"' && cell === "" && closes(text, at)) isQuoted = true;
        else if (sign === "\t") end();
        else if (sign === "\n") {
            end();
            rows.push([]);
        } else if (sign !== "\r") cell += sign;
        at += 1;
    }
    end();
    if (rows.length > 1 && rows.at(-1)?.join("") === "") rows.pop();
    return rows;
}

/** Whether the quote at `start` is closed before a cell's end: a cell of ours may itself begin with one, like "A","B". */
function closes(text: string, start: number): boolean {
    let at = start + 1;
    while (at < text.length) {
        if (text[at] === '"' && text[at + 1] === '"') at += 2;
        else if (text[at] === '"') return at + 1 === text.length || /[\t\r\n]/.test(text[at + 1] ?? "");
        else at += 1;
    }
    return false;
}

/** The text of a block, as a spreadsheet reads it. */
export function textOfBlock(rows: string[][]): string {
    return rows.map((row) => row.map((cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");
}
