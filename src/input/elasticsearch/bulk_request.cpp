#include "input/elasticsearch/bulk_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "base/hash.h"
#include "event/index_name.h"

namespace input::elasticsearch {

namespace {

constexpr std::size_t longest_id = 512;
// More of them make the message longer, not clearer.
constexpr std::size_t most_problems = 100;

Failure illegal(std::string reason) {
    return {400, "illegal_argument_exception", std::move(reason)};
}

Failure too_much(std::string reason) {
    return {413, "content_too_long_exception", std::move(reason)};
}

std::uint64_t hash_of_document(std::string_view index, std::string_view id) {
    return base::hash_of(index) * 31 + base::hash_of(id);
}

}  // namespace

// Goes through a body line by line.
class BulkSplitter {
  public:
    BulkSplitter(BulkRequest& request, const BulkLimits& limits)
        : request_(request), limits_(limits), rest_(request.body_) {}

    std::optional<Failure> split() {
        request_.parts_.emplace_back();
        while (!rest_.empty()) {
            if (auto failure = next_item()) return failure;
        }
        if (request_.items_.empty()) add_problem("no requests added");
        return finish();
    }

    std::optional<Failure> take_document(const Action& action) {
        request_.parts_.emplace_back();
        action_ = action;
        check_action();
        if (auto failure = add_item(request_.body_)) return failure;
        return finish();
    }

  private:
    std::optional<Failure> finish() {
        if (problem_count_ > 0) {
            return Failure{400, "action_request_validation_exception",
                           "Validation Failed: " + problems_};
        }
        for (auto& part : request_.parts_) part.removals = part.removed.size();
        return std::nullopt;
    }

    // Takes a line without its newline; false when there is none any more.
    bool take_line(std::string_view& line) {
        const auto* end = static_cast<const char*>(std::memchr(rest_.data(), '\n', rest_.size()));
        if (end == nullptr) return false;
        line = rest_.substr(0, static_cast<std::size_t>(end - rest_.data()));
        rest_.remove_prefix(line.size() + 1);
        ++number_;
        return true;
    }

    static Failure unterminated() {
        return illegal("The bulk request must be terminated by a newline [\\n]");
    }

    std::optional<Failure> next_item() {
        std::string_view line;
        if (!take_line(line)) return unterminated();
        // Most clients send the same action line again and again.
        if (!action_known_ || line != action_line_) {
            auto parsed = parse_action_line(line, number_, request_.texts_);
            if (!parsed) return std::move(parsed).error();
            const auto& action = parsed.value();
            if (!action) return std::nullopt;
            action_ = *action;
            action_line_ = line;
            action_known_ = true;
            check_action();
        }
        std::string_view document;
        if (action_.verb != Verb::remove) {
            // As in Elasticsearch, an action without its document at the very end is nothing.
            if (rest_.empty()) return std::nullopt;
            if (!take_line(document)) return unterminated();
            if (!document.empty() && document.back() == '\r') document.remove_suffix(1);
        }
        if (request_.items_.size() == limits_.items) {
            return too_much(fmt::format(
                "more than {} actions in one bulk request; send smaller requests", limits_.items));
        }
        if (request_.items_.empty()) reserve(line.size() + document.size());
        return add_item(document);
    }

    // Room for a body whose lines are all like the first ones.
    void reserve(std::size_t first_bytes) {
        const std::size_t guess = request_.body_.size() / (first_bytes + 2) + 16;
        request_.items_.reserve(std::min(guess, limits_.items));
        if (action_.verb != Verb::remove) {
            request_.parts_[0].written.reserve(std::min(guess, limits_.items));
        }
    }

    // What is the same for every item with this action line.
    void check_action() {
        if (action_.index.empty()) action_.index = request_.default_index_;
        fault_ = Fault::none;
        missing_index_ = action_.index.empty();
        if (action_.index != checked_index_) {
            checked_index_ = action_.index;
            index_good_ = event::check_index_name(checked_index_).has_value();
        }
        if (action_.verb == Verb::update) {
            fault_ = Fault::update;
        } else if (!index_good_) {
            fault_ = Fault::index_name;
        } else if (action_.has_id && action_.id.empty() && action_.verb != Verb::remove) {
            fault_ = Fault::empty_id;
        }
        missing_id_ =
            action_.id.empty() && (action_.verb == Verb::remove || action_.verb == Verb::update);
    }

