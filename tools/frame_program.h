// What stands around names, arguments and texts, as one small nondeterministic program over bytes and tokens.
//
// Entry points: FrameProgram, FrameThreads. Every list of parts of a format is a piece of the program; threads step
// through it side by side, so that options, alternatives and layouts with a common beginning need no look ahead. Names, ids,
// arguments and texts are slots, which the parser reads itself when no thread takes a byte otherwise.
// Invariants: what an answer has done (a call ended) is told once all threads agree on it; threads are few, for each
// stands at another place of the program.
// Thread safety: a program is immutable; threads belong to one parser. Tested by tests/tools/call_parser_test.cc.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "tools/call_format.h"
#include "tools/trigger_search.h"

namespace keyway {

enum class FrameOp : uint8_t {
  kBytes, kToken, kSpace,                          // taken by threads
  kName, kId, kKey, kValue, kArguments, kText,     // slots
  kSplit, kJump,                                   // to `to`, and for kSplit also to the next instruction
  kBeginMembers, kEndMembers, kEndCall,            // actions
  kContent,                                        // free text goes on, with triggers
  kEnd,                                            // the answer may end
};

struct FrameInstruction {
  FrameOp op = FrameOp::kEnd;
  bool reasoning = false;    // kText
  bool digits = false;       // kId
  uint32_t to = 0;           // kSplit, kJump
  uint32_t min = 0, max = 0; // kId
  TokenId token = kNoToken;  // kToken
  std::string bytes;         // kBytes; kToken: its spelling
  std::shared_ptr<const TriggerSearch> search;  // kText: for the bytes that end it, which is the next instruction
};

class FrameProgram {
 public:
  explicit FrameProgram(const BoundFormat& format);

  const FrameInstruction& at(uint32_t place) const { return code_[place]; }
  // After the trigger of each layout. kNowhere does not occur.
  const std::vector<uint32_t>& after_trigger() const { return after_trigger_; }
  uint32_t after_reasoning_trigger() const { return after_reasoning_trigger_; }
  uint32_t inside_reasoning() const { return inside_reasoning_; }
  const std::vector<uint32_t>& blocks() const { return blocks_; }  // where an answer of blocks begins

 private:
  void add(const Elements& elements);
  void add(const Element& element);
  void add_layout(const BoundLayout& layout, std::vector<uint32_t>& calls, std::vector<uint32_t>& to_call);
  uint32_t add_fork(const std::vector<uint32_t>& places);
  void add_text(bool reasoning, const Element& end);
  uint32_t emit(FrameOp op);
  uint32_t here() const { return static_cast<uint32_t>(code_.size()); }

  std::vector<FrameInstruction> code_;
  std::vector<uint32_t> after_trigger_, blocks_;
  uint32_t after_reasoning_trigger_ = 0, inside_reasoning_ = 0;
};

struct FrameThread {
  static constexpr size_t kMostActions = 4;
  uint32_t place = 0;
  uint32_t progress = 0;  // kBytes: bytes matched; kSpace: bytes taken
  std::array<FrameOp, kMostActions> actions{};  // done by this thread, not yet told
  uint8_t action_count = 0;
};

class FrameThreads {
 public:
  // `space_max`: bytes at each space.
  FrameThreads(const FrameProgram& program, uint32_t space_max) : program_(&program), space_max_(space_max) {}

  void clear() { threads_.clear(); }
  void start(uint32_t place) { follow({place, 0, {}, 0}, threads_); }
  // Steps every thread; false, and nothing changed, where none can take the byte or token.
  bool step_byte(uint8_t byte);
  bool step_token(TokenId token);
  // The slot that begins here, where exactly one does. Then it is the only thread.
  std::optional<uint32_t> enter_slot();
  // Goes on after a slot.
  void leave_slot(uint32_t place) {
    clear();
    start(place + 1);
  }
  // The next action that all threads have done.
  std::optional<FrameOp> take_action();
  // Whether the answer may end here; then that thread is the only one left.
  bool finish();
  bool empty() const { return threads_.empty(); }
  const std::vector<FrameThread>& threads() const { return threads_; }

 private:
  void follow(FrameThread thread, std::vector<FrameThread>& out) const;
  bool replace(std::vector<FrameThread>& next);

  const FrameProgram* program_;
  uint32_t space_max_;
  std::vector<FrameThread> threads_;
};

}  // namespace keyway
