import { number_text, t } from "../i18n/texts.ts";

// "1.52 s", "350 ms", "4.2 µs": three figures, because waterfalls are compared by eye.
export function span_time(ns: number): string {
    const steps = [
        { unit: "ns", size: 1 },
        { unit: "us", size: 1e3 },
        { unit: "ms", size: 1e6 },
        { unit: "s", size: 1e9 },
        { unit: "min", size: 6e10 },
        { unit: "h", size: 3.6e12 },
    ] as const;
    const size = Math.abs(ns);
    const step = steps.findLast((each) => size >= each.size) ?? steps[0];
    return t(`duration.${step.unit}`, { n: number_text(three_figures(ns / step.size)) });
}

const three_figures = (value: number): number =>
    Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
