#include "pipeline/transform/transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/metrics.h"
#include "event/index_name.h"
#include "event/yaml_reader.h"
#include "pipeline/transform/condition.h"

namespace pipeline {

namespace {

using event::YamlNode;
using event::YamlReader;

constexpr std::size_t most_steps = 10'000;
constexpr int most_depth = 16;

struct Action;
using Actions = std::vector<Action>;

// What a file's item says: a step and what follows from it, or a choice between steps.
struct Action {
    std::unique_ptr<Condition> when;  // nullptr: always
    std::unique_ptr<Step> step;       // nullptr: only a choice
    std::string name;                 // "grok, line 12"
    std::string tag;                  // of a failure; empty: none
    Actions good;                     // on_success or then
    Actions bad;                      // on_failure or else
    base::Counter* failures = nullptr;
};

void run_all(const Actions& actions, Subject& subject);

void run_one(const Action& action, Subject& subject) {
    if (action.when != nullptr && !action.when->fits(subject.draft)) {
        if (action.step == nullptr) run_all(action.bad, subject);
        return;
    }
    if (action.step == nullptr || action.step->run(subject)) {
        run_all(action.good, subject);
        return;
    }
    action.failures->add(1);
    if (subject.complaints != nullptr)
        subject.complaints->push_back(fmt::format("{} did not fit", action.name));
    if (!action.tag.empty()) add_tag(subject.draft, action.tag);
    run_all(action.bad, subject);
}

void run_all(const Actions& actions, Subject& subject) {
    for (const Action& action : actions) {
        if (subject.dropped) return;
        run_one(action, subject);
    }
}

std::string failure_tag(std::string_view step) {
    if (step == "grok") return "_grokparsefailure";
    if (step == "dissect") return "_dissectfailure";
    if (step == "date") return "_dateparsefailure";
    if (step == "json") return "_jsonparsefailure";
    if (step == "log") return "_logparsefailure";
    if (step == "index") return "_indexfailure";
    if (step == "convert") return "_convertfailure";
    return "";
}

}  // namespace

class Transforms::Pipeline {
  public:
    std::string name;
    std::vector<std::string> inputs;  // empty: all
    event::IndexPattern indices;
    Actions steps;
    base::Counter* events = nullptr;
    base::Counter* dropped = nullptr;

    bool takes(std::string_view input, std::string_view index) const {
        return (inputs.empty() || std::find(inputs.begin(), inputs.end(), input) != inputs.end()) &&
               indices.matches(index);
    }
};

namespace {

// Reads the file's lists of steps.
class StepsReader {
  public:
    StepsReader(YamlReader& reader, std::string pipeline)
        : reader_(reader), pipeline_(std::move(pipeline)) {}

    Actions list(const YamlNode& node, const std::string& what, int depth = 0) {
        Actions actions;
        if (depth > most_depth) {
            reader_.problem(node.line, fmt::format("steps are nested deeper than {}", most_depth));
            return actions;
        }
        if (!reader_.is_list(node, what)) return actions;
        for (const auto& item : node.items) {
            if (++count_ > most_steps) {
                reader_.problem(item.line, fmt::format("more than {} steps", most_steps));
                return actions;
            }
            actions.push_back(one(item, depth));
        }
        return actions;
    }

  private:
    static bool is_frame(std::string_view key) {
        return key == "when" || key == "then" || key == "else" || key == "on_success" ||
               key == "on_failure" || key == "tag_on_failure";
    }

    Action one(const YamlNode& item, int depth) {
        Action action;
        if (!reader_.is_map(item, "a step")) return action;
        const YamlNode* of_step = nullptr;
        for (std::size_t at = 0; at < item.keys.size(); ++at) {
            const YamlNode& key = item.keys[at];
            if (is_frame(key.text)) continue;
            if (of_step != nullptr) {
                reader_.problem(key.line, fmt::format("one step an item: '{}' and '{}' are two",
                                                      of_step->text, key.text));
                continue;
            }
            of_step = &key;
            read_step(key, item.items[at], action);
        }
        if (const auto* when = item.find("when")) action.when = read_condition(*when, reader_);
        frame(item, of_step != nullptr, depth, action);
        return action;
    }

    void read_step(const YamlNode& key, const YamlNode& value, Action& action) {
        const StepReader read = step_reader(key.text);
        if (read == nullptr) {
            reader_.problem(key.line, fmt::format("there is no step {}; expected one of {}",
                                                  event::quoted(key.text), step_names()));
            return;
        }
        action.name = fmt::format("{}, line {}", key.text, key.line);
        action.step = read(value, reader_);
        action.tag = failure_tag(key.text);
        action.failures = &base::metrics().counter(
            "ordertrail_pipeline_step_failures_total", "Events that a step did not fit",
            {{"pipeline", pipeline_}, {"step", action.name}});
    }

