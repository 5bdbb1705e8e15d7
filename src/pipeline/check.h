#pragma once

#include <vector>

#include "event/batch.h"
#include "event/catalog.h"
#include "pipeline/row_builder.h"

namespace pipeline {

// Compares a batch with the catalog: an event type's required fields that are missing, and the
// values of other types than the catalog's that the parser met, become texts in the column
// `_violations`
// ("user_id: required, missing", "file_size: expected integer, found string") and are counted per
// event type. REQUIRES: `types` ascends by row.
void check(event::Batch& batch, const event::Catalog& catalog,
           const std::vector<TypeViolation>& types);

}  // namespace pipeline
