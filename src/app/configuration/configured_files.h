#pragma once

#include "app/configuration/configuration.h"
#include "base/result.h"
#include "event/catalog.h"
#include "pipeline/transform/transform.h"

// The files that a configuration names, read: what the server works by, and what commands check.

namespace app {

// The built-in catalog when none is named. The failures of event::Catalog::load.
base::Result<event::Catalog> load_catalog(const Configuration& configuration);
// No pipelines when none are named. The failures of pipeline::Transforms::load.
base::Result<pipeline::Transforms> load_pipelines(const Configuration& configuration);

}  // namespace app
