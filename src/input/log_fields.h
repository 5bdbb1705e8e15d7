#pragma once

#include <string_view>

#include "input/json_events.h"
#include "logs/fields.h"

namespace input {

// Members of the event that is begun. One thread at a time.
class LogFields final : public logs::Fields {
  public:
    explicit LogFields(JsonEvents& to) : to_(to) {}

    void text(std::string_view name, std::string_view value) override {
        has_time_ = has_time_ || name == "@timestamp";
        to_.text(name, value);
    }
    void integer(std::string_view name, std::int64_t value) override { to_.integer(name, value); }
    void number(std::string_view name, double value) override { to_.number(name, value); }
    void boolean(std::string_view name, bool value) override { to_.boolean(name, value); }

    bool has_time() const { return has_time_; }

  private:
    JsonEvents& to_;
    bool has_time_ = false;
};

}  // namespace input
