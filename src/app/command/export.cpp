#include "app/command/export.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>

#include "app/client.h"
#include "app/command/query.h"
#include "app/demo/progress.h"
#include "app/exit_code.h"

namespace app {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds silence{60};

std::string path_of(const ExportOptions& options) {
    std::string path = fmt::format("/_trail/v1/export?query={}&index={}&format={}&order={}",
                                   net::url_encode(options.query), net::url_encode(options.index),
                                   options.format, options.oldest_first ? "asc" : "desc");
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) path += fmt::format("&{}={}", name, net::url_encode(value));
    };
    add("from", time_parameter(options.from));
    add("to", time_parameter(options.to));
    add("columns", options.columns);
    add("time_zone", options.time_zone);
    if (options.limit > 0) add("limit", std::to_string(options.limit));
    return path;
}

// How many rows will come; 0 when that cannot be known: the bar does without.
std::uint64_t expected_rows(const ExportOptions& options, Client& client) {
    json::object body;
    body["query"] = options.query;
    body["index"] = options.index;
    if (!options.from.empty()) body["from"] = time_parameter(options.from);
    if (!options.to.empty()) body["to"] = time_parameter(options.to);
    const auto answer = client.post("/_trail/v1/count", json::serialize(body));
    if (!answer) return 0;
    json::error_code failed;
    const auto value = json::parse(answer.value(), failed);
    const auto* count =
        failed || !value.is_object() ? nullptr : value.get_object().if_contains("count");
    if (count == nullptr || !count->is_int64()) return 0;
    const auto rows = static_cast<std::uint64_t>(count->get_int64());
    return options.limit > 0 ? std::min(rows, options.limit) : rows;
}

int report(const base::Error& error, const ExportOptions& options) {
    fmt::print(stderr, "ordertrail: {}\n", query_error_text(error, options.query));
    return error.code == base::Code::invalid_argument ? exit_code::usage : exit_code::failure;
}

int write_to(const ExportOptions& options, Client& client, Output& out) {
    const bool terminal = is_terminal(2) && (!options.output.empty() || !is_terminal(1));
    std::optional<ProgressBar> bar;
    if (terminal) bar.emplace("Exporting");
    const auto expected = terminal ? expected_rows(options, client) : 0;
    std::uint64_t lines = 0;
    const auto done = client.stream(path_of(options), silence, [&](std::string_view piece) {
        out.write(piece);
        if (bar) {
            lines += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
            bar->update(lines, expected == 0 ? 0
                                             : std::min(1.0, static_cast<double>(lines) /
                                                                 static_cast<double>(expected)));
        }
        return !out.closed() && !out.failed();
    });
    if (bar) bar->finish();
    out.flush();
    if (out.failed()) return report({base::Code::io, "the file cannot be written"}, options);
    if (!done && !out.closed()) return report(done.error(), options);
    return exit_code::done;
}

}  // namespace

int run_export(const ExportOptions& options, Output& out) {
    Client client(options.server);
    if (options.output.empty()) return write_to(options, client, out);
    const std::string partial = options.output + ".partial";
    const int file =
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);  // umask decides
    if (file < 0) {
        return report(
            {base::Code::io, fmt::format("cannot write {}: {}", partial, std::strerror(errno))},
            options);
    }
    int status = exit_code::done;
    {
        Output to_file(file);
        status = write_to(options, client, to_file);
    }
    const bool closed = ::close(file) == 0;
    if (status == exit_code::done && closed &&
        ::rename(partial.c_str(), options.output.c_str()) == 0) {
        return status;
    }
    if (status == exit_code::done) {
        status = report({base::Code::io,
                         fmt::format("cannot write {}: {}", options.output, std::strerror(errno))},
                        options);
    }
    ::unlink(partial.c_str());
    return status;
}

}  // namespace app
