import { title_text, t } from "../i18n/texts.ts";
import { catalogue } from "./catalogue/catalogue.ts";
import { source_url } from "./place.ts";
import { name_text } from "./snippet.tsx";
import "./catalogue_list.css";

// Every source that can be connected, each with a page of its own.
export function CatalogueList() {
    return (
        <section class="card" aria-label={t("sources.connect")} data-testid="catalogue">
            <h2>{t("sources.connect")}</h2>
            <div class="catalogue">
                {catalogue.map((group) => (
                    <div key={group.id}>
                        <h3>{title_text(group.name)}</h3>
                        <ul>
                            {group.sources.map((source) => (
                                <li key={source.id}>
                                    <a href={source_url(source.id)}>{name_text(source.name)}</a>
                                </li>
                            ))}
                        </ul>
                    </div>
                ))}
            </div>
        </section>
    );
}
