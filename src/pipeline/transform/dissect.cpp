#include <fmt/format.h>

#include "event/dissection.h"
#include "pipeline/transform/step.h"

namespace pipeline {

using event::Dissection;

namespace {

class Dissect final : public Step {
  public:
    Dissect(std::string field, Dissection mapping)
        : field_(std::move(field)), mapping_(std::move(mapping)) {}

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field_);
        if (!text) return false;
        // The draft's text moves while fields are set.
        const std::string held(*text);
        Dissection::Fields fields;
        std::vector<std::string> scratch;
        if (!mapping_.cut(held, fields, scratch)) return false;
        for (const auto& [name, value] : fields) subject.draft.set_text(name, value);
        return true;
    }

  private:
    std::string field_;
    Dissection mapping_;
};

}  // namespace

std::unique_ptr<Step> read_dissect(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(node, "'dissect'", {"field", "mapping"})) return nullptr;
    std::string field = read_field(node, "field", "message", reader);
    const auto* mapping = reader.required(node, "mapping", "'dissect'");
    if (mapping == nullptr || field.empty()) return nullptr;
    auto made = Dissection::parse(mapping->text);
    if (!made) {
        reader.problem(mapping->line, fmt::format("'mapping': {}", made.error().message));
        return nullptr;
    }
    return std::make_unique<Dissect>(std::move(field), std::move(made.value()));
}

}  // namespace pipeline
