// The streaming reader of a model's answer: bytes or tokens in, events out, driven by the same BoundFormat as the
// grammar.
//
// Entry points: CallParserPlan::create (once for a format and a set of names), CallParser (one per answer),
// parse_answer (a whole text at once).
// Strict: an unknown function, a call that is cut off, wrong quoting are an error with its offset, never a guess. What
// does not commit to a call is content. A delimiter inside a JSON string is text, for strings are read as JSON.
// Invariants: the events, fragments joined, depend on the text and not on how it was split; argument fragments of a
// call make up a JSON object; after an error nothing follows. Memory: bytes that may yet be a delimiter, one bit per
// open JSON container; none per byte of content or arguments. No recursion.
// Thread safety: a plan is immutable; a parser belongs to one thread.
// Tested by tests/tools/call_parser_test.cc.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/vocabulary.h"
#include "tools/call_format.h"
#include "tools/json_scanner.h"

namespace keyway {

enum class CallEventKind : uint8_t { kContent, kReasoning, kCallBegin, kArguments, kCallEnd, kFinish, kError };

struct CallEvent {
  CallEventKind kind = CallEventKind::kFinish;
  std::string_view text;         // kContent, kReasoning, kArguments: a fragment; kCallBegin: the name. Valid in the sink
  uint32_t call = 0;             // kCallBegin, kArguments, kCallEnd: index of the call, from 0
  size_t offset = 0;             // kError: bytes of the answer before the place
  const Error* error = nullptr;  // kError; pointer is "offset N"
};
using CallSink = std::function<void(const CallEvent&)>;

// What parsers of one format and tool list share.
class CallParserPlan {
 public:
  // `names`: the callable tools. `max_depth`: open JSON containers in arguments.
  static std::shared_ptr<const CallParserPlan> create(std::shared_ptr<const BoundFormat> format,
                                                      std::vector<std::string> names, uint32_t max_depth = 512);

  const BoundFormat& format() const { return *format_; }
  const std::vector<std::string>& names() const { return names_; }
  uint32_t max_depth() const { return max_depth_; }

 private:
  std::shared_ptr<const BoundFormat> format_;
  std::vector<std::string> names_;  // sorted, without duplicates
  uint32_t max_depth_ = 0;
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

  bool failed() const { return state_ == State::kFailed; }
  uint32_t calls() const { return calls_; }  // that have begun

 private:
  enum class State : uint8_t { kStart, kReasoning, kContent, kFrame, kName, kArguments, kFailed };
  enum class Section : uint8_t { kBegin, kCall, kBetween, kEnd, kDone };
  // A place in the section; after a call there are two, for another call may come or the end.
  struct Place {
    Section section = Section::kBegin;
    uint16_t element = 0;
    uint16_t progress = 0;  // kBytes: bytes matched; kSpace: bytes taken
  };
  struct Places {
    std::array<Place, 2> at;
    uint8_t count = 0;
    void add(Place place) { at[count++] = place; }
  };

  void consume(std::string_view bytes);
  size_t consume_start(std::string_view bytes);
  size_t consume_text(std::string_view bytes);
  size_t consume_frame(std::string_view bytes);
  size_t consume_name(std::string_view bytes);
  size_t consume_arguments(std::string_view bytes);
  bool take_delimiter(TokenId token);
  void leave_start();
  void commit();
  bool hand_over(Place place);
  void end_call();
  bool name_complete() const;
  void end_name();
  void settle();
  void emit_held();
  std::span<const Element> elements(Section section) const;
  bool normalise(Place& place) const;
  void skip_spaces(Place& place) const;
  bool step_byte(Place& place, uint8_t byte) const;
  bool ends_here(Place place) const;
  std::string expected() const;
  void emit(CallEventKind kind, std::string_view text = {});
  void fail_here(ErrorCode code, std::string message, std::string given, std::string allowed);
  const Element* searched() const;

  std::shared_ptr<const CallParserPlan> plan_;
  const CallSink* sink_ = nullptr;  // during a call of feed
  State state_ = State::kStart;
  bool reasoning_read_ = false;
  std::string held_;         // kStart: bytes that may open the reasoning section or a call
  uint32_t matched_ = 0;     // kContent, kReasoning: bytes of the delimiter searched that came last
  Places places_;            // kFrame
  uint32_t name_first_ = 0;  // kName: names that begin with what came, [name_first_, name_last_)
  uint32_t name_last_ = 0;
  uint32_t name_bytes_ = 0;
  JsonScanner scanner_;
  uint32_t calls_ = 0;
  size_t offset_ = 0;  // bytes consumed
};

struct ParsedCall {
  std::string name;
  std::string arguments;  // JSON text of an object
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

}  // namespace keyway
