#include "app/configuration/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <set>

#include "app/configuration/configuration_file.h"
#include "base/file.h"

namespace app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigurationLoad : public testing::Test {
  protected:
    void file(const std::string& yaml) {
        path_ = testing::TempDir() + "configuration_" + std::to_string(::getpid()) + ".yaml";
        std::ofstream(path_) << yaml;
        sources_.file = path_;
    }
    void variable(const std::string& name, const std::string& text) {
        sources_.environment.emplace_back(name, text);
    }
    void flag(const std::string& name, const std::string& text) {
        sources_.flags.emplace_back(name, text);
    }

    LoadedConfiguration load() { return load_configuration(sources_); }

    // "line: message" of each problem of a file.
    std::vector<std::string> problems(const std::string& yaml) {
        std::vector<ConfigurationProblem> found;
        read_configuration_file(yaml, "o.yaml", found);
        std::vector<std::string> texts;
        for (const auto& problem : found) texts.push_back(problem.where + ": " + problem.message);
        return texts;
    }

    void TearDown() override {
        if (!path_.empty()) std::remove(path_.c_str());
    }

    ConfigurationSources sources_;
    std::string path_;
};

TEST_F(ConfigurationLoad, ThePortOfBeatsIsOpenedWhenItIsSet) {
    EXPECT_FALSE(load().configuration.lumberjack);
    file(
        "lumberjack:\n  address: :5044\n  index: beats-prod\n  tls:\n    certificate: a.pem\n    "
        "key: a.key\n    client_ca: ca.pem\n    client_certificates: optional\n");
    const auto loaded = load();
    EXPECT_THAT(loaded.problem_text(), IsEmpty());
    ASSERT_TRUE(loaded.configuration.lumberjack);
    EXPECT_EQ(loaded.configuration.lumberjack->port, 5044);
    EXPECT_EQ(loaded.configuration.lumberjack_tls.client_ca, "ca.pem");
    EXPECT_EQ(loaded.configuration.lumberjack_tls.client_certificates, "optional");
    // What it prints can be read again.
    EXPECT_THAT(problems(loaded.yaml()), IsEmpty());
}

TEST_F(ConfigurationLoad, TlsNeedsItsFilesTogether) {
    file("lumberjack.tls.key: a.key\n");
    EXPECT_THAT(load().problem_text(), HasSubstr("yaml:1: lumberjack.tls.key needs"));
    file("lumberjack.tls.certificate: a.pem\n");
    EXPECT_THAT(load().problem_text(), HasSubstr("set lumberjack.tls.key"));
    file("lumberjack.tls.client_ca: ca.pem\n");
    EXPECT_THAT(load().problem_text(), HasSubstr("speaks no TLS"));
    EXPECT_THAT(problems("lumberjack.tls.client_certificates: maybe\nlumberjack.index: No Name\n"),
                ElementsAre(HasSubstr("required or optional"), HasSubstr("an index name")));
}

TEST_F(ConfigurationLoad, DefaultsAreGood) {
    const auto loaded = load();
    EXPECT_THAT(loaded.problem_text(), IsEmpty());
    EXPECT_EQ(loaded.configuration.http.port, 9200);
    EXPECT_EQ(loaded.configuration.keys, "ordertrail-data/keys");
    EXPECT_GE(loaded.configuration.query_threads, 2u);
    ASSERT_EQ(loaded.configuration.environment_levels.size(), 2u);
    EXPECT_EQ(loaded.configuration.environment_levels[0].pattern, "prod");
}

