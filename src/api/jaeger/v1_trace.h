#pragma once

#include <map>
#include <string>

#include "api/jaeger/stored_span.h"
#include "api/json_writer.h"

namespace api::jaeger {

// Writes one trace in the form of Jaeger's API v1, span by span. One thread at a time.
class V1Trace {
  public:
    void add(const StoredSpan& span);
    bool empty() const { return spans_ == 0; }
    std::size_t bytes() const { return text_.size(); }
    // The trace as a JSON object.
    void finish(JsonWriter& json) const;

  private:
    std::string process_of(const StoredSpan& span);

    std::string trace_id_;
    std::string text_;  // the spans, without the brackets
    std::size_t spans_ = 0;
    std::map<std::string, std::string> processes_;  // JSON, to its name
};

// "0000000000000000abcdef…" without a high half of zeros: how Jaeger writes ids of 64 bits.
std::string_view short_trace_id(std::string_view id);

}  // namespace api::jaeger
