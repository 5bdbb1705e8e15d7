#include "event/grok_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "event/field_path.h"
#include "event/grok_names.h"

namespace event {

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

}  // namespace event
