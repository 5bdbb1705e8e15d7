#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace input::files {

// One line of a log file as its writer meant it.
struct DecodedLine {
    enum class Stream : unsigned char { none, output, error };
    std::string_view text;
    std::string_view time;  // RFC 3339; empty: not said
    Stream stream = Stream::none;
    bool goes_on = false;  // its text goes on in the next line of the same stream
};

// Tells the lines of Docker's json-file driver ({"log":"…\n","stream":"stdout","time":"…"}) and of
// Kubernetes' container runtimes ("<time> stdout F text") from all others. One thread at a time.
class LineDecoder {
  public:
    LineDecoder();
    ~LineDecoder();

    // What it gives stays until the next call, or as long as `line`.
    DecodedLine decode(std::string_view line);

  private:
    struct Parser;
    bool decode_docker(std::string_view line, DecodedLine& decoded);

    std::unique_ptr<Parser> parser_;
};

}  // namespace input::files
