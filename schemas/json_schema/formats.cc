// Formats as patterns; see formats.h. Each function writes its specification's grammar down, part by part.
#include "schemas/json_schema/formats.h"

#include "schemas/json_schema/format_parts.h"

namespace keyway::json_schema {
namespace {

std::string json_pointer() { return "(?:\\/(?:[^~\\/]|~[01])*)*"; }

std::string relative_json_pointer() { return "(?:0|[1-9][0-9]*)(?:#|" + json_pointer() + ")"; }

// RFC 4122, any version and variant.
std::string uuid() { return "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"; }

// RFC 3339, appendix A.
std::string duration() {
  const std::string time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
  const std::string date = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
  return "P(?:" + date + "(?:" + time + ")?|" + time + "|[0-9]+W)";
}

std::string date() { return full_date(); }
std::string time() { return full_time(); }
std::string date_time() { return "(?:" + full_date() + ")[Tt](?:" + full_time() + ")"; }

// RFC 1123 names without labels that begin with two characters and two hyphens: those are A-labels, whose validity is a
// matter of decoding them.
std::string hostname() { return host_name(); }

std::string ipv4() { return ipv4_address(); }
std::string ipv6() { return ipv6_address(); }

// RFC 5321, section 4.1.2: Mailbox.
std::string email() { return mailbox(false); }
std::string idn_email() { return mailbox(true); }

std::string uri() { return uri_pattern(false, true); }
std::string uri_reference() { return uri_pattern(false, false); }
std::string iri() { return uri_pattern(true, true); }
std::string iri_reference() { return uri_pattern(true, false); }

// RFC 6570.
std::string uri_template() {
  const std::string literal =
      "[\\u{21}\\u{23}\\u{24}\\u{26}-\\u{3b}\\u{3d}\\u{3f}-\\u{5b}\\u{5d}\\u{5f}\\u{61}-\\u{7a}\\u{7e}\\u{a0}-"
      "\\u{d7ff}\\u{e000}-\\u{10ffff}]";
  const std::string varchar = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})";
  const std::string name = varchar + "(?:\\.?" + varchar + ")*";
  const std::string spec = name + "(?::[1-9][0-9]{0,3}|\\*)?";
  const std::string expression = "\\{[+#./;?&=,!@|]?" + spec + "(?:," + spec + ")*\\}";
  return "(?:" + literal + "|%[0-9A-Fa-f]{2}|" + expression + ")*";
}

constexpr std::string_view kYearZero = "the year 0000; leap seconds at offsets that are not multiples of 30 minutes";

constexpr FormatRow kRows[] = {
    {"date", date, "the year 0000"},
    {"time", time, "leap seconds at offsets that are not multiples of 30 minutes"},
    {"date-time", date_time, kYearZero},
    {"duration", duration, ""},
    {"email", email, ""},
    {"idn-email", idn_email, ""},
    {"hostname", hostname, "internationalised labels (xn--...)"},
    {"idn-hostname", nullptr, ""},
    {"ipv4", ipv4, ""},
    {"ipv6", ipv6, ""},
    {"uri", uri, ""},
    {"uri-reference", uri_reference, ""},
    {"iri", iri, ""},
    {"iri-reference", iri_reference, ""},
    {"uri-template", uri_template, ""},
    {"uuid", uuid, ""},
    {"json-pointer", json_pointer, ""},
    {"relative-json-pointer", relative_json_pointer, ""},
    {"regex", nullptr, ""},
};

}  // namespace

const FormatRow* find_format(std::string_view name) {
  for (const FormatRow& row : kRows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace keyway::json_schema
