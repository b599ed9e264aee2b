// Bytes and tokens to events; see call_parser.h. Each consume_* takes bytes from the front and leaves the rest to the
// state that it hands over to.
#include "tools/call_parser.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway {
namespace {

bool is_space(char byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// What an error shows of a byte.
std::string byte_words(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  if (value >= 0x20 && value < 0x7F) return std::string(1, byte);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("byte 0x") + kDigits[value >> 4] + kDigits[value & 15];
}

// The longest proper beginning of `text` that ends its first `length` bytes: where a search goes on after a mismatch.
uint32_t fallback(std::string_view text, uint32_t length) {
  for (uint32_t shorter = length - 1; shorter > 0; --shorter) {
    if (text.substr(0, length).ends_with(text.substr(0, shorter))) return shorter;
  }
  return 0;
}

}  // namespace

std::shared_ptr<const CallParserPlan> CallParserPlan::create(std::shared_ptr<const BoundFormat> format,
                                                             std::vector<std::string> names, uint32_t max_depth) {
  auto plan = std::make_shared<CallParserPlan>();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  plan->format_ = std::move(format);
  plan->names_ = std::move(names);
  plan->max_depth_ = max_depth;
  return plan;
}

CallParser::CallParser(std::shared_ptr<const CallParserPlan> plan, bool in_reasoning)
    : plan_(std::move(plan)), scanner_(plan_->max_depth()) {
  if (in_reasoning && plan_->format().reasoning_end) {
    state_ = State::kReasoning;
    reasoning_read_ = true;
  }
}

void CallParser::feed(std::string_view bytes, const CallSink& sink) {
  sink_ = &sink;
  consume(bytes);
}

void CallParser::consume(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::kFailed) {
    size_t taken = 0;
    switch (state_) {
      case State::kStart: taken = consume_start(bytes); break;
      case State::kReasoning:
      case State::kContent: taken = consume_text(bytes); break;
      case State::kFrame: taken = consume_frame(bytes); break;
      case State::kName: taken = consume_name(bytes); break;
      case State::kArguments: taken = consume_arguments(bytes); break;
      case State::kFailed: return;
    }
    offset_ += taken;
    bytes.remove_prefix(taken);
  }
}

// Blanks, then perhaps what opens the reasoning section or, in formats without content before calls, a call.
size_t CallParser::consume_start(std::string_view bytes) {
  const BoundFormat& format = plan_->format();
  held_ += bytes[0];
  ++offset_;
  const size_t blanks = std::min(held_.find_first_not_of(" \n\t\r"), held_.size());
  const std::string_view begun = std::string_view(held_).substr(blanks);
  bool open = blanks <= format.format->space_max;
  auto may_be = [&](const Element& element) {
    return element.kind == ElementKind::kBytes ? element.bytes.starts_with(begun) : begun.empty();
  };
  const bool reasoning = !reasoning_read_ && format.reasoning_begin && may_be(*format.reasoning_begin);
  const bool call = !format.format->content_before_calls && may_be(format.trigger());
  open = open && (reasoning || call);
  if (reasoning && begun == format.reasoning_begin->bytes) {
    held_.clear();
    reasoning_read_ = true;
    state_ = State::kReasoning;
  } else if (call && begun == format.trigger().bytes) {
    held_.clear();
    commit();
  } else if (!open) {
    leave_start();
  }
  --offset_;  // consume() counts it
  return 1;
}

// What was held back is content after all, and is searched like content.
void CallParser::leave_start() {
  state_ = State::kContent;
  const std::string held = std::move(held_);
  held_.clear();
  offset_ -= held.size();
  consume(held);
}

// The delimiter that ends the text: the trigger in content, the end of reasoning in reasoning. Null where none can.
const Element* CallParser::searched() const {
  const BoundFormat& format = plan_->format();
  const Element* element = state_ == State::kReasoning ? &*format.reasoning_end : &format.trigger();
  const bool only_at_start = state_ == State::kContent && !format.format->content_before_calls;
  return element->kind == ElementKind::kBytes && !only_at_start ? element : nullptr;
}

