#include "event/dissection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "event/field_path.h"

namespace event {

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

base::Result<Dissection> Dissection::parse(std::string_view mapping,
                                           std::optional<std::string> separator) {
    Dissection made;
    made.separator_ = std::move(separator);
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

std::vector<std::string> Dissection::field_names() const {
    std::vector<std::string> names;
    for (const Part& part : parts_) {
        const bool taken = part.kind == Kind::plain || part.kind == Kind::append;
        if (taken && std::find(names.begin(), names.end(), part.field) == names.end())
            names.push_back(part.field);
    }
    return names;
}

bool Dissection::names_fields() const {
    return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) {
        return part.kind == Kind::named || part.kind == Kind::named_by;
    });
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
                if (each != joined.front()) {
                    text_of_all +=
                        separator_ ? *separator_ : parts_[std::max(each, joined.front())].before;
                }
                text_of_all += values[each];
            }
            fields.emplace_back(part.field, text_of_all);
        }
    }
    return true;
}

}  // namespace event
