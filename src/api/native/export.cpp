#include "api/native/export.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "net/deadline.h"
#include "net/task.h"

// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "api/native/endpoint.h"
#include "api/native/error_answer.h"
#include "api/native/export_stream.h"
#include "api/native/parameters.h"
#include "event/json_text.h"
#include "query/selection.h"

namespace api {

namespace {

constexpr std::size_t most_columns = 200;

// One more open export for as long as it lives.
class Open {
  public:
    explicit Open(std::shared_ptr<std::atomic<std::size_t>> number)
        : number_(std::move(number)), before_(number_->fetch_add(1)) {}
    ~Open() { number_->fetch_sub(1); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    std::size_t before() const { return before_; }

  private:
    std::shared_ptr<std::atomic<std::size_t>> number_;
    std::size_t before_;
};

base::Status read_csv(const Parameters& parameters, ExportPlan& plan) {
    TRY(plan.columns, parameters.list("columns"));
    if (plan.columns.empty()) {
        plan.columns = {"timestamp",  "index",    "level",  "service_name",
                        "event_type", "order_id", "message"};
    }
    if (plan.columns.size() > most_columns) {
        return base::invalid(fmt::format("parameter 'columns': expected at most {}, found {}",
                                         most_columns, plan.columns.size()));
    }
    TRY(const auto zone, parameters.text("time_zone", "UTC"));
    TRY(plan.style.offset_minutes, read_zone(zone));
    TRY(const auto raw, parameters.text("raw", "false"));
    if (raw != "true" && raw != "false") {
        return base::invalid("parameter 'raw': expected true or false, found '" + raw + "'");
    }
    plan.style.raw = raw == "true";
    return base::ok();
}

base::Result<ExportPlan> read(const net::HttpRequest& request, const event::Catalog& catalog) {
    TRY(const auto parameters, Parameters::read(request));
    TRY(check(endpoint("export"), parameters));
    ExportPlan plan;
    query::Question question;
    TRY(question.query, parameters.text("query"));
    TRY(question.index, parameters.text("index", "*"));
    TRY(question.from, parameters.text("from"));
    TRY(question.to, parameters.text("to"));
    TRY(plan.selection, query::select(question, catalog, base::now()));
    TRY(const auto format, parameters.text("format", "ndjson"));
    if (format != "ndjson" && format != "csv") {
        return base::invalid("parameter 'format': expected ndjson or csv, found '" + format + "'");
    }
    if (format == "csv") plan.format = ExportFormat::csv;
    TRY(const auto order, parameters.text("order", "desc"));
    if (order != "desc" && order != "asc") {
        return base::invalid("parameter 'order': expected desc or asc, found '" + order + "'");
    }
    if (order == "asc") plan.order = storage::Order::oldest_first;
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    TRY(plan.limit, parameters.count("limit", all, 0, all));
    TRY(read_csv(parameters, plan));
    return plan;
}

// "20261124T101500Z"; `otherwise` where the range is open.
std::string name_of(base::Nanos time, std::string_view otherwise) {
    if (time == std::numeric_limits<base::Nanos>::min() ||
        time == std::numeric_limits<base::Nanos>::max()) {
        return std::string(otherwise);
    }
    std::string text;
    event::append_time(time, event::TimeForm{}, text);
    std::erase_if(text, [](char c) { return c == ':' || c == '-'; });
    return text;
}

}  // namespace

Exports::Exports(const storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
                 base::Nanos page_timeout)
    : store_(store),
      catalog_(catalog),
      runtime_(runtime),
      page_timeout_(page_timeout),
      open_(std::make_shared<std::atomic<std::size_t>>(0)),
      rows_(base::metrics().counter("ordertrail_export_rows_total", "Rows of exports.")),
      broken_(base::metrics().counter("ordertrail_export_broken_total",
                                      "Exports that failed in the middle.")),
      refused_(base::metrics().counter("ordertrail_export_refused_total",
                                       "Exports refused because too many are under way.")) {
    base::metrics().gauge("ordertrail_exports", "Exports under way.", {},
                          [open = open_] { return static_cast<double>(open->load()); });
}

net::Task<net::HttpResponse> Exports::answer(net::HttpRequest request) {
    auto plan = read(request, catalog_);
    if (!plan) co_return error_answer(plan.error());
    auto open = std::make_shared<Open>(open_);
    if (open->before() >= most) {
        refused_.add();
        co_return error_answer(
            {base::Code::busy,
             fmt::format("{} exports are under way already; try again later", most)});
    }
    const bool csv = plan.value().format == ExportFormat::csv;
    const auto& range = plan.value().selection.range;
    net::HttpResponse response;
    response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    response.headers = {
        {"Cache-Control", "no-store"},
        {"Content-Disposition",
         fmt::format("attachment; filename=\"ordertrail-{}-{}.{}\"", name_of(range.from, "start"),
                     name_of(range.to, name_of(base::now(), "")), csv ? "csv" : "ndjson")}};
    auto stream =
        std::make_shared<ExportStream>(store_.snapshot(), catalog_, std::move(plan.value()));
    response.stream = [this, stream, open, gone = request.gone]() { return next(stream, gone); };
    co_return response;
}

net::Task<base::Result<std::string>> Exports::next(const std::shared_ptr<ExportStream>& stream,
                                                   std::stop_token gone) {
    std::stop_source stop;
    const std::stop_callback left(gone, [&stop] { stop.request_stop(); });
    const net::Deadline deadline(runtime_, std::chrono::nanoseconds(page_timeout_), stop);
    const std::uint64_t before = stream->rows();
    auto work = [&stream, &stop] { return stream->next(stop.get_token()); };
    auto piece = co_await net::run_on(runtime_.query(), std::move(work));
    rows_.add(stream->rows() - before);
    if (piece) co_return piece;
    auto why = piece.error();
    if (why.code == base::Code::cancelled && deadline.passed()) {
        why = {base::Code::timeout,
               fmt::format("no more rows were found within {} ms (setting query.timeout); narrow "
                           "the query",
                           page_timeout_ / base::millisecond)};
    }
    if (before > 0) broken_.add();
    co_return why;
}

}  // namespace api
