// Bytes and tokens to events; see call_parser.h. Each consume_* takes bytes from the front and leaves the rest to the
// state that it hands over to. Slots (names, ids, keys, values, arguments) are in call_parser_slots.cc.
#include "tools/call_parser.h"

#include <algorithm>

#include "tools/byte_words.h"

namespace keyway {
namespace {

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '.' || byte == '-';
}

// Where the character begins that the byte at `place` is of: errors are UTF-8.
size_t character_at(std::string_view text, size_t place) {
  while (place > 0 && place < text.size() && (static_cast<unsigned char>(text[place]) & 0xC0) == 0x80) --place;
  return place;
}

}  // namespace

std::shared_ptr<const CallParserPlan> CallParserPlan::create(std::shared_ptr<const BoundFormat> format,
                                                             std::vector<std::string> names, uint32_t max_depth) {
  std::vector<CallableTool> tools;
  for (std::string& name : names) tools.push_back({std::move(name), {}});
  return create_for(std::move(format), std::move(tools), max_depth);
}

std::shared_ptr<const CallParserPlan> CallParserPlan::create_for(std::shared_ptr<const BoundFormat> format,
                                                                 std::vector<CallableTool> tools, uint32_t max_depth) {
  auto plan = std::make_shared<CallParserPlan>();
  std::sort(tools.begin(), tools.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  tools.erase(std::unique(tools.begin(), tools.end(), [](const auto& a, const auto& b) { return a.name == b.name; }),
              tools.end());
  plan->tools_ = std::move(tools);
  plan->max_depth_ = max_depth;
  plan->program_.emplace(*format);
  for (size_t i = 0; i < format->layouts.size(); ++i) {
    const BoundLayout& layout = format->layouts[i];
    plan->add_trigger({{}, layout.where, layout.name_ahead, layout.key_ahead}, layout.trigger(), plan->program_->after_trigger()[i]);
  }
  plan->later_search_.emplace(plan->triggers_);
  if (format->reasons()) {
    plan->add_trigger({{}, Where::kStart}, format->reasoning_begin.front(), plan->program_->after_reasoning_trigger());
    plan->exits_.back().reasoning = true;
  }
  plan->first_search_.emplace(plan->triggers_);
  plan->format_ = std::move(format);
  return plan;
}

// Layouts that begin alike share their trigger.
void CallParserPlan::add_trigger(Trigger trigger, const Element& element, uint32_t place) {
  for (size_t i = 0; i < triggers_.size(); ++i) {
    const bool same = trigger_elements_[i].bytes == element.bytes && triggers_[i].where == trigger.where &&
                      triggers_[i].name_ahead == trigger.name_ahead && triggers_[i].key_ahead == trigger.key_ahead;
    if (same) return exits_[i].places.push_back(place);
  }
  if (element.kind != ElementKind::kToken) trigger.text = element.bytes;
  triggers_.push_back(std::move(trigger));
  trigger_elements_.push_back(element);
  exits_.push_back({false, {place}});
}

CallParser::CallParser(std::shared_ptr<const CallParserPlan> plan, bool in_reasoning)
    : plan_(std::move(plan)),
      threads_(*plan_->program_, plan_->format().format->space_max),
      output_(plan_->max_depth()) {
  if (!plan_->format().blocks.empty()) {
    state_ = State::kFrame;
    for (uint32_t place : plan_->program_->blocks()) threads_.start(place);
  } else if (in_reasoning && plan_->format().reasons()) {
    reasoning_read_ = true;
    go_on_at(plan_->program_->inside_reasoning());
  }
}

void CallParser::feed(std::string_view bytes, const CallSink& sink) {
  sink_ = &sink;
  consume(bytes);
  output_.release();
}

void CallParser::open_with(std::string_view prompt_suffix) {
  CallParser trial = *this;
  const CallSink nothing = [](const CallEvent&) {};
  trial.feed(prompt_suffix, nothing);
  const bool opened = trial.state_ == State::kText || trial.state_ == State::kFrame || trial.reasoning_read_;
  if (trial.state_ == State::kFailed || trial.calls_ > 0 || trial.named_ || !opened) return;
  if (trial.state_ == State::kFrame && plan_->format().blocks.empty() && !trial.reasoning_read_) return;
  *this = std::move(trial);
  sink_ = nullptr;
  offset_ = 0;
  held_.clear();
}

void CallParser::consume(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::kFailed) {
    size_t taken = 0;
    switch (state_) {
      case State::kContent:
      case State::kText: taken = consume_text(bytes); break;
      case State::kFrame: taken = consume_frame(bytes); break;
      case State::kName: taken = consume_name(bytes); break;
      case State::kId: taken = consume_id(bytes); break;
      case State::kKey: taken = consume_key(bytes); break;
      case State::kValue: taken = consume_value(bytes); break;
      case State::kArguments: taken = consume_arguments(bytes); break;
      case State::kFailed: return;
    }
    offset_ += taken;
    bytes.remove_prefix(taken);
  }
}

