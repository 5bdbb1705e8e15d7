#include "watch/message_reports.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace watch {

namespace {

using Reports = std::vector<MessageReport>;
// Direction, environment, and message id or order id.
using Key = std::tuple<bool, std::string, std::string>;

struct Group {
    std::vector<std::size_t> services;
    std::vector<std::size_t> brokers;
};

bool share_place(const MessageReport& service, const MessageReport& broker) {
    return std::any_of(service.places.begin(), service.places.end(), [&](const auto& place) {
        return std::find(broker.places.begin(), broker.places.end(), place) != broker.places.end();
    });
}

class Pairing {
  public:
    Pairing(const Reports& reports, base::Nanos window)
        : reports_(reports), window_(window), used_(reports.size(), false) {}

    std::vector<bool> pair() {
        const auto same_message = [](const MessageReport& service, const MessageReport& broker) {
            // One message id is sent once and may be received from several queues.
            return service.is_sent || service.places.empty() || share_place(service, broker);
        };
        pair_by(&MessageReport::message_id, same_message);
        pair_by(&MessageReport::order_id, [this](const MessageReport& service,
                                                 const MessageReport& broker) {
            const bool are_two = !service.message_id.empty() && !broker.message_id.empty() &&
                                 service.message_id != broker.message_id;
            return !are_two && share_place(service, broker) && are_near(service, broker);
        });
        std::vector<bool> repeated(reports_.size(), false);
        for (std::size_t at = 0; at < reports_.size(); ++at) {
            repeated[at] = used_[at] && reports_[at].is_broker;
        }
        return repeated;
    }

  private:
    bool are_near(const MessageReport& service, const MessageReport& broker) const {
        const base::Nanos before = broker.is_late ? longest_delay : window_;
        return service.time >= broker.time - before && service.time <= broker.time + window_;
    }

    // Those with the same value that `fit`, the earliest service's report with the earliest of the
    // broker's.
    template <typename Fits>
    void pair_by(std::string MessageReport::* value, const Fits& fit) {
        std::map<Key, Group> groups;
        for (std::size_t at = 0; at < reports_.size(); ++at) {
            const MessageReport& report = reports_[at];
            if (used_[at] || (report.*value).empty()) continue;
            Group& group = groups[{report.is_sent, report.environment, report.*value}];
            (report.is_broker ? group.brokers : group.services).push_back(at);
        }
        const auto earlier = [this](std::size_t one, std::size_t other) {
            return std::tie(reports_[one].time, reports_[one].id) <
                   std::tie(reports_[other].time, reports_[other].id);
        };
        for (auto& [key, group] : groups) {
            std::sort(group.services.begin(), group.services.end(), earlier);
            std::sort(group.brokers.begin(), group.brokers.end(), earlier);
            for (const std::size_t service : group.services) {
                const auto found = std::find_if(
                    group.brokers.begin(), group.brokers.end(), [&](std::size_t broker) {
                        return !used_[broker] && fit(reports_[service], reports_[broker]);
                    });
                if (found == group.brokers.end()) continue;
                used_[service] = true;
                used_[*found] = true;
            }
        }
    }

    const Reports& reports_;
    const base::Nanos window_;
    std::vector<bool> used_;
};

}  // namespace

bool is_repeated_report(std::string_view event_type) {
    return event_type == message_sent_traced || event_type == message_received_traced;
}

std::vector<bool> repeated(const std::vector<MessageReport>& reports, base::Nanos window) {
    return Pairing(reports, window).pair();
}

}  // namespace watch
