#pragma once

#include <memory>
#include <string>

#include "logs/log_kind.h"
#include "logs/postgresql_message.h"

namespace logs {

// PostgreSQL's log as it stands on stderr: a prefix by log_line_prefix, a severity, the message. A
// message's further lines begin with a tab; DETAIL, HINT, STATEMENT and the like of the same
// process belong to the event before them. Lines of another prefix are understood as far as their
// time and severity go.
class PostgresqlText final : public LogKind {
  public:
    // InvalidArgument for a prefix with more than can be read.
    static base::Result<std::shared_ptr<const LogKind>> create(const std::string& prefix);
    ~PostgresqlText() override;

    bool begins(std::string_view line, LineState& state) const override;
    void read(std::string_view event, Fields& to) const override;

  private:
    struct Prefix;
    struct Head {
        PostgresqlLabel label = PostgresqlLabel::none;
        std::string_view severity;
        std::string_view text;     // behind it
        std::string_view process;  // its number, where the prefix says it
    };

    explicit PostgresqlText(std::unique_ptr<const Prefix> prefix);
    // What a line's beginning says; into `said`, too, unless that is nullptr.
    Head head_of(std::string_view line, PostgresqlMessage* said) const;
    Head loose_head_of(std::string_view line, PostgresqlMessage* said) const;

    const std::unique_ptr<const Prefix> prefix_;
};

}  // namespace logs