TEST_F(ConfigurationLoad, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
    file("data: from-file\nkeys: from-file\ncatalog: from-file\n");
    variable("ORDERTRAIL_DATA", "from-environment");
    variable("ORDERTRAIL_KEYS", "from-environment");
    flag("data", "from-flag");
    const auto loaded = load();
    EXPECT_THAT(loaded.problem_text(), IsEmpty());
    EXPECT_EQ(loaded.configuration.data, "from-flag");
    EXPECT_EQ(loaded.configuration.keys, "from-environment");
    EXPECT_EQ(loaded.configuration.catalog, "from-file");
    EXPECT_EQ(loaded.configuration.environment, "prod");
    const auto yaml = loaded.yaml();
    EXPECT_THAT(yaml, HasSubstr("data: \"from-flag\"  # --data\n"));
    EXPECT_THAT(yaml, HasSubstr("keys: \"from-environment\"  # ORDERTRAIL_KEYS\n"));
    EXPECT_THAT(yaml, HasSubstr("catalog: \"from-file\"  # " + path_ + ":3\n"));
    EXPECT_THAT(yaml, HasSubstr("environment: \"prod\"  # default\n"));
}

TEST_F(ConfigurationLoad, PrintedConfigurationReadsBackTheSame) {
    flag("data", "a \"quoted\\ name");
    variable("ORDERTRAIL_KEPT_LEVELS_INDICES", "*-x=warn");
    const auto first = load();
    file(first.yaml());
    sources_.flags.clear();
    sources_.environment.clear();
    const auto second = load();
    EXPECT_THAT(second.problem_text(), IsEmpty());
    for (std::size_t at = 0; at < first.effective.size(); ++at) {
        EXPECT_EQ(first.effective[at].text, second.effective[at].text)
            << first.effective[at].setting->name;
    }
}

TEST_F(ConfigurationLoad, NestedAndDottedNamesAreTheSame) {
    file(
        "limits:\n  body_bytes: 200MiB\nhttp.address: '[::1]:1'\nkept_levels:\n"
        "  indices:\n    '*-test': debug\n    '*': warn\n");
    const auto loaded = load();
    EXPECT_THAT(loaded.problem_text(), IsEmpty());
    EXPECT_EQ(loaded.configuration.body_bytes, 200u << 20);
    EXPECT_EQ(loaded.configuration.http.host, "::1");
    ASSERT_EQ(loaded.configuration.index_levels.size(), 2u);
    EXPECT_EQ(loaded.configuration.index_levels[1].level, "WARN");
}

TEST_F(ConfigurationLoad, EveryProblemIsReportedWithItsLine) {
    EXPECT_THAT(
        problems("dat: x\n"
                 "limits:\n"
                 "  body_bytes: lots\n"
                 "  memtable_bytes: 1MiB\n"
                 "http: 9200\n"
                 "data:\n"
                 "keys: [a, b]\n"
                 "log.level: loud\n"
                 "kept_levels.indices:\n"
                 "  '*-prod': info\n"
                 "  '*-test': shout\n"
                 "elasticsearch:\n"
                 "  version: eight\n"
                 "quite_unknown: 1\n"),
        ElementsAre(HasSubstr("o.yaml:1: there is no setting 'dat'; did you mean 'data'?"),
                    HasSubstr("o.yaml:3: limits.body_bytes: expected a size"),
                    HasSubstr("o.yaml:4: there is no setting 'limits.memtable_bytes'; did you mean "
                              "'storage.memtable_bytes'?"),
                    HasSubstr("o.yaml:5: 'http' is a group of settings"),
                    HasSubstr("o.yaml:6: 'data' has no value"),
                    HasSubstr("o.yaml:7: 'keys' takes one value (path), found a list"),
                    HasSubstr("o.yaml:8: log.level: expected trace, debug"),
                    HasSubstr("o.yaml:11: kept_levels.indices: expected a level"),
                    HasSubstr("o.yaml:13: elasticsearch.version: expected a version"),
                    HasSubstr("o.yaml:14: there is no setting 'quite_unknown'; docs/")));
}

