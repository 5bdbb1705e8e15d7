#include "pipeline/transform/grok.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "pipeline/number_text.h"
#include "pipeline/transform/grok_patterns.h"
#include "pipeline/transform/step.h"
#include "pipeline/transform/template.h"

namespace pipeline {

namespace {

constexpr std::size_t most_bytes = 64 << 10;
constexpr int most_depth = 32;
constexpr std::size_t most_fields = 256;
constexpr std::int64_t expression_memory = 16 << 20;
// Named groups are numbered: a field's path is no name for RE2.
constexpr std::string_view group_prefix = "f_";

}  // namespace

// Writes a pattern out until nothing is named in it any more.
class GrokPattern::Expansion {
  public:
    Expansion(const Names& names, std::vector<Field>& fields) : names_(names), fields_(fields) {}

    base::Status expand(std::string_view pattern, int depth = 0) {
        if (depth > most_depth)
            return base::invalid("the patterns refer to one another without end");
        while (!pattern.empty()) {
            if (out_.size() > most_bytes)
                return base::invalid("the pattern is too large when it is written out");
            if (pattern.starts_with("\\") && pattern.size() > 1) {
                take(pattern, 2);
            } else if (pattern.starts_with("%{")) {
                TRY(reference(pattern, depth));
            } else if (pattern.starts_with("(?")) {
                TRY(group(pattern));
            } else {
                take(pattern, 1);
            }
        }
        return base::ok();
    }

    const std::string& text() const { return out_; }

  private:
    void take(std::string_view& pattern, std::size_t bytes) {
        out_ += pattern.substr(0, bytes);
        pattern.remove_prefix(bytes);
    }

    // %{NAME}, %{NAME:field} or %{NAME:field:type}
    base::Status reference(std::string_view& pattern, int depth) {
        const std::size_t close = pattern.find('}');
        if (close == std::string_view::npos) return base::invalid("a '%{' is not closed");
        const std::string_view inside = pattern.substr(2, close - 2);
        pattern.remove_prefix(close + 1);
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        std::string_view expression;
        if (const auto own = names_.find(name); own != names_.end())
            expression = own->second;
        else
            expression = grok_pattern(name);
        if (expression.empty())
            return base::invalid(fmt::format("there is no pattern named '{}'", name));
        if (colon == std::string_view::npos) {
            out_ += "(?:";
        } else {
            std::string_view field = inside.substr(colon + 1);
            Type type = Type::text;
            if (const std::size_t last = field.rfind(':'); last != std::string_view::npos) {
                const std::string_view word = field.substr(last + 1);
                if (word != "int" && word != "float" && word != "string")
                    return base::invalid(
                        fmt::format("expected int or float behind '{}', found '{}'",
                                    field.substr(0, last), word));
                type = word == "int" ? Type::integer : word == "float" ? Type::real : Type::text;
                field = field.substr(0, last);
            }
            TRY(open(field, type));
        }
        TRY(expand(expression, depth + 1));
        out_.push_back(')');
        return base::ok();
    }

    // (?<field>…, or what RE2 knows.
    base::Status group(std::string_view& pattern) {
        for (const std::string_view refused : {"(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
            if (!pattern.starts_with(refused)) continue;
            return base::invalid(fmt::format(
                "'{}' (lookaround, atomic groups) cannot be matched in linear time and is not "
                "supported: write the pattern without it",
                refused));
        }
        const bool python = pattern.starts_with("(?P<");
        if (!python && !pattern.starts_with("(?<")) {
            take(pattern, 2);
            return base::ok();
        }
        const std::size_t close = pattern.find('>');
        if (close == std::string_view::npos)
            return base::invalid("the name of a group is not closed");
        const std::size_t begin = python ? 4 : 3;
        TRY(open(pattern.substr(begin, close - begin), Type::text));
        pattern.remove_prefix(close + 1);
        return base::ok();
    }

    base::Status open(std::string_view field, Type type) {
        if (fields_.size() >= most_fields)
            return base::invalid(fmt::format("at most {} fields are taken", most_fields));
        TRY(std::string path, field_path(field));
        out_ += fmt::format("(?P<{}{}>", group_prefix, fields_.size());
        fields_.push_back({std::move(path), type, 0});
        return base::ok();
    }

    const Names& names_;
    std::vector<Field>& fields_;
    std::string out_;
};

base::Result<GrokPattern> GrokPattern::parse(std::string_view pattern, const Names& names) {
    GrokPattern made;
    Expansion expansion(names, made.fields_);
    TRY(expansion.expand(pattern));
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(expression_memory);
    made.expression_ = std::make_unique<RE2>(expansion.text(), options);
    if (!made.expression_->ok()) {
        return base::invalid(
            fmt::format("the pattern is no regular expression: {}", made.expression_->error()));
    }
    for (const auto& [name, group] : made.expression_->NamedCapturingGroups()) {
        std::size_t field = 0;
        const char* const end = name.data() + name.size();
        std::from_chars(name.data() + group_prefix.size(), end, field);
        made.fields_[field].group = group;
    }
    return made;
}

bool GrokPattern::match(std::string_view text, std::vector<std::string_view>& values) const {
    const int groups = expression_->NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups));
    const re2::StringPiece whole(text.data(), text.size());
    if (!expression_->Match(whole, 0, text.size(), RE2::UNANCHORED, found.data(), groups))
        return false;
    values.clear();
    for (const Field& field : fields_) {
        const auto& piece = found[static_cast<std::size_t>(field.group)];
        values.emplace_back(piece.data(), piece.size());
    }
    return true;
}

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
