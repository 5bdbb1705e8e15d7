#include <fmt/format.h>

#include "base/bytes.h"
#include "event/batch.h"

// Layout (all numbers varints unless said otherwise): rows, then per row the zigzag difference of
// its time to the row before; number of columns, then per column: name, type (1 byte), number of
// values, 1 if rows are listed, their differences; the values: integers as zigzag differences,
// numbers and addresses raw, strings as the dictionary (count, lengths, bytes) and codes of 1, 2 or
// 4 bytes. Sequence numbers are not part of it: the log's record has the first.

namespace event {

namespace {

using base::ByteReader;
using base::ByteWriter;

template <typename Width>
void put_codes(ByteWriter& out, const std::vector<std::uint32_t>& codes) {
    const std::size_t begin = out.size();
    out.bytes().resize(begin + codes.size() * sizeof(Width));
    char* to = out.bytes().data() + begin;
    for (const std::uint32_t code : codes) {
        const auto narrow = static_cast<Width>(code);
        std::memcpy(to, &narrow, sizeof(Width));
        to += sizeof(Width);
    }
}

template <typename Width>
bool take_codes(ByteReader& in, std::size_t count, std::vector<std::uint32_t>& codes) {
    const std::string_view raw = in.raw(count * sizeof(Width));
    if (in.failed()) return false;
    codes.resize(count);
    for (std::size_t at = 0; at < count; ++at) {
        Width narrow;
        std::memcpy(&narrow, raw.data() + at * sizeof(Width), sizeof(Width));
        codes[at] = narrow;
    }
    return true;
}

void put_text(ByteWriter& out, const Column& column) {
    const StringPool& pool = *column.pool;
    out.varint(pool.size());
    std::uint32_t begin = 0;
    for (const std::uint32_t end : pool.ends()) {
        out.varint(end - begin);
        begin = end;
    }
    out.raw(pool.bytes());
    if (pool.size() <= 0x100) {
        put_codes<std::uint8_t>(out, column.codes);
    } else if (pool.size() <= 0x10000) {
        put_codes<std::uint16_t>(out, column.codes);
    } else {
        put_codes<std::uint32_t>(out, column.codes);
    }
}

bool take_text(ByteReader& in, std::size_t values, Column& column) {
    const std::size_t entries = in.count(1);
    std::vector<std::uint32_t> ends(entries);
    std::uint64_t end = 0;
    for (std::uint32_t& each : ends) {
        const std::uint64_t length = in.varint();
        if (length > in.remaining()) return false;
        end += length;
        if (end > UINT32_MAX) return false;
        each = static_cast<std::uint32_t>(end);
    }
    const std::string_view bytes = in.raw(end);
    if (in.failed()) return false;
    column.pool->assign(std::string(bytes), std::move(ends));
    const bool read = entries <= 0x100     ? take_codes<std::uint8_t>(in, values, column.codes)
                      : entries <= 0x10000 ? take_codes<std::uint16_t>(in, values, column.codes)
                                           : take_codes<std::uint32_t>(in, values, column.codes);
    if (!read) return false;
    for (const std::uint32_t code : column.codes) {
        if (code >= entries) return false;
    }
    return true;
}

void put_column(ByteWriter& out, const Column& column) {
    out.string(column.name);
    out.fixed(static_cast<std::uint8_t>(column.type));
    out.varint(column.size());
    out.fixed(static_cast<std::uint8_t>(column.rows.empty() ? 0 : 1));
    std::uint32_t before = 0;
    for (const std::uint32_t row : column.rows) {
        out.varint(row - before);
        before = row;
    }
    switch (column.type) {
        case Type::string:
            put_text(out, column);
            break;
        case Type::number:
            out.array(column.numbers.data(), column.numbers.size());
            break;
        case Type::ip:
            out.array(column.ips.data(), column.ips.size());
            break;
        default: {
            std::int64_t last = 0;
            for (const std::int64_t value : column.integers) {
                out.zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                                     static_cast<std::uint64_t>(last)));
                last = value;
            }
        }
    }
}

bool take_column(ByteReader& in, std::uint32_t rows, Batch& batch) {
    const std::string_view name = in.string();
    const auto type = in.fixed<std::uint8_t>();
    if (in.failed() || type < 1 || type >= type_count) return false;
    if (batch.find(name, static_cast<Type>(type)) != nullptr) return false;
    Column column{std::string(name), static_cast<Type>(type)};
    const std::size_t values = in.count(1);
    if (in.fixed<std::uint8_t>() != 0) {
        column.rows.resize(values);
        std::uint64_t row = 0;
        for (std::uint32_t& each : column.rows) {
            const std::uint64_t step = in.varint();
            if (step >= rows) return false;
            row += step;
            if (row >= rows) return false;
            each = static_cast<std::uint32_t>(row);
        }
    } else if (values > rows) {
        return false;
    }
    switch (column.type) {
        case Type::string:
            if (!take_text(in, values, column)) return false;
            break;
        case Type::number:
            if (values > in.remaining() / sizeof(double)) return false;
            column.numbers.resize(values);
            in.array(column.numbers.data(), values);
            break;
        case Type::ip:
            if (values > in.remaining() / sizeof(Ip)) return false;
            column.ips.resize(values);
            in.array(column.ips.data(), values);
            break;
        default: {
            column.integers.resize(values);
            std::uint64_t last = 0;
            for (std::int64_t& value : column.integers) {
                last += static_cast<std::uint64_t>(in.zigzag());
                value = static_cast<std::int64_t>(last);
            }
        }
    }
    batch.add(std::move(column));
    return !in.failed();
}

}  // namespace

void encode(const Batch& batch, std::string& out) {
    ByteWriter writer;
    writer.bytes().swap(out);
    writer.varint(batch.rows());
    std::uint64_t last = 0;
    for (const base::Nanos time : batch.time) {
        writer.zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(time) - last));
        last = static_cast<std::uint64_t>(time);
    }
    writer.varint(batch.columns().size());
    for (const Column& column : batch.columns()) put_column(writer, column);
    out = writer.take();
}

base::Result<Batch> decode_batch(std::string_view bytes) {
    ByteReader in(bytes);
    Batch batch;
    const std::size_t rows = in.count(1);
    if (rows > UINT32_MAX) return base::Error(base::Code::corrupt, "a batch of too many rows");
    batch.time.resize(rows);
    std::uint64_t last = 0;
    for (base::Nanos& time : batch.time) {
        last += static_cast<std::uint64_t>(in.zigzag());
        time = static_cast<base::Nanos>(last);
    }
    const std::size_t columns = in.count(4);
    for (std::size_t at = 0; at < columns; ++at) {
        if (!take_column(in, static_cast<std::uint32_t>(rows), batch)) {
            return base::Error(base::Code::corrupt,
                               fmt::format("column {} of a batch is damaged", at));
        }
    }
    if (in.failed() || in.remaining() != 0) {
        return base::Error(base::Code::corrupt, "a batch does not end where it should");
    }
    return batch;
}

}  // namespace event
