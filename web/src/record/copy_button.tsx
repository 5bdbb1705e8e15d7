import { useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";

export function CopyButton({ label, text }: { label: string; text: () => string }) {
    const [copied, set_copied] = useState(false);
    const copy = async () => {
        await navigator.clipboard.writeText(text());
        set_copied(true);
    };
    // A page that is not served over HTTPS has no clipboard.
    if (!("clipboard" in navigator)) return null;
    return (
        <button
            type="button"
            class="button button-small"
            onBlur={() => set_copied(false)}
            onClick={() => void copy().catch(() => set_copied(false))}
        >
            {copied ? t("record.copied") : label}
        </button>
    );
}
