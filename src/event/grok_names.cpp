#include "event/grok_names.h"

#include <algorithm>
#include <iterator>

namespace event {

namespace {

struct Named {
    std::string_view name;
    std::string_view pattern;
};

// Sorted by name. The names, and the fields of the compound ones, are Logstash's, so that its
// filters can be carried over.
constexpr Named patterns[] = {
    {"BASE10NUM", R"([+-]?(?:\d+(?:\.\d*)?|\.\d+))"},
    {"BASE16FLOAT", R"([+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+))"},
    {"BASE16NUM", R"([+-]?(?:0x)?[0-9A-Fa-f]+)"},
    {"CISCOMAC", R"((?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4})"},
    {"COMBINEDAPACHELOG", R"(%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent})"},
    {"COMMONAPACHELOG",
     R"re(%{IPORHOST:clientip} %{HTTPDUSER:ident} %{HTTPDUSER:auth} \[%{HTTPDATE:timestamp}\] "(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" (?:-|%{NUMBER:response}) (?:-|%{NUMBER:bytes}))re"},
    {"COMMONMAC", R"((?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2})"},
    {"DATA", R"([\s\S]*?)"},
    {"DATE", R"((?:%{DATE_US}|%{DATE_EU}))"},
    {"DATESTAMP", R"(%{DATE}[- ]%{TIME})"},
    {"DATESTAMP_EVENTLOG", R"(%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND})"},
    {"DATESTAMP_OTHER", R"(%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR})"},
    {"DATESTAMP_RFC2822", R"(%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE})"},
    {"DATESTAMP_RFC822", R"(%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ})"},
    {"DATE_EU", R"(%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR})"},
    {"DATE_US", R"(%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR})"},
    {"DAY",
     R"((?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?))"},
    {"EMAILADDRESS", R"(%{EMAILLOCALPART}@%{HOSTNAME})"},
    {"EMAILLOCALPART", R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"},
    {"GREEDYDATA", R"([\s\S]*)"},
    {"GREEDYMULTILINE", R"([\s\S]*)"},
    {"HOST", R"(%{HOSTNAME})"},
    {"HOSTNAME",
     R"(\b[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62})(?:\.[0-9A-Za-z][0-9A-Za-z_-]{0,62})*(?:\.?|\b))"},
    {"HOSTPORT", R"(%{IPORHOST}:%{POSINT})"},
    {"HOUR", R"((?:2[0123]|[01]?[0-9]))"},
    {"HTTPDATE", R"(%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT})"},
    {"HTTPDERROR_DATE", R"(%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR})"},
    {"HTTPDUSER", R"((?:%{EMAILADDRESS}|%{USER}))"},
    {"HTTPD_COMBINEDLOG", R"(%{COMBINEDAPACHELOG})"},
    {"HTTPD_COMMONLOG", R"(%{COMMONAPACHELOG})"},
    {"INT", R"([+-]?\d+)"},
    {"IP", R"((?:%{IPV6}|%{IPV4}))"},
    {"IPORHOST", R"((?:%{IP}|%{HOSTNAME}))"},
    {"IPV4", R"((?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))"},
    {"IPV6",
     R"((?:(?:[0-9A-Fa-f]{1,4}:){7}(?:[0-9A-Fa-f]{1,4}|:)|(?:[0-9A-Fa-f]{1,4}:){6}(?::[0-9A-Fa-f]{1,4}|%{IPV4}|:)|(?:[0-9A-Fa-f]{1,4}:){5}(?:(?::[0-9A-Fa-f]{1,4}){1,2}|:%{IPV4}|:)|(?:[0-9A-Fa-f]{1,4}:){4}(?:(?::[0-9A-Fa-f]{1,4}){1,3}|(?::[0-9A-Fa-f]{1,4})?:%{IPV4}|:)|(?:[0-9A-Fa-f]{1,4}:){3}(?:(?::[0-9A-Fa-f]{1,4}){1,4}|(?::[0-9A-Fa-f]{1,4}){0,2}:%{IPV4}|:)|(?:[0-9A-Fa-f]{1,4}:){2}(?:(?::[0-9A-Fa-f]{1,4}){1,5}|(?::[0-9A-Fa-f]{1,4}){0,3}:%{IPV4}|:)|[0-9A-Fa-f]{1,4}:(?:(?::[0-9A-Fa-f]{1,4}){1,6}|(?::[0-9A-Fa-f]{1,4}){0,4}:%{IPV4}|:)|:(?:(?::[0-9A-Fa-f]{1,4}){1,7}|(?::[0-9A-Fa-f]{1,4}){0,5}:%{IPV4}|:))(?:%[0-9A-Za-z]+)?)"},
    {"ISO8601_HOUR", R"((?:2[0123]|[01][0-9]))"},
    {"ISO8601_SECOND", R"(%{SECOND})"},
    {"ISO8601_TIMEZONE", R"((?:Z|[+-]%{HOUR}(?::?%{MINUTE})))"},
    {"JAVACLASS", R"((?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*)"},
    {"JAVAFILE", R"([a-zA-Z$_0-9. -]+)"},
    {"JAVALOGMESSAGE", R"([\s\S]*)"},
    {"JAVAMETHOD", R"((?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z$_0-9]*))"},
    {"LOGLEVEL",
     R"((?i:alert|trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?))"},
    {"MAC", R"((?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}))"},
    {"MINUTE", R"([0-5][0-9])"},
    {"MONTH",
     R"(\b(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]un(?:e)?|[Jj]ul(?:y)?|[Aa]ug(?:ust)?|[Ss]ep(?:t|tember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b)"},
    {"MONTHDAY", R"((?:0[1-9]|[12][0-9]|3[01]|[1-9]))"},
    {"MONTHNUM", R"((?:0[1-9]|1[0-2]|[1-9]))"},
    {"MONTHNUM2", R"((?:0[1-9]|1[0-2]))"},
    {"NONNEGINT", R"(\b\d+\b)"},
    {"NOTSPACE", R"(\S+)"},
    {"NUMBER", R"(%{BASE10NUM})"},
    {"PATH", R"((?:%{UNIXPATH}|%{WINPATH}))"},
    {"POSINT", R"(\b[1-9]\d*\b)"},
    {"PROG", R"([\x21-\x5a\x5c\x5e-\x7e]+)"},
    {"QS", R"(%{QUOTEDSTRING})"},
    {"QUOTEDSTRING", R"((?:"(?:\\.|[^\\"])*"|'(?:\\.|[^\\'])*'|`(?:\\.|[^\\`])*`))"},
    {"SECOND", R"((?:(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?))"},
    {"SPACE", R"(\s*)"},
    {"SYSLOGBASE",
     R"(%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:)"},
    {"SYSLOGFACILITY", R"(<%{NONNEGINT:facility}.%{NONNEGINT:priority}>)"},
    {"SYSLOGHOST", R"(%{IPORHOST})"},
    {"SYSLOGLINE", R"(%{SYSLOGBASE} %{GREEDYDATA:message})"},
    {"SYSLOGPROG", R"(%{PROG:program}(?:\[%{POSINT:pid}\])?)"},
    {"SYSLOGTIMESTAMP", R"(%{MONTH} +%{MONTHDAY} %{TIME})"},
    {"TIME", R"(%{HOUR}:%{MINUTE}(?::%{SECOND}))"},
    {"TIMESTAMP_ISO8601",
     R"(%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?)"},
    {"TTY", R"(/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?(?:[0-9]+))"},
    {"TZ", R"((?:[APMCE][SD]T|UTC))"},
    {"UNIXPATH", R"((?:/[\w%!$@:.,+~-]*)+)"},
    {"URI", R"(%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?)"},
    {"URIHOST", R"(%{IPORHOST}(?::%{POSINT})?)"},
    {"URIPARAM", R"(\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*)"},
    {"URIPATH", R"((?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_\-]*)+)"},
    {"URIPATHPARAM", R"(%{URIPATH}(?:%{URIPARAM})?)"},
    {"URIPROTO", R"([A-Za-z][A-Za-z0-9+\-.]+)"},
    {"URN",
     R"(urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9a-fA-F]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+)"},
    {"USER", R"(%{USERNAME})"},
    {"USERNAME", R"([a-zA-Z0-9._-]+)"},
    {"UUID", R"([A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12})"},
    {"WINDOWSMAC", R"((?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2})"},
    {"WINPATH", R"((?:[A-Za-z]:|\\)(?:\\[^\\?*]*)+)"},
    {"WORD", R"(\b\w+\b)"},
    {"YEAR", R"((?:\d\d){1,2})"},
};

static_assert(std::is_sorted(std::begin(patterns), std::end(patterns),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));

}  // namespace

std::string_view grok_pattern(std::string_view name) {
    const auto* const found =
        std::lower_bound(std::begin(patterns), std::end(patterns), name,
                         [](const Named& a, std::string_view wanted) { return a.name < wanted; });
    return found != std::end(patterns) && found->name == name ? found->pattern : std::string_view();
}

}  // namespace event
