#include "app/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "app/configuration/load.h"
#include "app/configuration/settings.h"
#include "app/exit_code.h"

namespace app {

namespace {

constexpr auto serve_examples =
    R"(  ordertrail serve --data /var/lib/ordertrail --http 127.0.0.1:9200
  ordertrail serve --config /etc/ordertrail.yaml)";

constexpr auto demo_examples = R"(  ordertrail demo
  ordertrail demo --data /tmp/plant --http 127.0.0.1:9000 --orders 20000 --no-live)";

constexpr auto query_examples =
    R"(  ordertrail query 'level: ERROR and service_name: "MES API"' --from 1h
  ordertrail query --index 'shop-*' --from 2026-11-24 --count 'event_type: ORDER_CREATED'
  ordertrail query --limit 0 --format ndjson 'order_id: ORD-1' | jq .event_type
  ordertrail query --language esql --from 1d 'FROM * | STATS COUNT(*) BY level')";

constexpr auto tail_examples =
    R"(  ordertrail tail
  ordertrail tail --index 'mes-*' 'level: (ERROR or WARN)'
  ordertrail tail --back 0 'order_id: ORD-1' | jq .event_type)";

constexpr auto export_examples =
    R"(  ordertrail export --from 1d --format csv --output day.csv 'level: ERROR'
  ordertrail export --from 2026-11-01 --to 2026-12-01 --oldest-first | zstd > november.ndjson.zst
  ordertrail export --format csv --columns timestamp,order_id,price 'event_type: PRICE_CALCULATED')";

constexpr auto order_examples = R"(  ordertrail order ORD-1
  ordertrail order --format json 4bf92f3577b34da6a3ce929d0e0e4736 | jq .state)";

constexpr auto check_examples = R"(  ordertrail check-config --config /etc/ordertrail.yaml
  ordertrail check-config --config /etc/ordertrail.yaml --print)";

constexpr auto pipeline_examples =
    R"(  ordertrail pipeline test --pipelines own.yaml --format plain access.log
  tail -5 app.json | ordertrail pipeline test --config /etc/ordertrail.yaml --index shop-prod)";

constexpr auto completion_examples =
    R"(  ordertrail completion bash > /etc/bash_completion.d/ordertrail
  ordertrail completion zsh > "${fpath[1]}/_ordertrail"
  ordertrail completion fish > ~/.config/fish/completions/ordertrail.fish)";

constexpr auto exit_codes =
    R"(Exit status: 0 done (zero results too), 1 failure, 2 wrong usage or query, 130 interrupted.)";

// The examples of a command; CLI11 prints the footer behind its help, where they belong.
void describe(CLI::App& command, const char* examples) {
    command.footer(std::string("\nExamples:\n") + examples + "\n");
}

std::string default_server() {
    const char* server = std::getenv(std::string(server_variable).c_str());
    return server != nullptr && *server != '\0' ? server : "http://127.0.0.1:9200";
}

