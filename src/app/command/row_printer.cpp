#include "app/command/row_printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/text.h"
#include "event/shape.h"

namespace app {

namespace {

class NdjsonPrinter final : public RowPrinter {
  public:
    NdjsonPrinter(bool with_meta, Output& out) : with_meta_(with_meta), out_(out) {}

    void print(const FoundRow& row) override {
        // Line breaks can only be blanks between the event's parts: JSON escapes those in texts.
        std::string source(row.source);
        std::replace_if(
            source.begin(), source.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        if (!with_meta_ || source.size() < 2) {
            out_.write(source);
            out_.write("\n");
            return;
        }
        std::string line = "{\"_index\":";
        event::append_json_string(row.index, line);
        line += ",\"_id\":";
        event::append_json_string(row.id, line);
        const auto members = std::string_view(source).substr(1);
        if (members.find_first_not_of(" \t") != members.find('}')) line.push_back(',');
        line += members;
        line.push_back('\n');
        out_.write(line);
    }

  private:
    bool with_meta_;
    Output& out_;
};

class CsvPrinter final : public RowPrinter {
  public:
    explicit CsvPrinter(Output& out) : out_(out) {
        out_.write("time,index,level,service_name,event_type,order_id,message\r\n");
    }

    void print(const FoundRow& row) override {
        std::string line = csv_cell(row.timestamp) + ',' + csv_cell(row.index);
        for (const char* name : {"level", "service_name", "event_type", "order_id", "message"}) {
            line += ',' + csv_cell(row.field(name));
        }
        out_.write(line + "\r\n");
    }

  private:
    Output& out_;
};

constexpr std::array<std::string_view, 6> titles = {"TIME",  "LEVEL", "SERVICE",
                                                    "EVENT", "ORDER", "MESSAGE"};
constexpr std::array<std::size_t, 5> widest = {24, 5, 18, 26, 24};

class TablePrinter final : public RowPrinter {
  public:
    TablePrinter(const RowStyle& style, Output& out) : style_(style), out_(out) {
        for (std::size_t at = 0; at < widths_.size(); ++at) widths_[at] = titles[at].size();
    }

    void print(const FoundRow& row) override {
        auto& cells = held_.emplace_back();
        cells[0] = visible(row.timestamp);
        cells[1] = visible(row.field("level"));
        cells[2] = visible(row.field("service_name"));
        cells[3] = visible(row.field("event_type"));
        cells[4] = visible(row.field("order_id"));
        cells[5] = message_of(row);
        for (std::size_t at = 0; at < widths_.size(); ++at) {
            widths_[at] = std::max(widths_[at], std::min(display_width(cells[at]), widest[at]));
        }
    }

    void end_page() override {
        if (held_.empty()) return;
        if (!headed_) {
            Cells head;
            std::copy(titles.begin(), titles.end(), head.begin());
            write(head, style_.colours ? "\033[1m" : "");
            headed_ = true;
        }
        for (const auto& cells : held_) write(cells, colour_of(cells[1]));
        held_.clear();
    }

  private:
    using Cells = std::array<std::string, titles.size()>;

    // The message, or what else the event says where it has none.
    static std::string message_of(const FoundRow& row) {
        if (!row.field("message").empty()) return visible(row.field("message"));
        constexpr std::string_view shown[] = {"level", "service_name", "event_type", "order_id",
                                              "message"};
        std::string text;
        for (const auto& [name, value] : row.fields) {
            if (std::find(std::begin(shown), std::end(shown), name) != std::end(shown)) continue;
            if (!text.empty()) text.push_back(' ');
            text += visible(name) + "=" + visible(value);
        }
        return text;
    }

    std::string_view colour_of(std::string_view level) const {
        if (!style_.colours) return "";
        if (level == "ERROR" || level == "FATAL") return "\033[31m";
        if (level == "WARN") return "\033[33m";
        if (level == "DEBUG" || level == "TRACE") return "\033[2m";
        return "";
    }

    void write(const Cells& cells, std::string_view colour) {
        std::string line(colour);
        std::size_t used = 0;
        for (std::size_t at = 0; at < widths_.size(); ++at) {
            line += fitted(cells[at], widths_[at]) + "  ";
            used += widths_[at] + 2;
        }
        if (style_.width == 0) {
            line += cells.back();
        } else if (style_.width > used) {
            line += cut(cells.back(), style_.width - used);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        if (!colour.empty()) line += "\033[0m";
        out_.write(line + "\n");
    }

    RowStyle style_;
    Output& out_;
    std::array<std::size_t, 5> widths_{};
    std::vector<Cells> held_;
    bool headed_ = false;
};

}  // namespace

std::unique_ptr<RowPrinter> RowPrinter::create(const RowStyle& style, Output& out) {
    switch (style.format) {
        case RowFormat::ndjson:
            return std::make_unique<NdjsonPrinter>(style.with_meta, out);
        case RowFormat::csv:
            return std::make_unique<CsvPrinter>(out);
        case RowFormat::table:
            break;
    }
    return std::make_unique<TablePrinter>(style, out);
}

}  // namespace app