    void frame(const YamlNode& item, bool step, int depth, Action& action) {
        const auto steps = [&](const char* key, bool with_step, Actions& to) {
            const auto* node = item.find(key);
            if (node == nullptr) return;
            if (step != with_step) {
                reader_.problem(node->line,
                                step ? fmt::format("'{}' goes with 'when' alone; beside a step "
                                                   "use 'on_success' and 'on_failure'",
                                                   key)
                                     : fmt::format("'{}' goes with a step; beside 'when' alone use "
                                                   "'then' and 'else'",
                                                   key));
                return;
            }
            to = list(*node, fmt::format("'{}'", key), depth + 1);
        };
        steps("on_success", true, action.good);
        steps("on_failure", true, action.bad);
        steps("then", false, action.good);
        steps("else", false, action.bad);
        if (const auto* tag = item.find("tag_on_failure")) action.tag = tag->text;
        if (!step && (item.find("when") == nullptr || item.find("then") == nullptr))
            reader_.problem(item.line, "expected a step, or 'when' with 'then'");
    }

    YamlReader& reader_;
    const std::string pipeline_;
    std::size_t count_ = 0;
};

}  // namespace

Transforms::Transforms() = default;
Transforms::~Transforms() = default;
Transforms::Transforms(Transforms&&) noexcept = default;
Transforms& Transforms::operator=(Transforms&&) noexcept = default;

base::Result<Transforms> Transforms::load(const std::string& path) {
    TRY(const std::string text, base::system_files().read_file(path, 1 << 20));
    return parse(text, path);
}

base::Result<Transforms> Transforms::parse(std::string_view yaml, const std::string& file) {
    TRY(const YamlNode root, event::parse_yaml(yaml, file));
    YamlReader reader(file);
    Transforms made;
    if (!reader.is_map(root, "the file", {"format", "pipelines"})) return reader.report();
    if (const auto* format = reader.required(root, "format", "the file"))
        reader.choice(*format, "'format'", {"1"});
    const auto* list = reader.required(root, "pipelines", "the file");
    if (list != nullptr && reader.is_list(*list, "'pipelines'")) {
        for (const auto& item : list->items) {
            if (!reader.is_map(item, "a pipeline", {"name", "inputs", "indices", "steps"}))
                continue;
            auto pipeline = std::make_unique<Pipeline>();
            if (const auto* name = reader.required(item, "name", "a pipeline"))
                pipeline->name = reader.name(*name, "'name'");
            for (const auto& other : made.pipelines_) {
                if (other->name == pipeline->name)
                    reader.problem(item.line,
                                   fmt::format("two pipelines are named '{}'", other->name));
            }
            if (const auto* inputs = item.find("inputs")) {
                for (auto& [name, line] : reader.names(*inputs, "'inputs'"))
                    pipeline->inputs.push_back(std::move(name));
            }
            if (const auto* indices = item.find("indices"))
                pipeline->indices = event::IndexPattern(reader.text(*indices, "'indices'"));
            if (const auto* steps = reader.required(item, "steps", "a pipeline"))
                pipeline->steps = StepsReader(reader, pipeline->name).list(*steps, "'steps'");
            pipeline->events = &base::metrics().counter("ordertrail_pipeline_events_total",
                                                        "Events that went through a pipeline",
                                                        {{"pipeline", pipeline->name}});
            pipeline->dropped =
                &base::metrics().counter("ordertrail_pipeline_dropped_events_total",
                                         "Events that a pipeline dropped; they were acknowledged",
                                         {{"pipeline", pipeline->name}});
            made.pipelines_.push_back(std::move(pipeline));
        }
    }
    if (reader.failed()) return reader.report();
    return made;
}

std::string_view Transforms::name_of(const Pipeline& pipeline) { return pipeline.name; }

Transforms::Selection Transforms::select(std::string_view input, std::string_view index) const {
    Selection selection;
    for (const auto& pipeline : pipelines_) {
        if (pipeline->takes(input, index)) selection.push_back(pipeline.get());
    }
    return selection;
}

void Transforms::run(const Selection& selection, Subject& subject) {
    for (const Pipeline* pipeline : selection) {
        pipeline->events->add(1);
        run_all(pipeline->steps, subject);
        if (!subject.dropped) continue;
        pipeline->dropped->add(1);
        return;
    }
}

}  // namespace pipeline
