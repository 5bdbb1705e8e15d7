#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pipeline/transform/step.h"

namespace pipeline {

// Own pipelines: what a business does to its events before they are normalised, from one YAML file
// (docs/guide/pipelines.md). Immutable, thread-safe.
class Transforms {
  public:
    // None: events stay as they are.
    Transforms();
    ~Transforms();
    Transforms(Transforms&&) noexcept;
    Transforms& operator=(Transforms&&) noexcept;

    // InvalidArgument with "file:line: what is wrong, what was expected", all problems at once.
    static base::Result<Transforms> parse(std::string_view yaml, const std::string& file);
    static base::Result<Transforms> load(const std::string& path);

    bool empty() const { return pipelines_.empty(); }

    // The pipelines for events that an input takes for an index (empty: the client named none), in
    // the file's order.
    class Pipeline;
    using Selection = std::vector<const Pipeline*>;
    static std::string_view name_of(const Pipeline& pipeline);
    Selection select(std::string_view input, std::string_view index) const;

    // Runs the steps of all of them; ends when one drops the event.
    static void run(const Selection& selection, Subject& subject);

  private:
    std::vector<std::unique_ptr<const Pipeline>> pipelines_;
};

}  // namespace pipeline
