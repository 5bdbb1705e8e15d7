import type { ComponentChildren } from "preact";
import { LogText } from "../text/log_text.tsx";

interface Props {
    title: string;
    text?: string;
    alert?: boolean;
    children?: ComponentChildren;
}

// What fills a place that has nothing else to show: empty, loading, failed.
export function Notice({ title, text, alert = false, children }: Props) {
    return (
        <div class="notice" role={alert ? "alert" : "status"}>
            <h2>
                <LogText text={title} one_line limit={300} />
            </h2>
            {text && (
                <p>
                    <LogText text={text} limit={2000} />
                </p>
            )}
            {children && <div class="notice-actions">{children}</div>}
        </div>
    );
}