// Content or reasoning up to and with the delimiter that ends it (Knuth, Morris, Pratt 1977).
size_t CallParser::consume_text(std::string_view bytes) {
  const CallEventKind kind = state_ == State::kReasoning ? CallEventKind::kReasoning : CallEventKind::kContent;
  const Element* delimiter = searched();
  if (!delimiter) {
    emit(kind, bytes);
    return bytes.size();
  }
  const std::string_view text = delimiter->bytes;
  if (matched_ == 0) {
    const size_t plain = std::min(bytes.find(text[0]), bytes.size());
    if (plain > 0) emit(kind, bytes.substr(0, plain));
    if (plain < bytes.size()) matched_ = 1;
    if (matched_ == text.size()) settle();
    return std::min(plain + 1, bytes.size());
  }
  if (bytes[0] == text[matched_]) {
    if (++matched_ == text.size()) settle();
    return 1;
  }
  const uint32_t kept = fallback(text, matched_);
  emit(kind, text.substr(0, matched_ - kept));
  matched_ = kept;
  return 0;
}

// The delimiter searched is complete.
void CallParser::settle() {
  matched_ = 0;
  if (state_ == State::kContent) {
    commit();
  } else {
    state_ = plan_->format().format->content_before_calls ? State::kContent : State::kStart;
  }
}

// From here on the text is a section, exactly.
void CallParser::commit() {
  state_ = State::kFrame;
  places_ = {};
  places_.add({plan_->format().section_begin.empty() ? Section::kCall : Section::kBegin, 1, 0});
}

std::span<const Element> CallParser::elements(Section section) const {
  const BoundFormat& format = plan_->format();
  switch (section) {
    case Section::kBegin: return format.section_begin;
    case Section::kCall: return format.call;
    case Section::kBetween: return format.between_calls;
    case Section::kEnd: return format.section_end;
    case Section::kDone: break;
  }
  return {};
}

// Steps over ends of sections. False where the section is over. Requires: not at the end of a call.
bool CallParser::normalise(Place& place) const {
  while (place.section != Section::kDone && place.element == elements(place.section).size()) {
    const bool call_next = place.section == Section::kBegin || place.section == Section::kBetween;
    place = {call_next ? Section::kCall : Section::kDone, 0, 0};
  }
  return place.section != Section::kDone;
}

// Takes one byte at a text or space. False where it cannot stand there; then the place may have left a space.
bool CallParser::step_byte(Place& place, uint8_t byte) const {
  const bool space = is_space(static_cast<char>(byte));
  while (normalise(place)) {
    const Element& element = elements(place.section)[place.element];
    if (element.kind == ElementKind::kSpace && !space) {
      place = {place.section, static_cast<uint16_t>(place.element + 1), 0};
      continue;
    }
    if (element.kind == ElementKind::kSpace) return place.progress++ < plan_->format().format->space_max;
    if (element.kind != ElementKind::kBytes || static_cast<uint8_t>(element.bytes[place.progress]) != byte) return false;
    if (++place.progress == element.bytes.size()) place = {place.section, static_cast<uint16_t>(place.element + 1), 0};
    return true;
  }
  return false;
}

// Framing: each place takes the byte or is given up. A place that stands before a name or arguments hands over.
size_t CallParser::consume_frame(std::string_view bytes) {
  Places next;
  for (uint8_t i = 0; i < places_.count; ++i) {
    Place place = places_.at[i];
    if (step_byte(place, static_cast<uint8_t>(bytes[0]))) {
      next.add(place);
      continue;
    }
    if (places_.count == 1 && hand_over(place)) return 0;
  }
  if (next.count == 0) {
    fail_here(ErrorCode::kSyntax, "the call does not go on like this", byte_words(bytes[0]), expected());
    return 0;
  }
  places_ = next;
  end_call();
  return 1;
}

// Enters the name or the arguments that begin at `place`, if any do.
bool CallParser::hand_over(Place place) {
  if (!normalise(place)) return false;
  const ElementKind kind = elements(place.section)[place.element].kind;
  if (kind != ElementKind::kName && kind != ElementKind::kArguments) return false;
  places_.at[0] = place;
  state_ = kind == ElementKind::kName ? State::kName : State::kArguments;
  scanner_.reset();
  name_first_ = 0;
  name_last_ = static_cast<uint32_t>(plan_->names().size());
  name_bytes_ = 0;
  return true;
}

