import { lines, type SourceGroup } from "./source.ts";

export const first: SourceGroup = {
    id: "first",
    name: { en: "To try it", ru: "Попробовать" },
    sources: [
        {
            id: "curl",
            name: "curl, NDJSON",
            about: {
                en: "One JSON object a line. Fields of your own are kept and searched.",
                ru: "По одному объекту JSON в строке. Ваши собственные поля сохраняются и ищутся.",
            },
            input: "ingest",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/http.md",
            snippets: [
                {
                    into: { en: "On a command line", ru: "В командной строке" },
                    code: ({ origin, index }) =>
                        lines(
                            `curl -H 'content-type: application/x-ndjson' ${origin}/ingest/${index} --data-binary '`,
                            `{"level":"INFO","service_name":"My App","message":"hello"}`,
                            `{"level":"ERROR","service_name":"My App","message":"it broke","order_id":"ORD-1"}'`,
                        ),
                },
            ],
        },
        {
            id: "file",
            name: { en: "A log file, once", ru: "Файл лога, один раз" },
            about: {
                en: "A log file as it is: JSON lines, logfmt, or plain text.",
                ru: "Файл как есть: строки JSON, logfmt или простой текст.",
            },
            input: "ingest",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/http.md",
            snippets: [
                {
                    into: { en: "On a command line", ru: "В командной строке" },
                    code: ({ origin, index }) =>
                        `curl -H 'content-type: text/plain' ${origin}/ingest/${index} --data-binary @/var/log/my-app.log`,
                },
            ],
        },
    ],
};
