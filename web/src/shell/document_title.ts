import { useEffect } from "preact/hooks";
import { visible_text } from "../text/visible.ts";

// The browser tab's title while the calling page is shown.
export function use_title(title: string): void {
    useEffect(() => {
        document.title = visible_text(title) + " · Ordertrail";
    }, [title]);
}
