import { useEffect, useRef } from "preact/hooks";
import { is_typing } from "./typing.ts";

interface RowKeys {
    // Down for a positive step, up for a negative one.
    move: (step: number) => void;
    open: () => void;
    close: () => void;
}

const rows_per_page = 20;
const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: rows_per_page,
    PageUp: -rows_per_page,
};

// Keys for the results, wherever the focus is, as long as nobody is typing.
export function use_row_keys(keys: RowKeys): void {
    const latest = useRef(keys);
    latest.current = keys;
    useEffect(() => {
        const on_key = (press: KeyboardEvent) => {
            const on = press.target instanceof HTMLElement ? press.target : document.body;
            if (is_typing(press) || press.ctrlKey || press.metaKey || press.altKey) return;
            // Controls and the panel use these keys for themselves.
            if (on.closest("[role=slider], [role=separator], .panel, .facets, .popover-panel")) {
                if (press.key === "Escape" && on.closest(".panel")) latest.current.close();
                return;
            }
            const step = steps[press.key];
            if (step !== undefined) {
                press.preventDefault();
                latest.current.move(step);
            } else if (press.key === "Enter" && !on.closest("button, a")) {
                latest.current.open();
            } else if (press.key === "Escape") {
                latest.current.close();
            }
        };
        addEventListener("keydown", on_key);
        return () => removeEventListener("keydown", on_key);
    }, []);
}
