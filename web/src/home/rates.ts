import type { HistogramAnswer } from "../api/types.ts";

// Events per second over time, for the chart of what is coming in.

export interface RateSeries {
    // A value of the field; "" for events without it; null for all other values together.
    name: string | null;
    // Events per second, one per bucket.
    rates: number[];
    total: number;
    // In the last whole bucket.
    now: number;
}

export interface Rates {
    starts: number[];
    interval_ms: number;
    // Largest total first.
    series: RateSeries[];
    total: number;
    now: number;
    // The highest bucket of all series together.
    peak: number;
}

// As many as there are colours.
export const most_series = 8;

// The bucket that is still filling is left out of `now`, and its rate is taken over the time that
// has passed of it. `now_ms`: the server's clock.
export function rates_of(answer: HistogramAnswer, now_ms: number): Rates {
    const { buckets, interval_ms } = answer;
    const seconds = buckets.map(({ start }) => {
        const passed = Math.min(interval_ms, Math.max(0, now_ms - start));
        return Math.max(passed, interval_ms / 10) / 1000;
    });
    const whole = buckets.findLastIndex(({ start }) => start + interval_ms <= now_ms);
    const counts = new Map<string | null, number[]>();
    const add = (name: string | null, at: number, count: number) => {
        const row = counts.get(name) ?? buckets.map(() => 0);
        row[at] = (row[at] ?? 0) + count;
        counts.set(name, row);
    };
    const named = new Set((answer.series ?? []).slice(0, most_series));
    buckets.forEach((bucket, at) => {
        let left = bucket.count;
        for (const [name, count] of Object.entries(bucket.by ?? {})) {
            if (named.has(name)) add(name, at, count);
            else add(null, at, count);
            left -= count;
        }
        if (left > 0) add("", at, left);
    });
    const series = [...counts].map(([name, row]): RateSeries => {
        const rates = row.map((count, at) => count / (seconds[at] ?? 1));
        const total = row.reduce((sum, count) => sum + count, 0);
        return { name, rates, total, now: rates[whole] ?? 0 };
    });
    series.sort((a, b) => b.total - a.total);
    const sums = buckets.map((bucket, at) => bucket.count / (seconds[at] ?? 1));
    return {
        starts: buckets.map(({ start }) => start),
        interval_ms,
        series,
        total: answer.total,
        now: sums[whole] ?? 0,
        peak: Math.max(0, ...sums),
    };
}

// A round number at or above the peak, for the axis.
export function axis_top(peak: number): number {
    if (peak <= 0) return 1;
    const unit = 10 ** Math.floor(Math.log10(peak));
    return unit * ([1, 2, 2.5, 5, 10].find((step) => step * unit >= peak) ?? 10);
}
