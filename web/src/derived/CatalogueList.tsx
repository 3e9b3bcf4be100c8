// The catalogue's variables: searched by any word, with what was observed of each and who reads it.
import { useState } from "react";
import type { Name } from "../api/types";
import { Distribution } from "../names/Distribution";
import { rangeWords } from "../names/NameCard";
import { ownersOf } from "../names/texts";
import { KINDS, NAME, TYPES } from "../names/words";
import { useEditor, useStore } from "../store/store";
import { suffixOf, unitOf } from "../values/units";
import { localised, say } from "../words";
import { CATALOGUE } from "./words";

function isFound(name: Name, wanted: string): boolean {
    const texts = [name.name, name.en, name.zh, name.note, ...name.codes.flatMap((code) => [String(code.code), code.en, code.zh])];
    return wanted.toLowerCase().split(/\s+/).every((word) => texts.some((text) => text.toLowerCase().includes(word)));
}

export function CatalogueList() {
    const { data } = useStore().getState();
    const [wanted, setWanted] = useState("");
    const variables = data.names.filter((name) => name.kind === "variable");
    const found = variables.filter((name) => isFound(name, wanted.trim()));
    return (
        <section className="rk-card">
            <header>
                <div>
                    <h2>{say(CATALOGUE.title)}</h2>
                    <p className="rk-small">{say(CATALOGUE.intro)}</p>
                </div>
                <div className="re-search">
                    <span className="rk-small" role="status">{say(CATALOGUE.found, { count: found.length, all: variables.length })}</span>
                    <input className="rk-input" type="search" placeholder={say(CATALOGUE.search)} aria-label={say(CATALOGUE.search)} value={wanted} onChange={(event) => setWanted(event.target.value)} />
                </div>
            </header>
            {found.length ? (
                <div className="rk-table-wrap">
                    <table className="rk-table">
                        <thead>
                            <tr>
                                {[CATALOGUE.variable, CATALOGUE.type, CATALOGUE.range, CATALOGUE.observed, CATALOGUE.uses].map((words) => (
                                    <th key={words.en}>{say(words)}</th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>{found.map((name) => <Variable key={name.name} name={name} />)}</tbody>
                    </table>
                </div>
            ) : (
                <p className="rk-empty">{say(variables.length ? CATALOGUE.none : CATALOGUE.noCatalogue)}</p>
            )}
        </section>
    );
}

function Variable({ name }: { name: Name }) {
    const { data } = useStore().getState();
    const owners = useEditor((state) => ownersOf(state.document, name.name).join(", "));
    const unit = unitOf(data, name.unit);
    return (
        <tr>
            <td>
                <span className="rk-label">{localised(name)}</span>
                <span className="rk-code rk-small">{name.name}</span>
                {name.is_protected && <span className="rk-badge rk-warn">{say(NAME.protected)}</span>}
            </td>
            <td className="rk-small">{[say(TYPES[name.type] ?? KINDS.variable), suffixOf(unit)].filter(Boolean).join(" · ")}</td>
            <td className="rk-small">
                {rangeWords(name, unit)}
                {name.codes.length > 0 && (
                    <details>
                        <summary>{say(CATALOGUE.values, { count: name.codes.length })}</summary>
                        <ul>
                            {name.codes.map((code) => (
                                <li key={code.code}>
                                    <span className="rk-code">{code.code}</span> {localised(code)}
                                </li>
                            ))}
                        </ul>
                    </details>
                )}
            </td>
            <td>{name.distribution ? <Distribution figures={name.distribution} name={localised(name)} /> : "–"}</td>
            <td className="rk-code rk-small">{owners || "–"}</td>
        </tr>
    );
}
