#include "event/shape.h"

#include <algorithm>
#include <charconv>

#include "base/string_map.h"
#include "event/schema.h"

namespace event {

// A leaf (none when `kind` is 0) and the skeleton behind it.
struct SourceWriter::Step {
    std::uint32_t text_end = 0;  // of Template::text; it begins where the step before ends
    std::uint32_t slot = 0;      // of Template::slots, for leaves that have a column
    std::uint32_t form = 0;      // of Template::forms, for leaves that have arguments
    char kind = 0;
};

// A leaf's arguments.
struct SourceWriter::Form {
    TimeForm time;
    EpochForm epoch;
    ExponentForm exponent;
    std::uint8_t decimals = 0;
    bool operator==(const Form&) const = default;
};

struct SourceWriter::Template {
    struct Slot {
        std::string name;
        Type type;
        const Column* column;
    };
    std::string text;
    std::vector<Step> steps;
    std::vector<Form> forms;
    std::vector<Slot> slots;
};

// Makes a shape's steps. Follows the skeleton just as far as names of columns need it, so that
// damage cannot matter.
class SourceWriter::Compiler {
  public:
    Compiler(std::string_view shape, Template& out) : shape_(shape), out_(out) {}

    void compile() {
        out_.steps.emplace_back();
        while (at_ < shape_.size()) step();
        end_text();
    }

  private:
    // An open object or array.
    struct Frame {
        bool object;
        bool root;
        std::size_t path;  // length of its path
        // An array's values' column where it was named.
        bool named;
        std::string given;
    };

    void step() {
        const char c = shape_[at_];
        switch (c) {
            case '{':
            case '[':
                open(c == '{');
                break;
            case '}':
            case ']':
                close();
                break;
            case '"':
                quote();
                break;
            case leaf::name_begin:
                name();
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    ++at_;
                    leaf_of(c);
                } else {
                    keep(1);
                }
        }
    }

    // The next bytes are skeleton.
    void keep(std::size_t size) {
        out_.text.append(shape_, at_, size);
        at_ += size;
    }

    void end_text() { out_.steps.back().text_end = static_cast<std::uint32_t>(out_.text.size()); }

    void open(bool object) {
        const bool named = named_ && !object;
        frames_.push_back(
            {object, frames_.empty(), path_.size(), named, named ? given_ : std::string()});
        if (object) named_ = false;
        same_column_ = false;
        keep(1);
    }

    void close() {
        if (!frames_.empty()) {
            path_.resize(frames_.back().path);
            frames_.pop_back();
        }
        named_ = !frames_.empty() && frames_.back().named;
        if (named_) given_ = frames_.back().given;
        same_column_ = false;
        keep(1);
    }

    // A key, a string that stands in the skeleton itself, or a quote around a leaf.
    void quote() {
        const bool around_leaf =
            at_ + 1 < shape_.size() && static_cast<unsigned char>(shape_[at_ + 1]) < 0x20;
        if (quoted_leaf_ || around_leaf) {
            quoted_leaf_ = !quoted_leaf_ && around_leaf;
            keep(1);
            return;
        }
        std::size_t end = at_ + 1;
        while (end < shape_.size() && shape_[end] != '"') end += shape_[end] == '\\' ? 2 : 1;
        if (end >= shape_.size()) {
            keep(1);
            return;
        }
        const bool key = end + 1 < shape_.size() && shape_[end + 1] == ':';
        if (key && !frames_.empty() && frames_.back().object) {
            path_.resize(frames_.back().path);
            if (!frames_.back().root) path_.push_back('.');
            path_.append(shape_, at_ + 1, end - at_ - 1);
            named_ = false;
            same_column_ = false;
        }
        keep(end + 1 - at_);
    }

    void name() {
        const std::size_t end = shape_.find(leaf::name_end, at_);
        if (end == std::string_view::npos) {
            at_ = shape_.size();
            return;
        }
        given_.assign(shape_, at_ + 1, end - at_ - 1);
        named_ = true;
        same_column_ = false;
        at_ = end + 1;
    }

    char argument() { return at_ < shape_.size() ? shape_[at_++] : '\0'; }

    std::uint8_t digits_argument(std::uint8_t most) {
        const auto value = static_cast<unsigned char>(argument() - '0');
        return value > most ? most : value;
    }

    TimeForm time_argument() {
        TimeForm form;
        form.separator = argument();
        form.decimals = digits_argument(9);
        form.zone = argument();
        if (form.zone == 'Z' || form.zone == 'z') return form;
        char sign = form.zone;
        if (sign == 'b' || sign == 'n') {
            sign = argument();
        } else {
            form.zone = 'o';
        }
        form.negative = sign == '-';
        unsigned parts[2] = {0, 0};
        for (unsigned& part : parts) {
            part = digits_argument(9) * 10U;
            part += digits_argument(9);
            if (&part == &parts[0]) argument();  // the colon
        }
        form.minutes = static_cast<std::uint16_t>(parts[0] * 60 + parts[1]);
        return form;
    }

