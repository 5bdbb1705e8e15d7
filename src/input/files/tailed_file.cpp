#include "input/files/tailed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "base/hash.h"

namespace input::files {

namespace {

// Enough to tell logs apart, whose lines begin with times.
constexpr std::size_t longest_prefix = 256;
// Told together; the rest is read in the next round.
constexpr std::size_t most_events = 100'000;

std::uint64_t new_identity() {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

// Fewer than `size` at the end.
base::Result<std::size_t> read_at(int descriptor, std::uint64_t offset, char* to,
                                  std::size_t size) {
    std::size_t read = 0;
    while (read < size) {
        const auto got =
            ::pread(descriptor, to + read, size - read, static_cast<off_t>(offset + read));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return base::Error{base::Code::io, std::string("cannot read: ") + std::strerror(errno)};
        }
        if (got == 0) break;
        read += static_cast<std::size_t>(got);
    }
    return read;
}

}  // namespace

base::Result<std::unique_ptr<TailedFile>> TailedFile::open(const std::string& path, Reading reading,
                                                           const Limits& limits) {
    // A pipe would block.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        const auto code = errno == ENOENT ? base::Code::not_found : base::Code::io;
        return base::Error{code, fmt::format("cannot open {}: {}", path, std::strerror(errno))};
    }
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return base::Error{base::Code::not_found, path + " is no regular file"};
    }
    FileState state;
    state.device = status.st_dev;
    state.inode = status.st_ino;
    state.path = path;
    return std::unique_ptr<TailedFile>(
        new TailedFile(descriptor, std::move(state), source_of(path), std::move(reading), limits));
}

TailedFile::TailedFile(int descriptor, FileState state, Source source, Reading reading,
                       const Limits& limits)
    : descriptor_(descriptor),
      state_(std::move(state)),
      joiner_(std::move(source), std::move(reading), limits.line_bytes),
      limits_(limits) {}

TailedFile::~TailedFile() { ::close(descriptor_); }

std::uint64_t TailedFile::hash_of_prefix(std::size_t size) const {
    std::string bytes(size, '\0');
    const auto read = read_at(descriptor_, 0, bytes.data(), size);
    return read && read.value() == size ? base::hash_of(bytes) : 0;
}

bool TailedFile::is(const FileState& known) const {
    return known.device == state_.device && known.inode == state_.inode &&
           (known.prefix_size == 0 || hash_of_prefix(known.prefix_size) == known.prefix_hash);
}

void TailedFile::resume(const FileState& known) {
    const std::string path = std::move(state_.path);
    state_ = known;
    state_.path = path;
    size_ = state_.offset;
    learn_prefix();
}

void TailedFile::begin_anew() {
    state_.identity = new_identity();
    state_.offset = 0;
    state_.prefix_size = 0;
    size_ = 0;
    passes_over_ = false;
    learn_prefix();
}

void TailedFile::learn_prefix() {
    std::string bytes(longest_prefix, '\0');
    const auto read = read_at(descriptor_, 0, bytes.data(), bytes.size());
    if (!read || read.value() <= state_.prefix_size) return;
    state_.prefix_size = static_cast<std::uint32_t>(read.value());
    state_.prefix_hash = base::hash_of(std::string_view(bytes).substr(0, read.value()));
}

// The events told so far keep the old identity.
base::Status TailedFile::notice_truncation(std::uint64_t size, bool changed, JsonEvents& to) {
    const bool replaced =
        changed && state_.prefix_size > 0 &&
        (size < state_.prefix_size || hash_of_prefix(state_.prefix_size) != state_.prefix_hash);
    if (size >= state_.offset && !replaced) return base::ok();
    TRY(joiner_.flush(state_.identity, std::numeric_limits<base::Nanos>::max(), to));
    begin_anew();
    return base::ok();
}

base::Result<bool> TailedFile::read(std::size_t most, base::Nanos now, JsonEvents& to) {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) {
        return base::Error{base::Code::io, std::string("cannot read: ") + std::strerror(errno)};
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    // What took its place may have the same size.
    const base::Nanos modified = status.st_mtim.tv_sec * base::second + status.st_mtim.tv_nsec;
    const bool changed = size != size_ || modified != modified_;
    TRY(notice_truncation(size, changed, to));
    if (changed || grew_ == 0) grew_ = now;
    size_ = size;
    modified_ = modified;
    if (state_.prefix_size < longest_prefix && size > state_.prefix_size) learn_prefix();
    most = std::max(most, limits_.line_bytes + 1);
    bool more = false;
    if (size > state_.offset) {
        // Grown only while there is something to read.
        buffer_.resize(std::min<std::uint64_t>(most, size - state_.offset));
        TRY(const std::size_t got,
            read_at(descriptor_, state_.offset, buffer_.data(), buffer_.size()));
        const std::uint64_t before = state_.offset;
        TRY(add_lines(std::string_view(buffer_).substr(0, got), now, to));
        more = state_.offset > before && state_.offset < size;
    }
    std::string().swap(buffer_);
    if (!more) TRY(joiner_.flush(state_.identity, now - limits_.patience, to));
    return more;
}

base::Status TailedFile::add_lines(std::string_view bytes, base::Nanos now, JsonEvents& to) {
    while (!bytes.empty() && to.size() < most_events) {
        const auto end = bytes.find('\n');
        const bool whole = end != std::string_view::npos;
        // The line's end has not been written yet.
        if (!whole && bytes.size() <= limits_.line_bytes && !passes_over_) return base::ok();
        const auto line = bytes.substr(0, whole ? end + 1 : bytes.size());
        const std::uint64_t begin = state_.offset;
        state_.offset += line.size();
        bytes.remove_prefix(line.size());
        const bool rest_of_long_line = std::exchange(passes_over_, !whole);
        if (rest_of_long_line) continue;
        if (line.size() > limits_.line_bytes) ++cut_;
        TRY(joiner_.add(line.substr(0, limits_.line_bytes), begin, state_.identity, now, to));
    }
    return base::ok();
}

bool TailedFile::is_removed() const {
    struct stat status{};
    return ::fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
}

std::size_t TailedFile::take_cut() { return std::exchange(cut_, 0); }

}  // namespace input::files
