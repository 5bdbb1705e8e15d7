#include "event/field_path.h"

#include <fmt/format.h>

namespace event {

base::Result<std::string> field_path(std::string_view spelled) {
    std::string path;
    if (spelled.starts_with('[')) {
        for (std::string_view rest = spelled; !rest.empty();) {
            const std::size_t close = rest.find(']');
            if (rest.front() != '[' || close == std::string_view::npos || close == 1) {
                return base::invalid(
                    fmt::format("expected a field, such as [http][status] or http.status, found "
                                "'{}'",
                                spelled));
            }
            if (!path.empty()) path.push_back('.');
            path += rest.substr(1, close - 1);
            rest.remove_prefix(close + 1);
        }
    } else {
        path = spelled;
    }
    if (path.empty() || path.size() > 512)
        return base::invalid("expected a field's name of 1 to 512 bytes");
    return path;
}

}  // namespace event
