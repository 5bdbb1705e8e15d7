#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace storage::engine {

// The write-ahead log: numbered segment files in one directory, each preallocated, records appended
// and made durable in groups. A record is whole or not there. docs/format/log.md has the layout.
// One thread at a time writes; the owner decides when a segment is no longer needed.
class Log {
  public:
    struct Options {
        std::string directory;
        std::uint64_t segment_bytes = 64 << 20;
    };

    // Bytes before a record's content that `append` fills in: callers leave them free at the front
    // of the record, so that nothing is copied.
    static constexpr std::size_t header_bytes = 16;

    Log(base::FileSystem& files, Options options) : files_(files), options_(std::move(options)) {}

    // What replay found.
    struct Replayed {
        std::uint64_t records = 0;
        // Places in acknowledged history that could not be read, for people.
        std::vector<std::string> damage;
    };

    // Reads all segments from number `first` on and calls `use(segment, content)` per record, in
    // order. A record that cannot be read, or that `use` refuses, is reported and passed over: its
    // segment is kept as `<n>.log.damaged`. What follows the last whole record of the last segment
    // was not acknowledged and is cut off. Older segments are removed. The first append begins a
    // new segment. Fails only when the directory cannot be used at all, or with Busy from `use`.
    base::Result<Replayed> replay(
        std::uint64_t first,
        const std::function<base::Status(std::uint64_t, std::string_view)>& use);

    // Writes records (each beginning with header_bytes free bytes) and returns when all are
    // durable. Busy: the disk is full, nothing of it counts, try again. Io: the log is over until
    // the next start. A new segment leaves `reserve` bytes of the disk free, and as many again as
    // it has itself: what it holds has to fit into parts before it is given back. Where the disk
    // has no room for a whole one, it is smaller.
    base::Status append(const std::vector<std::string*>& records, std::uint64_t reserve = 0);
    // Whether a record of usual size would find room. Busy says why not.
    base::Status check_room(std::uint64_t reserve) const;

    // The next append begins a new segment; returns the number that it will have.
    std::uint64_t rotate();
    // The segment that the next record goes to, if it fits.
    std::uint64_t segment() const { return segment_; }
    // Removes segments before number `first`.
    base::Status remove_before(std::uint64_t first);

    // Why nothing can be written any more; empty when it can.
    const std::string& dead() const { return dead_; }

  private:
    std::string path_of(std::uint64_t segment) const;
    // The size of a new segment. Busy when the disk has no room for it.
    base::Result<std::uint64_t> room_for(std::uint64_t least_bytes, std::uint64_t reserve) const;
    base::Status begin_segment(std::uint64_t least_bytes, std::uint64_t reserve);
    base::Result<std::vector<std::uint64_t>> segments() const;
    struct Segment;
    base::Status replay_file(
        std::uint64_t number, bool is_last,
        const std::function<base::Status(std::uint64_t, std::string_view)>& use, Replayed& found);
    // Returns where the last whole record ends.
    base::Result<std::uint64_t> replay_segment(
        Segment& segment, const std::function<base::Status(std::uint64_t, std::string_view)>& use,
        Replayed& found) const;
    // The record at a place; nothing when no whole one is there.
    static std::optional<std::string> record_at(const Segment& segment, std::uint64_t at);
    // Where the next whole record behind a place is.
    static std::optional<std::uint64_t> find_record(const Segment& segment, std::uint64_t from);
    // Whether nothing but zeros lies behind a place.
    static bool is_clean(const Segment& segment, std::uint64_t end);
    base::Status cut(std::uint64_t segment, std::uint64_t end);
    // Keeps a copy of a segment, or sees to it that the segment itself is kept.
    void set_aside(std::uint64_t segment);
    base::Status remove_segment(std::uint64_t segment);

    base::FileSystem& files_;
    Options options_;
    std::unique_ptr<base::File> file_;
    std::uint64_t segment_ = 1;
    std::uint64_t position_ = 0;
    std::uint64_t capacity_ = 0;
    std::string dead_;
    std::set<std::uint64_t> kept_;  // damaged ones without a copy; fixed after replay
};

}  // namespace storage::engine
