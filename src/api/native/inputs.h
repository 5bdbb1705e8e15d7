#pragma once

#include <map>
#include <span>
#include <string>

#include "api/json_writer.h"
#include "api/native/entrance.h"

namespace api {

// What an input did with its events since the server started.
struct InputCounts {
    std::uint64_t accepted = 0;
    std::uint64_t filtered = 0;  // acknowledged and not stored, for their level
    std::uint64_t rejected = 0;
};
// By input.
std::map<std::string, InputCounts> input_counts();

// How clients reach an input: a path of the HTTP port, or its own open ports; "" for none.
std::string address_of(const std::string& input, std::span<const Entrance> entrances);

}  // namespace api
