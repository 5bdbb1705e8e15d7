#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/string_map.h"
#include "event/catalog.h"
#include "event/yaml_reader.h"
#include "event/yaml_tree.h"

namespace event {

// Makes a Catalog of a YAML tree and gathers all that is wrong with it. Used once, by one thread.
class CatalogReader {
  public:
    explicit CatalogReader(const std::string& file) : in_(file) {}

    // InvalidArgument with every problem, one a line, in the file's order.
    base::Result<Catalog> read(const YamlNode& root);

  private:
    void collect_names(const YamlNode& root);
    void read_systems(const YamlNode& node);
    void read_lanes(const YamlNode& node);
    void read_fields(const YamlNode& node);
    void read_states(const YamlNode& node);
    void read_events(const YamlNode& node);
    void read_facts(const YamlNode& node);
    void read_agreements(const YamlNode& node);

    CatalogField field_of(const YamlNode& key, const YamlNode& node);
    void read_personal(const YamlNode& node, const std::string& what, CatalogField& field);
    CatalogState state_of(const YamlNode& key, const YamlNode& node);
    EventType event_of(const YamlNode& node);
    void read_event_fields(const YamlNode& node, const std::string& what, EventType& type);
    void read_event_state(const YamlNode& node, const std::string& what, EventType& type);

    // What can only be judged when everything is read.
    void check_states(const YamlNode& node);
    void check_sentence(int line, const std::string& what, const std::string& sentence,
                        const EventType& type);

    Title title(const YamlNode& map, std::string_view key, const std::string& what);
    std::vector<std::string> known_names(const YamlNode& node, const std::string& what,
                                         const base::StringSet& known, std::string_view section);
    std::string known_name(const YamlNode& node, const std::string& what,
                           const base::StringSet& known, std::string_view section);

    YamlReader in_;
    Catalog catalog_;
    // What the sections define, gathered first, so that they may refer to each other in any order.
    base::StringSet field_names_;
    base::StringSet state_ids_;
    base::StringSet services_;
    base::StringSet event_names_;
    base::StringSet fact_names_;
};

}  // namespace event
