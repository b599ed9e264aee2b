// Parts of formats; see format_parts.h.
#include "schemas/json_schema/format_parts.h"

namespace keyway::json_schema {
std::string full_date() {
  const std::string not_zero = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)";
  const std::string day = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
                          "02-(?:0[1-9]|1[0-9]|2[0-8]))";
  const std::string leap_year = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|"
                                "(?:0[48]|[2468][048]|[13579][26])00)";
  return "(?:" + not_zero + "-" + day + "|" + leap_year + "-02-29)";
}

std::string plain_time() {
  const std::string hour = "(?:[01][0-9]|2[0-3])";
  const std::string offset = "(?:[Zz]|[+-]" + hour + ":[0-5][0-9])";
  return hour + ":[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?" + offset;
}

std::string host_names(bool tell_a_labels) {
  const std::string simple = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  // The third and fourth characters are not both hyphens.
  const std::string told = "[A-Za-z0-9](?:[A-Za-z0-9]|[A-Za-z0-9-](?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,59}[A-Za-z0-9])?|"
                           "-[A-Za-z0-9](?:[A-Za-z0-9-]{0,58}[A-Za-z0-9])?))?";
  const std::string& label = tell_a_labels ? told : simple;
  return "(?=.{1,253}$)" + label + "(?:\\." + label + ")*";
}

std::string ipv4_address() {
  const std::string octet = "(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
  return octet + "(?:\\." + octet + "){3}";
}

std::string ipv6_address() {
  const std::string group = "[0-9A-Fa-f]{1,4}";
  const std::string last = "(?:" + group + ":" + group + "|" + ipv4_address() + ")";  // 32 bits
  const std::string prefixed = "(?:" + group + ":)";
  std::string out = "(?:" + prefixed + "{6}" + last;
  out += "|::" + prefixed + "{5}" + last;
  // Between 1 and 5 groups before "::", the rest after it.
  for (int after = 4; after >= 0; --after) {
    const int before = 5 - after;
    const std::string head = "(?:" + prefixed + "{0," + std::to_string(before - 1) + "}" + group + ")?";
    out += "|" + head + "::" + (after == 0 ? "" : prefixed + "{" + std::to_string(after) + "}") + last;
  }
  out += "|(?:" + prefixed + "{0,5}" + group + ")?::" + group;
  out += "|(?:" + prefixed + "{0,6}" + group + ")?::";
  return out + ")";
}

std::string mailbox(bool international) {
  const std::string beyond = international ? "\\u{80}-\\u{d7ff}\\u{e000}-\\u{10ffff}" : "";
  const std::string atom = "[A-Za-z0-9!#$%&'*+\\-\\/=?^_`{|}~" + beyond + "]+";
  const std::string quoted = "\"(?:[ !#-\\[\\]-~" + beyond + "]|\\\\[ -~])*\"";
  const std::string local = "(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")";
  const std::string edge = "[A-Za-z0-9" + beyond + "]";
  const std::string label = edge + "(?:[A-Za-z0-9\\-" + beyond + "]*" + edge + ")?";
  const std::string domain = label + "(?:\\." + label + ")*";
  const std::string literal = "\\[(?:" + ipv4_address() + "|[Ii][Pp][Vv]6:" + ipv6_address() + ")\\]";
  return local + "@(?:" + domain + "|" + literal + ")";
}

std::string uri_pattern(bool international, bool absolute) {
  // RFC 3987, section 2.2: ucschar and iprivate.
  std::string beyond, secret;
  if (international) {
    beyond = "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}";
    for (int plane = 1; plane <= 14; ++plane) {
      static const char* const kHex = "0123456789abcde";
      const std::string digit(1, kHex[plane]);
      beyond += "\\u{" + digit + (plane == 14 ? "1000" : "0000") + "}-\\u{" + digit + "fffd}";
    }
    secret = "\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}";
  }
  const std::string percent = "%[0-9A-Fa-f]{2}";
  const std::string plain = "A-Za-z0-9\\-._~!$&'()*+,;=" + beyond;  // unreserved and sub-delims
  const std::string segment_char = "(?:[" + plain + ":@]|" + percent + ")";
  const std::string segment = segment_char + "*";
  const std::string no_colon = "(?:[" + plain + "@]|" + percent + ")+";
  const std::string future = "[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9\\-._~!$&'()*+,;=:]+";
  const std::string host = "(?:\\[(?:" + ipv6_address() + "|" + future + ")\\]|(?:[" + plain + "]|" + percent + ")*)";
  const std::string authority = "(?:(?:[" + plain + ":]|" + percent + ")*@)?" + host + "(?::[0-9]*)?";
  const std::string below = "(?:\\/" + segment + ")*";
  const std::string rooted = "\\/(?:" + segment_char + "+" + below + ")?";
  const std::string scheme = "[A-Za-z][A-Za-z0-9+.\\-]*:";
  const std::string tail = "(?:\\?(?:[" + plain + ":@\\/?" + secret + "]|" + percent + ")*)?(?:#(?:[" + plain +
                           ":@\\/?]|" + percent + ")*)?";
  const std::string common = "\\/\\/" + authority + below + "|" + rooted;
  const std::string with_scheme = scheme + "(?:" + common + "|" + segment_char + "+" + below + ")?";
  if (absolute) return with_scheme + tail;
  return "(?:" + with_scheme + "|(?:" + common + "|" + no_colon + below + ")?)" + tail;
}

}  // namespace keyway::json_schema
