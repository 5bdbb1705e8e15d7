#include "app/command/pipeline.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

#include "app/command/check_config.h"
#include "app/configuration/configured_files.h"
#include "app/exit_code.h"
#include "base/clock.h"
#include "event/json_text.h"
#include "pipeline/transform/rehearsal.h"

namespace app {

namespace {

struct Files {
    event::Catalog catalog;
    pipeline::Transforms transforms;
};

// What is configured; nothing after a problem, which is told.
std::optional<Files> load_files(const PipelineTestOptions& options) {
    const auto loaded = load_configuration(options.configuration);
    fmt::print(stderr, "{}", loaded.problem_text());
    if (!loaded.problems.empty()) return std::nullopt;
    const auto& configuration = loaded.configuration;
    if (configuration.pipelines.empty()) {
        fmt::print(stderr,
                   "No pipelines are configured: name their file with --pipelines FILE, or set "
                   "'pipelines' in the configuration.\n");
        return std::nullopt;
    }
    auto transforms = load_pipelines(configuration);
    if (!transforms) {
        fmt::print(stderr, "{}\n", transforms.error().message);
        return std::nullopt;
    }
    auto catalog = load_catalog(configuration);
    if (!catalog) {
        fmt::print(stderr, "{}\n", catalog.error().message);
        return std::nullopt;
    }
    return Files{std::move(catalog.value()), std::move(transforms.value())};
}

void show(const pipeline::Rehearsed& event, Output& out) {
    for (const auto& complaint : event.complaints)
        out.write(fmt::format("  !      {}\n", complaint));
    if (event.pipelines.empty()) out.write("  no pipeline takes it\n");
    if (event.dropped) {
        out.write("  dropped\n");
        return;
    }
    out.write(fmt::format("  after  {}\n", event.source));
    out.write(fmt::format("  time   {}\n", event::rfc3339(event.time)));
    if (!event.index.empty()) out.write(fmt::format("  index  {}\n", event.index));
}

}  // namespace

int run_pipeline_test(const PipelineTestOptions& options, Output& out) {
    const auto files = load_files(options);
    if (!files) return exit_code::usage;
    std::ifstream file;
    if (!options.file.empty() && options.file != "-") {
        file.open(options.file, std::ios::binary);
        if (!file) {
            fmt::print(stderr, "cannot read {}\n", options.file);
            return exit_code::failure;
        }
    }
    std::istream& in = file.is_open() ? file : std::cin;
    event::Origin origin;
    origin.name = options.input;
    bool refused = false;
    std::string line;
    while (!out.closed() && std::getline(in, line)) {
        if (line.empty()) continue;
        out.write(fmt::format("before   {}\n", line));
        const event::Record record{.text = line, .index = options.index};
        const auto rehearsed = pipeline::rehearse(files->transforms, files->catalog, record,
                                                  options.format, origin, base::now());
        if (rehearsed) {
            show(rehearsed.value(), out);
        } else {
            refused = true;
            out.write(fmt::format("  refused: {}\n", rehearsed.error().message));
        }
    }
    return refused || in.bad() ? exit_code::failure : exit_code::done;
}

}  // namespace app
