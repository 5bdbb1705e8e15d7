#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/string_map.h"
#include "event/catalog.h"
#include "event/value.h"

namespace pipeline {

// What a path of keys means: the column it goes to, the type the catalog wants there, and where in
// the current batch its columns are.
struct Field {
    enum class Role : std::uint8_t { plain, time, level };

    std::string path;    // keys as spelled, joined by dots
    std::string name;    // the same with escapes resolved
    std::string column;  // unified name
    std::string marker;  // names the column in a shape; empty when it is the path
    Role role = Role::plain;
    std::uint8_t time_priority = 0;  // smaller is better
    bool syslog_digits = false;      // of a level
    bool root = false;
    bool too_long =
        false;  // longer than longest_name: path and name are empty, the column is "long.<hash>"
    bool kept = true;    // by the table; false: valid until the next field of the same depth
    bool fixed = false;  // of the schema or the catalog: never in overflow
    bool typed = false;  // the catalog wants `wanted`
    bool personal = false;
    event::Type wanted = event::Type::string;
    std::uint64_t hash = 0;  // of the whole path
    std::uint32_t number = 0;
    std::uint32_t depth = 0;

    // Positions of its columns in the batch of this generation; negative: see RowBuilder.
    std::uint32_t generation = 0;
    std::array<std::int32_t, event::type_count> positions{};
};

// The fields that were seen so far, as a tree of keys. Bounded: beyond `most_fields` it makes
// fields that it does not keep. One thread at a time.
class FieldTable {
  public:
    static constexpr std::size_t longest_name = 512;  // bytes; longer ones are replaced by a hash
    static constexpr std::size_t most_fields = 8192;

    // REQUIRES: the catalog outlives the table.
    explicit FieldTable(const event::Catalog& catalog);

    Field& root() { return *root_; }
    // The field of a key (as spelled in JSON, without quotes) in an object; nullptr when an escape
    // in it is wrong.
    Field* child(const Field& parent, std::string_view key);

    bool full() const { return fields_.size() >= most_fields; }
    void clear();

  private:
    void describe(Field& field) const;
    bool place(const Field& parent, std::string_view key, Field& field);

    const event::Catalog& catalog_;
    std::unique_ptr<Field> root_;
    std::deque<Field> fields_;
    base::StringMap<Field*> by_key_;  // parent's number, then the key
    std::deque<Field> passing_;       // by depth, those not kept
    std::string scratch_;
    std::string unescaped_;
};

}  // namespace pipeline