    EpochForm epoch_argument() {
        EpochForm form;
        form.unit = argument();
        form.decimals = digits_argument(9);
        return form;
    }

    ExponentForm exponent_argument() {
        ExponentForm form;
        const char decimals = argument();
        form.decimals =
            decimals == '*' ? -1 : std::min<int>(static_cast<unsigned char>(decimals - '0'), 78);
        const char bits = argument();
        form.upper = (bits & 1) != 0;
        form.plus = (bits & 2) != 0;
        form.two_digits = (bits & 4) != 0;
        return form;
    }

    std::uint32_t slot(Type type) {
        if (same_column_ && out_.slots[last_slot_].type == type) return last_slot_;
        const std::string& column = named_ ? given_ : path_;
        key_.assign(column);
        key_.push_back('\0');
        key_.push_back(letter_of(type));
        const auto next = static_cast<std::uint32_t>(out_.slots.size());
        const auto [entry, added] = slots_.try_emplace(key_, next);
        if (added) out_.slots.push_back({column, type, nullptr});
        same_column_ = true;
        last_slot_ = entry->second;
        return last_slot_;
    }

    std::uint32_t form(const Form& made) {
        if (out_.forms.empty() || out_.forms.back() != made) out_.forms.push_back(made);
        return static_cast<std::uint32_t>(out_.forms.size() - 1);
    }

    void leaf_of(char kind) {
        Step made{.kind = kind};
        switch (kind) {
            case leaf::string:
            case leaf::bare_string:
                made.slot = slot(Type::string);
                break;
            case leaf::integer:
            case leaf::quoted_integer:
                made.slot = slot(Type::integer);
                break;
            case leaf::decimal:
                made.form = form({.decimals = digits_argument(78)});
                made.slot = slot(Type::number);
                break;
            case leaf::scientific:
                made.form = form({.exponent = exponent_argument()});
                made.slot = slot(Type::number);
                break;
            case leaf::number:
                made.slot = slot(Type::number);
                break;
            case leaf::boolean:
                made.slot = slot(Type::boolean);
                break;
            case leaf::ip:
                made.slot = slot(Type::ip);
                break;
            case leaf::row_time:
                made.form = form({.time = time_argument()});
                break;
            case leaf::row_epoch:
                made.form = form({.epoch = epoch_argument()});
                break;
            case leaf::timestamp:
                made.form = form({.time = time_argument()});
                made.slot = slot(Type::timestamp);
                break;
            case leaf::epoch:
                made.form = form({.epoch = epoch_argument()});
                made.slot = slot(Type::timestamp);
                break;
            case leaf::passed_over: {
                const auto type = type_of_letter(argument());
                if (!type) return;
                made.slot = slot(*type);
                break;
            }
            default:  // of a later version, or damaged
                return;
        }
        end_text();
        out_.steps.push_back(made);
    }

    std::string_view shape_;
    Template& out_;
    std::size_t at_ = 0;
    std::vector<Frame> frames_;
    std::string path_;
    std::string given_;
    bool named_ = false;
    bool quoted_leaf_ = false;  // a leaf's closing quote is to come
    base::StringMap<std::uint32_t> slots_;
    std::string key_;
    bool same_column_ = false;  // as the leaf before
    std::uint32_t last_slot_ = 0;
};

namespace {

struct Value {
    std::int64_t integer = 0;  // boolean, timestamp too
    double number = 0;
    std::string_view text;
    Ip ip;
};

Value value_at(const Column& column, std::size_t at) {
    Value value;
    switch (column.type) {
        case Type::string:
            value.text = column.text(at);
            break;
        case Type::number:
            value.number = column.numbers[at];
            break;
        case Type::ip:
            value.ip = column.ips[at];
            break;
        default:
            value.integer = column.integers[at];
    }
    return value;
}

// From `_overflow`.
Value value_of(Type type, std::string_view text) {
    Value value;
    value.text = text;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    switch (type) {
        case Type::boolean:
            value.integer = text == "true" ? 1 : 0;
            break;
        case Type::number:
            std::from_chars(begin, end, value.number);
            break;
        case Type::ip:
            value.ip = Ip::parse(text).value_or(Ip{});
            break;
        default:
            std::from_chars(begin, end, value.integer);
    }
    return value;
}

void append_quoted(const auto& append, std::string& out) {
    out.push_back('"');
    append();
    out.push_back('"');
}

// A value in the way that is usual for its type.
void append_plainly(Type type, const Value& value, std::string& out) {
    switch (type) {
        case Type::boolean:
            out.append(value.integer != 0 ? "true" : "false");
            break;
        case Type::integer:
            append_integer(value.integer, out);
            break;
        case Type::number:
            append_number(value.number, out);
            break;
        case Type::timestamp:
            append_quoted([&] { out.append(rfc3339(value.integer)); }, out);
            break;
        case Type::ip:
            append_quoted([&] { out.append(value.ip.text()); }, out);
            break;
        case Type::string:
            append_json_string(value.text, out);
    }
}

}  // namespace

