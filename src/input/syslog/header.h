#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace input::syslog {

// What stands before and around a message's text; views point into the message.
struct Header {
    int priority = -1;  // -1: none
    std::string time;   // RFC 3339, or without offset where the message tells none; may be empty
    std::string_view host;
    std::string_view app;
    std::string_view process;
    std::string_view id;
    std::string_view data;  // structured data, checked: "[id name=\"value\"]…"
    std::string_view text;
};

// Never fails: what cannot be read belongs to the text. `received` gives the year where a message
// has none.
Header read_header(std::string_view message, base::Nanos received);

// The year-less time of RFC 3164 as "2026-11-24T10:15:00"; see MessageWriter. Empty for a date that
// does not exist.
std::string with_year(unsigned month, unsigned day, std::string_view clock, base::Nanos received);

// Takes one element "[id name=\"value\" …]" off the front. False when none stands there.
struct Element {
    std::string_view id;
    std::string_view parameters;
};
bool take_element(std::string_view& data, Element& element);
// Takes one parameter off the front; `value` replaced by its text, escapes resolved.
bool take_parameter(std::string_view& parameters, std::string_view& name, std::string& value);

}  // namespace input::syslog
