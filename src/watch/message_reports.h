#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

// A send or a receive may be reported twice: by the service's own log, and by the broker's trace.
// It counts once, with the service's report, which knows best who it was (mission A13). Reports of
// the broker that repeat a service's get an event type of their own.

namespace watch {

inline constexpr std::string_view message_sent = "MESSAGE_SENT";
inline constexpr std::string_view message_received = "MESSAGE_RECEIVED";
// The broker's reports of what a service reports too; kept, but no message of their own.
inline constexpr std::string_view message_sent_traced = "MESSAGE_SENT_TRACED";
inline constexpr std::string_view message_received_traced = "MESSAGE_RECEIVED_TRACED";

bool is_repeated_report(std::string_view event_type);

struct MessageReport {
    bool is_sent = false;
    bool is_broker = false;
    bool is_late = false;  // the broker's: its time is that of its arrival, long after the message
    std::string environment;
    std::string order_id;
    std::string message_id;
    // Where the message went or came from. A service names one; the broker knows queues, exchange
    // and routing key, and a service may mean any of them.
    std::vector<std::string> places;
    base::Nanos time = 0;
    std::string id;  // tells reports of one time apart
};

// For each report, whether it repeats another one; never true for a service's. Each report of a
// service is repeated by one of the broker's at most: by one of the same message id; else by one of
// the same order and place not more than `window` away, of late ones a day. Depends on the reports
// alone, not on their order, so it may be decided anew whenever one is added.
std::vector<bool> repeated(const std::vector<MessageReport>& reports, base::Nanos window);

// How long before its arrival a late report's message may have been.
inline constexpr base::Nanos longest_delay = base::day;

}  // namespace watch
