#include "input/files/event_joiner.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "input/log_fields.h"

namespace input::files {

namespace {

class EveryLine final : public LineRule {
  public:
    bool begins(std::string_view) const override { return true; }
    bool joins() const override { return false; }
};

class Pattern final : public LineRule {
  public:
    explicit Pattern(const std::string& text) : pattern_(text, RE2::Quiet) {}
    bool is_good() const { return pattern_.ok(); }
    const std::string& error() const { return pattern_.error(); }
    bool begins(std::string_view line) const override {
        return RE2::PartialMatch({line.data(), line.size()}, pattern_);
    }
    bool joins() const override { return true; }

  private:
    const RE2 pattern_;
};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

base::Result<std::shared_ptr<const LineRule>> LineRule::create(const std::string& begin) {
    if (begin.empty()) return std::shared_ptr<const LineRule>(std::make_shared<EveryLine>());
    auto pattern = std::make_shared<const Pattern>(begin);
    if (!pattern->is_good()) {
        return base::invalid(fmt::format("expected a regular expression (RE2), found '{}': {}",
                                         begin, pattern->error()));
    }
    return std::shared_ptr<const LineRule>(std::move(pattern));
}

Source source_of(std::string_view path) {
    Source source;
    source.path = path;
    auto name = file_name(path);
    // /var/log/containers/<pod>_<namespace>_<container>-<64 digits>.log
    const auto first = name.find('_');
    const auto second = first == std::string_view::npos ? first : name.find('_', first + 1);
    if (second != std::string_view::npos && path.find("/containers/") != std::string_view::npos) {
        source.pod = name.substr(0, first);
        source.space = name.substr(first + 1, second - first - 1);
        source.container = name.substr(second + 1, name.rfind('-') - second - 1);
        source.service = source.container;
        return source;
    }
    // /var/lib/docker/containers/<id>/<id>-json.log says nothing to people.
    if (name.ends_with("-json.log")) return source;
    // shop-api.log, shop-api.log.1, shop-api-20261124.log
    source.service = name.substr(0, name.find('.'));
    while (!source.service.empty() &&
           ((source.service.back() >= '0' && source.service.back() <= '9') ||
            source.service.back() == '-')) {
        source.service.pop_back();
    }
    return source;
}

EventJoiner::EventJoiner(Source source, Reading reading, std::size_t most_bytes)
    : source_(std::move(source)), reading_(std::move(reading)), most_bytes_(most_bytes) {}

// Leaves in `state` what the line makes of it, as the first of an event where it does not belong.
bool EventJoiner::belongs(const DecodedLine& line, Waiting& waiting, logs::LineState& state) const {
    const bool fits = waiting.is_begun && waiting.text.size() + line.text.size() < most_bytes_;
    if (waiting.goes_on && fits) return true;
    if (reading_.kind == nullptr) return fits && !reading_.rule->begins(line.text);
    if (fits && !reading_.kind->begins(line.text, state)) return true;
    if (!fits) {
        state = {};
        reading_.kind->begins(line.text, state);
    }
    return false;
}

base::Status EventJoiner::add(std::string_view line, std::uint64_t begin, std::uint64_t identity,
                              base::Nanos now, JsonEvents& to) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const auto decoded = decoder_.decode(line);
    auto& waiting = waiting_[static_cast<std::size_t>(decoded.stream)];
    auto state = waiting.state;
    bool in_line = waiting.goes_on;
    if (!belongs(decoded, waiting, state)) {
        TRY(tell(waiting, decoded.stream, identity, to));
        if (decoded.text.empty() && !decoded.goes_on) return base::ok();
        waiting.begin = begin;
        waiting.time = decoded.time;
        waiting.is_begun = true;
        in_line = false;
    } else if (!in_line) {
        waiting.text.push_back('\n');
        waiting.before = waiting.state;
        waiting.line = waiting.text.size();
    }
    waiting.state = state;
    waiting.text += decoded.text;
    waiting.goes_on = decoded.goes_on;
    if (in_line && !waiting.goes_on) look_at_whole_line(waiting);
    waiting.touched = now;
    if (joins() || waiting.goes_on) return base::ok();
    return tell(waiting, decoded.stream, identity, to);
}

// Of a line that came in parts, only the first one was looked at.
void EventJoiner::look_at_whole_line(Waiting& waiting) const {
    if (reading_.kind == nullptr) return;
    waiting.state = waiting.before;
    reading_.kind->begins(std::string_view(waiting.text).substr(waiting.line), waiting.state);
}

base::Status EventJoiner::flush(std::uint64_t identity, base::Nanos since, JsonEvents& to) {
    for (std::size_t at = 0; at < waiting_.size(); ++at) {
        if (waiting_[at].touched > since) continue;
        TRY(tell(waiting_[at], static_cast<DecodedLine::Stream>(at), identity, to));
    }
    return base::ok();
}

std::uint64_t EventJoiner::safe_offset(std::uint64_t read) const {
    for (const auto& waiting : waiting_) {
        if (waiting.is_begun) read = std::min(read, waiting.begin);
    }
    return read;
}

base::Status EventJoiner::tell(Waiting& waiting, DecodedLine::Stream stream, std::uint64_t identity,
                               JsonEvents& to) {
    if (!waiting.is_begun) return base::ok();
    to_ = &to;
    if (reading_.kind != nullptr) return tell_kind(waiting, stream, identity, to);
    is_json_ = json_.is_object(waiting.text);
    to.begin();
    if (!waiting.time.empty() && !(is_json_ && json_.has("@timestamp"))) {
        to.text("@timestamp", waiting.time);
    }
    if (is_json_) {
        to.members(waiting.text);
    } else {
        to.text("message", waiting.text);
    }
    add_sources(stream);
    const auto id = fmt::format("{:x}.{:x}", identity, waiting.begin);
    waiting = {};
    return to.end({}, id);
}

base::Status EventJoiner::tell_kind(Waiting& waiting, DecodedLine::Stream stream,
                                    std::uint64_t identity, JsonEvents& to) {
    is_json_ = false;
    const auto told = std::exchange(waiting, {});
    auto id = fmt::format("{:x}.{:x}", identity, told.begin);
    const std::size_t size = id.size();
    std::size_t number = 0;
    for (const auto event : reading_.kind->events(told.text)) {
        to.begin();
        LogFields fields(to);
        reading_.kind->read(event, fields);
        if (!fields.has_time()) add_source("@timestamp", told.time);
        add_sources(stream);
        TRY(to.end({}, id));
        id.resize(size);
        id += fmt::format(".{}", ++number);
    }
    return base::ok();
}

void EventJoiner::add_sources(DecodedLine::Stream stream) {
    if (!is_json_ || !json_.has_any(service_names)) {
        const std::string_view own = reading_.kind == nullptr ? "" : reading_.kind->service();
        const std::string_view by_file = own.empty() ? std::string_view(source_.service) : own;
        add_source("service_name", reading_.service.empty() ? by_file : reading_.service);
    }
    if (stream != DecodedLine::Stream::none) {
        add_source("stream", stream == DecodedLine::Stream::output ? "stdout" : "stderr");
    }
    add_source("log.file.path", source_.path);
    add_source("kubernetes.pod.name", source_.pod);
    add_source("kubernetes.namespace", source_.space);
    add_source("kubernetes.container.name", source_.container);
}

void EventJoiner::add_source(std::string_view name, std::string_view value) {
    if (value.empty() || (is_json_ && json_.has(name))) return;
    to_->text(name, value);
}

}  // namespace input::files
