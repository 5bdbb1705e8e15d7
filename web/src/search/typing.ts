// Whether keys pressed now go into a text, so that they are no commands.
export function is_typing(press: KeyboardEvent): boolean {
    // The query editor keeps its parts to itself; the path shows them all the same.
    const on = press.composedPath()[0];
    if (!(on instanceof HTMLElement)) return false;
    return on.matches("input, select, textarea") || on.isContentEditable;
}
