import {
    elementScroll,
    observeElementOffset,
    observeElementRect,
    Virtualizer,
    type VirtualItem,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface VirtualRows {
    items: VirtualItem[];
    total_height: number;
    scroll_to: (index: number) => void;
    // For rows whose height is not known before; goes to `ref`.
    measure: (row: HTMLElement | null) => void;
}

// The rows that are in sight, of `count` rows in a scrolling element.
export function use_virtual_rows(
    scroller: RefObject<HTMLElement | null>,
    count: number,
    row_height: number,
    key_of: (index: number) => string,
): VirtualRows {
    const latest_key = useRef(key_of);
    latest_key.current = key_of;
    // One function for good: with another one, every row would be measured anew.
    const [stable_key] = useState(() => (index: number) => latest_key.current(index));
    const [, draw] = useReducer<number, undefined>((times) => times + 1, 0);
    const options = {
        count,
        getScrollElement: () => scroller.current,
        estimateSize: () => row_height,
        getItemKey: stable_key,
        overscan: 12,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => draw(undefined),
    };
    const [virtualizer] = useState(() => new Virtualizer<HTMLElement, Element>(options));
    virtualizer.setOptions(options);
    useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
    useLayoutEffect(() => virtualizer._willUpdate());
    return {
        items: virtualizer.getVirtualItems(),
        total_height: virtualizer.getTotalSize(),
        measure: virtualizer.measureElement,
        scroll_to: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
    };
}
