#include "app/configuration/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "app/configuration/configuration_file.h"
#include "app/configuration/setting_text.h"
#include "base/file.h"

namespace app {

namespace {

constexpr std::string_view prefix = "ORDERTRAIL_";
constexpr std::uint64_t file_limit = 1 << 20;

class Loader {
  public:
    explicit Loader(const ConfigurationSources& sources) : sources_(sources) {
        for (const auto& setting : settings()) {
            set(setting, std::string(setting.default_text), "default");
        }
    }

    LoadedConfiguration load() {
        read_file();
        read_environment();
        for (const auto& [name, text] : sources_.flags) {
            const Setting* setting = setting_named(name);
            set(*setting, text, std::string(setting->flag));
        }
        resolve();
        return std::move(loaded_);
    }

  private:
    void set(const Setting& setting, std::string text, std::string origin) {
        const auto assigned = setting.assign(loaded_.configuration, text);
        if (!assigned) {
            loaded_.problems.push_back({std::move(origin), assigned.error().message});
            return;
        }
        const auto position = static_cast<std::size_t>(&setting - settings().data());
        loaded_.effective.resize(settings().size());
        loaded_.effective[position] = {&setting, std::move(text), std::move(origin)};
    }

    void read_file() {
        if (!sources_.file) return;
        const auto text = base::system_files().read_file(*sources_.file, file_limit);
        if (!text) {
            loaded_.problems.push_back({*sources_.file, text.error().message});
            return;
        }
        for (auto& found :
             read_configuration_file(text.value(), *sources_.file, loaded_.problems)) {
            set(*found.setting, std::move(found.text), std::move(found.where));
        }
    }

    void read_environment() {
        for (const auto& [variable, text] : sources_.environment) {
            const auto setting =
                std::find_if(settings().begin(), settings().end(), [&](const Setting& candidate) {
                    return candidate.environment_variable() == variable;
                });
            if (setting != settings().end()) {
                set(*setting, text, variable);
            } else if (variable != config_variable && variable != server_variable) {
                warn_of(variable);
            }
        }
    }

    void warn_of(const std::string& variable) {
        std::vector<std::string> names;
        for (const auto& setting : settings()) names.push_back(setting.environment_variable());
        const auto meant = nearest(variable, {names.begin(), names.end()});
        loaded_.warnings.push_back(
            {variable, meant.empty()
                           ? std::string("no setting has this variable")
                           : fmt::format("no setting has this variable; did you mean {}?", meant)});
    }

    // What depends on the machine or on other settings.
    void resolve() {
        auto& made = loaded_.configuration;
        const std::uint64_t processors = std::max(1U, std::thread::hardware_concurrency());
        if (made.io_threads == 0) made.io_threads = processors >= 8 ? 2 : 1;
        if (made.ingest_threads == 0) made.ingest_threads = processors;
        if (made.query_threads == 0) made.query_threads = std::max<std::uint64_t>(2, processors);
        if (made.keys.empty()) made.keys = made.data + "/keys";
        resolve_tls();
        if (made.inflight_bytes < made.body_bytes && loaded_.problems.empty()) {
            loaded_.problems.push_back(
                {origin_of("limits.inflight_bytes"),
                 fmt::format(
                     "limits.inflight_bytes ({}) is below limits.body_bytes ({}): the largest body "
                     "would never be taken",
                     bytes_text(made.inflight_bytes), bytes_text(made.body_bytes))});
        }
    }

    void resolve_tls() {
        const Tls& tls = loaded_.configuration.lumberjack_tls;
        const bool has_certificate = !tls.certificate.empty();
        const auto wrong = [this](std::string_view name, std::string message) {
            loaded_.problems.push_back({origin_of(name), std::move(message)});
        };
        if (has_certificate && tls.key.empty()) {
            wrong("lumberjack.tls.certificate",
                  "lumberjack.tls.certificate needs its key: set lumberjack.tls.key");
        } else if (!has_certificate && !tls.key.empty()) {
            wrong("lumberjack.tls.key",
                  "lumberjack.tls.key needs its certificate: set lumberjack.tls.certificate");
        } else if (!has_certificate && !tls.client_ca.empty()) {
            wrong("lumberjack.tls.client_ca",
                  "without lumberjack.tls.certificate the port speaks no TLS, and clients show no "
                  "certificates");
        }
    }

    std::string origin_of(std::string_view name) const {
        const auto* setting = setting_named(name);
        return loaded_.effective[static_cast<std::size_t>(setting - settings().data())].origin;
    }

    const ConfigurationSources& sources_;
    LoadedConfiguration loaded_;
};

// In double quotes, so that patterns with * are no YAML aliases.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        if (c == '\n') {
            out += "\\n";
        } else {
            out.push_back(c);
        }
    }
    return out + '"';
}

}  // namespace

std::string LoadedConfiguration::problem_text() const {
    std::string text;
    for (const auto& problem : problems) {
        text += fmt::format("{}: {}\n", problem.where, problem.message);
    }
    return text;
}

std::string LoadedConfiguration::yaml() const {
    std::string text;
    std::string_view group;
    for (const auto& entry : effective) {
        const auto name = entry.setting->name;
        const auto dot = name.find('.');
        const bool grouped = dot != std::string_view::npos;
        if (grouped && name.substr(0, dot) != group)
            text += fmt::format("{}:\n", name.substr(0, dot));
        group = grouped ? name.substr(0, dot) : std::string_view{};
        text +=
            fmt::format("{}{}: {}  # {}\n", grouped ? "  " : "",
                        grouped ? name.substr(dot + 1) : name, quoted(entry.text), entry.origin);
    }
    return text;
}

LoadedConfiguration load_configuration(const ConfigurationSources& sources) {
    return Loader(sources).load();
}

std::vector<std::pair<std::string, std::string>> process_environment() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (!text.starts_with(prefix) || equals == std::string_view::npos) continue;
        variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    std::sort(variables.begin(), variables.end());
    return variables;
}

}  // namespace app
