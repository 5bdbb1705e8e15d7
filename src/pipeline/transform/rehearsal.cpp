#include "pipeline/transform/rehearsal.h"

#include "event/shape.h"
#include "pipeline/parse.h"

namespace pipeline {

base::Result<Rehearsed> rehearse(const Transforms& transforms, const event::Catalog& catalog,
                                 const event::Record& record, event::Format format,
                                 const event::Origin& origin, base::Nanos received) {
    Rehearsed rehearsed;
    const auto selection = transforms.select(origin.name, record.index);
    for (const auto* pipeline : selection)
        rehearsed.pipelines.push_back(Transforms::name_of(*pipeline));
    Parser parser(catalog, {});
    event::Batch batch;
    parser.start_batch(batch, origin, received);
    Transformation transformation{selection, {}, false, &rehearsed.complaints};
    TRY(parser.parse(record, format, origin.environment, &transformation));
    rehearsed.dropped = transformation.dropped;
    rehearsed.index = std::move(transformation.index);
    if (rehearsed.dropped) return rehearsed;
    rehearsed.time = batch.time.at(0);
    event::SourceWriter(batch).append(0, rehearsed.source);
    return rehearsed;
}

}  // namespace pipeline
