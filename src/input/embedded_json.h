#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace input {

// Names by which events say their service and their level themselves (event::unified_name).
inline constexpr std::string_view service_names[] = {"service_name", "service", "service.name",
                                                     "serviceName"};
inline constexpr std::string_view level_names[] = {"level",         "log.level",    "severity",
                                                   "severity_text", "severityText", "lvl",
                                                   "loglevel",      "levelname"};

// Looks at a text that may be a JSON object, such as a line of a log whose program writes JSON. One
// thread at a time.
class EmbeddedJson {
  public:
    EmbeddedJson();
    ~EmbeddedJson();

    // Whether it is one JSON object, in UTF-8, not nested deeper than the pipeline takes by default
    // and not longer than `most_bytes`. The object has its say in has() until the next call.
    bool is_object(std::string_view text);
    // The same for any JSON value.
    bool is_value(std::string_view text);
    // False for all names when the last text was no object.
    bool has(std::string_view name) const;
    bool has_any(std::span<const std::string_view> names) const;

    // Longer texts are taken as they are: parsing takes several times their size.
    static constexpr std::size_t most_bytes = 4 << 20;

  private:
    struct Parsed;
    bool make_room(std::size_t size);

    std::unique_ptr<Parsed> parsed_;
};

}  // namespace input
