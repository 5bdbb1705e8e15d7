#include "app/plant/names.h"

#include <fmt/format.h>

namespace plant {

namespace {

constexpr std::array<std::string_view, 16> things = {
    "bracket", "gear",  "housing", "vase",     "adapter",  "hinge", "nozzle",      "cover",
    "knob",    "mount", "pulley",  "figurine", "impeller", "clamp", "lens-holder", "handle"};
constexpr std::array<std::string_view, 8> common = {"model",  "part",   "final", "корпус",
                                                    "detail", "крышка", "test",  "1"};
constexpr std::array<std::string_view, 8> extensions = {"stl",  "stl", "stl", "stl",
                                                        "step", "3mf", "stl", "obj"};

}  // namespace

void name_file(Order& order, int version) {
    const std::uint64_t chosen = mixed(order.number);
    const std::string_view extension = extensions[(chosen >> 56) % extensions.size()];
    char suffix[4] = "";
    if (version == 0) fmt::format_to_n(suffix, sizeof suffix, "_v0");
    if (version > 1) fmt::format_to_n(suffix, sizeof suffix, "_v{}", version % 10);
    const std::string_view ending(suffix, version == 1 ? 0 : 3);
    const bool shared = chosen % 100 < 6;
    const auto written =
        shared ? fmt::format_to_n(order.file, sizeof order.file, "{}{}.{}",
                                  common[(chosen >> 8) % common.size()], ending, extension)
               : fmt::format_to_n(order.file, sizeof order.file, "{}-{:x}{}.{}",
                                  things[(chosen >> 8) % things.size()], order.number, ending,
                                  extension);
    order.file_length = static_cast<std::uint8_t>(written.size);
}

}  // namespace plant
