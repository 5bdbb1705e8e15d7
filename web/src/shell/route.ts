import { signal } from "@preact/signals";
import { show_zone_of_link } from "../settings/settings.ts";

export type Route =
    | { page: "home" }
    | { page: "sources" }
    | { page: "source"; id: string; params: URLSearchParams }
    | { page: "search"; params: URLSearchParams }
    | { page: "traces"; params: URLSearchParams }
    | { page: "trace"; id: string }
    | { page: "order"; id: string; environment: string }
    | { page: "unknown"; path: string };

export const route = signal<Route>(route_of(location));

// An environment is named where the same id lives in several.
export const order_url = (id: string, environment = ""): string =>
    "/order/" +
    encodeURIComponent(id) +
    (environment === "" ? "" : "?environment=" + encodeURIComponent(environment));

export const trace_url = (id: string): string => "/trace/" + encodeURIComponent(id);

export function navigate(url: string, how: "push" | "replace" = "push"): void {
    if (how === "replace" || url === location.pathname + location.search) {
        history.replaceState(null, "", url);
    } else {
        history.pushState(null, "", url);
    }
    route.value = route_of(location);
}

// Back, forward, and plain clicks on links of our own.
export function follow_history_and_links(): void {
    addEventListener("popstate", () => {
        route.value = route_of(location);
    });
    document.addEventListener("click", (click) => {
        const plain = !click.ctrlKey && !click.metaKey && !click.shiftKey && !click.altKey;
        if (!plain || click.button !== 0 || click.defaultPrevented) return;
        const link = click.target instanceof Element ? click.target.closest("a") : null;
        if (
            !link ||
            link.target ||
            link.hasAttribute("download") ||
            link.origin !== location.origin ||
            link.hash
        )
            return;
        click.preventDefault();
        navigate(link.pathname + link.search);
    });
}

function route_of(where: { pathname: string; search: string }): Route {
    if (where.pathname === "/") return { page: "home" };
    if (where.pathname === "/sources") return { page: "sources" };
    const source = /^\/sources\/([^/]+)\/?$/.exec(where.pathname);
    if (source?.[1] !== undefined) {
        const params = new URLSearchParams(where.search);
        return { page: "source", id: decoded(source[1]), params };
    }
    if (where.pathname === "/search") {
        const params = new URLSearchParams(where.search);
        show_zone_of_link(params.get("tz"));
        return { page: "search", params };
    }
    if (where.pathname === "/traces")
        return { page: "traces", params: new URLSearchParams(where.search) };
    const trace = /^\/trace\/([^/]+)\/?$/.exec(where.pathname);
    if (trace?.[1] !== undefined) return { page: "trace", id: decoded(trace[1]) };
    const order = /^\/order\/([^/]+)\/?$/.exec(where.pathname);
    if (order?.[1] !== undefined) {
        const environment = new URLSearchParams(where.search).get("environment") ?? "";
        return { page: "order", id: decoded(order[1]), environment };
    }
    return { page: "unknown", path: where.pathname };
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