TEST_F(ConfigurationLoad, ASettingIsSetOnce) {
    EXPECT_THAT(problems("data: a\nkeys: k\ndata: b\n"),
                ElementsAre("o.yaml:3: 'data' is set already, at o.yaml:1; remove one of them"));
    EXPECT_THAT(problems("http.address: ':1'\nhttp:\n  address: ':2'\n"),
                ElementsAre(HasSubstr("o.yaml:3: 'http.address' is set already, at o.yaml:1")));
}

TEST_F(ConfigurationLoad, WhatIsNoYamlIsReported) {
    EXPECT_THAT(problems("data: [\n"), ElementsAre(HasSubstr("this is not YAML")));
    EXPECT_THAT(problems("- data\n"),
                ElementsAre(HasSubstr("expected settings as 'name: value' lines")));
    EXPECT_THAT(problems("? [a]\n: b\n"),
                ElementsAre(HasSubstr("expected a setting's name as a key")));
    EXPECT_THAT(problems("data: " + std::string(5000, '[')),
                ElementsAre(HasSubstr("this is not YAML")));
    EXPECT_THAT(problems(""), IsEmpty());
    EXPECT_THAT(problems("# nothing\n"), IsEmpty());
}

TEST_F(ConfigurationLoad, EnvironmentAndFlagsAreCheckedToo) {
    variable("ORDERTRAIL_QUERY_TIMEOUT", "soon");
    variable("ORDERTRAIL_DATTA", "x");
    variable("ORDERTRAIL_SERVER", "http://elsewhere");
    flag("http.address", "nowhere");
    const auto loaded = load();
    ASSERT_EQ(loaded.problems.size(), 2u);
    EXPECT_EQ(loaded.problems[0].where, "ORDERTRAIL_QUERY_TIMEOUT");
    EXPECT_EQ(loaded.problems[1].where, "--http");
    ASSERT_EQ(loaded.warnings.size(), 1u);
    EXPECT_THAT(loaded.warnings[0].message, HasSubstr("did you mean ORDERTRAIL_DATA?"));
}

TEST_F(ConfigurationLoad, RangesAreChecked) {
    variable("ORDERTRAIL_LIMITS_JSON_DEPTH", "100000");
    EXPECT_THAT(load().problem_text(), HasSubstr("expected a number from 2 to 1000, found 100000"));
}

TEST_F(ConfigurationLoad, SettingsThatContradictEachOther) {
    variable("ORDERTRAIL_LIMITS_BODY_BYTES", "1GiB");
    EXPECT_THAT(load().problem_text(),
                HasSubstr("limits.inflight_bytes (256MiB) is below limits.body_bytes (1GiB)"));
}

TEST_F(ConfigurationLoad, AMissingFileIsAProblem) {
    sources_.file = "/nowhere/ordertrail.yaml";
    EXPECT_THAT(load().problem_text(), HasSubstr("/nowhere/ordertrail.yaml"));
}

TEST(Settings, NamesVariablesAndFlagsAreUniqueAndDefaultsFit) {
    std::set<std::string> seen;
    for (const auto& setting : settings()) {
        EXPECT_TRUE(seen.insert(std::string(setting.name)).second) << setting.name;
        EXPECT_TRUE(seen.insert(setting.environment_variable()).second) << setting.name;
        EXPECT_TRUE(setting.flag.empty() || seen.insert(std::string(setting.flag)).second)
            << setting.name;
        EXPECT_FALSE(setting.description.empty()) << setting.name;
        Configuration configuration;
        EXPECT_TRUE(setting.assign(configuration, setting.default_text)) << setting.name;
    }
}

TEST(Settings, ReferencePageIsUpToDate) {
    const auto page = base::system_files().read_file(std::string(ORDERTRAIL_SOURCE_DIR) +
                                                     "/docs/reference/configuration.md");
    ASSERT_TRUE(page);
    EXPECT_EQ(page.value(), configuration_reference())
        << "make it anew: ordertrail check-config --reference > docs/reference/configuration.md";
}

}  // namespace
}  // namespace app