    // Problems that Elasticsearch finds before it works on anything.
    void add_problem(std::string_view what) {
        if (++problem_count_ > most_problems) return;
        problems_ += fmt::format("{}: {};", problem_count_, what);
    }

    std::optional<Failure> add_item(std::string_view document) {
        if (missing_index_) add_problem("index is missing");
        if (missing_id_) add_problem("id is missing");
        if (action_.id.size() > longest_id) {
            add_problem(
                fmt::format("id [{}] is too long, must be no longer than 512 bytes but was: {}",
                            action_.id.substr(0, longest_id), action_.id.size()));
        }
        BulkItem item{action_.index, action_.id, 0, 0, action_.verb, fault_};
        if (fault_ == Fault::none && action_.verb != Verb::remove && document.empty()) {
            item.fault = Fault::empty_document;
        }
        if (item.fault == Fault::none) {
            if (auto failure = place(item, document)) return failure;
        }
        request_.items_.push_back(item);
        return std::nullopt;
    }

    std::optional<Failure> place(BulkItem& item, std::string_view document) {
        const event::Record record{document, item.index, item.id, action_.operation};
        if (item.verb == Verb::remove && was_written(item)) {
            if (request_.parts_.size() == limits_.parts) {
                return too_much(fmt::format(
                    "more than {} times something is deleted that was written before it in the "
                    "same bulk request; send smaller requests",
                    limits_.parts));
            }
            request_.parts_.emplace_back();
            remembered_ = 0;
            written_.clear();
        }
        auto& part = request_.parts_.back();
        auto& records = item.verb == Verb::remove ? part.removed : part.written;
        item.part = static_cast<std::uint32_t>(request_.parts_.size() - 1);
        item.record = static_cast<std::uint32_t>(records.size());
        records.push_back(record);
        return std::nullopt;
    }

    // Whether the present part writes the document. Its documents are noted only from the first
    // deletion on.
    bool was_written(const BulkItem& item) {
        const auto& records = request_.parts_.back().written;
        for (; remembered_ < records.size(); ++remembered_) {
            const auto& one = records[remembered_];
            if (!one.id.empty()) written_.insert(hash_of_document(one.index, one.id));
        }
        return written_.count(hash_of_document(item.index, item.id)) != 0;
    }

    BulkRequest& request_;
    const BulkLimits limits_;
    std::string_view rest_;
    std::size_t number_ = 0;

    std::string_view action_line_;  // the last one, what it says, and what is wrong with it
    bool action_known_ = false;
    Action action_;
    Fault fault_ = Fault::none;
    bool missing_index_ = false;
    bool missing_id_ = false;
    std::string_view checked_index_;
    bool index_good_ = false;

    std::string problems_;
    std::size_t problem_count_ = 0;

    std::unordered_set<std::uint64_t> written_;
    std::size_t remembered_ = 0;
};

BulkResult BulkRequest::parse(std::string body, std::string default_index,
                              const BulkLimits& limits) {
    if (body.empty()) return Failure{400, "parse_exception", "request body is required"};
    auto request = std::make_shared<BulkRequest>();
    request->body_ = std::move(body);
    request->default_index_ = std::move(default_index);
    if (auto failure = BulkSplitter(*request, limits).split()) return std::move(*failure);
    return request;
}

BulkResult BulkRequest::of_document(std::string body, std::string index, std::string id,
                                    const Action& action) {
    if (body.empty() && action.verb != Verb::remove) {
        return Failure{400, "parse_exception", "request body is required"};
    }
    auto request = std::make_shared<BulkRequest>();
    request->body_ = std::move(body);
    request->default_index_ = std::move(index);
    request->single_id_ = std::move(id);
    Action own = action;
    own.id = request->single_id_;
    if (auto failure = BulkSplitter(*request, {}).take_document(own)) return std::move(*failure);
    return request;
}

std::size_t BulkRequest::bookkeeping_bytes() const {
    constexpr std::size_t of_item = 500;
    std::size_t bytes = items_.size() * of_item;
    for (const auto& item : items_)
        bytes += item.id.size() + std::min<std::size_t>(item.index.size(), 256);
    return bytes;
}

std::vector<event::Record> BulkRequest::take_records(std::size_t part) {
    auto& [removed, written, removals] = parts_[part];
    if (removed.empty()) return std::move(written);
    std::vector<event::Record> all = std::move(removed);
    all.insert(all.end(), written.begin(), written.end());
    written.clear();
    return all;
}

}  // namespace input::elasticsearch