// The parser and what it fills. CLI11 keeps references to the members: not to be moved.
class Parser {
  public:
    Parser() : app_("Central log and order-trace system.", "ordertrail") {
        app_.require_subcommand(1);
        app_.footer("\nRun 'ordertrail COMMAND --help' for a command's options and examples.\n" +
                    std::string(exit_codes));
        app_.get_formatter()->column_width(34);
        add_serve();
        add_demo();
        add_query();
        add_tail();
        add_export();
        add_order();
        add_check_config();
        add_pipeline();
        add_completion();
        add_version();
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    CLI::App& app() { return app_; }

    Command command() {
        const std::string name = app_.get_subcommands().front()->get_name();
        if (name == "serve") return ServeOptions{configuration()};
        if (name == "demo") return demo();
        if (name == "query") return query();
        if (name == "tail") {
            tail_.format = row_format(tail_format_);
            return tail_;
        }
        if (name == "export") return export_;
        if (name == "order") return order_;
        if (name == "check-config") {
            check_.configuration = configuration();
            return check_;
        }
        if (name == "pipeline") {
            pipeline_.configuration = configuration();
            return pipeline_;
        }
        if (name == "completion") {
            completion_.server = default_server();
            return completion_;
        }
        return VersionOptions{};
    }

  private:
    CLI::App& add(const char* name, const char* description, const char* examples) {
        auto& command = *app_.add_subcommand(name, description);
        describe(command, examples);
        return command;
    }

    void add_configuration(CLI::App& command) {
        command.add_option("--config", file_, "Configuration file (YAML); also ORDERTRAIL_CONFIG")
            ->type_name("FILE");
        for (const auto& setting : settings()) {
            if (setting.flag.empty()) continue;
            const std::string type = setting.kind == SettingKind::address ? "ADDR:PORT"
                                     : setting.name == "catalog" || setting.name == "pipelines"
                                         ? "FILE"
                                     : setting.kind == SettingKind::path ? "DIR"
                                                                         : "VALUE";
            command
                .add_option(std::string(setting.flag), flags_[std::string(setting.name)],
                            std::string(setting.description))
                ->type_name(type);
        }
    }

    ConfigurationOptions configuration() {
        ConfigurationOptions options;
        if (const char* named = std::getenv(std::string(config_variable).c_str())) {
            if (*named != '\0') options.file = named;
        }
        if (!file_.empty()) options.file = file_;
        const auto* command = app_.get_subcommands().front();
        for (const auto& setting : settings()) {
            if (setting.flag.empty() || command->count(std::string(setting.flag)) == 0) continue;
            options.flags.emplace_back(setting.name, flags_[std::string(setting.name)]);
        }
        return options;
    }

    void add_server(CLI::App& command, std::string& server) {
        server = default_server();
        command.add_option("--server", server, "Server's address; also ORDERTRAIL_SERVER")
            ->type_name("URL")
            ->default_str("http://127.0.0.1:9200");
    }

    void add_serve() {
        auto& command =
            add("serve", "Start the server: UI, APIs and inputs on one port.", serve_examples);
        add_configuration(command);
    }

    void add_demo() {
        auto& command =
            add("demo",
                "Start a server with three simulated days of a whole business, then go on live.",
                demo_examples);
        command
            .add_option("--data", demo_data_,
                        "Data directory; without it a temporary one, removed at the end")
            ->type_name("DIR");
        command
            .add_option("--http", demo_.http,
                        "Address and port; the next free port is taken when it is in use")
            ->type_name("ADDR:PORT")
            ->capture_default_str();
        command.add_option("--orders", demo_.orders, "Orders a day; 0: as many as the plant makes")
            ->type_name("N")
            ->capture_default_str();
        command
            .add_option("--seed", demo_.seed,
                        "Seed of the simulation: the same seed makes the same day")
            ->type_name("N")
            ->capture_default_str();
        command.add_flag("--no-live", no_live_, "Serve the simulated days and add nothing to it");
    }

    DemoOptions demo() {
        if (!demo_data_.empty()) demo_.data = demo_data_;
        demo_.live = !no_live_;
        return demo_;
    }

    void add_query() {
        auto& command =
            add("query", "Search events with KQL or ES|QL and print them.", query_examples);
        add_server(command, query_.server);
        add_index(command, query_.index);
        add_range(command, query_.from, query_.to);
        command.add_option("--limit", query_.limit, "Most rows printed; 0: all")
            ->type_name("N")
            ->capture_default_str();
        command.add_flag("--count", query_.count, "Print only the number of events");
        command
            .add_option("--sort", query_.sort,
                        "Sort by this field's falling values instead of by time")
            ->type_name("FIELD");
        command.add_flag("--oldest-first", query_.oldest_first,
                         "Oldest events first instead of newest; with --sort: rising values");
        add_rows(command, query_.with_meta, query_format_);
        const std::map<std::string, Language> languages = {{"kql", Language::kql},
                                                           {"esql", Language::esql}};
        command.add_option("--language", query_.language, "kql or esql")
            ->type_name("NAME")
            ->transform(CLI::CheckedTransformer(languages).description(""))
            ->default_str("kql");
        command.add_option("KQL", query_.query, "The query; empty: every event");
    }

    QueryOptions query() {
        query_.format = row_format(query_format_);
        return query_;
    }

    static std::optional<RowFormat> row_format(const std::string& name) {
        if (name == "table") return RowFormat::table;
        if (name == "ndjson") return RowFormat::ndjson;
        if (name == "csv") return RowFormat::csv;
        return std::nullopt;
    }

    // How rows are printed.
    static void add_rows(CLI::App& command, bool& with_meta, std::string& format) {
        command.add_flag("--with-meta", with_meta, "Add _index and _id to each NDJSON object");
        command
            .add_option("--format", format,
                        "table, ndjson or csv; a table on a terminal, NDJSON when piped")
            ->type_name("FORMAT")
            ->check(CLI::IsMember({"table", "ndjson", "csv"}));
    }

    static void add_index(CLI::App& command, std::string& index) {
        command.add_option("--index", index, "Index patterns, comma separated")
            ->type_name("PATTERN")
            ->capture_default_str();
    }

    static void add_range(CLI::App& command, std::string& from, std::string& to) {
        const char* times = "RFC 3339, epoch milliseconds, date math (now-1d) or 15m, 1h, 7d ago";
        command.add_option("--from", from, std::string("Earliest time, inclusive: ") + times)
            ->type_name("T");
        command.add_option("--to", to, "Latest time, exclusive; forms as of --from")
            ->type_name("T");
    }

    void add_tail() {
        auto& command = add("tail", "Print events as they come in.", tail_examples);
        add_server(command, tail_.server);
        add_index(command, tail_.index);
        command.add_option("--back", tail_.back, "Newest events printed first, at most 1000")
            ->type_name("N")
            ->check(CLI::Range(0, 1000))
            ->capture_default_str();
        add_rows(command, tail_.with_meta, tail_format_);
        command.add_option("KQL", tail_.query, "The query; empty: every event");
    }

    void add_export() {
        auto& command = add("export", "Write all events that fit, however many.", export_examples);
        add_server(command, export_.server);
        add_index(command, export_.index);
        add_range(command, export_.from, export_.to);
        command.add_option("--limit", export_.limit, "Most rows written; 0: all")
            ->type_name("N")
            ->capture_default_str();
        command.add_flag("--oldest-first", export_.oldest_first,
                         "Oldest events first instead of newest");
        command.add_option("--format", export_.format, "ndjson (events as they were sent) or csv")
            ->type_name("FORMAT")
            ->check(CLI::IsMember({"ndjson", "csv"}))
            ->capture_default_str();
        command.add_option("--columns", export_.columns, "Fields of the CSV, comma separated")
            ->type_name("FIELDS");
        command
            .add_option("--time-zone", export_.time_zone, "UTC, or the offset of the CSV's times")
            ->type_name("+HH:MM");
        command
            .add_option("--output", export_.output,
                        "File to write, complete or not there; standard output without it")
            ->type_name("FILE");
        command.add_option("KQL", export_.query, "The query; empty: every event");
    }

    void add_order() {
        auto& command = add("order", "Show one order's journey over all systems.", order_examples);
        add_server(command, order_.server);
        command
            .add_option("--environment", order_.environment,
                        "Environment, where the same id lives in several")
            ->type_name("NAME");
        const std::map<std::string, OrderFormat> formats = {{"text", OrderFormat::text},
                                                            {"json", OrderFormat::json}};
        command.add_option("--format", order_.format, "text or json")
            ->type_name("FORMAT")
            ->transform(CLI::CheckedTransformer(formats).description(""))
            ->default_str("text");
        command.add_option("ID", order_.id, "Order id, or a trace id or file name of one order")
            ->required();
    }

    void add_check_config() {
        auto& command =
            add("check-config", "Check a configuration and list every problem.", check_examples);
        add_configuration(command);
        command.add_flag("--print", check_.print,
                         "Print the effective configuration and where each value comes from");
        command.add_flag("--reference", check_.reference,
                         "Print the reference page of all settings");
        command.add_flag("--catalog-reference", check_.catalog_reference,
                         "Print the reference page of the catalog: events, states, fields");
    }

    void add_pipeline() {
        auto& command =
            add("pipeline", "Show what own pipelines make of events.", pipeline_examples);
        add_configuration(command);
        command.add_option("ACTION", pipeline_.action, "test: each line before and after")
            ->required()
            ->check(CLI::IsMember({"test"}).description(""));
        command.add_option("--input", pipeline_.input, "Input that the events come from")
            ->type_name("NAME")
            ->capture_default_str();
        command.add_option("--index", pipeline_.index, "Index that the client names")
            ->type_name("NAME");
        const std::map<std::string, event::Format> formats = {{"auto", event::Format::automatic},
                                                              {"json", event::Format::json},
                                                              {"logfmt", event::Format::logfmt},
                                                              {"plain", event::Format::plain}};
        command.add_option("--format", pipeline_.format, "auto, json, logfmt or plain")
            ->type_name("FORMAT")
            ->transform(CLI::CheckedTransformer(formats).description(""))
            ->default_str("auto");
        command.add_option("FILE", pipeline_.file, "File of lines; standard input without it");
    }

    void add_completion() {
        auto& command =
            add("completion", "Print a shell's completion script.", completion_examples);
        command
            .add_option("SHELL", completion_.shell,
                        "bash, zsh or fish; markdown prints the reference page, indices and "
                        "fields the names that the server knows")
            ->required()
            ->check(CLI::IsMember({"bash", "zsh", "fish", "markdown", "indices", "fields"}));
    }

    void add_version() { app_.add_subcommand("version", "Print the version."); }

    CLI::App app_;
    std::string file_;
    std::map<std::string, std::string> flags_;
    DemoOptions demo_;
    std::string demo_data_;
    bool no_live_ = false;
    QueryOptions query_;
    std::string query_format_;
    TailCommandOptions tail_;
    std::string tail_format_;
    ExportOptions export_;
    OrderOptions order_;
    CheckConfigOptions check_;
    PipelineTestOptions pipeline_;
    CompletionOptions completion_;
};

OptionShape shape_of(const CLI::Option& option) {
    OptionShape shape;
    shape.name =
        option.get_positional() ? option.get_name(true) : "--" + option.get_lnames().front();
    shape.description = option.get_description();
    if (option.get_items_expected_max() > 0) {
        shape.value = option.get_type_name().substr(0, option.get_type_name().find(':'));
    }
    if (shape.value == "PATTERN") shape.words = "indices";
    if (shape.name == "KQL" || shape.value == "FIELDS") shape.words = "fields";
    shape.files = shape.value == "FILE" || shape.value == "DIR";
    if (shape.name == "--format" && shape.description.starts_with("table")) {
        shape.choices = {"table", "ndjson", "csv"};
    } else if (shape.name == "--format" && shape.description.starts_with("ndjson")) {
        shape.choices = {"ndjson", "csv"};
    } else if (shape.name == "--format") {
        shape.choices = {"text", "json"};
    } else if (shape.name == "--language") {
        shape.choices = {"kql", "esql"};
    } else if (shape.name == "SHELL") {
        shape.choices = {"bash", "zsh", "fish"};
    }
    return shape;
}

}  // namespace

std::variant<Command, Answered> parse_command_line(std::vector<std::string> arguments) {
    Parser parser;
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    try {
        parser.app().parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        const auto chosen = parser.app().get_subcommands();
        return Answered{exit_code::done,
                        chosen.empty() ? parser.app().help() : chosen.front()->help("ordertrail"),
                        ""};
    } catch (const CLI::ParseError& error) {
        const auto chosen = parser.app().get_subcommands();
        const std::string name =
            chosen.empty() ? "ordertrail" : "ordertrail " + chosen.front()->get_name();
        return Answered{exit_code::usage, "",
                        std::string(error.what()) + "\nRun '" + name + " --help' for its usage.\n"};
    }
    return parser.command();
}

std::vector<CommandShape> command_shapes() {
    Parser parser;
    std::vector<CommandShape> shapes;
    for (const auto* command : parser.app().get_subcommands({})) {
        CommandShape shape{
            command->get_name(), command->get_description(), command->get_footer(), {}};
        for (const auto* option : command->get_options())
            shape.options.push_back(shape_of(*option));
        shapes.push_back(std::move(shape));
    }
    return shapes;
}

}  // namespace app
