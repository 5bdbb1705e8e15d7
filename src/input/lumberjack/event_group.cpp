#include "input/lumberjack/event_group.h"

#include "base/string_map.h"
#include "event/index_name.h"
#include "input/lumberjack/metadata.h"

namespace input::lumberjack {

// The index of each event, worked out once for those that say the same of themselves.
class EventGroup::Names {
  public:
    Names(const std::string& index, std::deque<std::string>& names)
        : template_(index), names_(names) {}

    std::string_view of(const Metadata& metadata) {
        key_.assign(metadata.index).append(1, '\0').append(metadata.beat);
        key_.append(1, '\0').append(metadata.version);
        const auto known = known_.find(key_);
        if (known != known_.end()) return known->second;
        // A name that is none is not taken for one: the event is routed instead of lost.
        std::string name = event::check_index_name(metadata.index) ? metadata.index : std::string();
        if (name.empty()) name = index_of(template_, metadata);
        names_.push_back(std::move(name));
        known_.emplace(key_, names_.back());
        return names_.back();
    }

  private:
    const std::string& template_;
    std::deque<std::string>& names_;
    base::StringMap<std::string_view> known_;
    std::string key_;
};

void EventGroup::add(EventBatch batch) {
    events_ += batch.events.size();
    bytes_ += batch.text.size();
    batches_.push_back(std::move(batch));
}

void EventGroup::prepare(const std::string& index) {
    struct Id {
        std::size_t record;
        std::size_t offset;
        std::size_t size;
    };
    std::vector<Id> ids;
    Names names(index, names_);
    Metadata metadata;
    records_.reserve(events_);
    for (auto& batch : batches_) {
        for (const auto& place : batch.events) {
            auto& record = records_.emplace_back();
            record.text = take_metadata(batch.text.data() + place.offset, place.size, metadata);
            record.index = names.of(metadata);
            if (metadata.id.empty()) continue;
            ids.push_back({records_.size() - 1, ids_.size(), metadata.id.size()});
            ids_ += metadata.id;
            // Sent again after a lost acknowledgement it must not be there twice.
            if (metadata.operation != "index") record.operation = event::RowOperation::create;
        }
    }
    for (const auto& id : ids) {
        records_[id.record].id = std::string_view(ids_).substr(id.offset, id.size);
    }
}

}  // namespace input::lumberjack
