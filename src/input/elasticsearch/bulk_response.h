#pragma once

#include <optional>
#include <string>
#include <vector>

#include "event/intake.h"
#include "input/elasticsearch/bulk_request.h"
#include "input/elasticsearch/filter_path.h"

namespace input::elasticsearch {

// What became of one part of a request.
using PartOutcome = base::Result<event::RecordsOutcome>;

// The answer to a bulk request, compact, with `took` and `errors` before `items`: some clients
// search the text instead of parsing it. `parts`: in order; a part that failed, and those missing
// behind it, are told per item.
std::string write_bulk_response(const BulkRequest& request, const std::vector<PartOutcome>& parts,
                                std::int64_t took_ms, const FilterPath& filter);

// One item of it as the answer to a request for a single document, and its status.
struct SingleAnswer {
    int status = 200;
    std::string body;
};
SingleAnswer write_single_response(const BulkRequest& request, const PartOutcome& part);

}  // namespace input::elasticsearch
