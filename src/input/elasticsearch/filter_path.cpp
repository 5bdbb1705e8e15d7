#include "input/elasticsearch/filter_path.h"

#include <algorithm>
#include <boost/json.hpp>

#include "event/index_name.h"

namespace input::elasticsearch {

namespace {

namespace json = boost::json;

// A filter is no place to do work in: what is beyond this is ignored.
constexpr std::size_t most_patterns = 64;
constexpr std::size_t most_parts = 32;  // bits of a place fit 64

std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    const auto part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Cuts a value down.
class Pruner {
  public:
    explicit Pruner(const FilterPath& filter) : filter_(filter) {}

    // False when nothing is left of the value, of which the filter says `fit`.
    bool keep(json::value& value, FilterPath::Fit fit) {
        if (fit == FilterPath::Fit::none || fit == FilterPath::Fit::whole) {
            return fit == FilterPath::Fit::whole;
        }
        if (auto* object = value.if_object()) return keep_members(*object);
        if (auto* array = value.if_array()) return keep_elements(*array, fit);
        return fit == FilterPath::Fit::rest;
    }

  private:
    bool keep_members(json::object& object) {
        json::object kept(object.storage());
        for (auto& member : object) {
            path_.emplace_back(member.key().data(), member.key().size());
            if (keep(member.value(), filter_.fit(path_))) {
                kept.emplace(member.key(), std::move(member.value()));
            }
            path_.pop_back();
        }
        object = std::move(kept);
        return !object.empty();
    }

    bool keep_elements(json::array& array, FilterPath::Fit fit) {
        json::array kept(array.storage());
        for (auto& element : array) {
            if (keep(element, fit)) kept.push_back(std::move(element));
        }
        array = std::move(kept);
        return !array.empty();
    }

    const FilterPath& filter_;
    std::vector<std::string_view> path_;
};

}  // namespace

FilterPath::FilterPath(std::string_view text) {
    while (!text.empty() && included_.size() + excluded_.size() < most_patterns) {
        auto one = trimmed(take_until(text, ','));
        const bool exclusion = !one.empty() && one.front() == '-';
        if (exclusion) one.remove_prefix(1);
        if (one.empty()) continue;
        auto& pattern = (exclusion ? excluded_ : included_).emplace_back();
        while (!one.empty() && pattern.size() < most_parts) {
            pattern.emplace_back(take_until(one, '.'));
        }
    }
}

FilterPath::Fit FilterPath::fit(std::span<const std::string_view> path) const {
    const Fit out = best_fit(excluded_, path);
    if (out == Fit::whole) return Fit::none;
    const Fit in = included_.empty() ? Fit::whole : best_fit(included_, path);
    return in == Fit::whole && out == Fit::part ? Fit::rest : in;
}

FilterPath::Fit FilterPath::best_fit(const std::vector<Pattern>& patterns,
                                     std::span<const std::string_view> path) {
    Fit best = Fit::none;
    for (const auto& pattern : patterns) best = std::max(best, fit_pattern(pattern, path));
    return best;
}

// Follows all places of the pattern where the path may be, as bits, so that many `**` cost no more
// than few.
FilterPath::Fit FilterPath::fit_pattern(const Pattern& pattern,
                                        std::span<const std::string_view> path) {
    const std::uint64_t end = std::uint64_t{1} << pattern.size();
    // `**` may stand for nothing.
    const auto closed = [&pattern](std::uint64_t places) {
        for (std::size_t at = 0; at < pattern.size(); ++at) {
            if ((places >> at & 1) != 0 && pattern[at] == "**") places |= std::uint64_t{2} << at;
        }
        return places;
    };
    std::uint64_t places = closed(1);
    for (const auto name : path) {
        if ((places & end) != 0) return Fit::whole;
        std::uint64_t next = 0;
        for (std::size_t at = 0; at < pattern.size(); ++at) {
            if ((places >> at & 1) == 0) continue;
            if (pattern[at] == "**") {
                next |= std::uint64_t{1} << at;
            } else if (event::fits_wildcard(name, pattern[at])) {
                next |= std::uint64_t{2} << at;
            }
        }
        places = closed(next);
        if (places == 0) return Fit::none;
    }
    return (places & end) != 0 ? Fit::whole : Fit::part;
}

std::string FilterPath::apply(const std::string& text) const {
    if (takes_all()) return text;
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error) return text;
    if (!Pruner(*this).keep(value, Fit::part)) return "{}";
    return json::serialize(value);
}

}  // namespace input::elasticsearch
