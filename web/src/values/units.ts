// Numbers as people read and type them: money in major units, shares in percent, separators, full-width digits.
import type { EditorData, Unit } from "../api/types";
import { language } from "../words";

const PLAIN: Unit = { factor: 1, suffix_en: "", suffix_zh: "", digits: null };
const NUMBER = /^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?$/;

/** How numbers of a unit are shown and typed; a unit nobody knows is its own suffix. */
export function unitOf(data: EditorData, unit: string): Unit {
    if (!unit) return PLAIN;
    return data.units[unit] ?? { ...PLAIN, suffix_en: unit, suffix_zh: unit };
}

export function suffixOf(unit: Unit): string {
    return language === "zh" ? unit.suffix_zh : unit.suffix_en;
}

/** Move the decimal point without the errors of binary multiplication. */
function scaled(value: number, factor: number): number {
    const shift = Math.round(Math.log10(factor));
    const [mantissa = "0", exponent = "0"] = String(value).split("e");
    return Number(`${mantissa}e${Number(exponent) + shift}`);
}

/** The number as people read it, without its suffix: 0.38 of a share is "38", 25000 minor units "250.00". */
export function numberShown(value: number, unit: Unit): string {
    const shown = scaled(value, unit.factor);
    const options = unit.digits === null ? { maximumFractionDigits: 10 } : { minimumFractionDigits: unit.digits, maximumFractionDigits: unit.digits };
    return shown.toLocaleString("en-US", options);
}

/** The number with its suffix; money has its currency in front. */
export function valueShown(value: number, unit: Unit): string {
    const text = numberShown(value, unit);
    const suffix = suffixOf(unit);
    if (!suffix) return text;
    if (unit.digits !== null) return `${suffix.slice(0, 3)} ${text}${suffix.slice(3)}`;
    return suffix === "%" ? `${text}%` : `${text} ${suffix}`;
}

/** The number meant by what was typed, in the document's unit; null where it is none. */
export function numberTyped(text: string, unit: Unit): number | null {
    const plain = text.normalize("NFKC").replaceAll(/[\s\u00a0]/g, "").replace(/%$/, "").replace("−", "-");
    if (!NUMBER.test(plain) || !/\d/.test(plain)) return null;
    const value = scaled(Number(plain.replaceAll(",", "")), 1 / unit.factor);
    return unit.digits !== null && !Number.isInteger(value) ? null : value;
}
