#include "ordertrail_bench.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>

// ordertrail_bench generate | ingest | query | soak | smoke: docs/benchmarks.md says what they
// measure.

namespace bench {

namespace {

// The server's program lies beside this one.
std::string server_binary() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return (self.parent_path() / "ordertrail").string();
}

// A data directory: the one that was named, else a new one.
class DataDirectory {
  public:
    static base::Result<DataDirectory> make(const std::string& named) {
        std::string path = named;
        std::error_code error;
        if (path.empty()) {
            path = "/var/tmp/ordertrail-bench-XXXXXX";
            if (::mkdtemp(path.data()) == nullptr) {
                return base::Error(base::Code::io, "cannot make a folder in /var/tmp");
            }
        } else {
            std::filesystem::create_directories(path, error);
            if (error || !std::filesystem::is_empty(path, error) || error) {
                return base::invalid(
                    fmt::format("expected an empty or new folder for --data, found {}", path));
            }
        }
        return DataDirectory(std::filesystem::absolute(path).string());
    }
    const std::string& path() const { return path_; }
    void remove() const {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }

  private:
    explicit DataDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

base::Status ingest(IngestOptions options, bool keep) {
    TRY(const auto data, DataDirectory::make(options.data));
    options.data = data.path();
    const auto done = run_ingest(options);
    if (keep) {
        fmt::print("{:<36} {}\n", "data", data.path());
    } else {
        data.remove();
    }
    return done;
}

// Both benchmarks, small, on data that is removed: fails when something is lost or not found.
base::Status smoke(IngestOptions options) {
    TRY(const auto data, DataDirectory::make(options.data));
    options.data = data.path();
    auto done = run_ingest(options);
    if (done) {
        QueryOptions query;
        query.binary = options.binary;
        query.data = options.data;
        query.rounds = 1;
        query.expected = options.load.events;
        done = run_query(query);
    }
    data.remove();
    return done;
}

base::Status soak(SoakOptions options) {
    TRY(const auto data, DataDirectory::make(options.data));
    options.data = data.path();
    const auto done = run_soak(options);
    data.remove();
    return done;
}

void add_load_options(CLI::App& command, LoadOptions& load) {
    command.add_option("--events", load.events, "Events in all")->check(CLI::PositiveNumber);
    command.add_option("--days", load.days, "Days over which orders are created")
        ->check(CLI::Range(0.1, 3000.0));
    command.add_option("--seed", load.seed, "Seed of the simulated plant");
    command.add_option("--body-bytes", load.body_bytes, "Size of a _bulk request")
        ->check(CLI::Range(1000, 90'000'000));
}

void add_ingest_options(CLI::App& command, IngestOptions& options) {
    add_load_options(command, options.load);
    command.add_option("--server", options.binary, "The ordertrail program");
    command.add_option("--data", options.data, "Empty folder; default: a new one in /var/tmp");
    command.add_option("--core", options.core, "Processor that the server runs on")
        ->check(CLI::Range(0, 1023));
    command
        .add_option("--connections", options.connections, "Connections, each one request a time")
        ->check(CLI::Range(1, 256));
    command.add_option("--json", options.json, "File for the figures");
}

int finish(const base::Status& done) {
    if (done) return 0;
    fmt::print(stderr, "ordertrail_bench: {}\n", done.error().message);
    return 1;
}

int run(int count, char** arguments) {
    CLI::App program("Benchmarks of Ordertrail", "ordertrail_bench");
    program.require_subcommand(1);

    LoadOptions load;
    auto* generate =
        program.add_subcommand("generate", "How fast the load is made, without a server");
    add_load_options(*generate, load);

    IngestOptions filling;
    filling.binary = server_binary();
    bool keep = false;
    auto* fill = program.add_subcommand("ingest", "Fill a server on one processor");
    add_ingest_options(*fill, filling);
    fill->add_flag("--keep", keep, "Leave the data, for `query`");

    QueryOptions asking;
    asking.binary = server_binary();
    auto* ask = program.add_subcommand("query", "Ask a server what `ingest --keep` left");
    ask->add_option("--data", asking.data, "Folder that ingest filled")
        ->required()
        ->check(CLI::ExistingDirectory);
    ask->add_option("--rounds", asking.rounds, "Times that each question is measured")
        ->check(CLI::Range(1, 10'000));
    ask->add_option("--server", asking.binary, "The ordertrail program");
    ask->add_option("--core", asking.core, "Processor that the server runs on; default: all");
    ask->add_option("--json", asking.json, "File for the figures");

    SoakOptions soaking;
    soaking.binary = server_binary();
    auto* last = program.add_subcommand(
        "soak", "Clients at full rate, open tails and searches; fails when something is lost");
    last->add_option("--minutes", soaking.minutes, "How long")->check(CLI::Range(0.02, 10'000.0));
    last->add_option("--tails", soaking.tails, "Open tails")->check(CLI::Range(0, 90));
    last->add_option("--connections", soaking.connections, "Clients")->check(CLI::Range(1, 256));
    last->add_option("--server", soaking.binary, "The ordertrail program");
    last->add_option("--data", soaking.data, "Empty folder; default: a new one in /var/tmp");
    last->add_option("--json", soaking.json, "File for the figures");

    IngestOptions trial;
    trial.binary = server_binary();
    trial.load.events = 200'000;
    auto* try_both = program.add_subcommand("smoke", "Both on little data; fails when they do");
    add_ingest_options(*try_both, trial);

    CLI11_PARSE(program, count, arguments);
    if (*generate) return finish(run_generate(load));
    if (*fill) return finish(ingest(filling, keep));
    if (*ask) return finish(run_query(asking));
    if (*last) return finish(soak(soaking));
    return finish(smoke(trial));
}

}  // namespace

}  // namespace bench

int main(int count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return bench::run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ordertrail_bench: %s\n", error.what());
        return 1;
    }
}
