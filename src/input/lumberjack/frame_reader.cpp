#include "input/lumberjack/frame_reader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace input::lumberjack {

namespace {

constexpr std::size_t padding = 64;
constexpr std::size_t type_bytes = 2;
constexpr std::size_t number_bytes = 4;
constexpr std::uint32_t greatest_length = 0x7fffffff;

base::Error too_large(std::string what) { return {base::Code::too_large, std::move(what)}; }

// What the first bytes of other protocols look like.
std::string strange_frame(unsigned char version, unsigned char type) {
    if (version == 0x16 && type == 0x03) {
        return "the client speaks TLS and this port does not: set lumberjack.tls.certificate and "
               "lumberjack.tls.key, or switch ssl off in the client";
    }
    if (version == '1') {
        return "the client speaks version 1 of the protocol, expected version 2 (Beats)";
    }
    if ((version == 'G' && type == 'E') || (version == 'P' && (type == 'O' || type == 'U')) ||
        (version == 'H' && type == 'E')) {
        return "the client speaks HTTP, expected lumberjack (Filebeat's output.logstash); HTTP has "
               "its own port";
    }
    return fmt::format(
        "expected a frame of lumberjack version 2 (2W, 2J or 2C), found {:02x} {:02x}", version,
        type);
}

}  // namespace

// One compressed frame on its way.
struct FrameReader::Inflater {
    Inflater() = default;
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream stream{};
    std::size_t left = 0;   // compressed bytes to come
    bool ended = false;     // zlib has seen its end
    bool has_more = false;  // without further input
    std::string failure;    // behind `out`
    std::string_view out;   // inflated and not yet used
    std::array<char, 64 << 10> room;
};

FrameReader::FrameReader(const ReaderLimits& limits) : limits_(limits) {}
FrameReader::~FrameReader() = default;

base::Result<std::optional<EventBatch>> FrameReader::next() {
    for (;;) {
        if (!ready_.empty()) {
            std::optional<EventBatch> batch(std::move(ready_.front()));
            ready_.pop_front();
            return batch;
        }
        if (inflater_) {
            const bool starved = in_.empty() && inflater_->left > 0 && inflater_->out.empty() &&
                                 !inflater_->has_more && inflater_->failure.empty();
            if (starved) return std::nullopt;
            TRY(read_compressed());
            continue;
        }
        if (in_.empty()) return std::nullopt;
        TRY(consume(in_, Level::outer));
    }
}

std::optional<EventBatch> FrameReader::take_part() {
    if (batch_.events.empty()) return std::nullopt;
    // What has come of an event on its way stays.
    const std::size_t end = event_left_ > 0 && !skips_ ? event_begin_ : batch_.text.size();
    std::string rest = batch_.text.substr(end);
    batch_.text.resize(end);
    hand_over(false);
    batch_.text = std::move(rest);
    event_begin_ = 0;
    std::optional<EventBatch> batch(std::move(ready_.back()));
    ready_.pop_back();
    return batch;
}

std::size_t FrameReader::held() const {
    std::size_t bytes = batch_.text.capacity() + batch_.events.capacity() * sizeof(EventPlace);
    for (const auto& batch : ready_) bytes += batch.text.capacity();
    return bytes + (inflater_ ? sizeof(Inflater) + (44U << 10) : 0);
}

std::uint32_t FrameReader::number(std::size_t at) const {
    return (static_cast<std::uint32_t>(head_[at]) << 24) |
           (static_cast<std::uint32_t>(head_[at + 1]) << 16) |
           (static_cast<std::uint32_t>(head_[at + 2]) << 8) | head_[at + 3];
}

// Until the bytes are used up, a batch is ready or a compressed frame begins.
base::Status FrameReader::consume(std::string_view& bytes, Level level) {
    while (!bytes.empty() && ready_.empty()) {
        if (event_left_ > 0) {
            const auto piece = bytes.substr(0, event_left_);
            if (!skips_) batch_.text.append(piece);
            event_left_ -= piece.size();
            bytes.remove_prefix(piece.size());
            if (event_left_ == 0) end_event();
            continue;
        }
        const auto piece = bytes.substr(0, head_wanted_ - head_size_);
        std::memcpy(head_ + head_size_, piece.data(), piece.size());
        head_size_ += piece.size();
        bytes.remove_prefix(piece.size());
        if (head_size_ < head_wanted_) continue;
        TRY(begin_frame(level));
        if (level == Level::outer && inflater_) return base::ok();
    }
    return base::ok();
}

// With the head as far as it was wanted: wants more of it, or begins what follows it.
base::Status FrameReader::begin_frame(Level level) {
    const unsigned char type = head_[1];
    const bool known = head_[0] == '2' && (type == 'W' || type == 'J' || type == 'C');
    if (!known) return base::invalid(strange_frame(head_[0], type));
    if (level == Level::inner && type != 'J') {
        return base::invalid("a compressed frame holds something else than events");
    }
    if (head_wanted_ == type_bytes) {
        head_wanted_ = type_bytes + (type == 'J' ? 2 : 1) * number_bytes;
        return base::ok();
    }
    head_size_ = 0;
    head_wanted_ = type_bytes;
    if (type == 'W') return begin_window();
    return type == 'J' ? begin_event() : begin_compressed();
}

