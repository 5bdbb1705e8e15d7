#include "query/esql/function.h"

#include <algorithm>

#include "base/string_map.h"

namespace query::esql {

namespace {

std::vector<std::span<const Function>> tables() {
    return {arithmetic_functions(), comparison_functions(), logic_functions(),
            math_functions(),       text_functions(),       pattern_functions(),
            date_functions(),       conversion_functions(), several_functions()};
}

}  // namespace

const Function* function_named(std::string_view name) {
    static const base::StringMap<const Function*> by_name = [] {
        base::StringMap<const Function*> made;
        for (const auto& table : tables()) {
            for (const Function& function : table)
                made.emplace(std::string(function.name), &function);
        }
        return made;
    }();
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

std::vector<std::string_view> function_names() {
    std::vector<std::string_view> names;
    for (const auto& table : tables()) {
        for (const Function& function : table) {
            const bool word = function.name[0] >= 'a' && function.name[0] <= 'z';
            if (word) names.push_back(function.name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace query::esql
