#include "app/completion.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>

#include "net/http.h"

namespace app {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        if (!text.empty()) text.push_back(' ');
        text += word;
    }
    return text;
}

bool is_named(const OptionShape& option) { return option.name.starts_with("--"); }

// For single-quoted shell strings and, in zsh, for the brackets and colons of its specifications.
std::string shell_text(std::string_view text, bool zsh) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
            continue;
        }
        if (zsh && (c == '[' || c == ']' || c == ':')) out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

// What asks the server for names, in any of the shells' strings.
std::string words_call(const OptionShape& option) {
    return option.words.empty()
               ? ""
               : fmt::format("$(ordertrail completion {} 2>/dev/null)", option.words);
}

std::string bash_case(const CommandShape& command) {
    std::string text = fmt::format("        {})\n            case $previous in\n", command.name);
    std::string names;
    std::string words;
    for (const auto& option : command.options) {
        if (is_named(option)) names += option.name + " ";
        if (!is_named(option)) words = joined(option.choices) + words_call(option);
        if (!is_named(option) || option.value.empty()) continue;
        const std::string action =
            !option.choices.empty() || !option.words.empty()
                ? fmt::format("COMPREPLY=($(compgen -W \"{}{}\" -- \"$current\"))",
                              joined(option.choices), words_call(option))
                : std::string(option.files ? "COMPREPLY=($(compgen -f -- \"$current\"))" : ":");
        text += fmt::format("                {}) {}; return ;;\n", option.name, action);
    }
    text += fmt::format(
        "            esac\n            COMPREPLY=($(compgen -W \"{}{}\" -- \"$current\"))\n        "
        "  "
        "  ;;\n",
        names, words);
    return text;
}

std::string bash_script(const std::vector<CommandShape>& commands) {
    std::string cases;
    std::string names;
    for (const auto& command : commands) {
        cases += bash_case(command);
        names += (names.empty() ? "" : " ") + command.name;
    }
    return fmt::format(R"(# bash completion for ordertrail
_ordertrail() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '{} --help' -- "$current"))
        return
    fi
    case ${{COMP_WORDS[1]}} in
{}    esac
}}
complete -F _ordertrail ordertrail
)",
                       names, cases);
}

std::string zsh_argument(const OptionShape& option) {
    std::string action;
    if (!option.choices.empty()) {
        action = fmt::format("({})", joined(option.choices));
    } else if (option.files) {
        action = "_files";
    } else if (!option.words.empty()) {
        action = "_ordertrail_" + option.words;
    }
    const auto about = shell_text(option.description, true);
    if (!is_named(option)) return fmt::format("'1:{}:{}'", about, action);
    if (option.value.empty()) return fmt::format("'{}[{}]'", option.name, about);
    return fmt::format("'{}=[{}]:{}:{}'", option.name, about, option.value, action);
}

std::string zsh_script(const std::vector<CommandShape>& commands) {
    std::string names;
    std::string cases;
    for (const auto& command : commands) {
        names +=
            fmt::format("        '{}:{}'\n", command.name, shell_text(command.description, true));
        std::string arguments;
        for (const auto& option : command.options)
            arguments += " \\\n                " + zsh_argument(option);
        cases += fmt::format("        {})\n            _arguments -s{}\n            ;;\n",
                             command.name, arguments);
    }
    return fmt::format(R"sh(#compdef ordertrail
_ordertrail_indices() {{ compadd -- ${{(f)"$(ordertrail completion indices 2>/dev/null)"}} }}
_ordertrail_fields() {{ compadd -S '' -- ${{(f)"$(ordertrail completion fields 2>/dev/null)"}} }}
_ordertrail() {{
    local -a commands=(
{}    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    local command=${{words[2]}}
    shift words
    ((CURRENT--))
    case $command in
{}    esac
}}
if [[ ${{funcstack[1]}} == _ordertrail ]]; then _ordertrail "$@"; else compdef _ordertrail ordertrail; fi
)sh",
                       names, cases);
}

std::string fish_call(const OptionShape& option) {
    return option.words.empty()
               ? ""
               : fmt::format("(ordertrail completion {} 2>/dev/null)", option.words);
}

