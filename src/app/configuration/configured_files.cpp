#include "app/configuration/configured_files.h"

namespace app {

base::Result<event::Catalog> load_catalog(const Configuration& configuration) {
    if (configuration.catalog.empty()) return event::Catalog::built_in();
    return event::Catalog::load(configuration.catalog);
}

base::Result<pipeline::Transforms> load_pipelines(const Configuration& configuration) {
    if (configuration.pipelines.empty()) return pipeline::Transforms();
    return pipeline::Transforms::load(configuration.pipelines);
}

}  // namespace app
