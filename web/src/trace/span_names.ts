import type { Trace, TraceSpan } from "../api/traces.ts";
import { t } from "../i18n/texts.ts";

export const service_text = (name: string | undefined): string =>
    name === undefined || name === "" ? t("traces.unnamed") : name;

export const service_of = (trace: Trace, span: TraceSpan | undefined): string =>
    service_text(span && trace.services[span.service]);

export const name_of = (trace: Trace, span: TraceSpan | undefined): string =>
    (span && trace.names[span.name]) ?? "";
