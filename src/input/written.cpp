#include "input/written.h"

#include "base/clock.h"

namespace input {

net::Task<base::Result<event::RecordsOutcome>> accept_written(
    const Intakes& intakes, const event::Origin& origin, std::shared_ptr<JsonEvents> events,
    std::function<base::Status(JsonEvents&)> write) {
    const base::Nanos received = base::now();
    base::Status status = base::ok();
    std::function<std::optional<event::Records>()> make = [&] {
        status = write(*events);
        if (!status) return std::optional<event::Records>();
        return std::optional(JsonEvents::records(events, origin, received));
    };
    auto outcome = co_await accept(intakes, std::move(make));
    if (!status) co_return status.error();
    co_return outcome;
}

Rejections rejections_of(const event::RecordsOutcome& outcome) {
    Rejections rejections;
    for (const auto& item : outcome.items) {
        if (item.status != event::RecordOutcome::Status::rejected) continue;
        const auto error = static_cast<std::size_t>(item.error);
        const bool known = item.error >= 0 && error < outcome.errors.size();
        if (rejections.count++ == 0) {
            rejections.first = known ? outcome.errors[error].message : "not stored";
        }
    }
    return rejections;
}

}  // namespace input
