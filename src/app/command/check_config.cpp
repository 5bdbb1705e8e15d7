#include "app/command/check_config.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "app/command/catalog_reference.h"
#include "app/configuration/configured_files.h"
#include "app/configuration/settings.h"
#include "app/exit_code.h"

namespace app {

LoadedConfiguration load_configuration(const ConfigurationOptions& options) {
    return load_configuration(
        ConfigurationSources{options.file, process_environment(), options.flags});
}

int run_check_config(const CheckConfigOptions& options, Output& out) {
    if (options.reference) {
        out.write(configuration_reference());
        return exit_code::done;
    }
    auto loaded = load_configuration(options.configuration);
    event::Catalog catalog;
    if (loaded.problems.empty()) {
        auto read = load_catalog(loaded.configuration);
        if (read)
            catalog = std::move(read.value());
        else
            loaded.problems.push_back({"catalog", read.error().message});
    }
    if (loaded.problems.empty()) {
        const auto pipelines = load_pipelines(loaded.configuration);
        if (!pipelines) loaded.problems.push_back({"pipelines", pipelines.error().message});
    }
    for (const auto& warning : loaded.warnings) {
        fmt::print(stderr, "{}: warning: {}\n", warning.where, warning.message);
    }
    fmt::print(stderr, "{}", loaded.problem_text());
    if (options.print) out.write(loaded.yaml());
    if (!loaded.problems.empty()) return exit_code::usage;
    if (options.catalog_reference) {
        out.write(catalog_reference(catalog));
        return exit_code::done;
    }
    if (!options.print) fmt::print(stderr, "The configuration is good.\n");
    return exit_code::done;
}

}  // namespace app
