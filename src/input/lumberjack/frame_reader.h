#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace input::lumberjack {

struct ReaderLimits {
    std::uint32_t window_events = 100'000;
    std::size_t window_bytes = 256 << 20;  // of a window's events, after decompression
    std::size_t event_bytes = 4 << 20;     // longer ones are passed over and counted
    // A larger window is handed over in parts, so that what it takes is bounded.
    std::size_t part_bytes = 2 << 20;
    std::size_t part_events = 16'384;
};

// Where an event's JSON lies in its batch's text.
struct EventPlace {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
};

// The events of one window, or of a part of it.
struct EventBatch {
    std::string text;  // the events one behind the other, 64 bytes of capacity behind them
    std::vector<EventPlace> events;
    std::uint32_t too_long = 0;  // events that were passed over
    std::uint32_t sequence = 0;  // what acknowledges it: the number of its last event
    bool ends_window = true;     // false: more of the same window follows
};

// Reads what a client of lumberjack's version 2 sends (Beats, go-lumber,
// logstash-output-lumberjack): windows ("2W"), events ("2J") and compressed ones ("2C"). A pure
// state machine over bytes; takes memory for one part of a window, whatever comes. A window that is
// followed by another before it is full ends there, as in Logstash. One thread at a time.
class FrameReader {
  public:
    explicit FrameReader(const ReaderLimits& limits);
    ~FrameReader();

    // Further bytes, which have to stay. REQUIRES: next() gave nothing, or nothing was fed yet.
    void feed(std::string_view bytes) { in_ = bytes; }

    // The next batch in order; nothing when it wants more bytes. InvalidArgument or TooLarge when
    // the conversation cannot go on; no further call then.
    base::Result<std::optional<EventBatch>> next();

    // What there is of a window that has not come in whole; nothing when that is no event yet.
    std::optional<EventBatch> take_part();

    // More of a window, or of a frame, is to come.
    bool is_midway() const {
        return received_ < expected_ || head_size_ > 0 || inflater_ != nullptr;
    }
    // Bytes of memory.
    std::size_t held() const;

  private:
    struct Inflater;
    enum class Level : std::uint8_t { outer, inner };

    base::Status consume(std::string_view& bytes, Level level);
    base::Status begin_frame(Level level);
    base::Status begin_window();
    base::Status begin_event();
    base::Status begin_compressed();
    void end_event();
    void hand_over(bool ends_window);
    base::Status read_compressed();
    base::Status end_compressed();
    std::uint32_t number(std::size_t at) const;

    const ReaderLimits limits_;
    std::string_view in_;

    // The head of a frame: version, type, one or two numbers.
    unsigned char head_[10]{};
    std::size_t head_size_ = 0;
    std::size_t head_wanted_ = 2;

    std::uint32_t expected_ = 0;  // events of the window
    std::uint32_t received_ = 0;  // of these, the present one included
    std::uint32_t sequence_ = 0;  // of the present event
    std::size_t window_bytes_ = 0;

    std::size_t event_left_ = 0;  // bytes of the present event to come
    std::size_t event_begin_ = 0;
    bool skips_ = false;  // the present event is passed over

    EventBatch batch_;
    std::deque<EventBatch> ready_;
    std::unique_ptr<Inflater> inflater_;  // inside of a compressed frame
};

}  // namespace input::lumberjack
