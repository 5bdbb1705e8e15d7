#include <fmt/format.h>

#include "app/configuration/settings.h"

namespace app {

namespace {

constexpr std::string_view introduction =
    R"(# Configuration

Made from the table of settings by `ordertrail check-config --reference`; do not edit.

Every setting has a name, the same everywhere: in the YAML file that `--config` (or `ORDERTRAIL_CONFIG`) names, as an
environment variable, and, for some, as a flag of `ordertrail serve`. A flag wins over the environment, the environment
over the file, the file over the default. `ordertrail check-config` lists every problem of a configuration with its
file and line, `ordertrail check-config --print` shows what is in force and where each value comes from.

Sizes take a unit: `64MiB` (binary) or `100MB` (decimal); durations too: `500ms`, `30s`, `5m`, `1h`, `2d`.

```yaml
data: /var/lib/ordertrail
keys: /etc/ordertrail/keys
http:
  address: 0.0.0.0:9200
kept_levels:
  environments:
    prod: info
    stage*: debug
  indices:
    "mes-db-*": warn
limits:
  body_bytes: 200MiB
```

| setting | type | default | variable | flag |
|---|---|---|---|---|
)";

}  // namespace

std::string configuration_reference() {
    std::string page(introduction);
    for (const auto& setting : settings()) {
        const std::string value =
            setting.default_text.empty() ? "" : fmt::format("`{}`", setting.default_text);
        const std::string flag = setting.flag.empty() ? "" : fmt::format("`{}`", setting.flag);
        page += fmt::format("| [`{}`](#{}) | {} | {} | `{}` | {} |\n", setting.name, setting.name,
                            name_of(setting.kind), value, setting.environment_variable(), flag);
    }
    for (const auto& setting : settings()) {
        page += fmt::format("\n<a id=\"{}\"></a>\n\n### `{}`\n\n{}\n", setting.name, setting.name,
                            setting.description);
    }
    return page;
}

}  // namespace app
