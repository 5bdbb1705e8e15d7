// Steps that read what is inside a field: json and kv.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "pipeline/json_reader.h"
#include "pipeline/transform/step.h"
#include "pipeline/transform/template.h"

namespace pipeline {

namespace {

class Json final : public Step {
  public:
    std::string field;
    std::string target;  // empty: the event itself

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field);
        if (!text) return false;
        subject.inner.clear();
        if (const auto read = subject.json.read(*text, subject.inner); !read) {
            if (subject.complaints != nullptr)
                subject.complaints->push_back(fmt::format("json: {}", read.error().message));
            return false;
        }
        subject.draft.graft(subject.inner, target);
        return true;
    }
};

class Kv final : public Step {
  public:
    std::string field;
    std::string target;
    std::string prefix;
    std::string field_split = " ";  // any of these
    std::string value_split = "=";
    std::vector<std::string> include;
    std::vector<std::string> exclude;

    bool run(Subject& subject) const override {
        const auto text = subject.draft.text_of(field);
        if (!text) return false;
        const std::string held(*text);
        bool any = false;
        std::string path;
        for (std::string_view rest = held; !rest.empty();) {
            std::string_view key;
            std::string_view value;
            if (!next(rest, key, value) || !wanted(key)) continue;
            path = target.empty() ? prefix : target + '.' + prefix;
            path += key;
            subject.draft.add_text(path, value);
            any = true;
        }
        return any;
    }

  private:
    // Takes one pair off; false: what was taken off is none.
    bool next(std::string_view& rest, std::string_view& key, std::string_view& value) const {
        const std::size_t begin = rest.find_first_not_of(field_split);
        rest.remove_prefix(std::min(begin, rest.size()));
        const std::size_t end = rest.find_first_of(field_split);
        const std::size_t equals = rest.find_first_of(value_split);
        if (equals == std::string_view::npos || equals >= end) {
            rest.remove_prefix(std::min(end, rest.size()));
            return false;
        }
        key = rest.substr(0, equals);
        rest.remove_prefix(equals + 1);
        const char quote = rest.empty() ? '\0' : rest.front();
        if (quote == '"' || quote == '\'') {
            const std::size_t close = rest.find(quote, 1);
            if (close != std::string_view::npos) {
                value = rest.substr(1, close - 1);
                rest.remove_prefix(close + 1);
                return !key.empty();
            }
        }
        value = rest.substr(0, rest.find_first_of(field_split));
        rest.remove_prefix(value.size());
        return !key.empty() && !value.empty();
    }

    bool wanted(std::string_view key) const {
        const auto holds = [key](const std::vector<std::string>& keys) {
            return std::find(keys.begin(), keys.end(), key) != keys.end();
        };
        return (include.empty() || holds(include)) && !holds(exclude);
    }
};

void read_keys(const event::YamlNode& map, std::string_view key, event::YamlReader& reader,
               std::vector<std::string>& to) {
    const auto* list = map.find(key);
    if (list == nullptr) return;
    for (auto& [name, line] : reader.names(*list, fmt::format("'{}'", key)))
        to.push_back(std::move(name));
}

}  // namespace

std::unique_ptr<Step> read_json(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(node, "'json'", {"field", "target"})) return nullptr;
    auto made = std::make_unique<Json>();
    made->field = read_field(node, "field", "message", reader);
    if (node.find("target") != nullptr) made->target = read_field(node, "target", "", reader);
    return made;
}

std::unique_ptr<Step> read_kv(const event::YamlNode& node, event::YamlReader& reader) {
    if (!reader.is_map(
            node, "'kv'",
            {"field", "target", "prefix", "field_split", "value_split", "include", "exclude"}))
        return nullptr;
    auto made = std::make_unique<Kv>();
    made->field = read_field(node, "field", "message", reader);
    if (node.find("target") != nullptr) made->target = read_field(node, "target", "", reader);
    if (const auto* prefix = node.find("prefix")) made->prefix = prefix->text;
    for (const auto& [key, to] : {std::pair{"field_split", &made->field_split},
                                  std::pair{"value_split", &made->value_split}}) {
        const auto* split = node.find(key);
        if (split == nullptr) continue;
        if (split->text.empty())
            reader.problem(split->line, fmt::format("'{}': expected at least one character", key));
        *to = split->text;
    }
    read_keys(node, "include", reader, made->include);
    read_keys(node, "exclude", reader, made->exclude);
    return made;
}

}  // namespace pipeline
