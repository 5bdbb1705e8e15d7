// The guides as files of the UI: what is read fits the server that it is read from.
const files: Record<string, string> = import.meta.glob("../../../docs/guide/*.md", {
    query: "?url",
    import: "default",
    eager: true,
});

// `guide`: below docs/.
export const guide_url = (guide: string): string | undefined => files["../../../docs/" + guide];