// What ends the text: triggers in content, the end of a section of text. Null where only a token can.
const TriggerSearch* CallParser::searched() const {
  if (state_ == State::kText) return slot().search.get();
  return reasoning_read_ ? &*plan_->later_search_ : &*plan_->first_search_;
}

// Content or the text of a section, up to and with the delimiter that ends it.
size_t CallParser::consume_text(std::string_view bytes) {
  const TriggerSearch* search = searched();
  if (!search) {
    emit_text(bytes);
    return bytes.size();
  }
  if (search_ == search->middle() && held_.empty()) {
    const size_t plain = search->plain_bytes(bytes);
    if (plain > 0) {
      emit_text(bytes.substr(0, plain));
      return plain;
    }
  }
  const TriggerSearch::Step step = search->step(search_, static_cast<uint8_t>(bytes[0]));
  if (step.found) return end_of_text(bytes[0], search->triggers()[*step.found], *step.found);
  search_ = step.next;
  if (held_.empty() && search->held(search_) == 0 && !search->may_grow(search_)) {
    emit_text(bytes.substr(0, 1));
    return 1;
  }
  held_ += bytes[0];
  if (search->may_grow(search_)) {
    if (held_.size() >= 2 * kMostNameBytes) {
      emit_text(std::string_view(held_).substr(0, kMostNameBytes));
      held_.erase(0, kMostNameBytes);
      held_name_is_long_ = true;
    }
    return 1;
  }
  held_name_is_long_ = false;
  const size_t given_up = held_.size() - search->held(search_);
  if (given_up > 0) emit_text(std::string_view(held_).substr(0, given_up));
  held_.erase(0, given_up);
  return 1;
}

// The byte completes a delimiter.
size_t CallParser::end_of_text(char byte, const Trigger& trigger, uint32_t index) {
  if (trigger.name_ahead && held_name_is_long_) {
    fail_here(ErrorCode::kNotFound, "a function that is not in the tool list", "a name of more than " + std::to_string(kMostNameBytes) + " bytes",
              "the name of a callable tool");
    return 0;
  }
  held_name_is_long_ = false;
  std::string seen = std::move(held_) + byte;
  held_.clear();
  size_t ahead = 0;  // what was looked at after it
  if (trigger.name_ahead) {
    ahead = 1;
    while (ahead < seen.size() && is_name_byte(seen[seen.size() - 1 - ahead])) ++ahead;
  }
  if (!trigger.key_ahead.key.empty()) {
    const std::string_view before = std::string_view(seen).substr(0, seen.size() - 1);
    ahead = seen.size() - (before.rfind(trigger.text) + trigger.text.size());
  }
  const size_t begin = seen.size() - ahead - trigger.text.size();
  if (begin > 0) emit_text(std::string_view(seen).substr(0, begin));
  if (state_ == State::kText) {
    go_on_at(slot_ + 2);
    return 1;
  }
  found(index);
  if (ahead > 0) {
    offset_ -= ahead - 1;
    consume(std::string_view(seen).substr(seen.size() - ahead));
    if (state_ != State::kFailed) --offset_;  // consume() counts the byte
  }
  return 1;
}

// From here on the text is a section, exactly.
void CallParser::found(uint32_t trigger) {
  const CallParserPlan::Exit& exit = plan_->exits_[trigger];
  reasoning_read_ = reasoning_read_ || exit.reasoning;
  state_ = State::kFrame;
  threads_.clear();
  for (uint32_t place : exit.places) threads_.start(place);
  settle();
}

void CallParser::go_on_at(uint32_t place) {
  state_ = State::kFrame;
  threads_.clear();
  threads_.start(place);
  settle();
}

size_t CallParser::consume_frame(std::string_view bytes) {
  if (threads_.step_byte(static_cast<uint8_t>(bytes[0]))) {
    settle();
    return 1;
  }
  if (!enter()) fail_here(ErrorCode::kSyntax, "the call does not go on like this", byte_words(bytes[0]), expected());
  return 0;
}

// Tells what all threads agree to have done.
void CallParser::settle() {
  while (const std::optional<FrameOp> action = threads_.take_action()) {
    switch (*action) {
      case FrameOp::kBeginMembers:
        output_.reset();
        output_.put("{");
        first_member_ = true;
        break;
      case FrameOp::kEndMembers:
        output_.put("}");
        give_out();
        break;
      case FrameOp::kEndCall:
        emit(CallEventKind::kCallEnd);
        ++calls_;
        named_ = false;
        break;
      default: break;
    }
  }
}

void CallParser::feed_token(TokenId token, std::string_view bytes, const CallSink& sink) {
  sink_ = &sink;
  const BoundFormat& format = plan_->format();
  const bool delimiter = token == format.mark ||
                         std::any_of(format.tokens.begin(), format.tokens.end(),
                                     [token](const auto& owned) { return owned.second == token; });
  if (!delimiter) return consume(bytes);
  if (state_ == State::kFailed) return;
  if (take_token(token)) {
    if (state_ != State::kFailed) offset_ += bytes.size();
    return;
  }
  if (state_ == State::kFailed) return;
  if (state_ == State::kContent || state_ == State::kText) {
    // A delimiter that means nothing here: text, but it cannot be a piece of a spelled delimiter.
    emit_held();
    if (const TriggerSearch* search = searched()) search_ = search->middle();
    emit_text(bytes);
    offset_ += bytes.size();
  } else {
    fail_here(ErrorCode::kSyntax, "a delimiter that cannot stand here", std::string(bytes), expected());
  }
}

