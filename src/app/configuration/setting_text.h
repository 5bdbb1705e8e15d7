#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/configuration/configuration.h"
#include "base/result.h"

// The texts of settings' values, the same in the file, the environment and the flags.
// InvalidArgument says what was expected and what was found.

namespace app {

// "100MiB", "64 kB", "4096": binary units with an i, decimal ones without.
base::Result<std::uint64_t> parse_bytes(std::string_view text);
// The shortest exact form: 104857600 → "100MiB".
std::string bytes_text(std::uint64_t bytes);

// "30s", "500ms", "5m", "1h", "2d"; a unit is needed.
base::Result<base::Nanos> parse_duration(std::string_view text);

base::Result<std::uint64_t> parse_count(std::string_view text);

// "127.0.0.1:9200", "[::1]:9200", ":9200" (every address of the machine).
base::Result<Address> parse_address(std::string_view text);

// "*-prod=info, *-test=debug".
base::Result<std::vector<LevelRule>> parse_level_rules(std::string_view text);

// "/var/log/postgresql/*=MES DB, /var/log/mysql/*=CRM DB".
base::Result<std::vector<PathRule>> parse_path_rules(std::string_view text);

// The name among `names` that `text` was probably meant to be; empty when none is near.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace app
