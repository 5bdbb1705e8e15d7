#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/jaeger/stored_span.h"
#include "api/json_writer.h"
#include "trace/trace_search.h"

namespace api::jaeger {

// Writes spans in the form of Jaeger's API v3: OTLP's JSON, those of one resource and one scope
// together. One thread at a time.
class V3Traces {
  public:
    void add(const StoredSpan& span);
    bool empty() const { return resources_.empty(); }
    std::size_t bytes() const { return bytes_; }
    // {"result":{"resourceSpans":[…]}}
    std::string finish() const;

  private:
    struct Scope {
        std::string head;  // as JSON
        std::string spans;
    };
    struct Resource {
        std::string head;
        std::vector<Scope> scopes;
        std::map<std::string, std::size_t> places;  // by head
    };

    Scope& scope_of(const StoredSpan& span);

    std::vector<Resource> resources_;
    std::map<std::string, std::size_t> places_;
    std::size_t bytes_ = 0;
};

// {"summaries":[…]}
std::string v3_summaries(const std::vector<trace::TraceSummary>& summaries);

}  // namespace api::jaeger
