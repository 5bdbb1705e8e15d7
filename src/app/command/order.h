#pragma once

#include <string>
#include <string_view>

#include "app/command/options.h"
#include "app/output.h"
#include "base/result.h"

namespace app {

// Shows one order's journey, as a server tells it. The exit code; failure for an order that nothing
// is known of.
int run_order(const OrderOptions& options, Output& out);

struct OrderStyle {
    bool colours = false;
    std::size_t width = 0;  // columns of the terminal; 0: as wide as the lines
};

// A journey (the JSON of docs/reference/api.md) as lines for people. Corrupt for what is no
// journey.
base::Result<std::string> order_text(std::string_view journey, const OrderStyle& style);

}  // namespace app
