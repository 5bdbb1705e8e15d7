#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "event/field_path.h"
#include "event/grok_pattern.h"
#include "pipeline/number_text.h"
#include "pipeline/transform/step.h"

namespace pipeline {

using event::field_path;
using event::GrokPattern;

namespace {

class Grok final : public Step {
  public:
    std::string field;
    std::vector<GrokPattern> patterns;
    std::vector<std::string> overwrite;

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field);
        if (!text) return false;
        // The draft's text moves while fields are set.
        const std::string held(*text);
        std::vector<std::string_view> values;
        for (const GrokPattern& pattern : patterns) {
            if (!pattern.match(held, values)) continue;
            store(pattern, values, subject.draft);
            return true;
        }
        return false;
    }

  private:
    void store(const GrokPattern& pattern, const std::vector<std::string_view>& values,
               Draft& draft) const {
        const auto& fields = pattern.fields();
        for (std::size_t at = 0; at < fields.size(); ++at) {
            if (values[at].empty()) continue;
            const auto& [path, type, group] = fields[at];
            const bool before =
                std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(at),
                            [&](const auto& other) { return other.path == path; });
            const bool replaces =
                !before && std::find(overwrite.begin(), overwrite.end(), path) != overwrite.end();
            if (!replaces && draft.find(path) != Draft::none) {
                draft.add_text(path, values[at]);
            } else if (!set_number(path, type, values[at], draft)) {
                draft.set_text(path, values[at]);
            }
        }
    }

    static bool set_number(const std::string& path, GrokPattern::Type type, std::string_view text,
                           Draft& draft) {
        if (type == GrokPattern::Type::text) return false;
        if (text.starts_with('+')) text.remove_prefix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || !std::isfinite(value)) return false;
        if (type == GrokPattern::Type::integer) {
            constexpr double exact = 9007199254740992;
            std::int64_t whole = 0;
            const auto [last, failed] =
                std::from_chars(text.data(), text.data() + text.size(), whole);
            if (failed != std::errc()) {
                if (std::fabs(value) > exact) return false;
                whole = static_cast<std::int64_t>(value);
            }
            draft.set_number(path, fmt::format("{}", whole));
            return true;
        }
        if (number_text(text).kind == NumberText::Kind::none) {
            draft.set_number(path, fmt::format("{}", value));
        } else {
            draft.set_number(path, text);
        }
        return true;
    }
};

void read_names(const event::YamlNode& node, event::YamlReader& reader, GrokPattern::Names& names) {
    if (!reader.is_map(node, "'names'")) return;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        if (node.items[at].kind != event::YamlNode::Kind::scalar || node.items[at].text.empty())
            reader.problem(node.items[at].line, "expected a pattern");
        else
            names[node.keys[at].text] = node.items[at].text;
    }
}

void read_patterns(const event::YamlNode& node, event::YamlReader& reader,
                   const GrokPattern::Names& names, Grok& to) {
    const auto add = [&](const event::YamlNode& item) {
        auto pattern = GrokPattern::parse(item.text, names);
        if (item.kind != event::YamlNode::Kind::scalar || item.text.empty())
            reader.problem(item.line, "expected a pattern");
        else if (!pattern)
            reader.problem(item.line, pattern.error().message);
        else
            to.patterns.push_back(std::move(pattern.value()));
    };
    if (node.kind == event::YamlNode::Kind::scalar) return add(node);
    if (!reader.is_list(node, "'match'")) return;
    for (const auto& item : node.items) add(item);
    if (node.items.empty()) reader.problem(node.line, "'match' is empty");
}

}  // namespace

std::unique_ptr<Step> read_grok(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(node, "'grok'", {"field", "match", "names", "overwrite"})) return nullptr;
    auto made = std::make_unique<Grok>();
    made->field = read_field(node, "field", "message", reader);
    GrokPattern::Names names;
    if (const auto* own = node.find("names")) read_names(*own, reader, names);
    const auto* match = reader.required(node, "match", "'grok'");
    if (match == nullptr) return nullptr;
    read_patterns(*match, reader, names, *made);
    if (const auto* overwrite = node.find("overwrite")) {
        for (const auto& [name, line] : reader.names(*overwrite, "'overwrite'")) {
            auto path = field_path(name);
            if (path)
                made->overwrite.push_back(std::move(path.value()));
            else
                reader.problem(line, path.error().message);
        }
    }
    return made;
}

}  // namespace pipeline
