#include "pipeline/transform/condition.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/transform/template.h"

namespace pipeline {

namespace {

using Conditions = std::vector<std::unique_ptr<Condition>>;

class All final : public Condition {
  public:
    explicit All(Conditions parts) : parts_(std::move(parts)) {}
    bool fits(const Draft& draft) const override {
        return std::all_of(parts_.begin(), parts_.end(),
                           [&](const auto& part) { return part->fits(draft); });
    }

  private:
    Conditions parts_;
};

class Any final : public Condition {
  public:
    explicit Any(Conditions parts) : parts_(std::move(parts)) {}
    bool fits(const Draft& draft) const override {
        return std::any_of(parts_.begin(), parts_.end(),
                           [&](const auto& part) { return part->fits(draft); });
    }

  private:
    Conditions parts_;
};

class Not final : public Condition {
  public:
    explicit Not(std::unique_ptr<Condition> part) : part_(std::move(part)) {}
    bool fits(const Draft& draft) const override { return !part_->fits(draft); }

  private:
    std::unique_ptr<Condition> part_;
};

class Exists final : public Condition {
  public:
    Exists(std::string field, bool wanted) : field_(std::move(field)), wanted_(wanted) {}
    bool fits(const Draft& draft) const override {
        const Draft::Id there = draft.find(field_);
        const bool found = there != Draft::none && draft.kind(there) != Draft::Kind::null;
        return found == wanted_;
    }

  private:
    std::string field_;
    bool wanted_;
};

// A test of a field's values as texts; one of several is enough.
class ValueTest final : public Condition {
  public:
    using Test = std::function<bool(std::string_view)>;
    ValueTest(std::string field, Test test) : field_(std::move(field)), test_(std::move(test)) {}

    bool fits(const Draft& draft) const override { return fits(draft, draft.find(field_)); }

  private:
    bool fits(const Draft& draft, Draft::Id node) const {
        if (node == Draft::none || draft.kind(node) == Draft::Kind::null) return false;
        if (draft.kind(node) == Draft::Kind::array) {
            for (Draft::Id each = draft.first(node); each != Draft::none; each = draft.next(each)) {
                if (fits(draft, each)) return true;
            }
            return false;
        }
        const auto text = draft.text_of(node);
        return text && test_(*text);
    }

    std::string field_;
    Test test_;
};

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

class ConditionReader {
  public:
    explicit ConditionReader(event::YamlReader& reader) : reader_(reader) {}

    std::unique_ptr<Condition> read(const event::YamlNode& node) {
        Conditions parts;
        if (!reader_.is_map(node, "'when'")) return std::make_unique<All>(std::move(parts));
        for (std::size_t at = 0; at < node.items.size(); ++at) {
            const auto& key = node.keys[at];
            const auto& value = node.items[at];
            if (key.text == "any") {
                parts.push_back(std::make_unique<Any>(list(value, "any")));
            } else if (key.text == "all") {
                parts.push_back(std::make_unique<All>(list(value, "all")));
            } else if (key.text == "not") {
                parts.push_back(std::make_unique<Not>(read(value)));
            } else {
                field(key, value, parts);
            }
        }
        return std::make_unique<All>(std::move(parts));
    }

  private:
    Conditions list(const event::YamlNode& node, std::string_view what) {
        Conditions parts;
        if (!reader_.is_list(node, fmt::format("'{}'", what))) return parts;
        for (const auto& item : node.items) parts.push_back(read(item));
        return parts;
    }

    void field(const event::YamlNode& key, const event::YamlNode& value, Conditions& parts) {
        auto path = field_path(key.text);
        if (!path) return reader_.problem(key.line, path.error().message);
        if (value.kind == event::YamlNode::Kind::map) {
            for (std::size_t at = 0; at < value.items.size(); ++at)
                compare(path.value(), value.keys[at], value.items[at], parts);
            if (value.items.empty()) reader_.problem(value.line, "expected what the field must be");
            return;
        }
        if (auto texts = texts_of(value, key.text); !texts.empty()) {
            parts.push_back(std::make_unique<ValueTest>(
                path.value(), [texts = std::move(texts)](std::string_view text) {
                    return std::find(texts.begin(), texts.end(), text) != texts.end();
                }));
        }
    }

    std::vector<std::string> texts_of(const event::YamlNode& value, const std::string& what) {
        std::vector<std::string> texts;
        if (value.kind == event::YamlNode::Kind::scalar) return {value.text};
        if (!reader_.is_list(value, fmt::format("'{}'", what))) return texts;
        for (const auto& item : value.items) {
            if (item.kind == event::YamlNode::Kind::scalar)
                texts.push_back(item.text);
            else
                reader_.problem(item.line, fmt::format("'{}': expected a value", what));
        }
        if (value.items.empty()) reader_.problem(value.line, fmt::format("'{}' is empty", what));
        return texts;
    }

    void compare(const std::string& field, const event::YamlNode& how, const event::YamlNode& to,
                 Conditions& parts) {
        const auto test = [&](ValueTest::Test made) {
            parts.push_back(std::make_unique<ValueTest>(field, std::move(made)));
        };
        if (to.kind != event::YamlNode::Kind::scalar)
            return reader_.problem(to.line, fmt::format("'{}': expected a value", how.text));
        const std::string& text = to.text;
        if (how.text == "exists") {
            const auto wanted = reader_.choice(to, "'exists'", {"false", "true"});
            if (wanted < 2) parts.push_back(std::make_unique<Exists>(field, wanted == 1));
        } else if (how.text == "contains") {
            test([text](std::string_view found) {
                return found.find(text) != std::string_view::npos;
            });
        } else if (how.text == "starts_with") {
            test([text](std::string_view found) { return found.starts_with(text); });
        } else if (how.text == "ends_with") {
            test([text](std::string_view found) { return found.ends_with(text); });
        } else if (how.text == "matches") {
            auto pattern = std::make_shared<RE2>(text, RE2::Quiet);
            if (!pattern->ok())
                return reader_.problem(to.line, fmt::format("'matches': {}", pattern->error()));
            test([pattern](std::string_view found) {
                return RE2::PartialMatch(re2::StringPiece(found.data(), found.size()), *pattern);
            });
        } else if (how.text == "above" || how.text == "below") {
            const auto limit = number_of(text);
            if (!limit)
                return reader_.problem(to.line, fmt::format("'{}': expected a number", how.text));
            const bool above = how.text == "above";
            test([limit = *limit, above](std::string_view found) {
                const auto value = number_of(found);
                return value && (above ? *value > limit : *value < limit);
            });
        } else {
            reader_.problem(how.line,
                            fmt::format("expected exists, contains, starts_with, ends_with, "
                                        "matches, above or below, found {}",
                                        event::quoted(how.text)));
        }
    }

    event::YamlReader& reader_;
};

}  // namespace

std::unique_ptr<Condition> read_condition(const event::YamlNode& node, event::YamlReader& reader) {
    return ConditionReader(reader).read(node);
}

}  // namespace pipeline
