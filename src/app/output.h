#pragma once

#include <string>
#include <string_view>

namespace app {

// Standard output of a command: buffered, and quiet when the reader has gone (`ordertrail query … |
// head`). One thread at a time.
class Output {
  public:
    explicit Output(int descriptor = 1) : descriptor_(descriptor) {}
    ~Output() { flush(); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(std::string_view text);
    void flush();

    // The reader closed its end, or the disk is full: nothing more can be written.
    bool closed() const { return closed_; }
    // Something that should have been written was lost, other than by the reader's going away.
    bool failed() const { return failed_; }

  private:
    int descriptor_;
    std::string buffer_;
    bool closed_ = false;
    bool failed_ = false;
};

// Colours: on a terminal only, and not with NO_COLOR or TERM=dumb.
bool wants_colours(int descriptor);
bool is_terminal(int descriptor);
// Columns of the terminal, from COLUMNS or the terminal itself; 120 when neither tells.
std::size_t terminal_width(int descriptor);

}  // namespace app
