#pragma once

#include <string>
#include <string_view>

namespace input::lumberjack {

// What a Beat says of an event beside it, in "@metadata": not a part of the event, as in Logstash.
struct Metadata {
    std::string id;         // _id
    std::string index;      // index or raw_index: named in the Beat's configuration for this input
    std::string beat;       // the Beat's name, or output.logstash.index
    std::string version;    // the Beat's
    std::string operation;  // op_type: "index" or "create"

    void clear();
};

// Takes the member "@metadata" out of the text of a JSON object, in place: what stands before it is
// moved up to what stands behind. Returns the rest of the text. Text without such a member, or that
// is no JSON, stays as it is; so do strings that are longer than 512 bytes, left out of `metadata`.
std::string_view take_metadata(char* text, std::size_t size, Metadata& metadata);

// The index that a template names, such as "%{[@metadata][beat]}-%{[@metadata][version]}" (as in
// Logstash; beat and version are what there is). Empty when the event lacks one of these or the
// result is no index name.
std::string index_of(std::string_view name_template, const Metadata& metadata);

// Whether a template holds nothing but what index_of understands.
bool is_index_template(std::string_view name_template);

}  // namespace input::lumberjack
