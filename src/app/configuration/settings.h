#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/configuration/configuration.h"
#include "base/result.h"

namespace app {

enum class SettingKind {
    text,
    path,
    address,
    bytes,
    count,
    duration,
    choice,
    version,
    level_rules,
    path_rules
};

// One thing that can be set. The table of them is what the configuration file, the environment, the
// flags, `ordertrail check-config` and the reference page are made from. Immutable.
struct Setting {
    std::string_view name;  // dotted, as in the file: "limits.body_bytes"
    SettingKind kind;
    std::string_view default_text;
    std::string_view flag;  // "--http"; empty when it has none
    std::string_view description;
    // Sets the value from its text. InvalidArgument when the text is none, or out of range.
    base::Status (*assign)(Configuration& configuration, std::string_view text);
    // Of settings that open an input: its name in metrics, and a value to begin with.
    std::string_view opens = {};
    std::string_view example = {};

    std::string environment_variable() const;  // "ORDERTRAIL_LIMITS_BODY_BYTES"
};

std::span<const Setting> settings();

// nullptr when there is none.
const Setting* setting_named(std::string_view name);

// What a kind is called in the reference page and in messages.
std::string_view name_of(SettingKind kind);

// docs/reference/configuration.md.
std::string configuration_reference();

}  // namespace app
