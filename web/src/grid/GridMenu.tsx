// What can be done with the selected rows, by mouse or keyboard.
import { useEffect, useRef, type KeyboardEvent } from "react";
import type { Both } from "../api/types";
import { say } from "../words";
import type { GridController } from "./controller";
import { GRID } from "./words";

interface Properties {
    place: { x: number; y: number };
    grid: GridController;
    /** Whether rows may be added, removed and moved. */
    hasRows: boolean;
    close: () => void;
}

export function GridMenu({ place, grid, hasRows, close }: Properties) {
    const menu = useRef<HTMLDivElement>(null);
    useEffect(() => menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus(), []);
    const { from, to } = grid.selectedRows();
    const items: [Both, () => void, string][] = [
        [GRID.edit, () => grid.edit(), "Enter"],
        [GRID.copy, () => void grid.copySelected(), "Ctrl+C"],
    ];
    if (hasRows) {
        items.push(
            [GRID.insertAbove, () => grid.insertAt(from), ""],
            [GRID.insertBelow, () => grid.insertAt(to + 1), "Ctrl+Enter"],
            [GRID.up, () => grid.moveSelected(-1), "Alt+↑"],
            [GRID.down, () => grid.moveSelected(1), "Alt+↓"],
            [GRID.remove, () => grid.removeSelected(), "Ctrl+Delete"],
        );
    }
    const press = (event: KeyboardEvent) => {
        const all = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
        const index = all.indexOf(document.activeElement as HTMLElement);
        if (event.key === "Escape" || event.key === "Tab") {
            close();
            grid.goTo(from);
        } else if (event.key === "ArrowDown") all[(index + 1) % all.length]?.focus();
        else if (event.key === "ArrowUp") all[(index + all.length - 1) % all.length]?.focus();
        else return;
        event.preventDefault();
    };
    const style = { left: Math.min(place.x, window.innerWidth - 280), top: Math.min(place.y, window.innerHeight - 40 * items.length) };
    return (
        <div
            ref={menu}
            className="re-menu"
            role="menu"
            aria-label={say(GRID.menu)}
            style={style}
            onKeyDown={press}
            onBlur={(event) => {
                if (!event.currentTarget.contains(event.relatedTarget)) close();
            }}
        >
            {items.map(([words, act, keys]) => (
                <button
                    key={words.en}
                    type="button"
                    role="menuitem"
                    onClick={() => {
                        close();
                        grid.goTo(from);
                        act();
                    }}
                >
                    {say(words)} <kbd>{keys}</kbd>
                </button>
            ))}
        </div>
    );
}
