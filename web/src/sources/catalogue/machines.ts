import { lines, speaks_tls, type SourceGroup } from "./source.ts";

const syslog_entrances: [string, ...string[]] = [
    "syslog.tcp.address",
    "syslog.tls.address",
    "syslog.udp.address",
];

export const machines: SourceGroup = {
    id: "machines",
    name: { en: "Machines", ru: "Машины" },
    sources: [
        {
            id: "rsyslog",
            name: "rsyslog",
            about: {
                en: "Syslog over TCP, TLS or UDP; the tag gives the service.",
                ru: "Syslog по TCP, TLS или UDP; тег даёт сервис.",
            },
            input: "syslog",
            entrances: syslog_entrances,
            routing: "own",
            guide: "guide/syslog.md",
            snippets: [
                {
                    into: "/etc/rsyslog.d/ordertrail.conf",
                    code: (place) => {
                        const udp = place.transport === "udp";
                        const start = `action(type="omfwd" target="${place.host}" port="${place.port}" protocol="${udp ? "udp" : "tcp"}"`;
                        return lines(
                            speaks_tls(place) &&
                                'global(DefaultNetstreamDriverCAFile="/etc/ssl/certs/ca.pem")',
                            udp ? start : start + ' TCP_Framing="octet-counted"',
                            speaks_tls(place) &&
                                '       StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name"',
                            '       template="RSYSLOG_SyslogProtocol23Format" queue.type="linkedList" action.resumeRetryCount="-1")',
                        );
                    },
                },
            ],
        },
        {
            id: "syslog-ng",
            name: "syslog-ng",
            about: {
                en: "Syslog over TCP, TLS or UDP; the program gives the service.",
                ru: "Syslog по TCP, TLS или UDP; программа даёт сервис.",
            },
            input: "syslog",
            entrances: syslog_entrances,
            routing: "own",
            guide: "guide/syslog.md",
            snippets: [
                {
                    into: "/etc/syslog-ng/conf.d/ordertrail.conf",
                    code: (place) => {
                        const over = speaks_tls(place)
                            ? 'transport("tls") tls(ca-file("/etc/ssl/certs/ca.pem"))'
                            : `transport("${place.transport}")`;
                        return lines(
                            `destination d_ordertrail { syslog("${place.host}" port(${place.port}) ${over}); };`,
                            "log { source(s_src); destination(d_ordertrail); };",
                        );
                    },
                },
            ],
        },
        {
            id: "logger",
            name: { en: "logger, in scripts", ru: "logger, в скриптах" },
            about: {
                en: "One line from a shell script; the tag gives the service.",
                ru: "Одна строка из скрипта; тег даёт сервис.",
            },
            input: "syslog",
            entrances: ["syslog.tcp.address", "syslog.udp.address"],
            routing: "own",
            guide: "guide/syslog.md",
            snippets: [
                {
                    into: { en: "On a command line", ru: "В командной строке" },
                    code: ({ host, port, transport }) =>
                        `logger --server ${host} --port ${port} --${transport === "udp" ? "udp" : "tcp"} --rfc5424 --tag mes-api "text"`,
                },
            ],
        },
        {
            id: "journald",
            name: { en: "The systemd journal", ru: "Журнал systemd" },
            about: {
                en: "systemd-journal-upload sends a machine's journal; the unit gives the service.",
                ru: "systemd-journal-upload отправляет журнал машины; юнит даёт сервис.",
            },
            input: "journald",
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/journald.md",
            snippets: [
                {
                    into: "/etc/systemd/journal-upload.conf",
                    code: ({ origin }) => lines("[Upload]", `URL=${origin}`),
                },
            ],
        },
    ],
};
