// Text or JSON, decided as late as it must be; see raw_value_reader.h.
#include "tools/raw_value_reader.h"

#include <algorithm>

namespace keyway {
namespace {

constexpr size_t kMostHeld = 64;
constexpr std::string_view kBlanks = " \t\n\r";

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

// Whether the text is a number of JSON (RFC 8259).
bool is_json_number(std::string_view text) {
  const auto digits = [&text] {
    const size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return false;
  const bool zero = text.front() == '0';
  if (digits() > 1 && zero) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

// The JSON that the text of a scalar stands for; empty where it is none that the parameter may be.
std::string_view scalar_json(std::string_view text, ValueKinds kinds, bool python_words) {
  const bool word = kinds & kBooleanKind, null = kinds & kNullKind;
  if (word && (text == "true" || (python_words && text == "True"))) return "true";
  if (word && (text == "false" || (python_words && text == "False"))) return "false";
  if (null && (text == "null" || (python_words && text == "None"))) return "null";
  if ((kinds & kNumberKind) && is_json_number(text)) return text;
  return {};
}

}  // namespace

void RawValueReader::reset(ValueKinds kinds, bool python_words, std::string_view blanks, std::string_view tag) {
  kinds_ = kinds;
  python_words_ = python_words;
  blanks_ = blanks;
  tag_ = tag;
  mode_ = kinds == kStringKind ? Mode::kText : Mode::kUndecided;
  verdict_ = Verdict::kMore;
  matched_ = 0;
  held_.clear();
  lag_.clear();
  begun_ = false;
}

size_t RawValueReader::feed(std::string_view bytes, ArgumentOutput& out) {
  size_t at = 0;
  if (mode_ == Mode::kText && verdict_ == Verdict::kMore && !begun_) {
    begun_ = true;
    if (kinds_ == kStringKind && !out.put("\"")) verdict_ = Verdict::kBad;
  }
  while (at < bytes.size() && verdict_ == Verdict::kMore) {
    if (mode_ == Mode::kText && matched_ == 0 && out.scanner().in_plain_string() && is_ascii(lag_)) {
      const size_t run = plain_run(bytes.substr(at), tag_.empty() ? '"' : tag_[0]);
      if (run > blanks_.size()) {
        put_lag(out);
        out.put_plain(bytes.substr(at, run - blanks_.size()));
        lag_ = bytes.substr(at + run - blanks_.size(), blanks_.size());
        at += run;
        continue;
      }
    }
    if (mode_ == Mode::kJson && out.scanner().depth() > 1) {  // inside of the value's own brackets everything is JSON
      const std::string_view rest = bytes.substr(at);
      const size_t taken = out.put_within(rest, 2);
      at += taken;
      lag_.clear();
      if (taken < rest.size() && out.scanner().depth() > 1) break;
      continue;
    }
    if (!step(bytes[at], out)) break;
    ++at;
    if (verdict_ == Verdict::kDone) return at;
  }
  if (at < bytes.size()) verdict_ = Verdict::kBad;
  return at;
}

// The tag is searched in texts; in JSON it begins with a byte that cannot stand there.
bool RawValueReader::step(char byte, ArgumentOutput& out) {
  if (tag_.empty()) return take(byte, out);
  const bool in_json = mode_ == Mode::kJson && (out.scanner().depth() > 1 || out.scanner().in_string());
  if (in_json) return take(byte, out);
  if (byte == tag_[matched_]) {
    if (++matched_ < tag_.size()) return true;
    matched_ = 0;
    return end(out);
  }
  const uint32_t given_up = matched_;
  matched_ = 0;
  for (uint32_t i = 0; i < given_up; ++i) {
    if (!take(tag_[i], out)) return false;
  }
  // A tag begins with a byte that it holds nowhere else (the reader of formats sees to it), so the search begins anew.
  if (byte == tag_[0]) {
    matched_ = 1;
    return true;
  }
  return take(byte, out);
}

bool RawValueReader::take(char byte, ArgumentOutput& out) {
  switch (mode_) {
    case Mode::kText: return take_text(byte, out);
    case Mode::kJson: return take_json(byte, out);
    case Mode::kUndecided: break;
  }
  held_ += byte;
  const size_t first = held_.find_first_not_of(kBlanks);
  const bool bracket = first != std::string::npos && (held_[first] == '{' || held_[first] == '[');
  if (bracket && (kinds_ & kContainerKind)) return as_json(out);
  if (held_.size() <= kMostHeld) return true;
  return (kinds_ & kStringKind) ? as_text(out) : as_json(out);
}

// Requires: the lag is ASCII, and the output in a plain string, where any of it can stand.
void RawValueReader::put_lag(ArgumentOutput& out) {
  for (const char byte : lag_) out.put_text(byte);
}

// The last bytes wait, for they may be the blanks of the closing text.
bool RawValueReader::take_text(char byte, ArgumentOutput& out) {
  lag_ += byte;
  if (lag_.size() <= blanks_.size()) return true;
  const char first = lag_[0];
  lag_.erase(0, 1);
  return out.put_text(first);
}

// One value: outside of brackets no comma and no closing brace, which would belong to the call's own object.
bool RawValueReader::take_json(char byte, ArgumentOutput& out) {
  if (out.scanner().depth() == 1 && !out.scanner().in_string()) {
    const bool blank = kBlanks.find(byte) != std::string_view::npos;
    if (!blank) lag_.clear();
    else if (lag_ += byte; lag_.size() > blanks_.size()) lag_.erase(0, 1);
    if (blank) return !out.scanner().in_number() || out.put(" ");
    if (byte == ',' || byte == '}' || byte == '"') return false;
    if (begun_ && out.scanner().after_value()) return false;
    begun_ = true;
  }
  return out.put_byte(byte);
}

bool RawValueReader::as_json(ArgumentOutput& out) {
  mode_ = Mode::kJson;
  begun_ = false;
  const std::string held = std::move(held_);
  held_.clear();
  return std::all_of(held.begin(), held.end(), [&](char byte) { return take_json(byte, out); });
}

bool RawValueReader::as_text(ArgumentOutput& out) {
  mode_ = Mode::kText;
  begun_ = true;
  const std::string held = std::move(held_);
  held_.clear();
  if (!out.put("\"")) return false;
  return std::all_of(held.begin(), held.end(), [&](char byte) { return take_text(byte, out); });
}

// What is held is the whole value, the blanks of the closing text included.
bool RawValueReader::decide(ArgumentOutput& out) {
  std::string_view value = held_;
  if (value.ends_with(blanks_)) value.remove_suffix(blanks_.size());
  if (!(kinds_ & kStringKind)) {
    const size_t first = std::min(value.find_first_not_of(kBlanks), value.size());
    value.remove_prefix(first);
    value = value.substr(0, value.find_last_not_of(kBlanks) + 1);
  }
  const std::string_view json = scalar_json(value, kinds_, python_words_);
  if (!json.empty()) return held_.ends_with(blanks_) && out.put(json);
  return (kinds_ & kStringKind) && as_text(out);
}

bool RawValueReader::end(ArgumentOutput& out) {
  if (mode_ == Mode::kText && !begun_) {
    begun_ = true;
    if (!out.put("\"")) return false;
  }
  bool decided = false;
  if (mode_ == Mode::kUndecided) {
    if (!decide(out)) return false;
    decided = mode_ == Mode::kUndecided;  // it was a scalar, and is written
  }
  if (mode_ == Mode::kText && (lag_ != blanks_ || !out.put("\""))) return false;
  if (mode_ == Mode::kJson && !decided && (lag_ != blanks_ || !out.scanner().value_complete())) return false;
  verdict_ = Verdict::kDone;
  return true;
}

bool RawValueReader::close(ArgumentOutput& out) { return verdict_ == Verdict::kMore && tag_.empty() && end(out); }

}  // namespace keyway