base::Status FrameReader::begin_window() {
    const std::uint32_t count = number(type_bytes);
    if (count > limits_.window_events) {
        return too_large(fmt::format(
            "a window of {} events, at most {} are taken: set bulk_max_size in the client, or "
            "raise lumberjack.window_events",
            count, limits_.window_events));
    }
    if (received_ < expected_ && (!batch_.events.empty() || batch_.too_long > 0)) hand_over(true);
    expected_ = count;
    received_ = 0;
    window_bytes_ = 0;
    batch_ = {};
    if (count == 0) ready_.push_back({});
    return base::ok();
}

base::Status FrameReader::begin_event() {
    const std::uint32_t sequence = number(type_bytes);
    const std::uint32_t size = number(type_bytes + number_bytes);
    if (received_ >= expected_) {
        return base::invalid(expected_ == 0
                                 ? std::string("an event came before a window was announced")
                                 : fmt::format("more events came than the window's {}", expected_));
    }
    if (size == 0 || size > greatest_length) {
        return base::invalid(
            fmt::format("an event's length is {}, expected 1 to {}", size, greatest_length));
    }
    window_bytes_ += size;
    if (window_bytes_ > limits_.window_bytes) {
        return too_large(fmt::format(
            "a window's events have more than {} bytes: set a smaller bulk_max_size in the client, "
            "or raise lumberjack.window_bytes",
            limits_.window_bytes));
    }
    ++received_;
    // Some clients count on over windows and want that number back; 0 would acknowledge nothing.
    sequence_ = sequence == 0 ? received_ : sequence;
    skips_ = size > limits_.event_bytes;
    event_begin_ = batch_.text.size();
    event_left_ = size;
    return base::ok();
}

void FrameReader::end_event() {
    batch_.sequence = sequence_;
    if (skips_) {
        ++batch_.too_long;
    } else {
        batch_.events.push_back({static_cast<std::uint32_t>(event_begin_),
                                 static_cast<std::uint32_t>(batch_.text.size() - event_begin_)});
    }
    if (received_ == expected_) {
        hand_over(true);
    } else if (batch_.text.size() >= limits_.part_bytes ||
               batch_.events.size() >= limits_.part_events) {
        hand_over(false);
    }
}

void FrameReader::hand_over(bool ends_window) {
    batch_.ends_window = ends_window;
    batch_.text.reserve(batch_.text.size() + padding);
    ready_.push_back(std::move(batch_));
    batch_ = {};
}

base::Status FrameReader::begin_compressed() {
    const std::uint32_t size = number(type_bytes);
    if (received_ >= expected_) {
        return base::invalid("a compressed frame came outside of a window");
    }
    if (size == 0) return base::invalid("a compressed frame is empty");
    inflater_ = std::make_unique<Inflater>();
    inflater_->left = size;
    if (inflateInit(&inflater_->stream) != Z_OK) {
        return base::Error{base::Code::internal, "no memory to decompress a frame"};
    }
    return base::ok();
}

base::Status FrameReader::read_compressed() {
    Inflater& frame = *inflater_;
    if (!frame.out.empty()) return consume(frame.out, Level::inner);
    if (!frame.failure.empty()) return base::invalid(frame.failure);
    if (frame.ended) {
        // Read over, as go-lumber does.
        const auto rest = in_.substr(0, frame.left);
        frame.left -= rest.size();
        in_.remove_prefix(rest.size());
        return frame.left == 0 ? end_compressed() : base::ok();
    }
    const auto piece = in_.substr(0, frame.left);
    frame.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    frame.stream.avail_in = static_cast<uInt>(piece.size());
    frame.stream.next_out = reinterpret_cast<Bytef*>(frame.room.data());
    frame.stream.avail_out = static_cast<uInt>(frame.room.size());
    const int code = inflate(&frame.stream, Z_NO_FLUSH);
    const std::size_t used = piece.size() - frame.stream.avail_in;
    in_.remove_prefix(used);
    frame.left -= used;
    frame.out = {frame.room.data(), frame.room.size() - frame.stream.avail_out};
    frame.has_more = frame.stream.avail_out == 0;
    frame.ended = code == Z_STREAM_END;
    if (code != Z_OK && code != Z_BUF_ERROR && !frame.ended) {
        frame.failure = fmt::format("a compressed frame is not valid zlib: {}",
                                    frame.stream.msg != nullptr ? frame.stream.msg : "wrong bytes");
        return base::ok();  // after what is good before it
    }
    if (!frame.ended && frame.left == 0 && frame.out.empty()) {
        return base::invalid("a compressed frame's content is cut off");
    }
    if (frame.ended) frame.has_more = false;
    if (frame.ended && frame.left == 0 && frame.out.empty()) return end_compressed();
    return base::ok();
}

base::Status FrameReader::end_compressed() {
    if (event_left_ > 0 || head_size_ > 0) {
        return base::invalid("a compressed frame ends within an event");
    }
    inflater_.reset();
    return base::ok();
}

}  // namespace input::lumberjack
