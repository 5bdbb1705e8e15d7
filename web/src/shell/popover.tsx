import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "./popover.css";

interface Props {
    label: ComponentChildren;
    // What a screen reader calls the button, where its content does not say it.
    name?: string;
    button_class?: string;
    side?: "left" | "right";
    children: (close: () => void) => ComponentChildren;
}

// A button that opens a small panel under it. Escape, a click elsewhere and leaving it close it.
export function Popover({ label, name, button_class = "button", side = "left", children }: Props) {
    const place = useRef<HTMLDivElement>(null);
    const button = useRef<HTMLButtonElement>(null);
    const [open, set_open] = useState(false);
    const close = () => {
        set_open(false);
        button.current?.focus();
    };
    useEffect(() => {
        if (!open) return;
        const outside = (event: Event) => {
            if (event.target instanceof Node && !place.current?.contains(event.target)) {
                set_open(false);
            }
        };
        addEventListener("pointerdown", outside);
        addEventListener("focusin", outside);
        return () => {
            removeEventListener("pointerdown", outside);
            removeEventListener("focusin", outside);
        };
    }, [open]);
    return (
        <div
            ref={place}
            class="popover"
            onKeyDown={(press) => {
                if (press.key !== "Escape" || !open) return;
                press.stopPropagation();
                close();
            }}
        >
            <button
                ref={button}
                type="button"
                class={button_class}
                aria-expanded={open}
                aria-label={name}
                title={name}
                onClick={() => set_open(!open)}
            >
                {label}
            </button>
            {open && (
                <div class="popover-panel" data-side={side}>
                    {children(close)}
                </div>
            )}
        </div>
    );
}