// If the last step completed a call, another one may come or the end.
void CallParser::end_call() {
  const Place place = places_.at[0];
  if (places_.count != 1 || place.section != Section::kCall || place.element != elements(Section::kCall).size()) return;
  emit(CallEventKind::kCallEnd);
  ++calls_;
  places_ = {};
  places_.add({Section::kBetween, 0, 0});
  places_.add({Section::kEnd, 0, 0});
}

void CallParser::skip_spaces(Place& place) const {
  while (normalise(place) && elements(place.section)[place.element].kind == ElementKind::kSpace) {
    place = {place.section, static_cast<uint16_t>(place.element + 1), 0};
  }
}

// Whether the name may end here.
bool CallParser::name_complete() const {
  return name_first_ != name_last_ && plan_->names()[name_first_].size() == name_bytes_;
}

void CallParser::end_name() {
  emit(CallEventKind::kCallBegin, plan_->names()[name_first_]);
  state_ = State::kFrame;
  ++places_.at[0].element;
}

// Names are sorted, so those that begin with what came are a range, and one that is complete is its first.
size_t CallParser::consume_name(std::string_view bytes) {
  const std::vector<std::string>& names = plan_->names();
  const auto byte = static_cast<unsigned char>(bytes[0]);
  const uint32_t depth = name_bytes_;
  auto byte_at = [depth](const std::string& name) {
    return name.size() > depth ? static_cast<int>(static_cast<unsigned char>(name[depth])) : -1;
  };
  const auto first = names.begin() + name_first_, last = names.begin() + name_last_;
  const auto low = std::partition_point(first, last, [&](const std::string& n) { return byte_at(n) < byte; });
  const auto high = std::partition_point(low, last, [&](const std::string& n) { return byte_at(n) <= byte; });
  if (low != high) {
    name_first_ = static_cast<uint32_t>(low - names.begin());
    name_last_ = static_cast<uint32_t>(high - names.begin());
    ++name_bytes_;
    return 1;
  }
  const Element& next = elements(places_.at[0].section)[places_.at[0].element + 1u];
  if (name_complete() && next.kind == ElementKind::kBytes && next.bytes[0] == bytes[0]) {
    end_name();
    return 0;
  }
  const std::string begun = first == last ? "" : names[name_first_].substr(0, depth);
  fail_here(ErrorCode::kNotFound, "a function that is not in the tool list",
            (is_utf8(begun) ? begun : "") + byte_words(bytes[0]), "the name of a callable tool");
  return 0;
}

size_t CallParser::consume_arguments(std::string_view bytes) {
  const size_t taken = scanner_.feed(bytes);
  if (taken > 0) emit(CallEventKind::kArguments, bytes.substr(0, taken));
  switch (scanner_.verdict()) {
    case JsonScanner::Verdict::kMore: break;
    case JsonScanner::Verdict::kDone:
      state_ = State::kFrame;
      ++places_.at[0].element;
      end_call();
      break;
    case JsonScanner::Verdict::kBad:
      offset_ += taken;
      fail_here(ErrorCode::kSyntax, "the arguments are not JSON", byte_words(bytes[taken]),
                std::string(scanner_.expected()));
      return 0;
    case JsonScanner::Verdict::kTooDeep:
      offset_ += taken;
      fail_here(ErrorCode::kLimit, "the arguments are nested too deep", {},
                "depth " + std::to_string(plan_->max_depth()));
      return 0;
  }
  return taken;
}

void CallParser::feed_token(TokenId token, std::string_view bytes, const CallSink& sink) {
  sink_ = &sink;
  const auto& tokens = plan_->format().tokens;
  const bool delimiter =
      std::any_of(tokens.begin(), tokens.end(), [token](const auto& owned) { return owned.second == token; });
  if (!delimiter) return consume(bytes);
  if (state_ == State::kFailed) return;
  if (take_delimiter(token)) {
    if (state_ != State::kFailed) offset_ += bytes.size();
  } else if (state_ == State::kContent || state_ == State::kReasoning) {
    // A delimiter that means nothing here: text, but it cannot be a piece of a spelled delimiter.
    emit_held();
    emit(state_ == State::kReasoning ? CallEventKind::kReasoning : CallEventKind::kContent, bytes);
    offset_ += bytes.size();
  } else {
    fail_here(ErrorCode::kSyntax, "a delimiter that cannot stand here", std::string(bytes), expected());
  }
}

