#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace app {

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

// Of one port. Without a certificate it speaks no TLS.
struct Tls {
    std::string certificate;
    std::string key;
    std::string client_ca;
    std::string client_certificates;  // "required", "optional"; counts with a client_ca
};

// Events of indices or environments that fit `pattern` are kept from `level` on (mission F3).
struct LevelRule {
    std::string pattern;  // with wildcards
    std::string level;    // "TRACE" … "FATAL"
};

// What is set for files whose paths fit `pattern`.
struct PathRule {
    std::string pattern;  // with wildcards
    std::string value;
};

// Everything that can be set, checked and in its final form: sizes in bytes, durations in
// nanoseconds. What each means and its default is in the table of settings.cpp. A value type.
struct Configuration {
    std::string data;
    std::string keys;       // empty: "keys" under the data directory
    std::string catalog;    // empty: the built-in one
    std::string pipelines;  // empty: none
    std::string environment;
    std::string time_zone;
    // The first rule that fits an event counts, those of indices before those of environments;
    // events that none fits are all kept.
    std::vector<LevelRule> index_levels;
    std::vector<LevelRule> environment_levels;

    Address http;
    std::string elasticsearch_version;
    std::uint64_t elasticsearch_bulk_actions = 0;

    std::optional<Address> lumberjack;  // none: the port is not opened
    Tls lumberjack_tls;
    std::string lumberjack_index;
    std::uint64_t lumberjack_connections = 0;
    std::uint64_t lumberjack_inflight_bytes = 0;
    std::uint64_t lumberjack_window_events = 0;
    std::uint64_t lumberjack_window_bytes = 0;
    base::Nanos lumberjack_idle_timeout = 0;

    std::optional<Address> syslog_udp;  // none: the port is not opened
    std::optional<Address> syslog_tcp;
    std::optional<Address> syslog_tls;
    Tls syslog_tls_files;
    std::uint64_t syslog_connections = 0;
    std::uint64_t syslog_inflight_bytes = 0;

    std::optional<Address> forward;
    std::string forward_shared_key;
    Tls forward_tls;
    std::uint64_t forward_connections = 0;
    std::uint64_t forward_inflight_bytes = 0;

    std::optional<Address> gelf_udp;
    std::optional<Address> gelf_tcp;

    std::string rabbitmq_brokers;
    Tls rabbitmq_tls;  // client_ca: the authorities of the brokers
    std::string rabbitmq_queue;
    std::uint64_t rabbitmq_queue_bytes = 0;
    std::uint64_t rabbitmq_prefetch = 0;
    std::string rabbitmq_order_fields;
    std::string rabbitmq_services;
    std::uint64_t rabbitmq_payload_bytes = 0;
    base::Nanos rabbitmq_metrics_interval = 0;
    base::Nanos rabbitmq_report_window = 0;

    std::string files_paths;
    std::string files_begins;
    std::vector<PathRule> files_kinds;
    std::vector<PathRule> files_services;
    std::string files_postgresql_prefix;

    std::uint64_t body_bytes = 0;
    std::uint64_t inflight_bytes = 0;
    std::uint64_t record_bytes = 0;
    std::uint64_t json_depth = 0;
    std::uint64_t columns_per_batch = 0;
    std::uint64_t connections = 0;

    std::uint64_t query_limit = 0;
    base::Nanos query_timeout = 0;
    std::uint64_t query_esql_memory = 0;
    base::Nanos shutdown_timeout = 0;

    std::uint64_t memtable_bytes = 0;
    std::uint64_t cache_bytes = 0;
    std::uint64_t part_columns = 0;

    std::uint64_t io_threads = 0;  // 0 never: resolved from the number of processors
    std::uint64_t ingest_threads = 0;
    std::uint64_t query_threads = 0;

    std::string log_level;
};

}  // namespace app
