#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/event_builder.h"
#include "event/json_text.h"

namespace input::testing {

// For tests: what a record tells, as JSON text. Numbers that JSON does not have are written bare.
class ToldText : public event::EventBuilder {
  public:
    explicit ToldText(unsigned depth = 64) : most_(depth) {}

    bool open_object() override { return open('{'); }
    void close_object() override { close('}'); }
    bool open_array() override { return open('['); }
    void close_array() override { close(']'); }
    void key(std::string_view name) override {
        comma();
        event::append_json_string(name, out);
        out.push_back(':');
        first_ = true;
    }
    void text(std::string_view value) override {
        comma();
        event::append_json_string(value, out);
    }
    void integer(std::int64_t value) override {
        comma();
        event::append_integer(value, out);
    }
    void number(double value) override {
        comma();
        if (value != value || value - value != 0) {
            out += value != value ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
            return;
        }
        event::append_number(value, out);
        out += "d";  // a double, whatever it looks like
    }
    void boolean(bool value) override {
        comma();
        out += value ? "true" : "false";
    }
    void null() override {
        comma();
        out += "null";
    }
    void time(base::Nanos value) override {
        comma();
        event::append_json_string(event::rfc3339(value), out);
    }

    std::string out;

  private:
    bool open(char bracket) {
        if (depth_ == most_) return false;
        ++depth_;
        comma();
        out.push_back(bracket);
        first_ = true;
        return true;
    }
    void close(char bracket) {
        --depth_;
        out.push_back(bracket);
        first_ = false;
    }
    void comma() {
        if (!first_) out.push_back(',');
        first_ = false;
    }

    const unsigned most_;
    unsigned depth_ = 0;
    bool first_ = true;
};

}  // namespace input::testing
