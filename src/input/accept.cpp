#include "input/accept.h"

namespace input {

net::Task<base::Result<event::RecordsOutcome>> accept(
    const Intakes& intakes, std::function<std::optional<event::Records>()> make) {
    using Outcome = base::Result<event::RecordsOutcome>;
    auto& intake = intakes.intake;
    auto start = [&intake, make = std::move(make)](std::function<void(Outcome)> done) {
        auto records = make();
        if (!records || records->items.empty()) return done(event::RecordsOutcome{});
        intake.accept(std::move(*records), std::move(done));
    };
    co_return co_await net::call_on<Outcome>(intakes.runtime.ingest(), std::move(start));
}

}  // namespace input
