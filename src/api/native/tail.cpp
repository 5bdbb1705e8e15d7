#include "api/native/tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/parse_number.h"
#include "net/task.h"

// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "api/native/endpoint.h"
#include "api/native/error_answer.h"
#include "api/native/parameters.h"
#include "api/native/tail_stream.h"
#include "query/selection.h"

namespace api {

namespace {

constexpr std::size_t most_back = 1000;

struct Asked {
    query::Selection selection;
    std::optional<std::uint64_t> after;
    std::size_t back = 0;
};

base::Result<Asked> read(const net::HttpRequest& request, const event::Catalog& catalog) {
    TRY(const auto parameters, Parameters::read(request));
    TRY(check(endpoint("tail"), parameters));
    Asked asked;
    query::Question question;
    TRY(question.query, parameters.text("query"));
    TRY(question.index, parameters.text("index", "*"));
    TRY(asked.selection, query::select(question, catalog, base::now()));
    TRY(asked.back, parameters.count("back", 0, 0, most_back));
    TRY(auto after, parameters.text("after"));
    // The header is what browsers send when they come back: newer than what the address says.
    if (const auto last = request.header("last-event-id"); !last.empty()) after = last;
    if (after.empty()) return asked;
    asked.after = base::parse_number<std::uint64_t>(after);
    if (!asked.after) {
        return base::invalid(fmt::format(
            "after: expected the id of a frame of this stream, found '{}'", after.substr(0, 100)));
    }
    return asked;
}

}  // namespace

Tails::Shared::Shared(storage::Store& of, const event::Catalog& its, TailOptions wanted)
    : store(of),
      catalog(its),
      options(wanted),
      rows(base::metrics().counter("ordertrail_tail_rows_total", "Rows sent to live tails.")),
      skipped(base::metrics().counter("ordertrail_tail_skipped_total",
                                      "Rows left out for tails that were too slow, at most.")),
      refused(base::metrics().counter("ordertrail_tail_refused_total",
                                      "Tails refused because too many are open.")),
      feed(of) {}

Tails::Tails(storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
             TailOptions options)
    : runtime_(runtime), shared_(std::make_shared<Shared>(store, catalog, options)) {
    const std::weak_ptr<Shared> weak = shared_;
    base::metrics().gauge("ordertrail_tails", "Open live tails.", {}, [weak] {
        const auto shared = weak.lock();
        return shared ? static_cast<double>(shared->open.load()) : 0.0;
    });
}

net::Task<net::HttpResponse> Tails::answer(net::HttpRequest request) {
    auto asked = read(request, shared_->catalog);
    if (!asked) co_return error_answer(asked.error());
    auto filter = query::RowFilter::create(asked.value().selection, query::Scope::everything());
    if (!filter) co_return error_answer(filter.error());
    if (shared_->feed.stopped()) {
        co_return error_answer(503, {base::Code::busy, "the server is stopping"});
    }
    if (shared_->open.fetch_add(1) >= shared_->options.most) {
        shared_->open.fetch_sub(1);
        shared_->refused.add();
        co_return error_answer(
            {base::Code::busy, fmt::format("{} tails are open already; close one, or try again "
                                           "later",
                                           shared_->options.most)});
    }
    TailStream::Start start;
    const std::uint64_t newest = shared_->store.snapshot()->last_sequence() + 1;
    start.selection = std::move(asked.value().selection);
    // A number from the future is one of another store.
    start.position = std::min(asked.value().after.value_or(newest), newest);
    start.back = asked.value().after ? 0 : asked.value().back;
    auto stream =
        std::make_shared<TailStream>(shared_, std::move(filter.value()), std::move(start));

    net::HttpResponse response;
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = [this, stream, gone = request.gone,
                       first = true]() mutable -> net::Task<base::Result<std::string>> {
        // At once, so that the client knows that it is heard.
        if (std::exchange(first, false)) co_return std::string("retry: 2000\n\n");
        co_return co_await next(stream, gone);
    };
    co_return response;
}

net::Task<std::string> Tails::next(const std::shared_ptr<TailStream>& stream,
                                   std::stop_token gone) {
    const auto last = base::steady_now();
    while (!stream->ended() && !shared_->feed.stopped() && !gone.stop_requested()) {
        // Not until the client took the last piece, and no more often than people can look.
        const auto pause = last + shared_->options.pause - base::steady_now();
        if (stream->live() && stream->sent_rows() && pause > 0) {
            co_await wait(std::numeric_limits<std::uint64_t>::max(), pause);
        }
        auto work = [this, &stream](std::function<void(std::string)> done) {
            shared_->feed.work([stream, done = std::move(done)] { done(stream->piece()); });
        };
        std::string piece = co_await net::call_on<std::string>(runtime_.io(), work);
        if (!piece.empty()) co_return piece;
        // A client that went away is noticed within a second.
        const auto at_most = std::min(base::second, stream->until_heartbeat());
        co_await wait(stream->position(), at_most);
    }
    co_return std::string();
}

net::Task<bool> Tails::wait(std::uint64_t position, base::Nanos at_most) {
    auto start = [this, position, at_most](std::function<void(bool)> done) {
        shared_->feed.when(position, at_most, [done = std::move(done)] { done(true); });
    };
    co_return co_await net::call_on<bool>(runtime_.io(), start);
}

}  // namespace api
