// Where in a grid one is: the active cell and the other corner of the block selected from it.

export interface Place {
    row: number;
    column: number;
}

export interface Block {
    top: number;
    bottom: number;
    left: number;
    right: number;
}

/** The block between two corners. */
export function blockBetween(first: Place, second: Place): Block {
    return {
        top: Math.min(first.row, second.row),
        bottom: Math.max(first.row, second.row),
        left: Math.min(first.column, second.column),
        right: Math.max(first.column, second.column),
    };
}

export function isWithin(block: Block, row: number, column: number): boolean {
    return row >= block.top && row <= block.bottom && column >= block.left && column <= block.right;
}

/** The place a key leads to, kept within the grid; null for a key that leads nowhere. */
export function placeAfter(key: string, isFar: boolean, from: Place, rows: number, columns: number): Place | null {
    const clamp = (row: number, column: number): Place => ({
        row: Math.min(Math.max(row, 0), rows - 1),
        column: Math.min(Math.max(column, 0), columns - 1),
    });
    const { row, column } = from;
    switch (key) {
        case "ArrowUp":
            return clamp(isFar ? 0 : row - 1, column);
        case "ArrowDown":
            return clamp(isFar ? rows : row + 1, column);
        case "ArrowLeft":
            return clamp(row, isFar ? 0 : column - 1);
        case "ArrowRight":
            return clamp(row, isFar ? columns : column + 1);
        case "PageUp":
            return clamp(row - 12, column);
        case "PageDown":
            return clamp(row + 12, column);
        case "Home":
            return clamp(isFar ? 0 : row, 0);
        case "End":
            return clamp(isFar ? rows : row, columns);
        default:
            return null;
    }
}

/** The next cell in reading order, null beyond the last or the first. */
export function placeBeside(from: Place, step: 1 | -1, rows: number, columns: number): Place | null {
    const index = from.row * columns + from.column + step;
    return index < 0 || index >= rows * columns ? null : { row: Math.floor(index / columns), column: index % columns };
}
