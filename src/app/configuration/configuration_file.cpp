#include "app/configuration/configuration_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "app/configuration/setting_text.h"

namespace app {

namespace {

class Reader {
  public:
    Reader(const std::string& name, std::vector<ConfigurationProblem>& problems)
        : name_(name), problems_(problems) {}

    std::vector<FileSetting> take() { return std::move(found_); }

    void read_map(const YAML::Node& map, const std::string& prefix) {
        for (const auto& entry : map) {
            if (!entry.first.IsScalar()) {
                problem(entry.first.Mark(), "expected a setting's name as a key");
                continue;
            }
            read_entry(entry.first, entry.second, prefix + entry.first.Scalar());
        }
    }

    void problem(const YAML::Mark& mark, std::string message) {
        problems_.push_back({place(mark), std::move(message)});
    }

  private:
    std::string place(const YAML::Mark& mark) const {
        return mark.line < 0 ? name_ : fmt::format("{}:{}", name_, mark.line + 1);
    }

    void read_entry(const YAML::Node& key, const YAML::Node& value, const std::string& full) {
        if (const Setting* setting = setting_named(full)) {
            read_setting(*setting, key, value);
            return;
        }
        if (!is_group(full)) {
            problem(key.Mark(), unknown(full));
        } else if (value.IsMap()) {
            read_map(value, full + ".");
        } else if (!value.IsNull()) {
            problem(key.Mark(),
                    fmt::format("'{}' is a group of settings: expected lines with names and "
                                "values below it",
                                full));
        }
    }

    void read_setting(const Setting& setting, const YAML::Node& key, const YAML::Node& value) {
        const auto before =
            std::find_if(found_.begin(), found_.end(),
                         [&](const FileSetting& other) { return other.setting == &setting; });
        if (before != found_.end()) {
            problem(key.Mark(), fmt::format("'{}' is set already, at {}; remove one of them",
                                            setting.name, before->where));
            return;
        }
        std::string text;
        const bool has_rules =
            setting.kind == SettingKind::level_rules || setting.kind == SettingKind::path_rules;
        if (has_rules && value.IsMap()) {
            if (!read_rules(setting, value, text)) return;
        } else if (value.IsScalar()) {
            text = value.Scalar();
            if (!check(setting, text, key.Mark())) return;
        } else {
            problem(
                key.Mark(),
                value.IsNull()
                    ? fmt::format("'{}' has no value: give it one or remove the line", setting.name)
                    : fmt::format("'{}' takes one value ({}), found a {}", setting.name,
                                  name_of(setting.kind), value.IsMap() ? "map" : "list"));
            return;
        }
        found_.push_back({&setting, std::move(text), place(key.Mark())});
    }

    // Each rule is checked by itself, so that a mistake is shown at its own line.
    bool read_rules(const Setting& setting, const YAML::Node& map, std::string& text) {
        bool good = true;
        for (const auto& entry : map) {
            if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
                problem(entry.first.Mark(), fmt::format("'{}' takes {}, such as {}", setting.name,
                                                        name_of(setting.kind),
                                                        setting.kind == SettingKind::level_rules
                                                            ? "\"mes-*\": info"
                                                            : "\"/var/log/postgresql/*\": MES DB"));
                good = false;
                continue;
            }
            const auto rule = entry.first.Scalar() + "=" + entry.second.Scalar();
            good = check(setting, rule, entry.first.Mark()) && good;
            if (!text.empty()) text += ", ";
            text += rule;
        }
        return good;
    }

    bool check(const Setting& setting, const std::string& text, const YAML::Mark& mark) {
        Configuration scratch;
        const auto assigned = setting.assign(scratch, text);
        if (assigned) return true;
        problem(mark, fmt::format("{}: {}", setting.name, assigned.error().message));
        return false;
    }

    static bool is_group(std::string_view name) {
        const auto prefix = fmt::format("{}.", name);
        return std::any_of(settings().begin(), settings().end(), [&](const Setting& setting) {
            return setting.name.starts_with(prefix);
        });
    }

    static std::string unknown(std::string_view name) {
        std::vector<std::string_view> names;
        for (const auto& setting : settings()) {
            names.push_back(setting.name);
            const auto dot = setting.name.find('.');
            if (dot != std::string_view::npos) names.push_back(setting.name.substr(0, dot));
        }
        auto meant = nearest(name, names);
        // The right name in the wrong group: "limits.memtable_bytes".
        const auto last = name.substr(name.rfind('.') + 1);
        for (const auto& setting : settings()) {
            if (meant.empty() && setting.name.substr(setting.name.rfind('.') + 1) == last) {
                meant = setting.name;
            }
        }
        if (meant.empty()) {
            return fmt::format(
                "there is no setting '{}'; docs/reference/configuration.md lists them", name);
        }
        return fmt::format("there is no setting '{}'; did you mean '{}'?", name, meant);
    }

    const std::string& name_;
    std::vector<ConfigurationProblem>& problems_;
    std::vector<FileSetting> found_;
};

}  // namespace

std::vector<FileSetting> read_configuration_file(std::string_view yaml, const std::string& name,
                                                 std::vector<ConfigurationProblem>& problems) {
    Reader reader(name, problems);
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        if (root.IsMap()) {
            reader.read_map(root, "");
        } else if (root.IsDefined() && !root.IsNull()) {
            reader.problem(root.Mark(), "expected settings as 'name: value' lines");
        }
    } catch (const YAML::Exception& error) {
        reader.problem(error.mark, fmt::format("this is not YAML: {}", error.msg));
    } catch (const std::exception& error) {
        reader.problem(YAML::Mark::null_mark(), fmt::format("this is not YAML: {}", error.what()));
    }
    return reader.take();
}

}  // namespace app
