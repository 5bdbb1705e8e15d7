#include "input/rabbitmq/amqp_table.h"

#include <amqp.h>

#include <cmath>

namespace input::rabbitmq {

namespace {

// Deeper than what the pipeline takes of an event.
constexpr int deepest = 16;

std::string text_of(const amqp_bytes_t& bytes) {
    return bytes.len == 0 ? std::string()
                          : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

Table convert(const amqp_table_t& table, int depth);

double decimal_of(const amqp_decimal_t& decimal) {
    return static_cast<double>(static_cast<std::int32_t>(decimal.value)) /
           std::pow(10.0, decimal.decimals);
}

Value convert(const amqp_field_value_t& field, int depth) {
    switch (field.kind) {
        case AMQP_FIELD_KIND_BOOLEAN:
            return {field.value.boolean != 0};
        case AMQP_FIELD_KIND_I8:
            return {static_cast<std::int64_t>(field.value.i8)};
        case AMQP_FIELD_KIND_U8:
            return {static_cast<std::int64_t>(field.value.u8)};
        case AMQP_FIELD_KIND_I16:
            return {static_cast<std::int64_t>(field.value.i16)};
        case AMQP_FIELD_KIND_U16:
            return {static_cast<std::int64_t>(field.value.u16)};
        case AMQP_FIELD_KIND_I32:
            return {static_cast<std::int64_t>(field.value.i32)};
        case AMQP_FIELD_KIND_U32:
            return {static_cast<std::int64_t>(field.value.u32)};
        case AMQP_FIELD_KIND_I64:
            return {field.value.i64};
        case AMQP_FIELD_KIND_U64:
        case AMQP_FIELD_KIND_TIMESTAMP:
            return {static_cast<std::int64_t>(field.value.u64)};
        case AMQP_FIELD_KIND_F32:
            return {static_cast<double>(field.value.f32)};
        case AMQP_FIELD_KIND_F64:
            return {field.value.f64};
        case AMQP_FIELD_KIND_DECIMAL:
            return {decimal_of(field.value.decimal)};
        case AMQP_FIELD_KIND_UTF8:
        case AMQP_FIELD_KIND_BYTES:
            return {text_of(field.value.bytes)};
        case AMQP_FIELD_KIND_ARRAY: {
            std::vector<Value> list;
            if (depth == deepest) return {};
            for (int at = 0; at < field.value.array.num_entries; ++at) {
                list.push_back(convert(field.value.array.entries[at], depth + 1));
            }
            return {std::move(list)};
        }
        case AMQP_FIELD_KIND_TABLE:
            if (depth == deepest) return {};
            return {convert(field.value.table, depth + 1)};
        default:
            return {};
    }
}

Table convert(const amqp_table_t& table, int depth) {
    Table made;
    made.reserve(static_cast<std::size_t>(table.num_entries));
    for (int at = 0; at < table.num_entries; ++at) {
        const amqp_table_entry_t& entry = table.entries[at];
        made.emplace_back(text_of(entry.key), convert(entry.value, depth));
    }
    return made;
}

}  // namespace

Table table_of(const amqp_table_t_& table) { return convert(table, 0); }

base::Result<Table> decode_table(std::string_view bytes) {
    amqp_pool_t pool;
    init_amqp_pool(&pool, 4096);
    amqp_bytes_t encoded{bytes.size(), const_cast<char*>(bytes.data())};
    amqp_table_t table{};
    std::size_t offset = 0;
    const int status = amqp_decode_table(encoded, &pool, &table, &offset);
    Table made;
    if (status == AMQP_STATUS_OK) made = convert(table, 0);
    empty_amqp_pool(&pool);
    if (status != AMQP_STATUS_OK) {
        return base::Error(base::Code::corrupt, amqp_error_string2(status));
    }
    return made;
}

}  // namespace input::rabbitmq
