#include "input/loki/stream_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace input::loki {

namespace {

// In the order in which Loki itself looks for the service's name (discover_service_name).
constexpr std::string_view service_labels[] = {
    "app",       "application",    "app_name",           "name",      "app_kubernetes_io_name",
    "container", "container_name", "k8s_container_name", "component", "workload",
    "job",       "k8s_job_name",
};

// Reads `{a="b",c="d"}` from left to right.
class LabelsText {
  public:
    LabelsText(std::string_view text, std::deque<std::string>& kept) : rest_(text), kept_(kept) {}

    base::Status read(std::vector<Label>& labels) {
        if (!skip('{')) return wrong("'{'");
        while (!skip('}')) {
            if (!labels.empty() && !skip(',')) return wrong("',' or '}'");
            if (skip('}')) break;  // a comma at the end
            Label label;
            skip_spaces();
            const auto equals = rest_.find_first_of("=,}\" ");
            if (equals == std::string_view::npos || equals == 0) return wrong("a label's name");
            label.name = rest_.substr(0, equals);
            rest_.remove_prefix(equals);
            if (!skip('=') || !skip('"')) return wrong("=\" behind a label's name");
            TRY(label.value, value());
            labels.push_back(label);
        }
        skip_spaces();
        return rest_.empty() ? base::ok() : base::Status(wrong("the end"));
    }

  private:
    void skip_spaces() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
            rest_.remove_prefix(1);
        }
    }
    bool skip(char c) {
        skip_spaces();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    base::Error wrong(std::string_view expected) const {
        return base::invalid(
            fmt::format("expected labels such as {{app=\"shop\"}}, found '{}' where {} was to come",
                        rest_.substr(0, 40), expected));
    }
    base::Result<std::string_view> value() {
        const auto end = rest_.find_first_of("\"\\");
        if (end == std::string_view::npos) return wrong("'\"'");
        const auto plain = rest_.substr(0, end);
        if (rest_[end] == '"') {
            rest_.remove_prefix(end + 1);
            return plain;
        }
        return escaped();
    }
    base::Result<std::string_view> escaped() {
        std::string text;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            char c = rest_[at];
            if (c == '"') {
                rest_.remove_prefix(at + 1);
                return kept_.emplace_back(std::move(text));
            }
            if (c == '\\' && at + 1 < rest_.size()) {
                c = rest_[++at];
                if (c == 'n') c = '\n';
                if (c == 't') c = '\t';
                if (c == 'r') c = '\r';
            }
            text.push_back(c);
        }
        return wrong("'\"'");
    }

    std::string_view rest_;
    std::deque<std::string>& kept_;
};

bool has_name(const std::vector<Label>& labels, std::string_view name) {
    return std::any_of(labels.begin(), labels.end(),
                       [name](const Label& label) { return label.name == name; });
}

// Nothing where a label names the service as the schema does.
Label service_of(const std::vector<Label>& labels) {
    for (const auto name : service_names) {
        if (has_name(labels, name)) return {};
    }
    for (const auto name : service_labels) {
        for (const auto& label : labels) {
            if (label.name == name) return {"service_name", label.value};
        }
    }
    return {};
}

}  // namespace

base::Status read_labels(std::string_view text, std::deque<std::string>& kept,
                         std::vector<Label>& labels) {
    return LabelsText(text, kept).read(labels);
}

void StreamWriter::begin(const std::vector<Label>& labels) {
    labels_.clear();
    for (const auto& label : labels) {
        if (!has_name(labels_, label.name)) labels_.push_back(label);
    }
    service_ = service_of(labels_);
}

base::Status StreamWriter::entry(base::Nanos time, std::string_view line,
                                 const std::vector<Label>& metadata) {
    to_.begin();
    const bool is_json = json_.is_object(line);
    if (!is_json || !json_.has("@timestamp")) to_.time("@timestamp", time);
    if (is_json) {
        to_.members(line);
    } else {
        to_.text("message", line);
    }
    bool named = service_.value.empty();
    for (const auto name : service_names) {
        named = named || (is_json && json_.has(name)) || has_name(metadata, name);
    }
    for (const auto& label : labels_) {
        if (!has_name(metadata, label.name)) add(label, is_json);
    }
    for (std::size_t at = 0; at < metadata.size(); ++at) {
        const bool again =
            std::any_of(metadata.begin(), metadata.begin() + static_cast<std::ptrdiff_t>(at),
                        [&](const Label& before) { return before.name == metadata[at].name; });
        if (!again) add(metadata[at], is_json);
    }
    if (!named) to_.text(service_.name, service_.value);
    return to_.end();
}

void StreamWriter::add(const Label& label, bool in_line) {
    // The entry's own time and line go first; a label of this name keeps its value under another.
    if (label.name == "@timestamp" || (!in_line && label.name == "message")) {
        return to_.text(fmt::format("label.{}", label.name), label.value);
    }
    if (in_line && json_.has(label.name)) return;
    // Of two levels the line's own counts.
    if (in_line && label.name == "level" && json_.has_any(level_names)) {
        return to_.text("label.level", label.value);
    }
    to_.text(label.name, label.value);
}

}  // namespace input::loki
