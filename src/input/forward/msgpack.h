#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

// MessagePack (github.com/msgpack/msgpack/blob/master/spec.md), read where it lies.

namespace input::forward {

struct MsgpackValue {
    enum class Kind : std::uint8_t {
        nil,
        boolean,
        integer,   // `integer`
        natural,   // beyond int64: `natural`
        number,    // `number`
        text,      // `bytes`
        binary,    // `bytes`
        array,     // of `size` values, which follow
        map,       // of `size` pairs, which follow
        extension  // `type`, `bytes`
    };
    Kind kind = Kind::nil;
    bool boolean = false;
    std::int8_t type = 0;
    std::uint32_t size = 0;
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double number = 0;
    std::string_view bytes;

    bool is_text() const { return kind == Kind::text || kind == Kind::binary; }
};

// Takes values off the front of bytes that are not trusted. One thread at a time.
class MsgpackReader {
  public:
    explicit MsgpackReader(std::string_view bytes) : rest_(bytes) {}

    enum class Found : std::uint8_t { value, more, broken };
    // `more`: the bytes end within the value, nothing was taken. Containers' values follow.
    Found next(MsgpackValue& value);
    // Takes the next value with all that lies in it; InvalidArgument when it is not there in whole.
    base::Result<std::string_view> take_whole();

    std::string_view rest() const { return rest_; }
    bool at_end() const { return rest_.empty(); }

  private:
    Found take_bytes(std::size_t head, std::size_t size, MsgpackValue& value);
    Found take_sized(unsigned char code, MsgpackValue& value);
    Found take_scalar(unsigned char code, MsgpackValue& value);
    std::uint64_t number_at(std::size_t at, std::size_t size) const;

    std::string_view rest_;
};

// Finds where a value ends while its bytes come in, looking at each once. One thread at a time.
class MsgpackExtent {
  public:
    // `bytes`: the value's, all that have come. The value's size; 0 when it wants more;
    // InvalidArgument for what is none; TooLarge when it says it is larger than `most`.
    base::Result<std::size_t> find(std::string_view bytes, std::size_t most);
    // Begins anew.
    void reset() { *this = MsgpackExtent(); }

  private:
    std::size_t at_ = 0;
    std::uint64_t to_come_ = 1;
};

// Fluentd's EventTime, or seconds; nothing for other values.
std::optional<base::Nanos> time_of(const MsgpackValue& value);

// Appends the next value as JSON. InvalidArgument for what is none, or nested too deeply: `out` is
// as it was then.
base::Status append_json(MsgpackReader& reader, std::string& out);

}  // namespace input::forward
