#include "pipeline/transform/dissect.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pipeline/transform/step.h"
#include "pipeline/transform/template.h"

namespace pipeline {

base::Result<Dissection::Part> Dissection::part_of(std::string_view inside) {
    Part part;
    if (inside.ends_with("->")) {
        part.padded = true;
        inside.remove_suffix(2);
    }
    if (inside.empty()) {
        part.kind = Kind::skip;
        return part;
    }
    switch (inside.front()) {
        case '?':
            part.kind = Kind::named_by;
            break;
        case '+':
            part.kind = Kind::append;
            break;
        case '&':
            part.kind = Kind::named;
            break;
        default:
            break;
    }
    if (part.kind != Kind::plain) inside.remove_prefix(1);
    if (const std::size_t slash = inside.rfind('/');
        slash != std::string_view::npos && part.kind == Kind::append) {
        const std::string_view digits = inside.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), part.order);
        if (error != std::errc() || end != digits.data() + digits.size())
            return base::invalid(fmt::format("expected a number behind '/', found '{}'", digits));
        inside = inside.substr(0, slash);
    }
    if (part.kind == Kind::named_by && inside.empty()) {
        part.kind = Kind::skip;
        return part;
    }
    TRY(part.field, field_path(inside));
    return part;
}

base::Result<Dissection> Dissection::parse(std::string_view mapping) {
    Dissection made;
    std::string* delimiter = &made.first_;
    while (!mapping.empty()) {
        const std::size_t open = mapping.find("%{");
        *delimiter = mapping.substr(0, open);
        if (open == std::string_view::npos) break;
        if (open == 0 && !made.parts_.empty()) {
            return base::invalid(
                "two fields stand side by side: expected a delimiter between them");
        }
        const std::size_t close = mapping.find('}', open);
        if (close == std::string_view::npos) return base::invalid("a '%{' is not closed");
        TRY(auto part, part_of(mapping.substr(open + 2, close - open - 2)));
        part.before = *delimiter;
        made.parts_.push_back(std::move(part));
        delimiter = &made.parts_.back().after;
        mapping.remove_prefix(close + 1);
    }
    if (made.parts_.empty()) return base::invalid("expected at least one %{field}");
    for (const Part& part : made.parts_) {
        if (part.kind != Kind::named) continue;
        if (std::none_of(made.parts_.begin(), made.parts_.end(), [&](const Part& other) {
                return other.kind == Kind::named_by && other.field == part.field;
            })) {
            return base::invalid(
                fmt::format("'%{{&{0}}}' needs a '%{{?{0}}}' that names it", part.field));
        }
    }
    return made;
}

bool Dissection::find_values(std::string_view text, std::vector<std::string_view>& values) const {
    if (!text.starts_with(first_)) return false;
    text.remove_prefix(first_.size());
    for (const Part& part : parts_) {
        const bool last = &part == &parts_.back();
        if (part.after.empty()) {
            values.push_back(text);
            return last;
        }
        const std::size_t end = text.find(part.after);
        if (end == std::string_view::npos) return false;
        values.push_back(text.substr(0, end));
        text.remove_prefix(end + part.after.size());
        while (part.padded && text.starts_with(part.after)) text.remove_prefix(part.after.size());
    }
    return true;
}

bool Dissection::cut(std::string_view text, Fields& fields,
                     std::vector<std::string>& scratch) const {
    fields.clear();
    scratch.clear();
    std::vector<std::string_view> values;
    values.reserve(parts_.size());
    if (!find_values(text, values)) return false;
    scratch.reserve(parts_.size());  // views into it stay where they are
    std::vector<std::size_t> joined;
    for (std::size_t at = 0; at < parts_.size(); ++at) {
        const Part& part = parts_[at];
        const auto same_field = [&](const Part& other) { return other.field == part.field; };
        if (part.kind == Kind::named) {
            const auto naming = std::find_if(parts_.begin(), parts_.end(), [&](const Part& other) {
                return other.kind == Kind::named_by && same_field(other);
            });
            const auto name = values[static_cast<std::size_t>(naming - parts_.begin())];
            if (!name.empty()) fields.emplace_back(name, values[at]);
        } else if (part.kind == Kind::plain || part.kind == Kind::append) {
            // The first part of a field gathers all of them.
            if (std::any_of(fields.begin(), fields.end(),
                            [&](const auto& field) { return field.first == part.field; }))
                continue;
            joined.clear();
            for (std::size_t other = at; other < parts_.size(); ++other) {
                const bool joins =
                    parts_[other].kind == Kind::plain || parts_[other].kind == Kind::append;
                if (joins && same_field(parts_[other])) joined.push_back(other);
            }
            if (joined.size() == 1) {
                fields.emplace_back(part.field, values[at]);
                continue;
            }
            std::stable_sort(joined.begin(), joined.end(), [this](std::size_t a, std::size_t b) {
                return parts_[a].order < parts_[b].order;
            });
            std::string& text_of_all = scratch.emplace_back();
            for (const std::size_t each : joined) {
                if (each != joined.front())
                    text_of_all += parts_[std::max(each, joined.front())].before;
                text_of_all += values[each];
            }
            fields.emplace_back(part.field, text_of_all);
        }
    }
    return true;
}

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
