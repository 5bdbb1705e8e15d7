#include "app/command/check_config.h"

#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "app/command/catalog_reference.h"
#include "app/configuration/settings.h"
#include "app/exit_code.h"
#include "event/catalog.h"
#include "pipeline/transform/transform.h"

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
    std::optional<event::Catalog> own;
    if (loaded.problems.empty() && !loaded.configuration.catalog.empty()) {
        auto catalog = event::Catalog::load(loaded.configuration.catalog);
        if (catalog)
            own = std::move(catalog.value());
        else
            loaded.problems.push_back({"catalog", catalog.error().message});
    }
    if (loaded.problems.empty() && !loaded.configuration.pipelines.empty()) {
        const auto pipelines = pipeline::Transforms::load(loaded.configuration.pipelines);
        if (!pipelines) loaded.problems.push_back({"pipelines", pipelines.error().message});
    }
    for (const auto& warning : loaded.warnings) {
        fmt::print(stderr, "{}: warning: {}\n", warning.where, warning.message);
    }
    fmt::print(stderr, "{}", loaded.problem_text());
    if (options.print) out.write(loaded.yaml());
    if (!loaded.problems.empty()) return exit_code::usage;
    if (options.catalog_reference) {
        out.write(catalog_reference(own ? *own : event::Catalog::built_in()));
        return exit_code::done;
    }
    if (!options.print) fmt::print(stderr, "The configuration is good.\n");
    return exit_code::done;
}

}  // namespace app
