#include "input/syslog/message.h"

#include <algorithm>
#include <iterator>

#include "input/syslog/header.h"

namespace input::syslog {

namespace {

constexpr std::string_view cee = "@cee:";
// Further parameters of structured data are left out; the RFC asks for no more than 2 KiB in all.
constexpr std::size_t most_names = 256;

constexpr std::string_view facilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

}  // namespace

bool MessageWriter::is_taken(std::string_view name) const {
    return (is_json_ && json_.has(name)) ||
           std::find(names_.begin(), names_.end(), name) != names_.end();
}

void MessageWriter::add(std::string_view name, std::string_view value) {
    if (value.empty() || is_taken(name) || names_.size() == most_names) return;
    to_.text(name, value);
    names_.emplace_back(name);
}

base::Status MessageWriter::write(std::string_view text, std::string_view peer,
                                  base::Nanos received) {
    while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with('\0')) {
        text.remove_suffix(1);
    }
    const Header header = read_header(text, received);
    auto message = header.text;
    if (message.starts_with(cee)) message.remove_prefix(cee.size());
    is_json_ = json_.is_object(message);
    names_.clear();
    to_.begin();
    add("@timestamp", header.time);
    if (is_json_) {
        to_.members(message);
    } else {
        to_.text("message", header.text);
        names_.emplace_back("message");
    }
    if (header.priority >= 0) {
        const bool has_level = is_json_ && json_.has_any(level_names);
        const char severity = static_cast<char>('0' + header.priority % 8);
        add(has_level ? "syslog.severity" : "severity", {&severity, 1});
        add("syslog.facility", facilities[static_cast<std::size_t>(header.priority / 8)]);
    }
    if (!is_json_ || !json_.has_any(service_names)) add("service_name", header.app);
    add("host", header.host.empty() ? peer : header.host);
    add("syslog.procid", header.process);
    add("syslog.msgid", header.id);
    add_data(header.data);
    return to_.end();
}

void MessageWriter::add_data(std::string_view data) {
    Element element;
    while (take_element(data, element)) {
        // Registered names have no "@<enterprise>".
        const bool registered = element.id.find('@') == std::string_view::npos;
        std::string_view name;
        while (take_parameter(element.parameters, name, value_)) {
            std::string full = "syslog.";
            full.append(element.id).append(".").append(name);
            const bool own = !registered && !is_taken(name) && !name.starts_with('@');
            add(own ? name : std::string_view(full), value_);
        }
    }
}

}  // namespace input::syslog
