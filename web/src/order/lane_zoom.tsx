import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";

const steps = [1, 1.5, 2, 3, 4, 6, 8, 12, 16];
const most = 16;

export interface Zoom {
    // How many times wider than its place the picture is.
    factor: number;
    in: (() => void) | undefined;
    out: (() => void) | undefined;
    fit: () => void;
}

// Zoom of a picture that scrolls sideways: by buttons, by + − 0 while it has the focus, and by the
// wheel with Ctrl. What is in the middle (or under the pointer) stays where it is.
export function use_zoom(place: RefObject<HTMLElement | null>): Zoom {
    const [factor, set_factor] = useState(1);
    // As the last step left it: two quick ones come before the picture is drawn anew.
    const wanted = useRef(1);
    // Where the next picture's fixed point lies: its share of the whole, and its place on the screen.
    const anchor = useRef<{ share: number; offset: number } | null>(null);
    const zoom_to = (next: number, offset?: number) => {
        const element = place.current;
        if (!element) return;
        const at = offset ?? element.clientWidth / 2;
        anchor.current = { share: (element.scrollLeft + at) / element.scrollWidth, offset: at };
        wanted.current = next;
        set_factor(next);
    };
    const nearer = () => steps.find((step) => step > wanted.current);
    const farther = () => steps.findLast((step) => step < wanted.current);
    // One step in or out, if there is one.
    const step_to = (next: number | undefined, offset?: number) => {
        if (next !== undefined) zoom_to(next, offset);
    };
    useLayoutEffect(() => {
        const element = place.current;
        if (!element || !anchor.current) return;
        const { share, offset } = anchor.current;
        element.scrollLeft = share * element.scrollWidth - offset;
    }, [factor]);
    const by_key = (key: KeyboardEvent) => {
        if (key.ctrlKey || key.metaKey || key.altKey) return;
        if (key.key === "+" || key.key === "=") step_to(nearer());
        else if (key.key === "-") step_to(farther());
        else if (key.key === "0") zoom_to(1);
        else return;
        key.preventDefault();
    };
    const by_wheel = (wheel: WheelEvent) => {
        if (!wheel.ctrlKey || !place.current) return;
        wheel.preventDefault();
        const offset = wheel.clientX - place.current.getBoundingClientRect().left;
        step_to(wheel.deltaY < 0 ? nearer() : farther(), offset);
    };
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        element.addEventListener("keydown", by_key);
        // Not as a property: a passive listener could not keep the page from zooming.
        element.addEventListener("wheel", by_wheel, { passive: false });
        return () => {
            element.removeEventListener("keydown", by_key);
            element.removeEventListener("wheel", by_wheel);
        };
    });
    return {
        factor,
        in: factor < most ? () => step_to(nearer()) : undefined,
        out: factor > 1 ? () => step_to(farther()) : undefined,
        fit: () => zoom_to(1),
    };
}

export function ZoomButtons({ zoom }: { zoom: Zoom }) {
    return (
        <div class="zoom-buttons">
            <button
                type="button"
                class="button button-small"
                aria-label={t("order.zoom_out")}
                title={t("order.zoom_out") + " (−)"}
                disabled={!zoom.out}
                onClick={zoom.out}
            >
                −
            </button>
            <button
                type="button"
                class="button button-small"
                aria-label={t("order.zoom_in")}
                title={t("order.zoom_in") + " (+)"}
                disabled={!zoom.in}
                onClick={zoom.in}
            >
                +
            </button>
            <button
                type="button"
                class="button button-small"
                title="0"
                disabled={zoom.factor === 1}
                onClick={zoom.fit}
            >
                {t("order.zoom_fit")}
            </button>
        </div>
    );
}
