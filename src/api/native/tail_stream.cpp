#include "api/native/tail_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/json_writer.h"
#include "api/native/error_answer.h"
#include "api/native/row_writer.h"
#include "query/search.h"

namespace api {

namespace {

constexpr std::size_t frame_rows = 500;
constexpr std::size_t piece_rows = 2000;
constexpr std::size_t piece_bytes = 4 << 20;
// A piece ends behind so many rows looked at, so that others get their turn.
constexpr std::uint64_t piece_looked_at = 20'000;
constexpr std::size_t own_step_rows = 512;

}  // namespace

TailStream::TailStream(std::shared_ptr<Tails::Shared> shared, query::RowFilter filter, Start start)
    : shared_(std::move(shared)),
      filter_(std::move(filter)),
      start_(std::move(start)),
      position_(start_.position),
      caught_up_at_(0) {
    shared_->feed.watch();
    caught_up_at_ = shared_->feed.end();
    heartbeat_at_ = base::steady_now() + shared_->options.heartbeat;
}

TailStream::~TailStream() {
    shared_->feed.leave();
    shared_->open.fetch_sub(1);
}

base::Nanos TailStream::until_heartbeat() const {
    return std::max<base::Nanos>(0, heartbeat_at_ - base::steady_now());
}

std::string TailStream::piece() {
    std::string out;
    if (const auto done = go_on(out); !done) {
        // What was found before it is sent all the same.
        begin_frame("failed", out);
        out += "data: " + error_answer(done.error()).body + "\n\n";
        ended_ = true;
    }
    if (!out.empty()) sent_rows_ = room_ < piece_rows;
    return out;
}

void TailStream::begin_frame(std::string_view event, std::string& out) const {
    out += fmt::format("id: {}\nevent: {}\n", position_, event);
}

base::Status TailStream::go_on(std::string& out) {
    room_ = piece_rows;
    if (!begun_) {
        begun_ = true;
        TRY(send_back(out));
    }
    const std::uint64_t end = shared_->feed.end();
    if (live_ && end > position_ && end - position_ > shared_->options.most_lag) TRY(skip(out));
    const std::uint64_t began = position_;
    while (room_ > 0 && out.size() < piece_bytes && position_ - began < piece_looked_at) {
        TRY(const auto step, next_step());
        if (step == nullptr) break;
        TRY(auto found, find(*step));
        std::uint64_t next = step->to;
        if (found.size() > room_) {
            next = found[room_ - 1].sequence + 1;
            found.resize(room_);
        }
        room_ -= found.size();
        position_ = next;
        send_rows(*step, found, out);
    }
    const bool caught_up = !live_ && position_ >= caught_up_at_;
    if (caught_up) live_ = true;
    if (caught_up || base::steady_now() >= heartbeat_at_) send_state(out);
    return base::ok();
}

// The newest rows that were there before the stream began.
base::Status TailStream::send_back(std::string& out) {
    if (start_.back == 0) return base::ok();
    const auto snapshot = shared_->store.snapshot();
    const query::Searcher searcher(snapshot, shared_->catalog, query::Scope::everything());
    query::SearchRequest request;
    request.selection = start_.selection;
    request.limit = start_.back;
    TRY(auto answer, searcher.search(request));
    position_ = snapshot->last_sequence() + 1;
    std::vector<std::uint32_t> rows(answer.rows.rows());
    for (std::uint32_t row = 0; row < rows.size(); ++row)
        rows[row] = static_cast<std::uint32_t>(rows.size()) - 1 - row;
    query::FeedStep step;
    step.indices.push_back({"", answer.rows.gather(rows)});
    std::vector<Found> found;
    for (std::uint32_t row = 0; row < rows.size(); ++row) found.push_back({0, 0, row});
    send_rows(step, found, out);
    return base::ok();
}

base::Result<std::shared_ptr<const query::FeedStep>> TailStream::next_step() {
    if (auto step = shared_->feed.step(position_)) {
        own_.reset();
        return step;
    }
    const std::uint64_t end = shared_->feed.end();
    if (position_ >= end) return std::shared_ptr<const query::FeedStep>();
    if (own_ == nullptr || own_->position() != position_)
        own_ = shared_->store.subscribe(position_);
    TRY(auto step, query::read_step(*own_, own_step_rows));
    if (step->from == step->to) step.reset();
    return step;
}

base::Result<std::vector<TailStream::Found>> TailStream::find(const query::FeedStep& step) {
    std::vector<Found> found;
    for (std::uint32_t at = 0; at < step.indices.size(); ++at) {
        const auto& [index, batch] = step.indices[at];
        TRY(const auto rows, filter_.select(batch, index));
        rows.for_each([&, at](std::uint32_t row) {
            if (batch.sequence[row] >= position_) found.push_back({batch.sequence[row], at, row});
        });
    }
    std::sort(found.begin(), found.end(),
              [](const Found& one, const Found& other) { return one.sequence < other.sequence; });
    return found;
}

base::Status TailStream::skip(std::string& out) {
    own_.reset();
    const std::uint64_t end = shared_->feed.end();
    std::uint64_t count = 0;
    while (position_ < end) {
        const auto step = shared_->feed.step(position_);
        if (step == nullptr) {
            // What the feed does not hold any more is not looked at: at most so many would fit.
            const std::uint64_t next =
                std::min(end, std::max(shared_->feed.begin(), position_ + 1));
            count += next - position_;
            position_ = next;
            continue;
        }
        TRY(const auto found, find(*step));
        count += found.size();
        position_ = step->to;
    }
    if (count > 0) send_skipped(count, out);
    return base::ok();
}

void TailStream::send_skipped(std::uint64_t count, std::string& out) {
    shared_->skipped.add(count);
    begin_frame("skipped", out);
    out += fmt::format("data: {{\"count\":{}}}\n\n", count);
}

void TailStream::send_rows(const query::FeedStep& step, const std::vector<Found>& found,
                           std::string& out) {
    if (found.empty()) return;
    // What fits as batches of their own: the others' values are not looked at.
    std::vector<std::vector<std::uint32_t>> chosen(step.indices.size());
    for (const Found& each : found) chosen[each.rows].push_back(each.row);
    std::vector<event::Batch> batches;
    for (std::size_t at = 0; at < chosen.size(); ++at)
        batches.push_back(filter_.visible(step.indices[at].batch, chosen[at]));
    std::vector<std::unique_ptr<RowWriter>> writers;
    for (const auto& batch : batches) writers.push_back(std::make_unique<RowWriter>(batch));
    std::vector<std::uint32_t> next(chosen.size(), 0);
    for (std::size_t begin = 0; begin < found.size(); begin += frame_rows) {
        const std::size_t end = std::min(found.size(), begin + frame_rows);
        // Where the stream goes on behind this frame.
        const std::uint64_t resume = end == found.size() ? position_ : found[end - 1].sequence + 1;
        out += fmt::format("id: {}\nevent: rows\ndata: ", resume);
        const std::size_t data = out.size();
        JsonWriter json(out);
        json.begin_object().key("rows").begin_array();
        for (std::size_t at = begin; at < end; ++at)
            writers[found[at].rows]->write(next[found[at].rows]++, json);
        json.end_array().end_object();
        // Line breaks can only be blanks between an event's parts; they would end the frame.
        std::replace_if(
            out.begin() + static_cast<std::ptrdiff_t>(data), out.end(),
            [](char c) { return c == '\n' || c == '\r'; }, ' ');
        out += "\n\n";
    }
    shared_->rows.add(found.size());
}

void TailStream::send_state(std::string& out) {
    begin_frame("state", out);
    out += "data: {\"state\":\"live\"}\n\n";
    heartbeat_at_ = base::steady_now() + shared_->options.heartbeat;
}

}  // namespace api
