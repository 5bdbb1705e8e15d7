#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "input/embedded_json.h"
#include "input/json_events.h"

namespace input::loki {

struct Label {
    std::string_view name;
    std::string_view value;
};

// `{name="value", …}` as clients write a stream's labels; escapes are those of Go's strings.
// Unescaped texts are kept in `kept`. InvalidArgument for other texts.
base::Status read_labels(std::string_view text, std::deque<std::string>& kept,
                         std::vector<Label>& labels);

// Writes the entries of one stream after the other. One thread at a time.
class StreamWriter {
  public:
    explicit StreamWriter(JsonEvents& to) : to_(to) {}

    // The views have to stay until the next stream.
    void begin(const std::vector<Label>& labels);
    base::Status entry(base::Nanos time, std::string_view line, const std::vector<Label>& metadata);

  private:
    void add(const Label& label, bool in_line);

    JsonEvents& to_;
    std::vector<Label> labels_;
    Label service_;  // without a value: something names the service already
    EmbeddedJson json_;
};

}  // namespace input::loki
