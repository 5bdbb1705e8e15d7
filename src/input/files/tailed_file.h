#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "input/files/checkpoints.h"
#include "input/files/event_joiner.h"
#include "input/json_events.h"

namespace input::files {

// One file that grows, held open so that it is read to its end after it was renamed or removed. One
// thread at a time.
class TailedFile {
  public:
    struct Limits {
        std::size_t line_bytes = 4 << 20;  // longer ones are cut there, and the rest is passed over
        base::Nanos patience = 2 * base::second;  // until an event waits for no more lines
    };

    // Opens it. NotFound when it is gone or no regular file.
    static base::Result<std::unique_ptr<TailedFile>> open(const std::string& path, Reading reading,
                                                          const Limits& limits);
    ~TailedFile();
    TailedFile(const TailedFile&) = delete;
    TailedFile& operator=(const TailedFile&) = delete;

    const FileState& state() const { return state_; }
    FileState& state() { return state_; }
    // Whether what is known of a file is of this one: inode, and its first bytes.
    bool is(const FileState& known) const;
    // Goes on where that was.
    void resume(const FileState& known);
    // Begins at the beginning, as a file that nobody knows; also when it was truncated.
    void begin_anew();

    // Reads up to `most` bytes of whole lines and tells their events. True when there may be more.
    // Notices that the file was truncated, or replaced in place.
    base::Result<bool> read(std::size_t most, base::Nanos now, JsonEvents& to);
    // Where to go on after a restart when all events that were told are durable.
    std::uint64_t safe_offset() const { return joiner_.safe_offset(state_.offset); }
    // Nothing refers to it any more.
    bool is_removed() const;
    base::Nanos grew() const { return grew_; }
    // Lines that were cut, since the last call.
    std::size_t take_cut();

  private:
    TailedFile(int descriptor, FileState state, Source source, Reading reading,
               const Limits& limits);

    std::uint64_t hash_of_prefix(std::size_t size) const;
    void learn_prefix();
    base::Status notice_truncation(std::uint64_t size, bool changed, JsonEvents& to);
    base::Status add_lines(std::string_view bytes, base::Nanos now, JsonEvents& to);

    const int descriptor_;
    FileState state_;
    EventJoiner joiner_;
    const Limits limits_;
    std::uint64_t size_ = 0;  // when it was last read
    base::Nanos modified_ = 0;
    base::Nanos grew_ = 0;
    bool passes_over_ = false;  // the rest of a line that is too long
    std::size_t cut_ = 0;
    std::string buffer_;
};

}  // namespace input::files
