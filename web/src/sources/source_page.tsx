import { useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { inputs as ask_inputs, type Entrance, type InputsAnswer } from "../api/inputs.ts";
import { error_text, t, title_text } from "../i18n/texts.ts";
import { use_title } from "../shell/document_title.ts";
import { Notice } from "../shell/notice.tsx";
import { use_polled } from "../shell/polled.ts";
import { navigate } from "../shell/route.ts";
import { troubles_of } from "./arrival.ts";
import { ArrivalState, Troubles } from "./arrival_state.tsx";
import { source_of } from "./catalogue/catalogue.ts";
import type { SourceEntry } from "./catalogue/source.ts";
import { guide_url } from "./guides.ts";
import {
    chosen_entrance,
    entrances_of,
    is_loopback,
    place_of,
    source_choice,
    source_url,
    yaml_of,
    type SourceChoice,
} from "./place.ts";
import { Code, name_text, Snippets } from "./snippet.tsx";
import "./source_page.css";

const again_ms = 2000;

// How to connect one source, and whether its events arrive.
export default function SourcePage({ id, params }: { id: string; params: URLSearchParams }) {
    const source = source_of(id);
    use_title(source ? name_text(source.name) : t("connect.unknown"));
    if (!source) {
        return (
            <Notice whole_page title={t("connect.unknown")}>
                <a class="button" href="/sources">
                    {t("connect.all")}
                </a>
            </Notice>
        );
    }
    return <Connect key={id} source={source} choice={source_choice(params)} />;
}

function Connect({ source, choice }: { source: SourceEntry; choice: SourceChoice }) {
    const { value, failure } = use_polled(ask_inputs, again_ms);
    const guide = guide_url(source.guide);
    return (
        <div class="page source">
            <header>
                <a href="/sources">← {t("connect.all")}</a>
                <h1>{t("connect.connect", { name: name_text(source.name) })}</h1>
                <p>{title_text(source.about)}</p>
                {guide !== undefined && (
                    <p>
                        <a href={guide} target="_blank">
                            {t("connect.guide")} ↗
                        </a>
                    </p>
                )}
            </header>
            {failure && (
                <p class="part-failure" role="alert">
                    {t("home.part_failed", { message: error_text(failure) })}
                </p>
            )}
            {value && <Steps source={source} choice={choice} answer={value} />}
        </div>
    );
}

interface Props {
    source: SourceEntry;
    choice: SourceChoice;
    answer: InputsAnswer;
}

function Steps({ source, choice, answer }: Props) {
    const entrances = entrances_of(source, answer);
    const entrance = chosen_entrance(entrances, choice.over);
    if (!entrance) return <Notice title={t("search.loading")} />;
    const environment = choice.environment === "" ? answer.environment : choice.environment;
    const place = place_of(entrance, location, { system: choice.system, environment });
    const choose = (change: Partial<SourceChoice>) => {
        navigate(source_url(source.id, { ...choice, ...change }), "replace");
    };
    return (
        <>
            <section class="card source-steps" aria-label={t("connect.here")}>
                <h2>{t("connect.here")}</h2>
                <Way entrances={entrances} entrance={entrance} choose={choose} />
                {source.routing !== "own" && (
                    <IndexChoice choice={choice} environment={environment} choose={choose} />
                )}
                <Snippets snippets={source.snippets} place={place} />
                {source.routing === "own" && source.input !== null && (
                    <p class="muted">{t("connect.own_index")}</p>
                )}
            </section>
            {source.input !== null && (
                <section class="card" aria-label={t("connect.arrivals")}>
                    <h2>{t("connect.arrivals")}</h2>
                    <ArrivalState key={place.index} source={source} place={place} answer={answer} />
                </section>
            )}
            <Troubles troubles={troubles_of(answer, source, entrance)} />
        </>
    );
}

interface WayProps {
    entrances: Entrance[];
    entrance: Entrance;
    choose: (change: Partial<SourceChoice>) => void;
}

// The port that the snippet sends to, or how to open it.
function Way({ entrances, entrance, choose }: WayProps) {
    return (
        <>
            {entrances.length > 1 && (
                <div class="ways" role="group" aria-label={t("connect.over")}>
                    {entrances.map(({ setting, open }) => (
                        <button
                            key={setting}
                            type="button"
                            class="button button-small"
                            aria-pressed={setting === entrance.setting}
                            onClick={() => choose({ over: setting })}
                        >
                            {way_name(setting)}
                            {!open && ` (${t("connect.closed")})`}
                        </button>
                    ))}
                </div>
            )}
            {entrance.open ? <Open entrance={entrance} /> : <Closed entrance={entrance} />}
        </>
    );
}

// "TCP" of syslog.tcp.address.
const way_name = (setting: string): string => (setting.split(".")[1] ?? "").toUpperCase();

function Open({ entrance }: { entrance: Entrance }) {
    const { transport, host = "", port = 0, tls = "none", needs_key } = entrance;
    if (transport === "files")
        return <p class="source-open">● {t("connect.following", { paths: host })}</p>;
    const only_here = is_loopback(host);
    return (
        <>
            <p class="source-open" data-testid="entrance">
                ● {t("connect.open", { address: `${host}:${port}`, transport: transport ?? "tcp" })}{" "}
                {t(`connect.tls_${tls}`)}
                {needs_key && " " + t("connect.key")}
            </p>
            {only_here && (
                <p class={is_loopback(location.hostname) ? "muted" : "arrival-trouble"}>
                    {t("connect.only_here", {
                        setting: entrance.setting,
                        example: entrance.example,
                    })}
                </p>
            )}
        </>
    );
}

function Closed({ entrance }: { entrance: Entrance }) {
    const is_files = entrance.setting === "files.paths";
    return (
        <div class="source-closed" data-testid="entrance">
            <p class="arrival-trouble">
                ○ {is_files ? t("connect.no_files") : t("connect.not_open")}{" "}
                {t("connect.set", { setting: entrance.setting })}
            </p>
            {!is_files && (
                <Code name="ordertrail.yaml" code={yaml_of(entrance.setting, entrance.example)} />
            )}
        </div>
    );
}

interface IndexProps {
    choice: SourceChoice;
    environment: string;
    choose: (change: Partial<SourceChoice>) => void;
}

// System and environment, which make the index.
function IndexChoice({ choice, environment, choose }: IndexProps) {
    const { value } = use_polled(api.indices, 3_600_000);
    const [typed, set_typed] = useState(choice.environment);
    const names = (value?.indices ?? [])
        .map(({ name }) => name)
        .filter((name) => !name.startsWith("."));
    const parts = (part: (name: string) => string) => [...new Set(names.map(part))].sort();
    return (
        <div class="source-index">
            <label>
                {t("connect.system")}
                <input
                    class="field"
                    list="systems"
                    value={choice.system}
                    spellcheck={false}
                    autocomplete="off"
                    onInput={(input) => choose({ system: input.currentTarget.value })}
                />
            </label>
            <label>
                {t("connect.environment")}
                <input
                    class="field"
                    list="environments"
                    value={typed}
                    placeholder={environment}
                    spellcheck={false}
                    autocomplete="off"
                    onInput={(input) => {
                        set_typed(input.currentTarget.value);
                        choose({ environment: input.currentTarget.value });
                    }}
                />
            </label>
            <datalist id="systems">
                {parts((name) => name.replace(/-[^-]*$/, "")).map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
            <datalist id="environments">
                {parts((name) => name.replace(/^.*-/, "")).map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
        </div>
    );
}
