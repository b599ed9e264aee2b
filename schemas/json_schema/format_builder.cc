// Deferred parts of formats, and the formats of times; see format_builder.h.
#include "schemas/json_schema/format_builder.h"

#include <algorithm>
#include <string>

#include "grammar/regex_parser.h"
#include "schemas/json_schema/format_parts.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kDayMinutes = 24 * 60;
constexpr uint32_t kPartShift = 16;
constexpr uint32_t kLastMinute = kDayMinutes - 1;  // 23:59

std::string two_digits(uint32_t value) {
  return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

std::string hour_and_minute(uint32_t minutes) { return two_digits(minutes / 60) + ":" + two_digits(minutes % 60); }

// What follows "HH:MM" in a leap second: the offset under which that is 23:59 in UTC.
RegexId leap_offset(FormatBuilder& builder, uint32_t local) {
  const std::string zulu = local == kLastMinute ? "[Zz]|" : "";
  const std::string ahead = hour_and_minute((local + 1) % kDayMinutes), behind = hour_and_minute(kLastMinute - local);
  return builder.pattern(":60(?:\\.[0-9]+)?(?:" + zulu + "\\+" + ahead + "|-" + behind + ")");
}

DeferredFacts leap_facts(uint32_t local) { return {false, true, local == kLastMinute ? 4u : 9u}; }

// What follows "HH:": 29 and 59 under offsets of whole and half hours. Under the others leap seconds are left out, as
// most validators leave out every one: with them a sixtieth of all times written at random would be a leap second.
RegexId leap_minutes(FormatBuilder& builder, uint32_t hour) {
  RegexArena& regexes = builder.regexes();
  std::vector<RegexId> choices;
  for (uint32_t minute : {29u, 59u}) {
    const uint32_t local = hour * 60 + minute;
    choices.push_back(regexes.sequence(regexes.literal(two_digits(minute)),
                                       builder.deferred(leap_offset, local, leap_facts(local))));
  }
  return regexes.alternative(choices);
}

RegexId leap_seconds(FormatBuilder& builder) {
  RegexArena& regexes = builder.regexes();
  std::vector<RegexId> choices;
  for (uint32_t hour = 0; hour < 24; ++hour) {
    const DeferredFacts facts{false, true, 2 + leap_facts(hour * 60 + 59).shortest};
    choices.push_back(regexes.sequence(regexes.literal(two_digits(hour) + ":"), builder.deferred(leap_minutes, hour, facts)));
  }
  return regexes.alternative(choices);
}

RegexId time_part(FormatBuilder& builder, uint32_t) { return make_full_time(builder); }

}  // namespace

RegexId FormatBuilder::pattern(std::string_view text) {
  Result<RegexId> parsed = parse_regex(*regexes_, text, RegexOptions{RegexDialect::kEcma, false});
  return parsed.ok() ? *parsed : regexes_->never();
}

RegexId FormatBuilder::sequence(std::initializer_list<RegexId> parts) {
  return regexes_->sequence(std::span<const RegexId>(parts.begin(), parts.size()));
}

RegexId FormatBuilder::either(std::initializer_list<RegexId> parts) {
  return regexes_->alternative(std::span<const RegexId>(parts.begin(), parts.size()));
}

RegexId FormatBuilder::deferred(Part part, uint32_t argument, const DeferredFacts& facts) {
  const auto known = std::find(parts_.begin(), parts_.end(), part);
  const uint32_t number = static_cast<uint32_t>(known - parts_.begin());
  if (known == parts_.end()) parts_.push_back(part);
  return regexes_->deferred(family_, number << kPartShift | argument, facts);
}

// A part makes the same of an argument in every arena.
Fingerprint FormatBuilder::identity(uint32_t key) const {
  return {reinterpret_cast<uintptr_t>(parts_[key >> kPartShift]), key & ((1u << kPartShift) - 1)};
}

RegexId FormatBuilder::meaning(RegexArena&, uint32_t key) {
  return parts_[key >> kPartShift](*this, key & ((1u << kPartShift) - 1));
}

RegexId make_full_time(FormatBuilder& builder) {
  return builder.either({builder.pattern(plain_time()), leap_seconds(builder)});
}

RegexId make_date_time(FormatBuilder& builder) {
  const RegexId time = builder.deferred(time_part, 0, {false, true, 9});
  return builder.sequence({builder.pattern(full_date()), builder.pattern("[Tt]"), time});
}

}  // namespace keyway::json_schema
