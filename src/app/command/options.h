#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "event/intake.h"

// What each command was asked to do, as the command line says it. Value types.

namespace app {

// --config and the flags of settings.
struct ConfigurationOptions {
    std::optional<std::string> file;
    std::vector<std::pair<std::string, std::string>> flags;  // setting name, text
};

struct ServeOptions {
    ConfigurationOptions configuration;
};

struct DemoOptions {
    std::optional<std::string> data;  // none: a temporary directory
    std::string http = "127.0.0.1:8080";
    std::uint64_t orders = 0;  // 0: as many as the simulated plant makes in a day
    std::uint64_t seed = 1;
    bool live = true;
};

enum class RowFormat { table, ndjson, csv };
enum class Language { kql, esql };

struct QueryOptions {
    std::string server;
    std::string index = "*";
    std::string from;
    std::string to;
    std::uint64_t limit = 100;  // 0: all
    bool count = false;
    std::string sort;  // a field; empty: the time
    bool oldest_first = false;
    bool with_meta = false;
    std::optional<RowFormat> format;  // none: table on a terminal, NDJSON else
    Language language = Language::kql;
    std::string query;
};

struct TailCommandOptions {
    std::string server;
    std::string index = "*";
    std::uint64_t back = 10;
    bool with_meta = false;
    std::optional<RowFormat> format;  // none: coloured lines on a terminal, NDJSON else
    std::string query;
};

struct ExportOptions {
    std::string server;
    std::string index = "*";
    std::string from;
    std::string to;
    std::uint64_t limit = 0;  // 0: all
    bool oldest_first = false;
    std::string format = "ndjson";  // or "csv"
    std::string columns;
    std::string time_zone;
    std::string output;  // a file; empty: standard output
    std::string query;
};

enum class OrderFormat { text, json };

struct OrderOptions {
    std::string server;
    std::string environment;
    OrderFormat format = OrderFormat::text;
    std::string id;
};

struct CheckConfigOptions {
    ConfigurationOptions configuration;
    bool print = false;
    bool reference = false;
    bool catalog_reference = false;
};

struct PipelineTestOptions {
    ConfigurationOptions configuration;
    std::string action = "test";
    std::string input = "ingest";
    std::string index;
    event::Format format = event::Format::automatic;
    std::string file;  // empty or "-": standard input
};

struct CompletionOptions {
    std::string shell;   // "bash", "zsh", "fish", "markdown", "indices" or "fields"
    std::string server;  // for names
};

struct VersionOptions {};

using Command = std::variant<ServeOptions, DemoOptions, QueryOptions, TailCommandOptions,
                             ExportOptions, OrderOptions, CheckConfigOptions, PipelineTestOptions,
                             CompletionOptions, VersionOptions>;

}  // namespace app
