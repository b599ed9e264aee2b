// The table of formats; see formats.h. Each function writes its specification's grammar down, part by part.
#include "schemas/json_schema/formats.h"

#include "schemas/json_schema/format_builder.h"
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

std::string hostname() { return host_names(false); }

// Labels that begin with two characters and two hyphens are A-labels, whose validity is a matter of decoding them.
std::string hostname_without_a_labels() { return host_names(true); }

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

// RFC 4648, section 4.
std::string base64() { return "(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=)?"; }
// Whatever follows its first letter.
std::string perhaps_json() { return "[ \\t\\n\\r]*[-0-9tfn\"\\[{][^]*"; }
// Whatever it is that follows, nothing that begins like this is a pattern.
std::string perhaps_regex() { return "(?:[^*+?)][^]*)?"; }

template <std::string (*text)()>
RegexId of_pattern(FormatBuilder& builder) {
  return builder.pattern(text());
}

using enum Draft;

constexpr DeferredFacts least(uint32_t shortest) { return {shortest == 0, true, shortest}; }

// A name as a whole is bounded, by an intersection.
constexpr DeferredFacts kNames{false, false, 1};

constexpr std::string_view kALabels = "internationalised labels (xn--...)";
constexpr std::string_view kYearZero = "the year 0000";
constexpr std::string_view kOddLeapSeconds = "leap seconds at offsets that are not multiples of 30 minutes";
constexpr std::string_view kYearZeroAndLeapSeconds =
    "the year 0000; leap seconds at offsets that are not multiples of 30 minutes";

constexpr FormatRow kFormatRows[] = {
    {"date", k4, k2020, of_pattern<date>, least(10), kYearZero, true},
    {"time", k4, k2020, make_full_time, least(9), kOddLeapSeconds, true},
    {"date-time", k4, k2020, make_date_time, least(20), kYearZeroAndLeapSeconds, true},
    {"duration", k4, k2020, of_pattern<duration>, least(3), ""},
    {"email", k4, k2020, of_pattern<email>, least(3), ""},
    {"idn-email", k4, k2020, of_pattern<idn_email>, least(3), ""},
    {"hostname", k4, k6, of_pattern<hostname>, kNames, ""},
    {"hostname", k7, k2020, of_pattern<hostname_without_a_labels>, kNames, kALabels, false, of_pattern<hostname>,
     "where the keyword is negated: internationalised labels (xn--...)"},
    {"idn-hostname", k4, k2020, nullptr, {}, ""},
    {"ipv4", k4, k2020, of_pattern<ipv4>, least(7), ""},
    {"ipv6", k4, k2020, of_pattern<ipv6>, least(2), ""},
    {"uri", k4, k2020, of_pattern<uri>, least(2), ""},
    {"uri-reference", k4, k2020, of_pattern<uri_reference>, least(0), ""},
    {"iri", k4, k2020, of_pattern<iri>, least(2), ""},
    {"iri-reference", k4, k2020, of_pattern<iri_reference>, least(0), ""},
    {"uri-template", k4, k2020, of_pattern<uri_template>, least(0), ""},
    {"uuid", k4, k2020, of_pattern<uuid>, least(36), ""},
    {"json-pointer", k4, k2020, of_pattern<json_pointer>, least(0), ""},
    {"relative-json-pointer", k4, k2020, of_pattern<relative_json_pointer>, least(1), ""},
    {"regex", k4, k2020, make_regex_format, least(0),
     "named groups, backreferences, groups nested more than 16 deep, and classes and counts that few patterns have", false,
     of_pattern<perhaps_regex>, "where the keyword is negated: all but what begins with ')', '*', '+' or '?'"},
    // Of no draft: these are no formats, see find_content.
    {kJsonContent, k2020, k4, make_json_content, least(1), "JSON texts nested more than 16 deep", false, of_pattern<perhaps_json>,
     "where the keyword is negated: what begins as a JSON text may"},
    {kBase64Content, k2020, k4, of_pattern<base64>, least(0), ""},
};

RegexId whole_format(FormatBuilder& builder, uint32_t row) { return kFormatRows[row].make(builder); }
RegexId possible_format(FormatBuilder& builder, uint32_t row) { return kFormatRows[row].make_possible(builder); }

}  // namespace

std::span<const FormatRow> format_rows() { return kFormatRows; }

const FormatRow* find_format(std::string_view name, Draft draft) {
  for (const FormatRow& row : kFormatRows) {
    if (row.name == name && row.first <= draft && draft <= row.last) return &row;
  }
  return nullptr;
}

const FormatRow* find_content(std::string_view value) {
  for (const FormatRow& row : kFormatRows) {
    if (row.first > row.last && row.name == value) return &row;
  }
  return nullptr;
}

FormatBuilder& FormatExpressions::builder() {
  if (builder_ == nullptr) {
    builder_ = std::make_shared<FormatBuilder>(regexes_);
    builder_->set_family(regexes_.add_family(builder_));
  }
  return *builder_;
}

RegexId FormatExpressions::of(const FormatRow& row, FormatBound bound) {
  const uint32_t at = static_cast<uint32_t>(&row - kFormatRows);
  return builder().deferred(bound == FormatBound::kPossible && !row.is_exact() ? possible_format : whole_format, at, row.facts);
}

RegexId FormatExpressions::made(const FormatRow& row) { return row.make(builder()); }

}  // namespace keyway::json_schema