// Whether the token means something here; then it has been taken. Bytes held back before it are given out first.
bool CallParser::take_delimiter(TokenId token) {
  const BoundFormat& format = plan_->format();
  if (state_ == State::kStart) {
    const bool blank = held_.find_first_not_of(" \n\t\r") == std::string::npos;
    if (blank && !reasoning_read_ && format.reasoning_begin && format.reasoning_begin->token == token) {
      held_.clear();
      reasoning_read_ = true;
      state_ = State::kReasoning;
      return true;
    }
    if (blank && format.trigger().token == token) {
      if (format.format->content_before_calls) leave_start();
      held_.clear();
      commit();
      return true;
    }
    leave_start();
  }
  if (state_ == State::kReasoning || state_ == State::kContent) {
    const bool reasoning = state_ == State::kReasoning;
    const Element& element = reasoning ? *format.reasoning_end : format.trigger();
    if (element.token != token || (!reasoning && !format.format->content_before_calls)) return false;
    emit_held();
    settle();
    return true;
  }
  if (state_ == State::kName) {
    if (!name_complete()) return false;
    end_name();
  }
  if (state_ != State::kFrame) return false;
  Places next;
  for (uint8_t i = 0; i < places_.count; ++i) {
    Place place = places_.at[i];
    skip_spaces(place);
    if (!normalise(place) || elements(place.section)[place.element].token != token || place.progress > 0) continue;
    next.add({place.section, static_cast<uint16_t>(place.element + 1), 0});
  }
  if (next.count == 0) return false;
  places_ = next;
  end_call();
  return true;
}

// Gives out the bytes of a delimiter that did not come to its end.
void CallParser::emit_held() {
  const Element* delimiter = searched();
  if (matched_ == 0 || !delimiter) return;
  emit(state_ == State::kReasoning ? CallEventKind::kReasoning : CallEventKind::kContent,
       std::string_view(delimiter->bytes).substr(0, matched_));
  matched_ = 0;
}

// Whether the answer may end at this place: only spaces are left.
bool CallParser::ends_here(Place place) const {
  skip_spaces(place);
  return place.section == Section::kDone;
}

void CallParser::finish(const CallSink& sink) {
  sink_ = &sink;
  if (state_ == State::kStart && !held_.empty()) leave_start();
  switch (state_) {
    case State::kFailed: return;
    case State::kStart: break;
    case State::kReasoning:
    case State::kContent: emit_held(); break;
    case State::kFrame:
      if (std::any_of(places_.at.begin(), places_.at.begin() + places_.count, [this](Place p) { return ends_here(p); })) {
        break;
      }
      [[fallthrough]];
    case State::kName:
    case State::kArguments:
      return fail_here(ErrorCode::kSyntax, "the answer ends inside a call", {}, expected());
  }
  emit(CallEventKind::kFinish);
}

// What could stand here, for people.
std::string CallParser::expected() const {
  if (state_ == State::kName) return "the name of a callable tool";
  if (state_ == State::kArguments) return std::string(scanner_.expected());
  std::string words;
  for (uint8_t i = 0; i < places_.count; ++i) {
    Place place = places_.at[i];
    skip_spaces(place);
    std::string one = "the end";
    if (normalise(place)) {
      const Element& element = elements(place.section)[place.element];
      one = element.kind == ElementKind::kArguments ? "a JSON object"
                                                    : quoted(std::string_view(element.bytes).substr(place.progress));
    }
    words += (words.empty() ? "" : " or ") + one;
  }
  return words;
}

void CallParser::emit(CallEventKind kind, std::string_view text) {
  (*sink_)(CallEvent{kind, text, calls_, offset_, nullptr});
}

void CallParser::fail_here(ErrorCode code, std::string message, std::string given, std::string allowed) {
  state_ = State::kFailed;
  const Error error = fail(code, std::move(message), "offset " + std::to_string(offset_), std::move(given),
                           std::move(allowed));
  (*sink_)(CallEvent{CallEventKind::kError, {}, calls_, offset_, &error});
}

}  // namespace keyway
