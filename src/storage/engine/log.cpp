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

// The checksum covers segment and place too, so that an old record that shows through is never
// taken for a new one.
std::uint64_t checksum(std::uint64_t segment, std::uint64_t position, std::string_view content) {
    return base::hash_of(content) ^ (segment * 0x9e3779b97f4a7c15ULL) ^
           (position * 0xc2b2ae3d27d4eb4fULL);
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

base::Result<std::uint64_t> Log::replay_segment(
    std::uint64_t segment, const base::File& file, std::uint64_t size,
    const std::function<base::Status(std::uint64_t, std::string_view)>& use,
    Replayed& found) const {
    std::string begin(std::min<std::uint64_t>(size, magic.size()), '\0');
    TRY(file.pread(0, begin.size(), begin.data()));
    // Made, but nothing was written before the end came; or its very front is damaged.
    if (begin != magic) return 0;
    std::uint64_t at = magic.size();
    std::string content;
    while (at + header_bytes <= size) {
        char raw[header_bytes];
        TRY(file.pread(at, header_bytes, raw));
        base::ByteReader header(std::string_view(raw, header_bytes));
        const auto sum = header.fixed<std::uint64_t>();
        const auto length = header.fixed<std::uint64_t>();
        if (length == 0 || length > size - at - header_bytes) break;
        content.resize(length);
        TRY(file.pread(at + header_bytes, length, content.data()));
        const std::uint64_t next = at + header_bytes + length;
        if (sum == checksum(segment, at, content)) {
            TRY(use(segment, content));
            ++found.records;
        } else {
            // One damaged record must not take those behind it along; at the very end it is a torn
            // write.
            TRY(const bool more, is_record(segment, file, size, next));
            if (!more) break;
            ++found.damaged;
            base::log().error(
                "{} is damaged at byte {}: a record of {} bytes is lost, the rest goes on",
                path_of(segment), at, length);
        }
        at = next;
    }
    return at;
}

base::Result<bool> Log::is_record(std::uint64_t segment, const base::File& file, std::uint64_t size,
                                  std::uint64_t at) const {
    if (at + header_bytes > size) return false;
    char raw[header_bytes];
    TRY(file.pread(at, header_bytes, raw));
    base::ByteReader header(std::string_view(raw, header_bytes));
    const auto sum = header.fixed<std::uint64_t>();
    const auto length = header.fixed<std::uint64_t>();
    if (length == 0 || length > size - at - header_bytes) return false;
    std::string content(length, '\0');
    TRY(file.pread(at + header_bytes, length, content.data()));
    return sum == checksum(segment, at, content);
}

base::Result<bool> Log::is_clean(const base::File& file, std::uint64_t end,
                                 std::uint64_t size) const {
    std::string piece;
    while (end < size) {
        piece.resize(std::min<std::uint64_t>(size - end, 1 << 20));
        TRY(file.pread(end, piece.size(), piece.data()));
        if (piece.find_first_not_of('\0') != std::string::npos) return false;
        end += piece.size();
    }
    return true;
}

base::Status Log::cut(std::uint64_t segment, std::uint64_t end) {
    TRY(auto file, files_.open(path_of(segment), base::OpenMode::write));
    TRY(file->truncate(end));
    return file->sync();
}

base::Status Log::set_aside(std::uint64_t segment, std::uint64_t end, Replayed& found) {
    const std::string path = path_of(segment);
    ++found.damaged;
    base::log().error(
        "{} is damaged at byte {}: what follows in it is lost, the rest goes on. A copy is kept as "
        "{}.damaged",
        path, end, path);
    TRY(const std::string bytes, files_.read_file(path, segment_limit));
    TRY(files_.replace_file(path + ".damaged", bytes));
    return cut(segment, end);
}

base::Result<Log::Replayed> Log::replay(
    std::uint64_t first, const std::function<base::Status(std::uint64_t, std::string_view)>& use) {
    TRY(files_.make_directories(options_.directory));
    // The directory's own entry too: a log that is not found again is no log.
    TRY(files_.sync_directory(std::filesystem::path(options_.directory).parent_path().string()));
    TRY(const auto numbers, segments());
    Replayed found;
    segment_ = std::max<std::uint64_t>(first, 1);
    for (const std::uint64_t number : numbers) {
        if (number < first) {
            TRY(files_.remove(path_of(number)));
            continue;
        }
        segment_ = number + 1;
        const bool is_last = number == numbers.back();
        TRY(const auto file, files_.open(path_of(number), base::OpenMode::read));
        TRY(const std::uint64_t size, file->size());
        TRY(const std::uint64_t end, replay_segment(number, *file, size, use, found));
        if (is_last) {
            // Never written to again: what lies behind the end was not acknowledged, or only
            // reserved.
            if (size > end) TRY(cut(number, end));
        } else {
            TRY(const bool clean, is_clean(*file, end, size));
            if (!clean) TRY(set_aside(number, end, found));
        }
    }
    return found;
}

base::Status Log::begin_segment(std::uint64_t least_bytes) {
    const std::uint64_t capacity = std::max(options_.segment_bytes, least_bytes + magic.size());
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

base::Status Log::append(const std::vector<std::string*>& records) {
    if (!dead_.empty()) return base::Error(base::Code::io, dead_);
    std::uint64_t total = 0;
    for (const std::string* record : records) total += record->size();
    if (!file_ || position_ + total > capacity_) {
        if (file_) rotate();
        TRY(begin_segment(total));
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
        if (number < first) TRY(files_.remove(path_of(number)));
    }
    return base::ok();
}

}  // namespace storage::engine
