#include <fmt/format.h>

#include <algorithm>

#include "base/parse_number.h"
#include "query/dsl/field_queries.h"

namespace query::dsl {

namespace {

using storage::Predicate;

constexpr std::size_t combination_limit = 2'000;
// Of all combinations together: conditions may hold combinations of their own.
constexpr std::size_t condition_limit = 200'000;

std::size_t size_of(const Predicate& predicate) {
    std::size_t size = 1 + predicate.words.size();
    for (const Predicate& child : predicate.children) size += size_of(child);
    return size;
}

Failure malformed(const std::string& minimum) {
    return illegal(
        fmt::format("minimum_should_match: expected a number, a percentage or "
                    "conditions such as 2<75%, found [{}]",
                    minimum.substr(0, 100)));
}

// "3", "-1", "75%", "-25%" of `count`.
std::optional<std::int64_t> amount(std::string_view text, std::size_t count) {
    const bool percent = text.ends_with('%');
    if (percent) text.remove_suffix(1);
    const auto number = base::parse_number<int>(text);
    if (!number || *number > 1'000'000 || *number < -1'000'000) return std::nullopt;
    const auto all = static_cast<std::int64_t>(count);
    if (!percent) return *number < 0 ? all + *number : *number;
    const std::int64_t part = all * (*number) / 100;  // rounds towards zero, as Lucene's does
    return *number < 0 ? all + part : part;
}

Parsed<std::int64_t> least_of(const std::string& minimum, std::size_t count) {
    std::string_view text = minimum;
    std::int64_t least = static_cast<std::int64_t>(count);
    bool conditional = false;
    while (true) {
        const std::size_t begin = text.find_first_not_of(' ');
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin);
        const std::string_view part = text.substr(0, text.find(' '));
        text.remove_prefix(part.size());
        const std::size_t sign = part.find('<');
        if (sign == std::string_view::npos) {
            const auto plain = amount(part, count);
            if (!plain || conditional) return malformed(minimum);
            return std::clamp<std::int64_t>(*plain, 0, static_cast<std::int64_t>(count) + 1);
        }
        const auto above = base::parse_number<std::int64_t>(part.substr(0, sign));
        const auto then = amount(part.substr(sign + 1), count);
        if (!above || !then) return malformed(minimum);
        if (static_cast<std::int64_t>(count) <= *above) break;
        least = *then;
        conditional = true;
    }
    return std::clamp<std::int64_t>(least, 0, static_cast<std::int64_t>(count) + 1);
}

// Calls use(members) for each way to take `size` of `count`; false when there are too many, or it
// says so.
template <typename Use>
bool for_each_subset(std::size_t count, std::size_t size, Use use) {
    std::vector<std::size_t> members(size);
    for (std::size_t at = 0; at < size; ++at) members[at] = at;
    for (std::size_t tried = 0; tried < combination_limit; ++tried) {
        if (!use(members)) return false;
        std::size_t at = size;
        while (at > 0 && members[at - 1] == count - size + at - 1) --at;
        if (at == 0) return true;
        ++members[at - 1];
        for (; at < size; ++at) members[at] = members[at - 1] + 1;
    }
    return false;
}

}  // namespace

Parsed<Predicate> at_least(const std::string& minimum, std::vector<Predicate> choices,
                           std::size_t floor) {
    TRY(const std::int64_t wanted, least_of(minimum, choices.size()));
    const std::size_t least = std::max(static_cast<std::size_t>(wanted), floor);
    if (least == 0) return Predicate();
    if (least > choices.size()) return Predicate::nothing_fits();
    if (least == choices.size()) return Predicate::all_of(std::move(choices));
    if (least == 1) return Predicate::any_of(std::move(choices));
    std::vector<Predicate> ways;
    std::vector<std::size_t> sizes;
    for (const Predicate& choice : choices) sizes.push_back(size_of(choice));
    std::size_t taken = 0;
    const bool all = for_each_subset(choices.size(), least, [&](const auto& members) {
        std::vector<Predicate> together;
        for (const std::size_t member : members) taken += sizes[member];
        if (taken > condition_limit) return false;
        for (const std::size_t member : members) together.push_back(choices[member]);
        ways.push_back(Predicate::all_of(std::move(together)));
        return true;
    });
    if (!all) {
        return unsupported(
            fmt::format("minimum_should_match of {} among {} conditions", least, choices.size()));
    }
    return Predicate::any_of(std::move(ways));
}

}  // namespace query::dsl
