// The streaming reader of a model's answer: bytes or tokens in, events out, driven by the same BoundFormat as the
// grammar.
//
// Entry points: CallParserPlan::create and create_for (once for a format and a tool list), CallParser (one per answer), parse_answer
// (a whole text at once).
// Strict: an unknown function, a call that is cut off, wrong quoting are an error with its offset, never a guess. What
// does not commit to a call is content. A delimiter inside a string is text, for strings are read as such.
// Invariants: the events, fragments joined, depend on the text and not on how it was split; argument fragments of a
// call make up a JSON object, whatever the format writes; after an error nothing follows. Memory: bytes that may yet be a
// delimiter, one bit per open JSON container; none per byte of content or arguments. No recursion.
// Thread safety: a plan is immutable; a parser belongs to one thread.
// Tested by tests/tools/call_parser_test.cc, call_format_samples_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/vocabulary.h"
#include "tools/call_format.h"
#include "tools/frame_program.h"
#include "tools/json_scanner.h"
#include "tools/literal_reader.h"
#include "tools/raw_value_reader.h"
#include "tools/trigger_search.h"

namespace keyway {

enum class CallEventKind : uint8_t { kContent, kReasoning, kCallBegin, kArguments, kCallEnd, kFinish, kError, kCallId };

struct CallEvent {
  CallEventKind kind = CallEventKind::kFinish;
  // kContent, kReasoning, kArguments: a fragment; kCallBegin: the name; kCallId: the id. Valid in the sink
  std::string_view text;
  uint32_t call = 0;             // kCallBegin, kCallId, kArguments, kCallEnd: index of the call, from 0
  size_t offset = 0;             // kError: bytes of the answer before the place
  const Error* error = nullptr;  // kError; pointer is "offset N"
};
using CallSink = std::function<void(const CallEvent&)>;

// A tool that may be called; `parameters` matters where the format does not tell strings from other values.
struct CallableTool {
  std::string name;
  std::vector<ParameterKinds> parameters;
};

// What parsers of one format and tool list share.
class CallParserPlan {
 public:
  // `max_depth`: open JSON containers in arguments, one bit each. A parameter that is not listed may be of any kind.
  static std::shared_ptr<const CallParserPlan> create_for(std::shared_ptr<const BoundFormat> format,
                                                          std::vector<CallableTool> tools,
                                                          uint32_t max_depth = kMostArgumentDepth);
  static std::shared_ptr<const CallParserPlan> create(std::shared_ptr<const BoundFormat> format,
                                                      std::vector<std::string> names,
                                                      uint32_t max_depth = kMostArgumentDepth);

  const BoundFormat& format() const { return *format_; }
  const std::vector<CallableTool>& tools() const { return tools_; }
  uint32_t max_depth() const { return max_depth_; }

 private:
  friend class CallParser;
  // What a trigger of free text opens: the reasoning section, or layouts.
  struct Exit {
    bool reasoning = false;
    std::vector<uint32_t> places;
  };
  void add_trigger(Trigger trigger, const Element& element, uint32_t place);

  std::shared_ptr<const BoundFormat> format_;
  std::vector<CallableTool> tools_;  // sorted by name, without duplicates
  uint32_t max_depth_ = 0;
  std::optional<FrameProgram> program_;
  std::vector<Trigger> triggers_;
  std::vector<Element> trigger_elements_;
  std::vector<Exit> exits_;                    // of the triggers
  std::optional<TriggerSearch> first_search_;  // all of them; what opens reasoning is the last
  std::optional<TriggerSearch> later_search_;  // after the reasoning
};

class CallParser {
 public:
  // `in_reasoning`: the prompt has already opened the reasoning section.
  explicit CallParser(std::shared_ptr<const CallParserPlan> plan, bool in_reasoning = false);

  void feed(std::string_view bytes, const CallSink& sink);
  // A token of a delimiter is that delimiter; any other token stands for its bytes. Requires: `bytes` is the spelling.
  void feed_token(TokenId token, std::string_view bytes, const CallSink& sink);
  // The end of the answer: kFinish, or the error of a call that is cut off.
  void finish(const CallSink& sink);
  // What the prompt has already written of the answer: read without events. A text that cannot begin an answer, or that
  // would begin a call, changes nothing. Requires: nothing has been fed.
  void open_with(std::string_view prompt_suffix);

