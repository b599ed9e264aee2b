// What the parser reads itself inside a call: names, ids, keys, values, arguments; see call_parser.h.
#include <algorithm>

#include "grammar/utf8.h"
#include "schemas/json.h"
#include "tools/byte_words.h"
#include "tools/call_parser.h"

namespace keyway {
namespace {

constexpr size_t kMaxKeyBytes = 1 << 16;
constexpr size_t kPieceBytes = 1 << 13;  // of what is turned into JSON, and held meanwhile, at a time

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace

// Whether the name may end here.
bool CallParser::name_complete() const {
  return name_first_ != name_last_ && plan_->tools()[name_first_].name.size() == name_bytes_;
}

// Whether the byte can stand after the slot.
bool CallParser::goes_on_with(char byte) const {
  FrameThreads probe = threads_;
  probe.leave_slot(slot_);
  if (probe.step_byte(static_cast<uint8_t>(byte))) return true;
  const bool arguments = after_slot().op == FrameOp::kArguments;
  return arguments && byte == (plan_->format().format->style == ArgumentStyle::kPython ? '(' : '{');
}

void CallParser::end_name() {
  tool_ = name_first_;
  named_ = true;
  emit(CallEventKind::kCallBegin, plan_->tools()[tool_].name);
  if (!id_.empty()) end_id();
  leave_slot();
}

// Names are sorted, so those that begin with what came are a range, and one that is complete is its first.
size_t CallParser::consume_name(std::string_view bytes) {
  const std::vector<CallableTool>& tools = plan_->tools();
  const auto byte = static_cast<unsigned char>(bytes[0]);
  const uint32_t depth = name_bytes_;
  auto byte_at = [depth](const CallableTool& tool) {
    return tool.name.size() > depth ? static_cast<int>(static_cast<unsigned char>(tool.name[depth])) : -1;
  };
  const auto first = tools.begin() + name_first_, last = tools.begin() + name_last_;
  const auto low = std::partition_point(first, last, [&](const CallableTool& t) { return byte_at(t) < byte; });
  const auto high = std::partition_point(low, last, [&](const CallableTool& t) { return byte_at(t) <= byte; });
  if (low != high) {
    name_first_ = static_cast<uint32_t>(low - tools.begin());
    name_last_ = static_cast<uint32_t>(high - tools.begin());
    ++name_bytes_;
    return 1;
  }
  if (name_complete() && goes_on_with(bytes[0])) {
    end_name();
    return 0;
  }
  const std::string begun = first == last ? "" : tools[name_first_].name.substr(0, depth);
  fail_here(ErrorCode::kNotFound, "a function that is not in the tool list",
            (is_utf8(begun) ? begun : "") + byte_words(bytes[0]), "the name of a callable tool");
  return 0;
}

size_t CallParser::consume_id(std::string_view bytes) {
  const char byte = bytes[0];
  const bool digit = byte >= '0' && byte <= '9';
  const bool letter = !slot().digits && ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'));
  if ((digit || letter) && held_.size() < slot().max) {
    held_ += byte;
    return 1;
  }
  if (held_.size() < slot().min || !goes_on_with(byte)) {
    fail_here(ErrorCode::kSyntax, "this is no id of a call", byte_words(byte), expected());
    return 0;
  }
  id_ = std::move(held_);
  held_.clear();
  if (named_) end_id();
  leave_slot();
  return 0;
}

// Requires: the name is known.
void CallParser::end_id() {
  const std::string& form = plan_->format().format->id_form;
  const std::string id =
      form.empty() ? id_ : replaced(replaced(form, "$id", id_), "$name", plan_->tools()[tool_].name);
  emit(CallEventKind::kCallId, id);
  id_.clear();
}

// A key ends at the first byte of what comes after it. As in the grammar it holds no control character.
size_t CallParser::consume_key(std::string_view bytes) {
  const size_t length = std::min(bytes.find(after_slot().bytes[0]), bytes.size());
  const size_t room = std::min(length, kMaxKeyBytes - held_.size());
  size_t good = 0;
  while (good < room && static_cast<unsigned char>(bytes[good]) >= 0x20) ++good;
  if (good < length) {
    offset_ += good;
    if (good < room) {
      fail_here(ErrorCode::kSyntax, "a control character in the name of an argument", byte_words(bytes[good]), expected());
    } else {
      fail_here(ErrorCode::kLimit, "the name of an argument is too long", {}, std::to_string(kMaxKeyBytes) + " bytes");
    }
    offset_ -= good;
    return 0;
  }
  held_ += bytes.substr(0, length);
  if (length == bytes.size()) return length;
  offset_ += length;
  if (after_slot().op == FrameOp::kBytes) end_key();
  else fail_here(ErrorCode::kSyntax, "a delimiter that is spelled", byte_words(bytes[length]), expected());
  offset_ -= length;
  return state_ == State::kFailed ? 0 : length;
}

void CallParser::end_key() {
  if (!is_utf8(held_)) {
    return fail_here(ErrorCode::kSyntax, "the name of an argument is not UTF-8", {}, "UTF-8");
  }
  output_.put((first_member_ ? "" : ",") + json_quote(held_) + ":");
  first_member_ = false;
  give_out();
  kinds_ = kinds_of(held_);
  leave_slot();
}

ValueKinds CallParser::kinds_of(std::string_view parameter) const {
  for (const ParameterKinds& known : plan_->tools()[tool_].parameters) {
    if (known.name == parameter) return known.kinds;
  }
  return kAnyKind;
}

// What closes the value: blanks and a tag, or blanks and a token.
void CallParser::begin_value() {
  state_ = State::kValue;
  std::string_view blanks, tag;
  if (after_slot().op == FrameOp::kBytes) {
    const std::string_view closing = after_slot().bytes;
    const size_t first = std::min(closing.find_first_not_of(" \t\n\r"), closing.size());
    blanks = closing.substr(0, first);
    tag = closing.substr(first);
  }
  value_.reset(kinds_, plan_->format().format->python_words, blanks, tag);
}

size_t CallParser::consume_value(std::string_view bytes) {
  const size_t taken = value_.feed(bytes.substr(0, kPieceBytes), output_);
  give_out();
  if (value_.verdict() == RawValueReader::Verdict::kDone) {
    go_on_at(slot_ + 2);
  } else if (value_.verdict() == RawValueReader::Verdict::kBad) {
    offset_ += taken;
    const bool deep = output_.scanner().verdict() == JsonScanner::Verdict::kTooDeep;
    if (deep) {
      fail_here(ErrorCode::kLimit, "the arguments are nested too deep", {}, "depth " + std::to_string(plan_->max_depth()));
    } else {
      fail_here(ErrorCode::kSyntax, "this is no value of the parameter", byte_words(bytes[taken]), std::string(value_.expected()));
    }
    return 0;
  }
  return taken;
}

size_t CallParser::consume_arguments(std::string_view bytes) {
  if (plan_->format().format->style != ArgumentStyle::kJson) return consume_literals(bytes);
  const size_t taken = output_.follow(bytes);
  if (taken > 0) emit(CallEventKind::kArguments, bytes.substr(0, taken));
  switch (output_.scanner().verdict()) {
    case JsonScanner::Verdict::kMore: break;
    case JsonScanner::Verdict::kDone: leave_slot(); break;
    case JsonScanner::Verdict::kBad:
      offset_ += taken;
      fail_here(ErrorCode::kSyntax, "the arguments are not JSON", byte_words(bytes[taken]), expected());
      return 0;
    case JsonScanner::Verdict::kTooDeep:
      offset_ += taken;
      fail_here(ErrorCode::kLimit, "the arguments are nested too deep", {},
                "depth " + std::to_string(plan_->max_depth()));
      return 0;
  }
  return taken;
}

size_t CallParser::consume_literals(std::string_view bytes) {
  const size_t taken = literals_.feed(bytes.substr(0, kPieceBytes), output_);
  give_out();
  if (literals_.verdict() == LiteralReader::Verdict::kDone) {
    leave_slot();
  } else if (literals_.verdict() == LiteralReader::Verdict::kBad) {
    offset_ += taken;
    const bool deep = output_.scanner().verdict() == JsonScanner::Verdict::kTooDeep;
    fail_here(deep ? ErrorCode::kLimit : ErrorCode::kSyntax,
              deep ? "the arguments are nested too deep" : "the arguments do not go on like this",
              byte_words(bytes[taken]), deep ? "depth " + std::to_string(plan_->max_depth()) : expected());
    return 0;
  }
  return taken;
}

bool CallParser::take_slot_token(TokenId token) {
  FrameThreads probe = threads_;
  probe.leave_slot(slot_);
  const bool follows = probe.step_token(token);
  switch (state_) {
    case State::kName:
      if (!name_complete() || !follows) return false;
      end_name();
      return take_token(token);
    case State::kId:
      if (held_.size() < slot().min || !follows) return false;
      id_ = std::move(held_);
      if (named_) end_id();
      leave_slot();
      return take_token(token);
    case State::kKey:
      if (!follows) return false;
      end_key();
      return state_ != State::kFailed && take_token(token);
    case State::kValue: {
      const bool blanks = after_slot().op == FrameOp::kBytes;
      const FrameInstruction& closing = plan_->program_->at(slot_ + (blanks ? 2 : 1));
      if (closing.op != FrameOp::kToken || closing.token != token || !value_.close(output_)) return false;
      give_out();
      go_on_at(slot_ + (blanks ? 3 : 2));
      return true;
    }
    case State::kArguments: {
      const bool taken = plan_->format().mark == token && literals_.take_mark(output_);
      give_out();
      return taken;
    }
    default: return false;
  }
}

void CallParser::give_out() {
  if (!output_.piece().empty()) emit(CallEventKind::kArguments, output_.piece());
  output_.piece().clear();
}

}  // namespace keyway
