// The button that opens the try-it drawer.

export function TryIt() {
    return null;
}
