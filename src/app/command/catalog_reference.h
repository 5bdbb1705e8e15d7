#pragma once

#include <string>

#include "event/catalog.h"

namespace app {

// Every event type, state and field of a catalog as a page of Markdown: for the built-in one,
// docs/reference/events.md.
std::string catalog_reference(const event::Catalog& catalog);

}  // namespace app
