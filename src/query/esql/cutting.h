#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/dissection.h"
#include "event/grok_pattern.h"
#include "query/esql/stage.h"

// DISSECT and GROK: columns cut out of a text.

namespace query::esql {

struct CutField {
    std::string name;
    Type type = Type::keyword;
};

// How a text is cut. One thread at a time.
class Cutter {
  public:
    virtual ~Cutter() = default;
    // Adds the text's values to the columns, one for each of the fields; none where the text has
    // another form.
    virtual void cut(std::string_view text, std::vector<Vector>& columns) = 0;
    const std::vector<CutField>& fields() const { return fields_; }

  protected:
    std::vector<CutField> fields_;
};
std::unique_ptr<Cutter> dissect_cutter(event::Dissection dissection);
std::unique_ptr<Cutter> grok_cutter(event::GrokPattern pattern);

StagePtr cut_stage(NodePtr text, std::unique_ptr<Cutter> cutter, std::vector<std::size_t> slots);

}  // namespace query::esql
