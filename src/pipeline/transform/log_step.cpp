// The step that reads a line, or the lines of an event, of a known kind of log: log.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "event/json_text.h"
#include "logs/log_kind.h"
#include "pipeline/transform/step.h"

namespace pipeline {

namespace {

// Keeps what is told until it is known whether the text is of the kind.
class KeptFields final : public logs::Fields {
  public:
    enum class Type : unsigned char { text, number, boolean };
    struct Field {
        std::string name;
        std::string value;
        Type type;
    };

    void text(std::string_view name, std::string_view value) override {
        // What is told of any text at all.
        understood_ = understood_ || (name != "message" && name != "level");
        fields.push_back({std::string(name), std::string(value), Type::text});
    }
    void integer(std::string_view name, std::int64_t value) override {
        fields.push_back({std::string(name), fmt::format("{}", value), Type::number});
    }
    void number(std::string_view name, double value) override {
        std::string token;
        event::append_number(value, token);
        fields.push_back({std::string(name), std::move(token), Type::number});
    }
    void boolean(std::string_view name, bool value) override {
        fields.push_back({std::string(name), value ? "true" : "false", Type::boolean});
    }

    bool understood() const { return understood_; }

    std::vector<Field> fields;

  private:
    bool understood_ = false;
};

class Log final : public Step {
  public:
    std::string field;
    std::shared_ptr<const logs::LogKind> kind;

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field);
        if (!text) return false;
        KeptFields kept;
        kind->read(*text, kept);
        if (!kept.understood()) {
            if (subject.complaints != nullptr)
                subject.complaints->emplace_back("log: the text is not of this kind");
            return false;
        }
        for (const auto& [name, value, type] : kept.fields) {
            if (type == KeptFields::Type::text) {
                subject.draft.set_text(name, value);
            } else if (type == KeptFields::Type::number) {
                subject.draft.set_number(name, value);
            } else {
                subject.draft.set_boolean(name, value == "true");
            }
        }
        const auto service = kind->service();
        if (!service.empty() && !subject.draft.text_of("service_name"))
            subject.draft.set_text("service_name", service);
        return true;
    }
};

}  // namespace

std::unique_ptr<Step> read_log(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(node, "'log'", {"kind", "field", "line_prefix"})) return nullptr;
    auto made = std::make_unique<Log>();
    made->field = read_field(node, "field", "message", reader);
    const auto* name = reader.required(node, "kind", "'log'");
    if (name == nullptr) return nullptr;
    logs::LogKindOptions options;
    if (const auto* prefix = node.find("line_prefix")) options.line_prefix = prefix->text;
    auto kind = logs::make_log_kind(name->text, options);
    if (!kind) {
        reader.problem(name->line, kind.error().message);
        return nullptr;
    }
    made->kind = std::move(kind.value());
    return made;
}

}  // namespace pipeline
