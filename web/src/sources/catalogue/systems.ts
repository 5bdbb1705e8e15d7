import { lines, type SourceGroup } from "./source.ts";

export const systems: SourceGroup = {
    id: "systems",
    name: { en: "Databases and storage", ru: "Базы данных и хранилища" },
    sources: [
        {
            id: "postgresql",
            name: "PostgreSQL",
            about: {
                en: "Slow and failed statements from the server's own log, in any of its three forms.",
                ru: "Медленные и неудачные запросы из собственного лога сервера в любом из трёх видов.",
            },
            input: "files",
            entrances: ["files.paths"],
            routing: "own",
            guide: "guide/postgresql.md",
            snippets: [
                {
                    into: "postgresql.conf",
                    code: () =>
                        "log_min_duration_statement = 200ms     # slower statements are logged",
                },
                {
                    into: "ordertrail.yaml",
                    code: () =>
                        lines(
                            "files:",
                            "  paths: /var/log/postgresql/*.log, /var/log/postgresql/*.csv, /var/log/postgresql/*.json",
                            "  kinds:",
                            `    "/var/log/postgresql/*": postgresql      # files that end in .csv and .json are csvlog and jsonlog`,
                            "  services:",
                            `    "/var/log/postgresql/*": MES DB          # the catalog's name of this database`,
                        ),
                },
            ],
        },
        {
            id: "mariadb",
            name: "MariaDB, MySQL",
            about: {
                en: "Slow statements from the slow log, and the error log.",
                ru: "Медленные запросы из журнала медленных запросов и журнал ошибок.",
            },
            input: "files",
            entrances: ["files.paths"],
            routing: "own",
            guide: "guide/mariadb.md",
            snippets: [
                {
                    into: "my.cnf",
                    code: () =>
                        lines(
                            "[mysqld]",
                            "slow_query_log = 1",
                            "slow_query_log_file = /var/log/mysql/slow.log",
                            "long_query_time = 0.2                          # seconds",
                        ),
                },
                {
                    into: "ordertrail.yaml",
                    code: () =>
                        lines(
                            "files:",
                            "  paths: /var/log/mysql/*.log",
                            "  kinds:",
                            `    "*/slow.log": mariadb-slow      # mysql-slow and mysql-error are the same`,
                            `    "*/error.log": mariadb-error`,
                            "  services:",
                            `    "/var/log/mysql/*": CRM DB      # the catalog's name of this database`,
                        ),
                },
            ],
        },
        {
            id: "s3",
            name: { en: "S3, by webhook", ru: "S3, вебхук" },
            about: {
                en: "Uploads and downloads from MinIO's audit log; other servers and access logs are in the guide.",
                ru: "Загрузки и чтения из журнала аудита MinIO; другие серверы и журналы доступа — в руководстве.",
            },
            input: "s3",
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/s3.md",
            snippets: [
                {
                    into: "MinIO",
                    code: ({ origin }) =>
                        lines(
                            "export MINIO_AUDIT_WEBHOOK_ENABLE_ordertrail=on",
                            `export MINIO_AUDIT_WEBHOOK_ENDPOINT_ordertrail=${origin}/s3/events`,
                        ),
                },
            ],
        },
    ],
};
