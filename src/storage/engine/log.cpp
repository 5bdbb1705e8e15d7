#include "storage/engine/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/log.h"

namespace storage::engine {

namespace {

constexpr std::string_view magic = "OTPL\x01\0\0\0";
constexpr std::string_view suffix = ".log";
constexpr std::uint64_t segment_limit = 1ULL << 33;
constexpr std::uint64_t smallest_segment = 1 << 20;

// The checksum covers segment and place too, so that an old record that shows through is never
// taken for a new one.
std::uint64_t checksum(std::uint64_t segment, std::uint64_t position, std::string_view content) {
    return base::hash_of(content) ^ (segment * 0x9e3779b97f4a7c15ULL) ^
           (position * 0xc2b2ae3d27d4eb4fULL);
}

bool is_zero(std::string_view bytes) {
    return bytes.empty() ||
           (bytes[0] == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

std::string Log::path_of(std::uint64_t segment) const {
    return fmt::format("{}/{:012}{}", options_.directory, segment, suffix);
}

base::Result<std::vector<std::uint64_t>> Log::segments() const {
    TRY(const auto names, files_.list(options_.directory));
    std::vector<std::uint64_t> numbers;
    for (const std::string& name : names) {
        std::uint64_t number = 0;
        const char* end = name.data() + name.size();
        const auto [rest, failure] = std::from_chars(name.data(), end, number);
        if (failure == std::errc() &&
            std::string_view(rest, static_cast<std::size_t>(end - rest)) == suffix) {
            numbers.push_back(number);
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

// A segment while it is read.
struct Log::Segment {
    std::uint64_t number = 0;
    std::unique_ptr<base::File> file;
    std::uint64_t size = 0;
};

std::optional<std::string> Log::record_at(const Segment& segment, std::uint64_t at) {
    if (segment.size < header_bytes || at > segment.size - header_bytes) return std::nullopt;
    char raw[header_bytes];
    if (!segment.file->pread(at, header_bytes, raw)) return std::nullopt;
    base::ByteReader header(std::string_view(raw, header_bytes));
    const auto sum = header.fixed<std::uint64_t>();
    const auto length = header.fixed<std::uint64_t>();
    if (length == 0 || length > segment.size - at - header_bytes) return std::nullopt;
    std::string content(length, '\0');
    if (!segment.file->pread(at + header_bytes, length, content.data())) return std::nullopt;
    if (sum != checksum(segment.number, at, content)) return std::nullopt;
    return content;
}

std::optional<std::uint64_t> Log::find_record(const Segment& segment, std::uint64_t from) {
    constexpr std::uint64_t step = 1 << 20;
    // What is read on suspicion: bytes made to look like headers must not hold up the start.
    std::uint64_t budget = 8ULL << 30;
    std::string piece;
    while (segment.size >= header_bytes && from <= segment.size - header_bytes) {
        // Headers may begin anywhere: pieces overlap by one.
        piece.resize(std::min(step + header_bytes, segment.size - from));
        const std::size_t places = std::min<std::size_t>(step, piece.size() - header_bytes + 1);
        if (!segment.file->pread(from, piece.size(), piece.data()) || is_zero(piece)) {
            from += places;
            continue;
        }
        for (std::size_t at = 0; at < places; ++at) {
            std::uint64_t length = 0;
            std::memcpy(&length, piece.data() + at + 8, sizeof(length));
            // Most places have a length that cannot be; the checksum decides about the others.
            if (length == 0 || length > segment.size - from - at) continue;
            if (length > budget) return std::nullopt;
            budget -= length;
            if (record_at(segment, from + at)) return from + at;
        }
        from += places;
    }
    return std::nullopt;
}

base::Result<std::uint64_t> Log::replay_segment(
    Segment& segment, const std::function<base::Status(std::uint64_t, std::string_view)>& use,
    Replayed& found) const {
    std::string begin(std::min<std::uint64_t>(segment.size, magic.size()), '\0');
    const bool known = segment.file->pread(0, begin.size(), begin.data()) && begin == magic;
    std::uint64_t at = known ? magic.size() : 0;
    std::uint64_t end = at;  // of the last whole record
    while (true) {
        auto content = record_at(segment, at);
        if (!content) {
            // Nothing whole behind it: the end. Else something was damaged, or, where power was
            // lost, the last group of records did not reach the disk in their order.
            if (is_clean(segment, at)) return end;
            const auto next = find_record(segment, at);
            if (!next) return end;
            found.damage.push_back(fmt::format(
                "{} cannot be read from byte {} to {}: what was there is lost, the rest goes on. A "
                "copy is kept as {}.damaged",
                path_of(segment.number), at, *next, path_of(segment.number)));
            at = *next;
            continue;
        }
        if (const auto used = use(segment.number, *content); used) {
            ++found.records;
        } else if (used.error().code == base::Code::busy) {
            return used.error();
        } else {
            found.damage.push_back(fmt::format(
                "{} has a record at byte {} that cannot be understood ({}) and is left out. A copy "
                "is kept as {}.damaged",
                path_of(segment.number), at, used.error().message, path_of(segment.number)));
        }
        at += header_bytes + content->size();
        end = at;
    }
}

bool Log::is_clean(const Segment& segment, std::uint64_t end) {
    std::string piece;
    while (end < segment.size) {
        piece.resize(std::min<std::uint64_t>(segment.size - end, 1 << 20));
        if (!segment.file->pread(end, piece.size(), piece.data())) return false;
        if (!is_zero(piece)) return false;
        end += piece.size();
    }
    return true;
}

base::Status Log::cut(std::uint64_t segment, std::uint64_t end) {
    TRY(auto file, files_.open(path_of(segment), base::OpenMode::write));
    TRY(file->truncate(end));
    return file->sync();
}

void Log::set_aside(std::uint64_t segment) {
    const std::string path = path_of(segment);
    const std::string copy = path + ".damaged";
    if (files_.exists(copy)) return;
    const auto copied = [&]() -> base::Status {
        TRY(const std::string bytes, files_.read_file(path, segment_limit));
        // Without the zeros that were only reserved.
        const std::size_t last = bytes.find_last_not_of('\0');
        return files_.replace_file(copy, std::string_view(bytes).substr(0, last + 1));
    }();
    if (!copied) {
        base::log().warn("{} cannot be copied ({}); it is kept itself when its time is over", path,
                         copied.error().message);
        kept_.insert(segment);
    }
}

base::Status Log::remove_segment(std::uint64_t segment) {
    const std::string path = path_of(segment);
    if (kept_.contains(segment)) return files_.rename(path, path + ".damaged");
    return files_.remove(path);
}

base::Status Log::replay_file(
    std::uint64_t number, bool is_last,
    const std::function<base::Status(std::uint64_t, std::string_view)>& use, Replayed& found) {
    Segment segment;
    segment.number = number;
    const auto opened = [&]() -> base::Status {
        TRY(segment.file, files_.open(path_of(number), base::OpenMode::read));
        TRY(segment.size, segment.file->size());
        return base::ok();
    }();
    if (!opened) {
        // Too few descriptors, say: that passes, and its rows must not be missing meanwhile.
        if (opened.error().code == base::Code::busy) return opened.error();
        found.damage.push_back(
            fmt::format("{}: what was in it is missing. It is kept as {}.damaged",
                        opened.error().message, path_of(number)));
        kept_.insert(number);
        return base::ok();
    }
    const std::size_t damage_before = found.damage.size();
    TRY(const std::uint64_t end, replay_segment(segment, use, found));
    const bool clean = is_clean(segment, end);
    if (!clean && !is_last) {
        found.damage.push_back(fmt::format(
            "{} is damaged from byte {} on: what was there is lost, the rest goes on. A copy is "
            "kept as {}.damaged",
            path_of(number), end, path_of(number)));
    }
    if (found.damage.size() > damage_before || !clean) set_aside(number);
    if (!is_last || segment.size == end) return base::ok();
    // Never written to again: what lies behind the end was not acknowledged, or only reserved.
    if (!clean) {
        base::log().warn(
            "{} ends at byte {} in a record that was not written to its end, and so not "
            "acknowledged; its bytes are kept in {}.damaged",
            path_of(number), end, path_of(number));
    }
    if (const auto done = cut(number, end); !done)
        base::log().warn("{} keeps its reserved space: {}", path_of(number), done.error().message);
    return base::ok();
}

base::Result<Log::Replayed> Log::replay(
    std::uint64_t first, const std::function<base::Status(std::uint64_t, std::string_view)>& use) {
    TRY(files_.make_directories(options_.directory));
    // The directory's own entry too: a log that is not found again is no log.
    TRY(files_.sync_directory(std::filesystem::path(options_.directory).parent_path().string()));
    TRY(auto numbers, segments());
    Replayed found;
    segment_ = std::max<std::uint64_t>(first, 1);
    for (const std::uint64_t number : numbers) {
        if (number >= first) break;
        if (const auto removed = files_.remove(path_of(number)); !removed)
            base::log().warn("an old log segment stays: {}", removed.error().message);
    }
    std::erase_if(numbers, [first](std::uint64_t number) { return number < first; });
    for (const std::uint64_t number : numbers) {
        // The first may be one that a lost manifest knew of.
        if (number != segment_ && number != numbers.front()) {
            found.damage.push_back(
                fmt::format("{} is missing: what was in it is lost", path_of(segment_)));
        }
        segment_ = number + 1;
        TRY(replay_file(number, number == numbers.back(), use, found));
    }
    return found;
}

base::Result<std::uint64_t> Log::room_for(std::uint64_t least_bytes, std::uint64_t reserve) const {
    const std::uint64_t least = least_bytes + magic.size();
    TRY(const auto space, files_.space(options_.directory));
    const std::uint64_t free = space.free_bytes;
    std::uint64_t capacity = std::max(options_.segment_bytes, least);
    const std::uint64_t smallest = std::max(least, std::min(smallest_segment, capacity));
    while (free < reserve + 2 * capacity && capacity > smallest)
        capacity = std::max(capacity / 4, smallest);
    if (free >= reserve + 2 * capacity) return capacity;
    return base::Error(base::Code::busy,
                       fmt::format("the disk is full: {} has {} KiB free, at least {} KiB are "
                                   "needed. Make room; writing goes on by itself",
                                   options_.directory, free >> 10, (reserve + 2 * capacity) >> 10));
}

base::Status Log::check_room(std::uint64_t reserve) const {
    if (file_ && position_ + smallest_segment / 4 <= capacity_) return base::ok();
    TRY(const std::uint64_t room, room_for(smallest_segment / 4, reserve));
    (void)room;
    return base::ok();
}

base::Status Log::begin_segment(std::uint64_t least_bytes, std::uint64_t reserve) {
    TRY(const std::uint64_t capacity, room_for(least_bytes, reserve));
    const std::string path = path_of(segment_);
    TRY(auto file, files_.open(path, base::OpenMode::create));
    const auto prepared = [&]() -> base::Status {
        TRY(file->allocate(capacity));
        TRY(file->pwrite(0, magic));
        TRY(file->sync());
        return files_.sync_directory(options_.directory);
    }();
    if (!prepared) {
        file.reset();
        (void)files_.remove(path);
        return prepared.error();
    }
    file_ = std::move(file);
    position_ = magic.size();
    capacity_ = capacity;
    return base::ok();
}

base::Status Log::append(const std::vector<std::string*>& records, std::uint64_t reserve) {
    if (!dead_.empty()) return base::Error(base::Code::io, dead_);
    std::uint64_t total = 0;
    for (const std::string* record : records) total += record->size();
    if (!file_ || position_ + total > capacity_) {
        if (file_) rotate();
        TRY(begin_segment(total, reserve));
    }
    const auto written = [&]() -> base::Status {
        std::uint64_t at = position_;
        for (std::string* record : records) {
            const auto content = std::string_view(*record).substr(header_bytes);
            const std::uint64_t sum = checksum(segment_, at, content);
            const std::uint64_t size = content.size();
            std::memcpy(record->data(), &sum, sizeof(sum));
            std::memcpy(record->data() + sizeof(sum), &size, sizeof(size));
            TRY(file_->pwrite(at, *record));
            at += record->size();
        }
        return file_->sync();
    }();
    if (!written) {
        // What is on the disk now is unknown, and a later fsync might lie about it: this log is
        // over. What was acknowledged is safe; a restart reads it back.
        dead_ =
            fmt::format("the log cannot be written: {}. Check the disk, then restart Ordertrail",
                        written.error().message);
        base::log().critical("{}", dead_);
        return base::Error(base::Code::io, dead_);
    }
    position_ += total;
    return base::ok();
}

std::uint64_t Log::rotate() {
    if (file_) {
        file_.reset();
        ++segment_;
    }
    return segment_;
}

base::Status Log::remove_before(std::uint64_t first) {
    TRY(const auto numbers, segments());
    for (const std::uint64_t number : numbers) {
        if (number < first) TRY(remove_segment(number));
    }
    // What is gone must not come back before what is removed later.
    return files_.sync_directory(options_.directory);
}

}  // namespace storage::engine
