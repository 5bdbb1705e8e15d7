#include <fmt/format.h>

#include "pipeline/transform/date_format.h"
#include "pipeline/transform/step.h"
#include "pipeline/transform/template.h"

namespace pipeline {

namespace {

class Date final : public Step {
  public:
    std::string field;
    std::string target;
    std::vector<DateFormat> forms;
    absl::TimeZone zone = absl::UTCTimeZone();

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field);
        if (!text) return false;
        for (const DateFormat& form : forms) {
            if (const auto time = form.read(*text, zone, subject.received)) {
                subject.draft.set_time(target, *time);
                return true;
            }
        }
        return false;
    }
};

}  // namespace

std::unique_ptr<Step> read_date(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(node, "'date'", {"field", "formats", "timezone", "target"})) return nullptr;
    auto made = std::make_unique<Date>();
    made->field = read_field(node, "field", "", reader);
    made->target = read_field(node, "target", "@timestamp", reader);
    if (const auto* zone = node.find("timezone")) {
        if (!absl::LoadTimeZone(zone->text, &made->zone)) {
            reader.problem(zone->line,
                           fmt::format("expected a time zone such as Europe/Moscow, found {}",
                                       event::quoted(zone->text)));
        }
    }
    const auto* formats = reader.required(node, "formats", "'date'");
    if (formats == nullptr || !reader.is_list(*formats, "'formats'")) return nullptr;
    for (const auto& item : formats->items) {
        auto form = DateFormat::parse(item.text);
        if (form)
            made->forms.push_back(std::move(form.value()));
        else
            reader.problem(item.line, form.error().message);
    }
    if (formats->items.empty()) reader.problem(formats->line, "'formats' is empty");
    return made;
}

}  // namespace pipeline
