#include "logs/log_kind.h"

#include <fmt/format.h>

#include "logs/mariadb_error.h"
#include "logs/mariadb_slow.h"
#include "logs/postgresql_csv.h"
#include "logs/postgresql_json.h"
#include "logs/postgresql_text.h"
#include "logs/rabbitmq_log.h"
#include "logs/s3_access.h"

namespace logs {

namespace {

template <typename Kind>
base::Result<std::shared_ptr<const LogKind>> make() {
    return std::shared_ptr<const LogKind>(std::make_shared<Kind>());
}

}  // namespace

base::Result<std::shared_ptr<const LogKind>> make_log_kind(std::string_view name,
                                                           const LogKindOptions& options) {
    if (name == "postgresql") return PostgresqlText::create(options.line_prefix);
    if (name == "postgresql-csv") return make<PostgresqlCsv>();
    if (name == "postgresql-json") return make<PostgresqlJson>();
    if (name == "mariadb-slow" || name == "mysql-slow") return make<MariadbSlow>();
    if (name == "mariadb-error" || name == "mysql-error") return make<MariadbError>();
    if (name == "rabbitmq") return make<RabbitmqLog>();
    if (name == "s3-access") return make<S3Access>();
    return base::invalid(
        fmt::format("expected postgresql, postgresql-csv, postgresql-json, mariadb-slow, "
                    "mariadb-error, mysql-slow, mysql-error, rabbitmq or s3-access, found '{}'",
                    name));
}

std::string_view kind_of_file(std::string_view name, std::string_view path) {
    if (name != "postgresql") return name;
    // Renamed ones end with a number: postgresql.csv.1
    auto end = path.find_last_not_of("0123456789");
    if (end != std::string_view::npos && path[end] == '.') path = path.substr(0, end);
    if (path.ends_with(".csv")) return "postgresql-csv";
    // Docker's files carry lines of its own.
    if (path.ends_with(".json")) return "postgresql-json";
    return name;
}

}  // namespace logs
