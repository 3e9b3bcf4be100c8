// The units people choose from, by what they are called.
import type { EditorData } from "../api/types";
import type { Choice } from "../grid/columns";
import { suffixOf, unitOf } from "./units";

/** Every unit the server knows and those in use, the empty one first. */
export function unitChoices(data: EditorData, used: string[], none: string): Choice[] {
    const units = [...new Set([...Object.keys(data.units), ...used])].filter(Boolean);
    return [{ value: "", label: none }, ...units.map((unit) => ({ value: unit, label: suffixOf(unitOf(data, unit)) || unit }))];
}
