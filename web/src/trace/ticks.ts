// Round moments within [from, to], at most `count` of them.
export function ticks(from: number, to: number, count: number): number[] {
    const span = to - from;
    if (!(span > 0)) return [from];
    const raw = span / count;
    const ten = 10 ** Math.floor(Math.log10(raw));
    const step = Math.max(1, ten * ([1, 2, 5, 10].find((each) => ten * each >= raw) ?? 10));
    const found = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
    return found;
}
