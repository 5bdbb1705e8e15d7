#include "app/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "app/command/check_config.h"
#include "app/command/demo.h"
#include "app/command/export.h"
#include "app/command/order.h"
#include "app/command/pipeline.h"
#include "app/command/query.h"
#include "app/command/serve.h"
#include "app/command/tail.h"
#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/version.h"

namespace app {

namespace {

struct Runner {
    Output& out;

    int operator()(const PipelineTestOptions& options) const {
        return run_pipeline_test(options, out);
    }

    int operator()(const CheckConfigOptions& options) const {
        return run_check_config(options, out);
    }

    int operator()(const CompletionOptions& options) const {
        const bool names = options.shell == "indices" || options.shell == "fields";
        out.write(names ? completion_words(options.shell, options.server)
                        : completion_script(options.shell, command_shapes()));
        return exit_code::done;
    }

    int operator()(const VersionOptions&) const {
        out.write(fmt::format("ordertrail {}\n", version));
        return exit_code::done;
    }

    int operator()(const QueryOptions& options) const { return run_query(options, out); }
    int operator()(const TailCommandOptions& options) const { return run_tail(options, out); }
    int operator()(const ExportOptions& options) const { return run_export(options, out); }
    int operator()(const OrderOptions& options) const { return run_order(options, out); }

    int operator()(const ServeOptions& options) const { return run_serve(options); }
    int operator()(const DemoOptions& options) const { return run_demo(options); }
};

void end_interrupted(int) { ::_exit(exit_code::interrupted); }

}  // namespace

int run(std::vector<std::string> arguments) {
    // A reader that goes away is seen where it is written to, not by dying.
    std::signal(SIGPIPE, SIG_IGN);
    // What was started in the background with SIGINT ignored stays so. The server's commands wait
    // for the signal instead.
    if (std::signal(SIGINT, end_interrupted) == SIG_IGN) std::signal(SIGINT, SIG_IGN);
    Output out;
    const auto parsed = parse_command_line(std::move(arguments));
    int status = exit_code::failure;
    if (const auto* answered = std::get_if<Answered>(&parsed)) {
        out.write(answered->out);
        fmt::print(stderr, "{}", answered->err);
        status = answered->exit_code;
    } else {
        try {
            status = std::visit(Runner{out}, std::get<Command>(parsed));
        } catch (const std::exception& error) {
            fmt::print(stderr, "ordertrail: internal error: {}\n", error.what());
        }
    }
    out.flush();
    if (out.failed() && status == exit_code::done) {
        fmt::print(stderr, "ordertrail: cannot write to standard output\n");
        status = exit_code::failure;
    }
    return status;
}

}  // namespace app
