#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace base {

spdlog::logger& log() {
    static const auto logger = [] {
        auto made = std::make_shared<spdlog::logger>(
            "ordertrail", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *logger;
}

bool set_log_level(const std::string& name) {
    const auto level = spdlog::level::from_str(name);
    if (level == spdlog::level::off && name != "off") return false;
    log().set_level(level);
    return true;
}

}  // namespace base
