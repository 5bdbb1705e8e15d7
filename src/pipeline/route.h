#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_map.h"
#include "event/batch.h"
#include "event/catalog.h"

namespace pipeline {

// Where a batch's rows go.
struct Routes {
    static constexpr std::uint32_t dropped = UINT32_MAX;

    std::vector<std::string> indices;
    std::vector<std::uint32_t> of_row;  // position in `indices`, or dropped

    // The position of an index, added when it is new.
    std::uint32_t add(std::string_view index);

  private:
    base::StringMap<std::uint32_t> positions_;
};

// Finds each row's index (mission F1): the client's (`named`, one per row, empty where it gave
// none), else
// `<system>-<environment>` from the catalog's system of the service ("unsorted" without a service)
// and the row's environment. `environment` stands in where the row has none. Adds to `routes`.
void route(const event::Batch& batch, const std::vector<std::string_view>& named,
           const event::Catalog& catalog, std::string_view environment, Routes& routes);

// The rows of one index, in the order of the batch.
struct RoutedBatch {
    std::uint32_t index = 0;  // in Routes::indices
    event::Batch batch;
    std::vector<std::uint32_t> rows;  // the batch's rows as they were numbered before
};

// Takes a batch apart by index, without the dropped rows and without columns that hold nothing.
// Nothing is copied when all rows go to one index.
std::vector<RoutedBatch> split(event::Batch batch, const Routes& routes);

}  // namespace pipeline
