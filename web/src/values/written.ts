// Numbers of a unit as people write them, put into the document's numbers as texts: exact, digit by digit.
import type { Unit } from "../api/types";

const AMOUNT = /^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/;

/** A decimal text with its point moved: ("12.4", -2) is "0.124". */
export function shifted(text: string, places: number): string {
    const sign = text.startsWith("-") ? "-" : "";
    const [whole = "", fraction = ""] = text.replace(/^[+-]/, "").split(".");
    const digits = `${"0".repeat(Math.max(0, -places))}${whole}${fraction}${"0".repeat(Math.max(0, places))}`;
    const point = Math.max(0, -places) + whole.length + places;
    const left = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
    const right = digits.slice(point).replace(/0+$/, "");
    return `${sign}${left}${right ? `.${right}` : ""}`;
}

/** How many places the point of a number in the document is moved to make what people read. */
function placesOf(unit: Unit): number {
    return Math.round(Math.log10(unit.factor));
}

/**
 * The text for a cell of the document. "12 %", "5,000.00" or "DEM 5000" is put into the document's unit; a plain
 * number only where `isShown`: the cell then shows numbers as people read them. All else is an expression, and kept.
 */
export function writtenCell(text: string, unit: Unit, isShown: boolean): string {
    const plain = text.normalize("NFKC").trim().replace("−", "-");
    const bare = plain.replace(/^[A-Z]{3}\s*/, "").replace(/\s*%$/, "");
    if (!AMOUNT.test(bare)) return text.trim();
    const digits = bare.replaceAll(",", "");
    const decimals = digits.split(".")[1]?.length ?? 0;
    const isMarked = bare !== plain || digits !== bare || (unit.digits !== null && unit.digits > 0 && decimals === unit.digits);
    return isShown || isMarked ? shifted(digits, -placesOf(unit)) : digits;
}

/** The number in a cell; null where it holds an expression or nothing. */
export function plainNumber(cell: string): number | null {
    return /^-?\d+(\.\d+)?$/.test(cell.trim()) ? Number(cell) : null;
}

/** Whether a unit's numbers are written otherwise than people read them. */
export function isScaled(unit: Unit): boolean {
    return placesOf(unit) !== 0;
}