SourceWriter::SourceWriter(const Batch& batch)
    : batch_(batch),
      shapes_(batch.find(field::shape, Type::string)),
      overflow_(batch.find(field::overflow, Type::string)) {}

SourceWriter::~SourceWriter() = default;

const SourceWriter::Template& SourceWriter::compiled(std::uint32_t code) {
    if (code >= templates_.size()) templates_.resize(code + 1);
    auto& made = templates_[code];
    if (made == nullptr) {
        made = std::make_unique<Template>();
        Compiler((*shapes_->pool)[code], *made).compile();
        for (Template::Slot& slot : made->slots) slot.column = batch_.find(slot.name, slot.type);
    }
    return *made;
}

void SourceWriter::append(std::uint32_t row, std::string& out) {
    if (shapes_ == nullptr) return append_columns(row, out);
    const auto [first, last] = shapes_->values_of(row);
    if (first == last) return append_columns(row, out);
    const Template& shape = compiled(shapes_->codes[first]);
    cursors_.clear();
    for (const Template::Slot& slot : shape.slots) {
        cursors_.push_back(slot.column == nullptr ? std::pair<std::size_t, std::size_t>(0, 0)
                                                  : slot.column->values_of(row));
    }
    overflow_.seek(row);
    std::uint32_t text = 0;
    for (const Step& step : shape.steps) {
        if (step.kind != 0) append_leaf(shape, step, row, out);
        out.append(shape.text, text, step.text_end - text);
        text = step.text_end;
    }
}

void SourceWriter::append_leaf(const Template& shape, const Step& step, std::uint32_t row,
                               std::string& out) {
    Value value;
    if (step.kind == leaf::row_time || step.kind == leaf::row_epoch) {
        value.integer = row < batch_.time.size() ? batch_.time[row] : 0;
    } else {
        const Template::Slot& slot = shape.slots[step.slot];
        auto& [next, end] = cursors_[step.slot];
        if (next < end) {
            value = value_at(*slot.column, next++);
        } else if (const auto text = overflow_.next(slot.name, slot.type)) {
            value = value_of(slot.type, *text);
        } else {
            if (step.kind != leaf::passed_over) out.append("null");
            return;
        }
    }
    switch (step.kind) {
        case leaf::passed_over:
            return;
        case leaf::string:
            return append_json_string(value.text, out);
        case leaf::bare_string:
            return append_valid_utf8(value.text, out);
        case leaf::integer:
            return append_integer(value.integer, out);
        case leaf::number:
            return append_number(value.number, out);
        case leaf::decimal:
            return append_decimal(value.number, shape.forms[step.form].decimals, out);
        case leaf::scientific:
            return append_scientific(value.number, shape.forms[step.form].exponent, out);
        case leaf::boolean:
            return append_plainly(Type::boolean, value, out);
        case leaf::row_epoch:
        case leaf::epoch:
            return append_epoch(value.integer, shape.forms[step.form].epoch, out);
        case leaf::quoted_integer:
            return append_quoted([&] { append_integer(value.integer, out); }, out);
        case leaf::ip:
            return append_plainly(Type::ip, value, out);
        default:  // row_time, timestamp
            return append_quoted(
                [&] { append_time(value.integer, shape.forms[step.form].time, out); }, out);
    }
}

void SourceWriter::append_columns(std::uint32_t row, std::string& out) const {
    out.append("{\"timestamp\":");
    append_plainly(Type::timestamp, {.integer = row < batch_.time.size() ? batch_.time[row] : 0},
                   out);
    const auto& columns = batch_.columns();
    std::vector<std::pair<const Column*, std::size_t>> values;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        const std::string& name = columns[at].name;
        if (name.starts_with('_')) continue;
        const std::vector<std::size_t> same_name = batch_.named(name);
        if (*std::min_element(same_name.begin(), same_name.end()) != at) continue;
        values.clear();
        for (const std::size_t position : same_name) {
            const auto [first, last] = columns[position].values_of(row);
            for (std::size_t value = first; value < last; ++value) {
                values.emplace_back(&columns[position], value);
            }
        }
        if (values.empty()) continue;
        out.push_back(',');
        append_json_string(name, out);
        out.push_back(':');
        if (values.size() > 1) out.push_back('[');
        for (std::size_t value = 0; value < values.size(); ++value) {
            if (value > 0) out.push_back(',');
            const auto& [column, place] = values[value];
            append_plainly(column->type, value_at(*column, place), out);
        }
        if (values.size() > 1) out.push_back(']');
    }
    out.push_back('}');
}

}  // namespace event