  bool failed() const { return state_ == State::kFailed; }
  uint32_t calls() const { return calls_; }  // that have begun

 private:
  enum class State : uint8_t { kContent, kText, kFrame, kName, kId, kKey, kValue, kArguments, kFailed };

  void consume(std::string_view bytes);
  size_t consume_text(std::string_view bytes);
  size_t consume_frame(std::string_view bytes);
  size_t consume_name(std::string_view bytes);
  size_t consume_id(std::string_view bytes);
  size_t consume_key(std::string_view bytes);
  size_t consume_value(std::string_view bytes);
  size_t consume_arguments(std::string_view bytes);
  size_t consume_literals(std::string_view bytes);
  bool take_token(TokenId token);
  bool take_text_token(TokenId token);
  bool take_slot_token(TokenId token);
  size_t end_of_text(char byte, const Trigger& trigger, uint32_t index);
  void found(uint32_t trigger);
  void go_on_at(uint32_t place);
  const TriggerSearch* searched() const;
  bool enter();
  void settle();
  void begin_value();
  bool name_complete() const;
  void end_name();
  void end_id();
  void end_key();
  void leave_slot() { go_on_at(slot_ + 1); }
  bool goes_on_with(char byte) const;
  void give_out();
  void emit_held();
  void emit_text(std::string_view text);
  const FrameInstruction& slot() const { return plan_->program_->at(slot_); }
  const FrameInstruction& after_slot() const { return plan_->program_->at(slot_ + 1); }
  ValueKinds kinds_of(std::string_view parameter) const;
  std::string expected() const;
  void emit(CallEventKind kind, std::string_view text = {});
  void fail_here(ErrorCode code, std::string message, std::string given, std::string allowed);

  std::shared_ptr<const CallParserPlan> plan_;
  const CallSink* sink_ = nullptr;  // during a call of feed
  State state_ = State::kContent;
  bool reasoning_read_ = false;
  TriggerSearch::State search_ = TriggerSearch::kStartState;  // kContent, kText
  std::string held_;         // kContent, kText: bytes that may be a delimiter; kId, kKey: those that came
  bool held_name_is_long_ = false;  // what may be a name ahead is longer than any: its begin was given out as text
  FrameThreads threads_;     // kFrame
  uint32_t slot_ = 0;        // the place of the slot that is read
  uint32_t name_first_ = 0;  // kName: tools whose names begin with what came, [name_first_, name_last_)
  uint32_t name_last_ = 0;
  uint32_t name_bytes_ = 0;
  uint32_t tool_ = 0;        // of the call
  bool named_ = false;       // the call has begun
  std::string id_;           // that came before the name
  ArgumentOutput output_;    // its scanner reads arguments that are JSON
  LiteralReader literals_;
  RawValueReader value_;
  bool first_member_ = true;
  ValueKinds kinds_ = kAnyKind;  // of the parameter whose key came last
  uint32_t calls_ = 0;
  size_t offset_ = 0;  // bytes consumed
};

struct ParsedCall {
  std::string name;
  std::string arguments;  // JSON text of an object
  std::string id;         // empty where the format carries none
};

struct ParsedAnswer {
  std::optional<std::string> content;    // without blanks at both ends; nothing where only blanks are left
  std::optional<std::string> reasoning;  // likewise
  std::vector<ParsedCall> calls;         // those that are complete
  std::optional<Error> error;
  size_t error_offset = 0;  // bytes
};

// Reads a whole answer. Content that is not UTF-8 comes with U+FFFD in place of each wrong byte.
ParsedAnswer parse_answer(std::string_view text, const std::shared_ptr<const CallParserPlan>& plan,
                          bool in_reasoning = false);

// The same by tokens: a delimiter that the vocabulary owns is that token alone, its spelling in other tokens is text.
// Requires: the plan's format is bound to `vocabulary`, of which the tokens are.
ParsedAnswer parse_answer(std::span<const TokenId> tokens, const Vocabulary& vocabulary,
                          const std::shared_ptr<const CallParserPlan>& plan, bool in_reasoning = false);

// The same in pieces of `split` bytes after the end of a prompt that has already begun the answer.
ParsedAnswer parse_answer(std::string_view text, const std::shared_ptr<const CallParserPlan>& plan,
                          std::string_view prompt_suffix, size_t split);

}  // namespace keyway
