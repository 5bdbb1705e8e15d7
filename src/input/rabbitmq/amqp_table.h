#pragma once

#include <string_view>

#include "base/result.h"
#include "input/rabbitmq/amqp_value.h"

struct amqp_table_t_;

namespace input::rabbitmq {

// What the client library has decoded. Tables in tables beyond some depth are left out.
Table table_of(const amqp_table_t_& table);

// A table as it comes over the wire, its length in front. Corrupt for what is none. For tests and
// fuzzers; connections get theirs from the client library, which decodes them by the same code.
base::Result<Table> decode_table(std::string_view bytes);

}  // namespace input::rabbitmq
