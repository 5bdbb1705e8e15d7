#include "query/esql/cutting.h"

#include <charconv>

namespace query::esql {

namespace {

class Cut final : public Stage {
  public:
    Cut(NodePtr text, std::unique_ptr<Cutter> cutter, std::vector<std::size_t> slots)
        : text_(std::move(text)), cutter_(std::move(cutter)), slots_(std::move(slots)) {}

    base::Result<bool> push(Page page) override {
        Vector scratch(text_->type());
        const Vector& texts = text_->evaluate(page, *run, scratch);
        std::vector<Vector> columns;
        for (const CutField& field : cutter_->fields()) columns.emplace_back(field.type);
        for (std::uint32_t row = 0; row < page.rows; ++row) {
            const auto [first, last] = texts.values_of(row);
            if (last - first > 1) {
                run->warn(text_->place(),
                          "java.lang.IllegalArgumentException: single-value function encountered "
                          "multi-value");
            }
            if (last - first == 1 && is_text(texts.type()))
                cutter_->cut(texts.text(first), columns);
            for (Vector& column : columns) column.end_row();
        }
        for (std::size_t at = 0; at < slots_.size(); ++at)
            page.columns[slots_[at]] = std::move(columns[at]);
        return next->push(std::move(page));
    }

  private:
    NodePtr text_;
    std::unique_ptr<Cutter> cutter_;
    std::vector<std::size_t> slots_;
};

class DissectCutter final : public Cutter {
  public:
    explicit DissectCutter(event::Dissection dissection) : dissection_(std::move(dissection)) {
        for (std::string& name : dissection_.field_names())
            fields_.push_back({std::move(name), Type::keyword});
    }
    void cut(std::string_view text, std::vector<Vector>& columns) override {
        if (!dissection_.cut(text, found_, scratch_)) return;
        for (std::size_t at = 0; at < fields_.size(); ++at) {
            for (const auto& [name, value] : found_) {
                if (name == fields_[at].name) columns[at].add_text(value);
            }
        }
    }

  private:
    event::Dissection dissection_;
    event::Dissection::Fields found_;
    std::vector<std::string> scratch_;
};

class GrokCutter final : public Cutter {
  public:
    explicit GrokCutter(event::GrokPattern pattern) : pattern_(std::move(pattern)) {
        for (const auto& field : pattern_.fields()) {
            using Kind = event::GrokPattern::Type;
            const Type type = field.type == Kind::integer ? Type::integer
                              : field.type == Kind::real  ? Type::number
                                                          : Type::keyword;
            std::size_t at = 0;
            while (at < fields_.size() && fields_[at].name != field.path) ++at;
            if (at == fields_.size()) fields_.push_back({field.path, type});
            columns_.push_back(at);
        }
    }
    // A field that the pattern names twice has both values.
    void cut(std::string_view text, std::vector<Vector>& columns) override {
        if (!pattern_.match(text, values_)) return;
        for (std::size_t field = 0; field < fields_.size(); ++field) {
            for (std::size_t at = 0; at < values_.size(); ++at) {
                if (columns_[at] == field && values_[at].data() != nullptr)
                    add(values_[at], columns[field]);
            }
        }
    }

  private:
    static void add(std::string_view text, Vector& to) {
        const char* const last = text.data() + text.size();
        if (to.type() == Type::keyword) {
            to.add_text(text);
        } else if (to.type() == Type::integer) {
            std::int32_t value = 0;
            const auto [end, error] = std::from_chars(text.data(), last, value);
            if (error == std::errc() && end == last) to.add_integer(value);
        } else {
            double value = 0;
            const auto [end, error] = std::from_chars(text.data(), last, value);
            if (error == std::errc() && end == last) to.add_number(value);
        }
    }

    event::GrokPattern pattern_;
    std::vector<std::string_view> values_;
    std::vector<std::size_t> columns_;  // of each of the pattern's fields
};

}  // namespace

std::unique_ptr<Cutter> dissect_cutter(event::Dissection dissection) {
    return std::make_unique<DissectCutter>(std::move(dissection));
}

std::unique_ptr<Cutter> grok_cutter(event::GrokPattern pattern) {
    return std::make_unique<GrokCutter>(std::move(pattern));
}

StagePtr cut_stage(NodePtr text, std::unique_ptr<Cutter> cutter, std::vector<std::size_t> slots) {
    return std::make_unique<Cut>(std::move(text), std::move(cutter), std::move(slots));
}

}  // namespace query::esql
