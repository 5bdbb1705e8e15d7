#include "storage/block.h"

namespace storage {

base::Result<std::vector<const event::Column*>> BatchBlock::columns(std::string_view name) {
    std::vector<const event::Column*> found;
    for (const std::size_t position : batch_.named(name)) {
        found.push_back(&batch_.columns()[position]);
    }
    return found;
}

std::vector<std::string_view> BatchBlock::names() const {
    std::vector<std::string_view> names;
    for (const event::Column& column : batch_.columns()) {
        // A name with columns of several types is listed once.
        if (&batch_.columns()[batch_.named(column.name).front()] == &column) {
            names.push_back(column.name);
        }
    }
    return names;
}

}  // namespace storage
