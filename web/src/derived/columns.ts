// The columns of the grid of derived variables.
import type { Derived, RuleSetDocument } from "../api/document";
import type { EditorData } from "../api/types";
import type { Column } from "../grid/columns";
import { GRID } from "../grid/words";
import { ownersOf } from "../names/texts";
import { unitChoices } from "../values/unitChoices";
import { language, say } from "../words";
import { DERIVED } from "./words";

interface Context {
    data: EditorData;
    getDocument: () => RuleSetDocument;
    renamed: (before: string, after: string) => void;
}

export function derivedColumns({ data, getDocument, renamed }: Context): Column[] {
    const [own, other] = language === "zh" ? (["zh", "en"] as const) : (["en", "zh"] as const);
    const isTaken = (value: unknown, index: number): boolean => {
        const { derived, parameters } = getDocument();
        return derived.some((entry, at) => at !== index && entry.name === value) || parameters.some((entry) => entry.name === value);
    };
    return [
        { field: own, title: say(DERIVED[own]), kind: "text", width: 170, grow: 1, isFrozen: true },
        {
            field: "name",
            title: say(DERIVED.name),
            kind: "identifier",
            width: 160,
            check: (value, _entry, index) => (isTaken(value, index) ? say(GRID.taken) : ""),
            set: (entry: Derived, value) => {
                renamed(entry.name, String(value));
                entry.name = String(value);
            },
        },
        {
            field: "expression",
            title: say(DERIVED.expression),
            kind: "formula",
            formula: () => ({ scope: "derived" }),
            width: 260,
            grow: 2,
            help: (entry: Derived, index) => (data.document.derived[index]?.expression === entry.expression ? (data.words[`derived/${index}/expression`] ?? "") : ""),
        },
        {
            field: "unit",
            title: say(DERIVED.unit),
            kind: "choice",
            choices: () => unitChoices(data, getDocument().derived.map((entry) => entry.unit), say(DERIVED.noUnit)),
            width: 90,
        },
        {
            field: "uses",
            title: say(DERIVED.uses),
            kind: "shown",
            get: (entry: Derived) => ownersOf(getDocument(), entry.name).join(", ") || "–",
            width: 150,
            grow: 1,
        },
        { field: other, title: say(DERIVED[other]), kind: "text", width: 140 },
    ];
}
