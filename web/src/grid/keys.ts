// What a key means in a grid while no cell is being edited.

export type Command = "up" | "down" | "insert" | "remove" | "menu" | "next" | "go" | "edit" | "clear" | "type";

const MOVES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]);

/** The command of a key, null for those that are none of the grid's. */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Command | null {
    const isCommand = ctrlKey || metaKey;
    if (altKey) return key === "ArrowUp" ? "up" : key === "ArrowDown" ? "down" : null;
    if (isCommand && key === "Enter") return "insert";
    if (isCommand && (key === "Delete" || key === "Backspace")) return "remove";
    if (key === "ContextMenu" || (shiftKey && key === "F10")) return "menu";
    if (MOVES.has(key)) return "go";
    if (isCommand) return null;
    if (key === "Tab") return "next";
    if (key === "Enter" || key === "F2") return "edit";
    if (key === "Delete" || key === "Backspace") return "clear";
    return key.length === 1 ? "type" : null;
}