std::string fish_script(const std::vector<CommandShape>& commands) {
    std::string text = "# fish completion for ordertrail\ncomplete -c ordertrail -f\n";
    for (const auto& command : commands) {
        text += fmt::format("complete -c ordertrail -n __fish_use_subcommand -a {} -d '{}'\n",
                            command.name, shell_text(command.description, false));
        for (const auto& option : command.options) {
            const auto when = fmt::format("-n '__fish_seen_subcommand_from {}'", command.name);
            const auto about = shell_text(option.description, false);
            if (!is_named(option)) {
                if (option.choices.empty() && option.words.empty()) continue;
                text += fmt::format("complete -c ordertrail {} -a '{}'\n", when,
                                    joined(option.choices) + fish_call(option));
                continue;
            }
            std::string value = option.value.empty() ? "" : option.files ? " -r -F" : " -x";
            if (!option.choices.empty() || !option.words.empty()) {
                value += fmt::format(" -a '{}'", joined(option.choices) + fish_call(option));
            }
            text += fmt::format("complete -c ordertrail {} -l {}{} -d '{}'\n", when,
                                option.name.substr(2), value, about);
        }
    }
    return text;
}

std::string markdown_page(const std::vector<CommandShape>& commands) {
    std::string text = R"(# Command line

Made from the program's own options by `ordertrail completion markdown`; do not edit.

Data goes to standard output, everything else to standard error. Exit status: 0 done (zero results too), 1 failure,
2 wrong usage, query or configuration, 130 interrupted. Colours appear on a terminal only, and never with `NO_COLOR` set.
)";
    for (const auto& command : commands) {
        text += fmt::format("\n## `ordertrail {}`\n\n{}\n", command.name, command.description);
        if (!command.options.empty()) text += "\n| option | meaning |\n|---|---|\n";
        for (const auto& option : command.options) {
            const bool valued = is_named(option) && !option.value.empty();
            text += fmt::format("| `{}{}{}` | {} |\n", option.name, valued ? " " : "",
                                valued ? option.value : "", option.description);
        }
        const auto examples = command.examples.find("Examples:\n");
        if (examples == std::string::npos) continue;
        text += "\n```sh\n";
        std::string_view lines = std::string_view(command.examples).substr(examples + 10);
        while (!lines.empty()) {
            const auto end = lines.find('\n');
            auto line = lines.substr(0, end);
            lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 1);
            if (line.starts_with("  ")) text += fmt::format("{}\n", line.substr(2));
        }
        text += "```\n";
    }
    return text;
}

}  // namespace

std::string completion_words(std::string_view what, const std::string& server) {
    namespace json = boost::json;
    net::HttpClientRequest request;
    const bool indices = what == "indices";
    request.url = (server.find("://") == std::string::npos ? "http://" + server : server) +
                  (indices ? "/_trail/v1/indices" : "/_trail/v1/fields");
    request.timeout = std::chrono::milliseconds(700);
    const auto answer = net::HttpClient::create()->send(request);
    if (!answer || answer.value().status != 200) return "";
    json::error_code failed;
    const auto value = json::parse(answer.value().body, failed);
    const auto* object = failed ? nullptr : value.if_object();
    const auto* found =
        object == nullptr ? nullptr : object->if_contains(indices ? "indices" : "fields");
    if (found == nullptr || !found->is_array()) return "";
    std::string text;
    for (const auto& each : found->get_array()) {
        const auto* name = each.is_object() ? each.get_object().if_contains("name") : nullptr;
        if (name == nullptr || !name->is_string()) continue;
        const std::string_view word(name->get_string().data(), name->get_string().size());
        // Names are clients' own: only what needs no quoting in any shell is offered.
        const bool plain = word.find_first_not_of(
                               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_.@-") == std::string_view::npos;
        if (plain) text += fmt::format("{}{}\n", word, indices ? "" : ":");
    }
    return text;
}

std::string completion_script(std::string_view shell, const std::vector<CommandShape>& commands) {
    if (shell == "bash") return bash_script(commands);
    if (shell == "zsh") return zsh_script(commands);
    if (shell == "fish") return fish_script(commands);
    if (shell == "markdown") return markdown_page(commands);
    return "";
}

}  // namespace app
