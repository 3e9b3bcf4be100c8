// The columns of a decision table's grid: a test per input, an expression per output, a note.
import type { Row, Table } from "../api/document";
import type { Column } from "../grid/columns";
import { localised, say } from "../words";
import { TABLES } from "./words";

export function tableColumns(table: Table): Column[] {
    return [
        ...table.inputs.map((input, index): Column => ({
            field: `when/${index}`,
            title: localised(input) || input.expression,
            kind: "formula",
            formula: () => ({ scope: "cell", column: input.expression }),
            isRequired: true,
            width: 130,
            grow: 1,
        })),
        ...table.outputs.map((output, index): Column => ({
            field: `then/${index}`,
            title: `→ ${localised(output) || output.name}`,
            kind: "formula",
            formula: () => ({ scope: "derived", expected: output.type }),
            isRequired: true,
            width: 130,
            grow: 1,
        })),
        { field: "note", title: say(TABLES.note), kind: "text", width: 130, grow: 1 },
    ];
}

/** A row that any application meets and that gives nothing yet. */
export function blankRow(table: Table): Row {
    return { when: table.inputs.map(() => "-"), then: table.outputs.map(() => ""), note: "" };
}
