#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "event/catalog.h"
#include "event/intake.h"
#include "pipeline/filter.h"
#include "pipeline/parse.h"
#include "pipeline/transform/transform.h"

namespace pipeline {

struct Settings {
    std::size_t max_record_bytes = 16 << 20;
    unsigned max_json_depth = 64;
    // Of one request; the schema's and the catalog's fields do not count. Values of further fields
    // go to `_overflow`.
    std::size_t max_columns = 1000;
    // The first rule that fits an event's index and environment decides.
    std::vector<LevelRule> levels = default_level_rules();
    // What a business does to its events before they are normalised.
    std::shared_ptr<const Transforms> transforms = std::make_shared<const Transforms>();
};

// What happens to events between input and store: parse, own pipelines, normalise, check, filter,
// route.
// Thread-safe; a request is worked on by the thread that brings it.
class Pipeline : public event::Intake {
  public:
    // REQUIRES: catalog and sink outlive the pipeline, and the sink has called back for all it was
    // given before it ends.
    Pipeline(const event::Catalog& catalog, event::Sink& sink, Settings settings = {});
    ~Pipeline() override;

    // See event::Intake. A record that cannot be taken is rejected alone.
    void accept(event::Records records, event::RecordsDone done) override;

  private:
    struct Request;
    class Preparation;
    std::unique_ptr<Parser> take_parser();
    void give_back(std::unique_ptr<Parser> parser);

    const event::Catalog& catalog_;
    event::Sink& sink_;
    const Settings settings_;

    std::mutex mutex_;
    std::vector<std::unique_ptr<Parser>> idle_;  // guarded by mutex_
};

}  // namespace pipeline
