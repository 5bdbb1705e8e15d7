#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/field_path.h"
#include "pipeline/transform/draft.h"

namespace pipeline {

using event::field_path;

// A text with fields in it: "%{service_name}-%{http.status}". A field that is not there stays as it
// is spelled, as in Logstash. Immutable.
class Template {
  public:
    // InvalidArgument for a "%{" that is not closed or names no field.
    static base::Result<Template> parse(std::string_view text);

    void append(const Draft& draft, std::string& out) const;
    // False: at least one of its fields is not there.
    bool complete(const Draft& draft) const;

  private:
    struct Piece {
        std::string text;   // as spelled
        std::string field;  // empty: text
    };
    std::vector<Piece> pieces_;
};

}  // namespace pipeline
