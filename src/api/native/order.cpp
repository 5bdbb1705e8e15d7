#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/row_writer.h"
#include "watch/journey_json.h"
#include "watch/order_events.h"

namespace api {

base::Result<std::string> answer_order(const NativeContext& context, const Parameters& parameters) {
    TRY(const auto environment, parameters.text("environment"));
    TRY(const auto journey,
        watch::find_journey(context.searcher, context.catalog, std::string(context.path["id"]),
                            environment, context.now));
    RowWriter rows(journey.rows);
    return watch::journey_json(journey, [&rows](std::uint32_t row, std::string& out) {
        JsonWriter json(out);
        rows.write_identity(row, json);
        rows.write_fields(row, json);
        rows.write_source(row, json);
        rows.write_violations(row, json);
    });
}

}  // namespace api
