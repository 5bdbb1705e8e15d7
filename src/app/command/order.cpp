#include "app/command/order.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/client.h"
#include "app/exit_code.h"
#include "app/text.h"

namespace app {

int run_order(const OrderOptions& options, Output& out) {
    Client client(options.server);
    std::string path = "/_trail/v1/orders/" + net::url_encode(options.id);
    if (!options.environment.empty())
        path += "?environment=" + net::url_encode(options.environment);
    const auto journey = client.get(path);
    if (!journey) {
        fmt::print(stderr, "ordertrail: {}\n", visible(journey.error().message));
        return exit_code::failure;
    }
    if (options.format == OrderFormat::json) {
        out.write(journey.value());
        out.write("\n");
        return exit_code::done;
    }
    const auto text =
        order_text(journey.value(), {wants_colours(1), is_terminal(1) ? terminal_width(1) : 0});
    if (!text) {
        fmt::print(stderr, "ordertrail: {}\n", text.error().message);
        return exit_code::failure;
    }
    out.write(text.value());
    return exit_code::done;
}

}  // namespace app
