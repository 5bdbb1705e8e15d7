#include "app/command/tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "app/client.h"
#include "app/command/event_stream.h"
#include "app/command/query.h"
#include "app/command/row_printer.h"
#include "app/exit_code.h"

namespace app {

namespace {

// Three heartbeats of the server.
constexpr std::chrono::seconds silence{45};
constexpr std::chrono::seconds longest_pause{10};

class Tail {
  public:
    Tail(const TailCommandOptions& options, Output& out)
        : options_(options), out_(out), client_(options.server) {
        RowStyle style;
        const bool terminal = is_terminal(1);
        style.format = options.format.value_or(terminal ? RowFormat::table : RowFormat::ndjson);
        style.with_meta = options.with_meta;
        style.colours = wants_colours(1);
        style.width = terminal ? terminal_width(1) : 0;
        printer_ = RowPrinter::create(style, out);
    }

    int run() {
        auto pause = std::chrono::seconds(1);
        for (;;) {
            const bool had_events = !stream_.last_id().empty();
            const auto ended = follow();
            if (out_.closed()) return exit_code::done;
            if (failure_.length() > 0) return tell({base::Code::internal, failure_});
            if (!ended && !may_come_back(ended.error())) return tell(ended.error());
            if (!ended && !had_events && stream_.last_id().empty()) return tell(ended.error());
            fmt::print(stderr, "ordertrail: the connection ended; going on in {} s\n",
                       pause.count());
            std::this_thread::sleep_for(pause);
            pause = heard_ ? std::chrono::seconds(1) : std::min(longest_pause, pause * 2);
        }
    }

  private:
    // Until the connection ends.
    base::Status follow() {
        std::string path =
            fmt::format("/_trail/v1/tail?query={}&index={}", net::url_encode(options_.query),
                        net::url_encode(options_.index));
        path += stream_.last_id().empty() ? fmt::format("&back={}", options_.back)
                                          : "&after=" + net::url_encode(stream_.last_id());
        stream_.begin_anew();
        heard_ = false;
        return client_.stream(path, silence, [this](std::string_view piece) {
            heard_ = true;
            return stream_.add(piece,
                               [this](const EventStream::Event& event) { return take(event); });
        });
    }

    bool take(const EventStream::Event& event) {
        if (event.name == "rows") {
            const auto read =
                read_search_page(event.data, [this](const FoundRow& row) { printer_->print(row); });
            printer_->end_page();
            out_.flush();
            if (!read) failure_ = read.error().message;
            return read.has_value() && !out_.closed();
        }
        if (event.name == "skipped") {
            fmt::print(stderr, "ordertrail: {}\n", left_out_text(event.data));
        }
        if (event.name == "failed") {
            failure_ = error_of(500, event.data).message;
            return false;
        }
        return true;
    }

    static bool may_come_back(const base::Error& error) {
        return error.code == base::Code::io || error.code == base::Code::timeout ||
               error.code == base::Code::busy;
    }

    int tell(const base::Error& error) const {
        fmt::print(stderr, "ordertrail: {}\n", query_error_text(error, options_.query));
        return error.code == base::Code::invalid_argument ? exit_code::usage : exit_code::failure;
    }

    const TailCommandOptions& options_;
    Output& out_;
    Client client_;
    std::unique_ptr<RowPrinter> printer_;
    EventStream stream_;
    std::string failure_;
    bool heard_ = false;
};

}  // namespace

int run_tail(const TailCommandOptions& options, Output& out) { return Tail(options, out).run(); }

std::string left_out_text(std::string_view data) {
    boost::system::error_code failed;
    const auto value =
        boost::json::parse(boost::json::string_view(data.data(), data.size()), failed);
    const auto* object = failed ? nullptr : value.if_object();
    const auto* count = object == nullptr ? nullptr : object->if_contains("count");
    constexpr auto why = "left out: they come faster than they are read";
    // A row that was passed over unread counts whether it fits or not.
    if (count == nullptr || !count->is_number()) return fmt::format("some events were {}", why);
    const auto most = count->to_number<std::uint64_t>(failed);
    if (failed) return fmt::format("some events were {}", why);
    return fmt::format("up to {} {} {}", most, most == 1 ? "event was" : "events were", why);
}

}  // namespace app
