import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import { Notice } from "./notice.tsx";

interface Loaded<Props> {
    default: ComponentType<Props>;
}

const loaded = new Map<unknown, unknown>();

// A page whose code comes when it is shown.
export function Later<Props extends object>({
    load,
    ...props
}: Props & { load: () => Promise<Loaded<Props>> }) {
    const [failed, set_failed] = useState(false);
    const [times, set_times] = useState(0);
    useEffect(() => {
        let wanted = true;
        load().then(
            (page) => {
                loaded.set(load, page.default);
                if (wanted) set_times((before) => before + 1);
            },
            () => wanted && set_failed(true),
        );
        return () => (wanted = false);
    }, [load, failed]);
    const Shown = loaded.get(load) as ComponentType<Props> | undefined;
    if (Shown) return <Shown {...(props as unknown as Props)} />;
    if (!failed) return times === 0 ? <Notice whole_page title={t("search.loading")} /> : null;
    return (
        <Notice alert whole_page title={t("app.page_failed")}>
            <button type="button" class="button" onClick={() => location.reload()}>
                {t("error.retry")}
            </button>
        </Notice>
    );
}
