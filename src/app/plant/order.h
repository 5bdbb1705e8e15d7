#pragma once

#include <cstdint>
#include <string_view>

#include "app/plant/calendar.h"

namespace plant {

// What is in store for an order, decided when it is created.
enum class Fate : std::uint8_t {
    usual,
    abandoned,     // never submitted
    lost_pricing,  // the message of this queue is sent and never received
    lost_approval,
    lost_manufacturing,
    lost_closing,
    calculation_hangs,  // and nobody looks after it
    never_approved,
    approved_late,  // forgotten for days
    made_late,      // an operator takes it after days
    made_from_old_file,
};

// Where an order is; its next event is that of this step.
enum class Step : std::uint8_t {
    create,
    upload,
    store_file,
    submit,
    publish_failed,
    send_pricing,
    trace_send_pricing,
    receive_pricing,
    trace_receive_pricing,
    time_pricing,
    read_file,
    start_calculation,
    calculation_step,
    calculation_slow,
    fail_calculation,
    calculate,
    send_approval,
    receive_approval,
    approve,
    send_manufacturing,
    trace_send_manufacturing,
    receive_manufacturing,
    trace_receive_manufacturing,
    time_manufacturing,
    start_making,
    read_file_again,
    finish_making,
    pack,
    ship,
    send_closing,
    receive_closing,
    close,
    gone,  // no further event
};
inline constexpr std::size_t step_count = static_cast<std::size_t>(Step::gone);

// An order on its way.
struct Order {
    std::uint64_t number = 0;
    std::uint64_t trace_high = 0;
    std::uint64_t trace_low = 0;
    std::int64_t file_size = 0;
    std::int64_t price = 0;  // in hundredths
    Millis step_begin = 0;   // of what takes long: the message's way, the calculation, the making
    Millis calculation_end = 0;
    Millis calculation_failure = 0;  // when it fails; 0: it does not
    Millis calculation_retry = 0;    // when it is begun again then
    Millis span_begin = 0;           // of the request or message that is being handled
    std::uint32_t site = 0;
    std::uint32_t user = 0;
    std::uint32_t manager = 0;
    std::uint32_t operator_number = 0;
    std::uint32_t triangles = 0;
    std::uint32_t volume = 0;  // in hundredths of cm³
    Step step = Step::create;
    Fate fate = Fate::usual;
    std::uint8_t material = 0;
    std::uint8_t city = 0;
    std::uint8_t quantity = 1;
    std::uint8_t uploads = 1;  // times that the customer still uploads a file
    std::uint8_t version = 1;  // of the file
    std::uint8_t attempt = 1;  // of the calculation
    std::uint8_t debug_step = 0;
    bool publish_fails = false;
    bool slow_told = false;
    std::uint8_t file_length = 0;
    char file[47];  // its name

    std::string_view file_name() const { return {file, file_length}; }
};

}  // namespace plant
