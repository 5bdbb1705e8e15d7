#include "app/configuration/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "app/configuration/setting_text.h"
#include "base/log.h"
#include "input/lumberjack/metadata.h"
#include "input/rabbitmq/broker.h"
#include "logs/log_kind.h"

namespace app {

namespace {

template <auto Member>
base::Status assign_text(Configuration& configuration, std::string_view text) {
    configuration.*Member = text;
    return base::ok();
}

template <auto Member>
base::Status assign_filled(Configuration& configuration, std::string_view text) {
    if (text.empty()) return base::invalid("expected a value, found an empty one");
    configuration.*Member = text;
    return base::ok();
}

template <auto Member, std::uint64_t least, std::uint64_t most>
base::Status assign_bytes(Configuration& configuration, std::string_view text) {
    TRY(const auto value, parse_bytes(text));
    if (value < least || value > most) {
        return base::invalid(fmt::format("expected a size from {} to {}, found {}",
                                         bytes_text(least), bytes_text(most), text));
    }
    configuration.*Member = value;
    return base::ok();
}

template <auto Member, std::uint64_t least, std::uint64_t most>
base::Status assign_count(Configuration& configuration, std::string_view text) {
    TRY(const auto value, parse_count(text));
    if (value < least || value > most) {
        return base::invalid(
            fmt::format("expected a number from {} to {}, found {}", least, most, text));
    }
    configuration.*Member = value;
    return base::ok();
}

template <auto Member, base::Nanos least, base::Nanos most>
base::Status assign_duration(Configuration& configuration, std::string_view text) {
    TRY(const auto value, parse_duration(text));
    if (value < least || value > most) {
        return base::invalid(fmt::format("expected a duration from {} ms to {} ms, found {}",
                                         least / base::millisecond, most / base::millisecond,
                                         text));
    }
    configuration.*Member = value;
    return base::ok();
}

base::Status assign_http(Configuration& configuration, std::string_view text) {
    TRY(configuration.http, parse_address(text));
    return base::ok();
}

// Empty: the port is not opened.
template <auto Port>
base::Status assign_port(Configuration& configuration, std::string_view text) {
    (configuration.*Port).reset();
    if (text.empty()) return base::ok();
    TRY(configuration.*Port, parse_address(text));
    return base::ok();
}

template <auto Port, auto Member>
base::Status assign_tls(Configuration& configuration, std::string_view text) {
    configuration.*Port.*Member = text;
    return base::ok();
}

template <auto Port>
base::Status assign_client_certificates(Configuration& configuration, std::string_view text) {
    if (text != "required" && text != "optional") {
        return base::invalid(fmt::format("expected required or optional, found '{}'", text));
    }
    (configuration.*Port).client_certificates = text;
    return base::ok();
}

base::Status assign_lumberjack_index(Configuration& configuration, std::string_view text) {
    if (!text.empty() && !input::lumberjack::is_index_template(text)) {
        return base::invalid(
            fmt::format("expected an index name, in which %{{[@metadata][beat]}} and "
                        "%{{[@metadata][version]}} may stand, found '{}'",
                        text));
    }
    configuration.lumberjack_index = text;
    return base::ok();
}

base::Status assign_rabbitmq_brokers(Configuration& configuration, std::string_view text) {
    TRY(input::rabbitmq::parse_brokers(text));
    configuration.rabbitmq_brokers = text;
    return base::ok();
}

base::Status assign_rabbitmq_services(Configuration& configuration, std::string_view text) {
    TRY(input::rabbitmq::parse_services(text));
    configuration.rabbitmq_services = text;
    return base::ok();
}

template <auto Member>
base::Status assign_levels(Configuration& configuration, std::string_view text) {
    TRY(configuration.*Member, parse_level_rules(text));
    return base::ok();
}

template <auto Member>
base::Status assign_paths(Configuration& configuration, std::string_view text) {
    TRY(configuration.*Member, parse_path_rules(text));
    return base::ok();
}

base::Status assign_kinds(Configuration& configuration, std::string_view text) {
    TRY(configuration.files_kinds, parse_path_rules(text));
    for (const auto& rule : configuration.files_kinds) {
        TRY(const auto kind, logs::make_log_kind(rule.value, {}));
    }
    return base::ok();
}

base::Status assign_prefix(Configuration& configuration, std::string_view text) {
    TRY(const auto kind, logs::make_log_kind("postgresql", {std::string(text)}));
    configuration.files_postgresql_prefix = text;
    return base::ok();
}

base::Status assign_log_level(Configuration& configuration, std::string_view text) {
    constexpr std::string_view levels[] = {"trace", "debug", "info", "warn", "error", "off"};
    if (std::find(std::begin(levels), std::end(levels), text) == std::end(levels)) {
        return base::invalid(
            fmt::format("expected trace, debug, info, warn, error or off, found '{}'", text));
    }
    configuration.log_level = text;
    return base::ok();
}

// Clients decide by this number what they may send: three numbers, nothing else.
base::Status assign_version(Configuration& configuration, std::string_view text) {
    int dots = 0;
    bool digit_before = false;
    bool good = !text.empty() && text.size() < 20;
    for (const char c : text) {
        if (c == '.' && digit_before) {
            ++dots;
            digit_before = false;
        } else if (c >= '0' && c <= '9') {
            digit_before = true;
        } else {
            good = false;
        }
    }
    if (!good || dots != 2 || !digit_before) {
        return base::invalid(fmt::format("expected a version such as 8.15.0, found '{}'", text));
    }
    configuration.elasticsearch_version = text;
    return base::ok();
}

constexpr std::uint64_t kib = 1ULL << 10;
constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t gib = 1ULL << 30;

using C = Configuration;
using K = SettingKind;

constexpr Setting table[] = {
    {"data", K::path, "ordertrail-data", "--data",
     "Directory that holds everything Ordertrail keeps. Made when missing; one server at a time "
     "uses it.",
     assign_filled<&C::data>},
    {"keys", K::path, "", "--keys",
     "Directory of keys and secrets, apart from the data in production. Empty: `keys` under the "
     "data directory.",
     assign_text<&C::keys>},
    {"catalog", K::path, "", "--catalog",
     "Event catalog (YAML). Empty: the built-in catalog of the made-to-order business.",
     assign_text<&C::catalog>},
    {"pipelines", K::path, "", "--pipelines",
     "Own pipelines (YAML): steps that change events before they are normalised, described in "
     "docs/guide/pipelines.md. Empty: none.",
     assign_text<&C::pipelines>},
    {"environment", K::text, "prod", "--environment",
     "Environment of events that name none themselves; the last part of their index's name.",
     assign_filled<&C::environment>},
    {"time_zone", K::text, "UTC", "", "Time zone (IANA name) of timestamps that carry no offset.",
     assign_filled<&C::time_zone>},
    {"kept_levels.environments", K::level_rules, "prod=info, production=info", "",
     "Which levels are stored, per environment: events below the level are acknowledged and "
     "counted, not stored. "
     "Environments that no pattern fits keep every level.",
     assign_levels<&C::environment_levels>},
    {"kept_levels.indices", K::level_rules, "", "",
     "The same per index, and before the rules of environments. The first pattern that fits "
     "counts.",
     assign_levels<&C::index_levels>},
    {"http.address", K::address, "127.0.0.1:9200", "--http",
     "Address and port of the one HTTP port: UI, native API, Elasticsearch API and ingest. Port 0: "
     "any free one.",
     assign_http, "http", "0.0.0.0:9200"},
    {"http.connections", K::count, "4096", "", "Connections at a time; further ones wait.",
     assign_count<&C::connections, 1, 1'000'000>},
    {"http.shutdown_timeout", K::duration, "10s", "",
     "How long requests under way may take to finish when the server stops.",
     assign_duration<&C::shutdown_timeout, 0, 10 * base::minute>},
    {"elasticsearch.version", K::version, "8.15.0", "",
     "Version number that the Elasticsearch API reports to its clients.", assign_version},
    {"elasticsearch.bulk_actions", K::count, "200000", "",
     "Most actions in one bulk request; more are refused with 413. Each takes some 300 bytes in "
     "the answer and its bookkeeping.",
     assign_count<&C::elasticsearch_bulk_actions, 1, 10'000'000>},
    {"lumberjack.address", K::address, "", "",
     "Address and port for Beats' Logstash output (lumberjack version 2), usually port 5044. "
     "Empty: "
     "the port is not opened.",
     assign_port<&C::lumberjack>, "lumberjack", "0.0.0.0:5044"},
    {"lumberjack.index", K::text, "", "",
     "Index of Beats' events that name none (in `@metadata.raw_index`), as Logstash would name it: "
     "`%{[@metadata][beat]}-%{[@metadata][version]}`. Empty: system and environment of the event, "
     "as for every other input.",
     assign_lumberjack_index},
    {"lumberjack.tls.certificate", K::path, "", "",
     "Certificate of this port (PEM, its chain behind it). With it the port speaks TLS 1.2 and 1.3 "
     "only; empty: no TLS.",
     assign_tls<&C::lumberjack_tls, &Tls::certificate>},
    {"lumberjack.tls.key", K::path, "", "",
     "The certificate's private key (PEM, without passphrase).",
     assign_tls<&C::lumberjack_tls, &Tls::key>},
    {"lumberjack.tls.client_ca", K::path, "", "",
     "Certificates (PEM) that those of the clients have to come from. Empty: clients show none.",
     assign_tls<&C::lumberjack_tls, &Tls::client_ca>},
    {"lumberjack.tls.client_certificates", K::choice, "required", "",
     "With a client CA: whether a client without certificate is turned away (required) or not "
     "(optional). One with a wrong certificate always is.",
     assign_client_certificates<&C::lumberjack_tls>},
    {"lumberjack.connections", K::count, "1000", "",
     "Connections of this port at a time; further ones are closed at once.",
     assign_count<&C::lumberjack_connections, 1, 1'000'000>},
    {"lumberjack.inflight_bytes", K::bytes, "128MiB", "",
     "Events of all connections of this port that are not stored yet. Beyond it nothing more is "
     "read until there is room.",
     assign_bytes<&C::lumberjack_inflight_bytes, 16 * mib, 64 * gib>},
    {"lumberjack.window_events", K::count, "100000", "",
     "Most events that a client may announce at once (Filebeat: `bulk_max_size`).",
     assign_count<&C::lumberjack_window_events, 1, 100'000'000>},
    {"lumberjack.window_bytes", K::bytes, "256MiB", "",
     "Most bytes of the events that were announced at once, after decompression. They are not in "
     "memory together.",
     assign_bytes<&C::lumberjack_window_bytes, mib, 64 * gib>},
    {"lumberjack.idle_timeout", K::duration, "15m", "",
     "A connection that rests for so long is closed; Beats open a new one.",
     assign_duration<&C::lumberjack_idle_timeout, base::second, base::day>},
    {"syslog.udp.address", K::address, "", "",
     "Address and port for syslog over UDP, usually port 514. Empty: the port is not opened.",
     assign_port<&C::syslog_udp>, "syslog", "0.0.0.0:514"},
    {"syslog.tcp.address", K::address, "", "",
     "Address and port for syslog over TCP, usually port 514 or 601. Empty: the port is not "
     "opened.",
     assign_port<&C::syslog_tcp>, "syslog", "0.0.0.0:601"},
    {"syslog.tls.address", K::address, "", "",
     "Address and port for syslog over TLS, usually port 6514. Empty: the port is not opened.",
     assign_port<&C::syslog_tls>, "syslog", "0.0.0.0:6514"},
    {"syslog.tls.certificate", K::path, "", "",
     "Certificate of the TLS port (PEM, its chain behind it).",
     assign_tls<&C::syslog_tls_files, &Tls::certificate>},
    {"syslog.tls.key", K::path, "", "", "The certificate's private key (PEM, without passphrase).",
     assign_tls<&C::syslog_tls_files, &Tls::key>},
    {"syslog.tls.client_ca", K::path, "", "",
     "Certificates (PEM) that those of the clients have to come from. Empty: clients show none.",
     assign_tls<&C::syslog_tls_files, &Tls::client_ca>},
    {"syslog.tls.client_certificates", K::choice, "required", "",
     "With a client CA: whether a client without certificate is turned away (required) or not "
     "(optional). One with a wrong certificate always is.",
     assign_client_certificates<&C::syslog_tls_files>},
    {"syslog.connections", K::count, "1000", "",
     "Connections of each of these ports at a time; further ones are closed at once.",
     assign_count<&C::syslog_connections, 1, 1'000'000>},
    {"syslog.inflight_bytes", K::bytes, "128MiB", "",
     "Messages of all connections of each of these ports that are not stored yet. Beyond it "
     "nothing "
     "more is read.",
     assign_bytes<&C::syslog_inflight_bytes, 16 * mib, 64 * gib>},
    {"forward.address", K::address, "", "",
     "Address and port for Fluentd's Forward protocol, usually port 24224. Empty: the port is not "
     "opened.",
     assign_port<&C::forward>, "forward", "0.0.0.0:24224"},
    {"forward.shared_key", K::text, "", "",
     "Key that clients have to know. Empty: clients are let in without one.",
     assign_text<&C::forward_shared_key>},
    {"forward.tls.certificate", K::path, "", "",
     "Certificate of this port (PEM, its chain behind it). Empty: no TLS.",
     assign_tls<&C::forward_tls, &Tls::certificate>},
    {"forward.tls.key", K::path, "", "", "The certificate's private key (PEM, without passphrase).",
     assign_tls<&C::forward_tls, &Tls::key>},
    {"forward.tls.client_ca", K::path, "", "",
     "Certificates (PEM) that those of the clients have to come from. Empty: clients show none.",
     assign_tls<&C::forward_tls, &Tls::client_ca>},
    {"forward.tls.client_certificates", K::choice, "required", "",
     "With a client CA: whether a client without certificate is turned away (required) or not "
     "(optional). One with a wrong certificate always is.",
     assign_client_certificates<&C::forward_tls>},
    {"forward.connections", K::count, "1000", "",
     "Connections of this port at a time; further ones are closed at once.",
     assign_count<&C::forward_connections, 1, 1'000'000>},
    {"forward.inflight_bytes", K::bytes, "256MiB", "",
     "Messages of all connections of this port that are not stored yet, and as much again of their "
     "events. Beyond it nothing more is read.",
     assign_bytes<&C::forward_inflight_bytes, 16 * mib, 64 * gib>},
    {"gelf.udp.address", K::address, "", "",
     "Address and port for GELF over UDP, usually port 12201. Empty: the port is not opened.",
     assign_port<&C::gelf_udp>, "gelf", "0.0.0.0:12201"},
    {"gelf.tcp.address", K::address, "", "",
     "Address and port for GELF over TCP, usually port 12201. Empty: the port is not opened.",
     assign_port<&C::gelf_tcp>, "gelf", "0.0.0.0:12201"},
    {"rabbitmq.brokers", K::text, "", "",
     "RabbitMQ brokers whose messages are followed, separated by commas: "
     "`amqps://user@host:5671/vhost?password_file=/path&management=https://host:15671`, described "
     "in docs/guide/rabbitmq.md. Empty: none.",
     assign_rabbitmq_brokers},
    {"rabbitmq.tls.ca", K::path, "", "",
     "Certificates (PEM) that those of the brokers have to come from. Empty: the system's "
     "authorities.",
     assign_tls<&C::rabbitmq_tls, &Tls::client_ca>},
    {"rabbitmq.tls.certificate", K::path, "", "",
     "Certificate (PEM) that the brokers are shown. Empty: none.",
     assign_tls<&C::rabbitmq_tls, &Tls::certificate>},
    {"rabbitmq.tls.key", K::path, "", "",
     "The certificate's private key (PEM, without passphrase).",
     assign_tls<&C::rabbitmq_tls, &Tls::key>},
    {"rabbitmq.queue", K::text, "ordertrail", "",
     "How the queues that Ordertrail makes on a broker begin: `ordertrail.trace`, "
     "`ordertrail.events`.",
     assign_filled<&C::rabbitmq_queue>},
    {"rabbitmq.queue_bytes", K::bytes, "1GiB", "",
     "Most bytes that a broker keeps in each of these queues while Ordertrail is away; then the "
     "oldest are dropped.",
     assign_bytes<&C::rabbitmq_queue_bytes, mib, 1024 * gib>},
    {"rabbitmq.prefetch", K::count, "1000", "",
     "Most messages of a broker that are under way and not stored yet.",
     assign_count<&C::rabbitmq_prefetch, 1, 65'535>},
    {"rabbitmq.order_fields", K::text, "order_id, orderId, order.id", "",
     "Where a message's order is looked for: these headers, then these fields of its JSON body.",
     assign_text<&C::rabbitmq_order_fields>},
    {"rabbitmq.services", K::text, "", "",
     "Services by the broker's user or by the name that a client gives its connection: "
     "`shop=Shop API, mes=MES API`.",
     assign_rabbitmq_services},
    {"rabbitmq.payload_bytes", K::bytes, "0", "",
     "How much of a message's body is kept, in `payload`. 0: nothing of it.",
     assign_bytes<&C::rabbitmq_payload_bytes, 0, mib>},
    {"rabbitmq.metrics_interval", K::duration, "30s", "",
     "Between two looks at the queues of a broker whose address names its management API.",
     assign_duration<&C::rabbitmq_metrics_interval, base::second, base::hour>},
    {"rabbitmq.report_window", K::duration, "1m", "",
     "How far apart the times may be of a message's report by its service and by the broker, where "
     "they have no message id in common, to count once.",
     assign_duration<&C::rabbitmq_report_window, base::millisecond, base::hour>},
    {"files.paths", K::text, "", "",
     "Log files to follow, with wildcards (`/var/log/shop/*.log`), separated by commas. Empty: "
     "none.",
     assign_text<&C::files_paths>, "files", "/var/log/shop/*.log"},
    {"files.begins", K::text, "", "",
     "Regular expression (RE2) of lines that begin an event; the others go on with the event "
     "before. "
     "Empty: every line is an event.",
     assign_text<&C::files_begins>},
    {"files.kinds", K::path_rules, "", "",
     "Logs of databases, brokers and file storage among the files, by patterns of paths: "
     "`postgresql` "
     "(stderr; files that end in .csv or .json are csvlog and jsonlog), `postgresql-csv`, "
     "`postgresql-json`, `mariadb-slow`, `mariadb-error`, `mysql-slow`, `mysql-error`, "
     "`rabbitmq`, `s3-access`.",
     assign_kinds},
    {"files.services", K::path_rules, "", "",
     "Whose logs the files are, by patterns of paths: the `service_name` of events that name none. "
     "Empty: by the file's name.",
     assign_paths<&C::files_services>},
    {"files.log_line_prefix", K::text, "%m [%p] %q%u@%d ", "",
     "PostgreSQL's `log_line_prefix` of the logs of kind `postgresql`, as `SHOW log_line_prefix` "
     "says it, with its last blank.",
     assign_prefix},
    {"limits.body_bytes", K::bytes, "100MiB", "",
     "Largest request body, before and after decompression. Larger ones are answered with 413.",
     assign_bytes<&C::body_bytes, kib, 2 * gib>},
    {"limits.inflight_bytes", K::bytes, "256MiB", "",
     "Bodies of all requests under way together. Beyond it requests are answered with 429, to be "
     "sent again later.",
     assign_bytes<&C::inflight_bytes, mib, 64 * gib>},
    {"limits.record_bytes", K::bytes, "4MiB", "",
     "Largest single event. Larger ones are refused one by one, the rest of their request is "
     "stored.",
     assign_bytes<&C::record_bytes, kib, gib>},
    {"limits.json_depth", K::count, "64", "", "Deepest nesting of an event's JSON.",
     assign_count<&C::json_depth, 2, 1000>},
    {"limits.columns_per_batch", K::count, "1000", "",
     "Different fields in the events of one request, those of the catalog not counted. Further "
     "ones are kept and found, "
     "but more slowly.",
     assign_count<&C::columns_per_batch, 10, 30000>},
    {"query.esql_memory", K::bytes, "256MiB", "",
     "Memory that sorts, groups and rows of one ES|QL query may take; one that needs more is "
     "refused.",
     assign_bytes<&C::query_esql_memory, mib, 64 * gib>},
    {"query.limit", K::count, "10000", "", "Most rows in one answer of a search.",
     assign_count<&C::query_limit, 1, 10'000>},
    {"query.timeout", K::duration, "30s", "",
     "A query that takes longer is stopped and answered with 504.",
     assign_duration<&C::query_timeout, base::millisecond, base::hour>},
    {"storage.memtable_bytes", K::bytes, "64MiB", "",
     "Events held in memory before they are written to a part.",
     assign_bytes<&C::memtable_bytes, mib, 16 * gib>},
    {"storage.cache_bytes", K::bytes, "128MiB", "", "Cache of blocks read from disk.",
     assign_bytes<&C::cache_bytes, mib, 256 * gib>},
    {"storage.columns_per_part", K::count, "2000", "",
     "Different fields in one part of an index's day. The rarest of further ones are kept and "
     "found, "
     "but more slowly.",
     assign_count<&C::part_columns, 100, 30000>},
    {"threads.io", K::count, "0", "",
     "Threads that talk to clients. 0: one, or two from eight processors on.",
     assign_count<&C::io_threads, 0, 256>},
    {"threads.ingest", K::count, "0", "",
     "Threads that parse and prepare events. 0: as many as there are processors.",
     assign_count<&C::ingest_threads, 0, 256>},
    {"threads.query", K::count, "0", "",
     "Threads that answer queries. 0: as many as there are processors, at least two.",
     assign_count<&C::query_threads, 0, 256>},
    {"log.level", K::choice, "info", "--log-level",
     "Ordertrail's own log, to standard error: trace, debug, info, warn, error or off.",
     assign_log_level},
};

}  // namespace

std::string Setting::environment_variable() const {
    std::string variable = "ORDERTRAIL_";
    for (const char c : name) {
        variable.push_back(c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c));
    }
    return variable;
}

std::span<const Setting> settings() { return table; }

const Setting* setting_named(std::string_view name) {
    for (const auto& setting : table) {
        if (setting.name == name) return &setting;
    }
    return nullptr;
}

std::string_view name_of(SettingKind kind) {
    switch (kind) {
        case SettingKind::text:
            return "text";
        case SettingKind::path:
            return "path";
        case SettingKind::address:
            return "address:port";
        case SettingKind::bytes:
            return "size";
        case SettingKind::count:
            return "number";
        case SettingKind::duration:
            return "duration";
        case SettingKind::choice:
            return "choice";
        case SettingKind::version:
            return "version";
        case SettingKind::level_rules:
            return "patterns to levels";
        case SettingKind::path_rules:
            return "patterns to names";
    }
    return "";
}

}  // namespace app
