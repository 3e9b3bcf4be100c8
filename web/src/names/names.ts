// The names conditions may read: the catalogue's from the server, the document's own as they stand now.
import type { RuleSetDocument } from "../api/document";
import type { Name, NameKind } from "../api/types";
import { useEditor, type EditorState } from "../store/store";

const OWN: NameKind[] = ["parameter", "derived", "table", "scorecard"];

let last: { document: RuleSetDocument; names: Name[] } | null = null;

/** Every name, in the order of kinds people look for them; one answer per document. */
export function namesOf({ data, document }: EditorState): Name[] {
    if (last?.document === document) return last.names;
    const known = new Map(data.names.map((name) => [name.name, name]));
    const given = data.names.filter((name) => !OWN.includes(name.kind));
    const names = [...given, ...ownNames(document, known, data.names)];
    last = { document, names };
    return names;
}

function ownNames(document: RuleSetDocument, known: Map<string, Name>, served: Name[]): Name[] {
    const own = (name: string, kind: NameKind, en: string, zh: string, more: Partial<Name>): Name => ({
        name,
        kind,
        en,
        zh,
        type: known.get(name)?.type ?? "",
        unit: "",
        minimum: null,
        maximum: null,
        codes: served.find((entry) => entry.name === name)?.codes ?? [],
        note: "",
        missing: "",
        is_protected: false,
        distribution: null,
        ...more,
    });
    const offered = document.offer?.table ?? "";
    return [
        ...document.parameters.map((entry) =>
            own(entry.name, "parameter", entry.en, entry.zh, { type: entry.type, unit: entry.unit, minimum: entry.minimum, maximum: entry.maximum, value: entry.value }),
        ),
        ...document.derived.map((entry) => own(entry.name, "derived", entry.en, entry.zh, { unit: entry.unit })),
        ...document.tables
            .filter((table) => table.name !== offered)
            .flatMap((table) =>
                table.outputs.map((output) => {
                    const isOne = table.outputs.length === 1;
                    const name = isOne ? table.name : `${table.name}.${output.name}`;
                    return own(name, "table", (isOne && table.en) || output.en, (isOne && table.zh) || output.zh, { type: output.type, unit: output.unit });
                }),
            ),
        ...document.scorecards.map((card) => own(card.name, "scorecard", card.en, card.zh, { type: "number", unit: "points" })),
    ];
}

export function useNames(): Name[] {
    return useEditor(namesOf);
}