// Whether the token means something here; then it has been taken.
bool CallParser::take_token(TokenId token) {
  if (state_ == State::kContent || state_ == State::kText) return take_text_token(token);
  if (state_ != State::kFrame) return take_slot_token(token);
  if (threads_.step_token(token)) {
    settle();
    return true;
  }
  return enter() && take_token(token);
}

bool CallParser::take_text_token(TokenId token) {
  if (state_ == State::kText) {
    if (after_slot().op != FrameOp::kToken || after_slot().token != token) return false;
    emit_held();
    go_on_at(slot_ + 2);
    return true;
  }
  const TriggerSearch* search = searched();
  for (uint32_t i = 0; i < search->triggers().size(); ++i) {
    if (plan_->trigger_elements_[i].token != token || !search->may_begin(search_, i)) continue;
    emit_held();
    found(i);
    return true;
  }
  return false;
}

// Enters the slot that begins here, if one does.
bool CallParser::enter() {
  const std::optional<uint32_t> place = threads_.enter_slot();
  if (!place) return false;
  settle();
  slot_ = *place;
  held_.clear();
  search_ = TriggerSearch::kStartState;
  switch (slot().op) {
    case FrameOp::kText: state_ = State::kText; break;
    case FrameOp::kContent: state_ = State::kContent; break;
    case FrameOp::kName:
      state_ = State::kName;
      name_first_ = 0;
      name_last_ = static_cast<uint32_t>(plan_->tools().size());
      name_bytes_ = 0;
      break;
    case FrameOp::kId: state_ = State::kId; break;
    case FrameOp::kKey: state_ = State::kKey; break;
    case FrameOp::kValue: begin_value(); break;
    default:
      state_ = State::kArguments;
      output_.reset();
      literals_.reset(plan_->format().format->style,
                      plan_->format().mark ? std::string_view() : plan_->format().format->mark);
  }
  return true;
}

// Gives out the bytes of a delimiter that did not come to its end.
void CallParser::emit_held() {
  if (!held_.empty()) emit_text(held_);
  held_.clear();
}

void CallParser::emit_text(std::string_view text) {
  const bool reasoning = state_ == State::kText && slot().reasoning;
  emit(reasoning ? CallEventKind::kReasoning : CallEventKind::kContent, text);
}

void CallParser::finish(const CallSink& sink) {
  sink_ = &sink;
  if (state_ == State::kFailed) return;
  if (state_ == State::kContent || state_ == State::kText) {
    emit_held();
  } else if (state_ == State::kFrame && (offset_ == 0 || threads_.finish())) {
    settle();
  } else {
    return fail_here(ErrorCode::kSyntax, "the answer ends inside a call", {}, expected());
  }
  emit(CallEventKind::kFinish);
}

// What could stand here, for people.
std::string CallParser::expected() const {
  switch (state_) {
    case State::kName: return "the name of a callable tool";
    case State::kArguments:
      return std::string(plan_->format().format->style == ArgumentStyle::kJson ? output_.scanner().expected()
                                                                               : literals_.expected());
    case State::kValue: return std::string(value_.expected());
    case State::kKey: return "the name of an argument";
    case State::kId: return slot().digits ? "digits" : "letters and digits";
    default: break;
  }
  std::string words;
  for (const FrameThread& thread : threads_.threads()) {
    const FrameInstruction& code = plan_->program_->at(thread.place);
    std::string one;
    switch (code.op) {
      case FrameOp::kBytes:
      case FrameOp::kToken: one = "\"" + code.bytes.substr(character_at(code.bytes, thread.progress)) + "\""; break;
      case FrameOp::kSpace: continue;
      case FrameOp::kEnd: one = "the end"; break;
      case FrameOp::kArguments: one = "the arguments"; break;
      case FrameOp::kName: one = "a name"; break;
      default: one = "a text"; break;
    }
    if (words.find(one) == std::string::npos) words += (words.empty() ? "" : " or ") + one;
  }
  return words;
}

void CallParser::emit(CallEventKind kind, std::string_view text) {
  if (sink_) (*sink_)(CallEvent{kind, text, calls_, offset_, nullptr});
}

void CallParser::fail_here(ErrorCode code, std::string message, std::string given, std::string allowed) {
  state_ = State::kFailed;
  const Error error = fail(code, std::move(message), "offset " + std::to_string(offset_), std::move(given),
                           std::move(allowed));
  if (sink_) (*sink_)(CallEvent{CallEventKind::kError, {}, calls_, offset_, &error});
}

}  // namespace keyway
