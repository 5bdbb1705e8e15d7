import type { ComponentChildren } from "preact";
import { LogText } from "../text/log_text.tsx";

interface Props {
    title: string;
    text?: string;
    alert?: boolean;
    // True where it is all that the page has to say.
    whole_page?: boolean;
    children?: ComponentChildren;
}

// What fills a place that has nothing else to show: empty, loading, failed.
export function Notice({ title, text, alert = false, whole_page = false, children }: Props) {
    const Heading = whole_page ? "h1" : "h2";
    return (
        <div class="notice" role={alert ? "alert" : "status"}>
            <Heading class="notice-title">
                <LogText text={title} one_line limit={300} />
            </Heading>
            {text && (
                <p>
                    <LogText text={text} limit={2000} />
                </p>
            )}
            {children && <div class="notice-actions">{children}</div>}
        </div>
    );
}
