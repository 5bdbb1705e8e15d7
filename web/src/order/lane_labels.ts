import type { LaneLayout } from "./lane_layout.ts";

// Which events of the strip have room for their names beside them, and where.

export interface Label {
    // The place among the layout's events.
    event: number;
    x: number;
    lane: number;
    text: string;
}

// Cyrillic letters are wider than Latin ones.
const width_of = (text: string): number =>
    6.2 * text.length + 0.9 * (text.match(/[\u0370-\uffff]/g) ?? []).length;
const gap = 10;

// Something that is written on a lane already, up to `to`.
export interface Written {
    lane: number;
    text: string;
    to: number;
}

// Names that fit between their event and the next thing on their lane, in pixels. `x_of` turns the
// layout's places into pixels; `right` is where the strip ends.
export function lane_labels(
    layout: LaneLayout,
    text_of: (event: number) => string,
    x_of: (x: number) => number,
    right: number,
    written: Written[] = [],
): Label[] {
    const labels: Label[] = [];
    for (let lane = 0; lane < layout.lanes.length; lane += 1) {
        const here = layout.events.flatMap((placed, event) =>
            placed.lane === lane ? [{ event, x: x_of(placed.x) }] : [],
        );
        const taken = written.filter((other) => other.lane === lane);
        let free_from = -Infinity;
        here.forEach(({ event, x }, at) => {
            const text = text_of(event);
            const end = x + width_of(text);
            // The next one's name may begin where this one's ends.
            const limit = here[at + 1]?.x ?? right;
            if (x < free_from || end > limit) return;
            if (taken.some(({ text, to }) => x < to && end + gap > to - 1.15 * width_of(text)))
                return;
            labels.push({ event, x, lane, text });
            free_from = end + gap;
        });
    }
    return labels;
}
