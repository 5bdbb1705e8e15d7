#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "input/embedded_json.h"
#include "input/files/line_decoder.h"
#include "input/json_events.h"
#include "logs/log_kind.h"

namespace input::files {

// What the lines of a file share.
struct Source {
    std::string path;
    std::string service;  // from its name; empty: none
    std::string pod;      // of Kubernetes, as are the next two
    std::string space;
    std::string container;
};
// By the names under which Kubernetes and others keep their logs.
Source source_of(std::string_view path);

// Which lines begin an event; the others go on with the one before. Immutable, thread-safe.
class LineRule {
  public:
    // Empty: every line is an event. InvalidArgument for a pattern (RE2) that cannot be read.
    static base::Result<std::shared_ptr<const LineRule>> create(const std::string& begin);
    virtual ~LineRule() = default;
    virtual bool begins(std::string_view line) const = 0;
    // Whether lines may belong together at all.
    virtual bool joins() const = 0;
};

// How a file is read.
struct Reading {
    std::shared_ptr<const LineRule> rule;       // where there is no log kind
    std::shared_ptr<const logs::LogKind> kind;  // nullptr: any text
    std::string service;                        // empty: by the file's name
};

// Makes events of a file's lines: parts of a line that a container runtime has split, and lines
// that belong together by a rule. One per file; one thread at a time.
// or by the kind of log that it is. Of a kind, it tells the fields; else:
//   message       the text; the members of a line that is a JSON object are fields
//   @timestamp    of Docker's and Kubernetes' lines
//   log.file.path, stream ("stdout", "stderr"), kubernetes.*, and, where the line names none,
//   service_name
// An event's id is made of the file's identity and of where the event begins in it.
class EventJoiner {
  public:
    EventJoiner(Source source, Reading reading, std::size_t most_bytes);

    // The line that begins at `begin` in the file.
    base::Status add(std::string_view line, std::uint64_t begin, std::uint64_t identity,
                     base::Nanos now, JsonEvents& to);
    // Tells what has waited for more lines since before `since`.
    base::Status flush(std::uint64_t identity, base::Nanos since, JsonEvents& to);

    // Where reading has to go on after a restart, so that nothing told so far is missed.
    std::uint64_t safe_offset(std::uint64_t read) const;

  private:
    struct Waiting {
        std::string text;
        std::string time;
        std::uint64_t begin = 0;
        base::Nanos touched = 0;
        bool is_begun = false;
        bool goes_on = false;  // within a line
        // For a kind of log: before the last line, where that begins in the text, and behind it.
        logs::LineState before;
        std::size_t line = 0;
        logs::LineState state;
    };

    bool belongs(const DecodedLine& line, Waiting& waiting, logs::LineState& state) const;
    void look_at_whole_line(Waiting& waiting) const;
    bool joins() const { return reading_.kind != nullptr || reading_.rule->joins(); }

    base::Status tell(Waiting& waiting, DecodedLine::Stream stream, std::uint64_t identity,
                      JsonEvents& to);
    base::Status tell_kind(Waiting& waiting, DecodedLine::Stream stream, std::uint64_t identity,
                           JsonEvents& to);
    void add_sources(DecodedLine::Stream stream);
    void add_source(std::string_view name, std::string_view value);

    const Source source_;
    const Reading reading_;
    const std::size_t most_bytes_;
    LineDecoder decoder_;
    std::array<Waiting, 3> waiting_;  // by stream
    EmbeddedJson json_;
    bool is_json_ = false;
    JsonEvents* to_ = nullptr;
};

}  // namespace input::files
