#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/fields.h"

namespace logs {

// What a kind of log remembers of the lines of a stream until the next one. Begins empty, and is
// empty again when the event that waited was told.
struct LineState {
    std::uint64_t number = 0;
    bool open = false;
};

// A kind of log that another program writes: which lines are one event, and what they say.
// Immutable, thread-safe.
class LogKind {
  public:
    virtual ~LogKind() = default;
    // Whether a line, without its end, begins an event; else it goes on with the one before. Asked
    // about every line, in their order.
    virtual bool begins(std::string_view line, LineState& state) const = 0;
    // Lines that belong together, with '\n' between them: one event as a rule, more where a damaged
    // one hid where the next begins.
    virtual std::vector<std::string_view> events(std::string_view text) const { return {text}; }
    // Tells an event. What is not understood is its `message`.
    virtual void read(std::string_view event, Fields& to) const = 0;
    // The catalog's name of the service that writes it; empty: any may.
    virtual std::string_view service() const { return {}; }
};

struct LogKindOptions {
    std::string line_prefix;  // PostgreSQL's log_line_prefix
};

// By the names that a configuration uses. InvalidArgument for another name (the message lists
// them), and for a prefix that cannot be read.
base::Result<std::shared_ptr<const LogKind>> make_log_kind(std::string_view name,
                                                           const LogKindOptions& options);

// What `postgresql` is for a file: by its ending, as PostgreSQL names its files, csvlog
// (`postgresql-csv`) or jsonlog (`postgresql-json`); other names stay.
std::string_view kind_of_file(std::string_view name, std::string_view path);

}  // namespace logs
