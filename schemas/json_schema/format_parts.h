// Parts that several formats share, as ECMA-262 patterns without anchors.
//
// Entry points: the functions below. Tested by tests/schemas/json_schema/formats_test.cc.
#pragma once

#include <string>

namespace keyway::json_schema {

std::string full_date();     // RFC 3339, days of each month and leap years; not the year 0000
std::string plain_time();    // RFC 3339 without second 60
// RFC 1123: labels of 1 to 63, at most 253 characters. tell_a_labels: none has hyphens third and fourth (RFC 5891).
std::string host_names(bool tell_a_labels);
std::string ipv4_address();  // four octets without leading zeros
std::string ipv6_address();  // RFC 4291, section 2.2
std::string mailbox(bool international);
// RFC 3986 or RFC 3987. `absolute`: with a scheme; otherwise a reference, which may have one.
std::string uri_pattern(bool international, bool absolute);

}  // namespace keyway::json_schema
