// Compiling and stepping frames; see frame_program.h.
#include "tools/frame_program.h"

#include <algorithm>

#include "tools/ascii.h"

namespace keyway {
namespace {

bool is_action(FrameOp op) {
  return op == FrameOp::kBeginMembers || op == FrameOp::kEndMembers || op == FrameOp::kEndCall;
}

bool is_slot(FrameOp op) { return op >= FrameOp::kName && op <= FrameOp::kText; }

FrameOp op_of(ElementKind kind) {
  switch (kind) {
    case ElementKind::kToken: return FrameOp::kToken;
    case ElementKind::kSpace: return FrameOp::kSpace;
    case ElementKind::kName: return FrameOp::kName;
    case ElementKind::kArguments: return FrameOp::kArguments;
    case ElementKind::kId: return FrameOp::kId;
    case ElementKind::kKey: return FrameOp::kKey;
    case ElementKind::kValue: return FrameOp::kValue;
    default: return FrameOp::kBytes;
  }
}

}  // namespace

FrameProgram::FrameProgram(const BoundFormat& format) {
  const bool free = format.blocks.empty();
  if (format.reasons()) {
    add(format.reasoning_begin.front());
    after_reasoning_trigger_ = here();
    add(Elements(format.reasoning_begin.begin() + 1, format.reasoning_begin.end()));
    inside_reasoning_ = here();
    add_text(true, format.reasoning_end);
    emit(FrameOp::kContent);
  }
  std::vector<uint32_t> to_start;  // jumps to the next block
  for (const BoundBlock& block : format.blocks) {
    blocks_.push_back(here());
    add(block.begin);
    add_text(block.reasoning, block.end);
    if (!block.last) {
      const uint32_t more = emit(FrameOp::kSplit);
      emit(FrameOp::kEnd);
      code_[more].to = here();
      add(format.between_blocks);
      to_start.push_back(emit(FrameOp::kJump));
    } else {
      emit(FrameOp::kEnd);
    }
  }
  std::vector<uint32_t> calls, to_call;  // of each layout: its call, the jump to the next one
  for (const BoundLayout& layout : format.layouts) {
    if (!free) blocks_.push_back(here());
    add_layout(layout, calls, to_call);
  }
  for (size_t i = 0; i < to_call.size(); ++i) {
    std::vector<uint32_t> next;
    for (uint32_t layout : format.layouts[i].next) next.push_back(calls[layout]);
    code_[to_call[i]].to = add_fork(next);
  }
  if (to_start.empty()) return;
  const uint32_t fork = add_fork(blocks_);
  for (uint32_t jump : to_start) code_[jump].to = fork;
}

// Where a thread goes on at each of these places. Requires: there is one.
uint32_t FrameProgram::add_fork(const std::vector<uint32_t>& places) {
  if (places.size() == 1) return places.front();
  const uint32_t fork = here();
  for (size_t i = 0; i < places.size(); ++i) code_[emit(i + 1 < places.size() ? FrameOp::kSplit : FrameOp::kJump)].to = places[i];
  return fork;
}

uint32_t FrameProgram::emit(FrameOp op) {
  code_.emplace_back();
  code_.back().op = op;
  return here() - 1;
}

void FrameProgram::add(const Elements& elements) {
  for (const Element& element : elements) add(element);
}

// The reader limits how deep branches are nested.
void FrameProgram::add(const Element& element) {
  if (element.kind == ElementKind::kOptional) {
    const uint32_t without = emit(FrameOp::kSplit);
    add(element.branches[0]);
    code_[without].to = here();
  } else if (element.kind == ElementKind::kAny) {
    std::vector<uint32_t> done;
    for (size_t i = 0; i < element.branches.size(); ++i) {
      const bool last = i + 1 == element.branches.size();
      const uint32_t other = last ? 0 : emit(FrameOp::kSplit);
      add(element.branches[i]);
      done.push_back(emit(FrameOp::kJump));
      if (!last) code_[other].to = here();
    }
    for (uint32_t jump : done) code_[jump].to = here();
  } else if (element.kind == ElementKind::kMembers) {
    emit(FrameOp::kBeginMembers);
    const uint32_t loop = emit(FrameOp::kSplit);
    add(element.branches[0]);
    code_[emit(FrameOp::kJump)].to = loop;
    code_[loop].to = here();
    emit(FrameOp::kEndMembers);
  } else {
    FrameInstruction& code = code_[emit(op_of(element.kind))];
    code.bytes = element.bytes;
    code.token = element.token;
    code.min = element.min;
    code.max = element.max;
    code.digits = element.digits;
  }
}

void FrameProgram::add_layout(const BoundLayout& layout, std::vector<uint32_t>& calls, std::vector<uint32_t>& to_call) {
  const uint32_t begin = here();
  after_trigger_.push_back(begin + 1);  // the trigger is one element
  add(layout.section_begin);
  calls.push_back(here());
  add(layout.call);
  emit(FrameOp::kEndCall);
  const uint32_t end = emit(FrameOp::kSplit);
  add(layout.between_calls);
  to_call.push_back(emit(FrameOp::kJump));
  code_[end].to = here();
  add(layout.section_end);
  emit(FrameOp::kEnd);
}

void FrameProgram::add_text(bool reasoning, const Element& end) {
  FrameInstruction& text = code_[emit(FrameOp::kText)];
  text.reasoning = reasoning;
  if (end.kind == ElementKind::kBytes) {
    text.search = std::make_shared<const TriggerSearch>(std::vector<Trigger>{{end.bytes, Where::kAnywhere, false}});
  }
  add(end);
}

// Adds the threads that stand at places which take something or end, reached without a byte.
void FrameThreads::follow(FrameThread thread, std::vector<FrameThread>& out) const {
  std::vector<FrameThread> open = {thread};
  while (!open.empty()) {
    FrameThread at = open.back();
    open.pop_back();
    const FrameInstruction& code = program_->at(at.place);
    if (code.op == FrameOp::kSplit || code.op == FrameOp::kJump) {
      FrameThread other = at;
      other.place = code.to;
      other.progress = 0;
      open.push_back(other);
      if (code.op == FrameOp::kSplit) {
        ++at.place;
        open.push_back(at);
      }
      continue;
    }
    if (is_action(code.op)) {
      if (at.action_count < FrameThread::kMostActions) at.actions[at.action_count++] = code.op;
      ++at.place;
      open.push_back(at);
      continue;
    }
    const bool known = std::any_of(out.begin(), out.end(), [&at](const FrameThread& other) {
      return other.place == at.place && other.progress == at.progress;
    });
    if (known) continue;
    out.push_back(at);
    if (code.op == FrameOp::kSpace) {
      ++at.place;
      at.progress = 0;
      open.push_back(at);
    }
  }
}

bool FrameThreads::replace(std::vector<FrameThread>& next) {
  if (next.empty()) return false;
  threads_ = std::move(next);
  return true;
}

bool FrameThreads::step_byte(uint8_t byte) {
  std::vector<FrameThread> next;
  for (FrameThread thread : threads_) {
    const FrameInstruction& code = program_->at(thread.place);
    if (code.op == FrameOp::kSpace) {
      if (!is_space(byte) || thread.progress == space_max_) continue;
      ++thread.progress;
    } else if (code.op == FrameOp::kBytes) {
      if (static_cast<uint8_t>(code.bytes[thread.progress]) != byte) continue;
      if (++thread.progress == code.bytes.size()) {
        ++thread.place;
        thread.progress = 0;
      }
    } else {
      continue;
    }
    follow(thread, next);
  }
  return replace(next);
}

bool FrameThreads::step_token(TokenId token) {
  std::vector<FrameThread> next;
  for (FrameThread thread : threads_) {
    const FrameInstruction& code = program_->at(thread.place);
    if (code.op != FrameOp::kToken || code.token != token) continue;
    ++thread.place;
    thread.progress = 0;
    follow(thread, next);
  }
  return replace(next);
}

std::optional<uint32_t> FrameThreads::enter_slot() {
  const FrameThread* only = nullptr;
  for (const FrameThread& thread : threads_) {
    if (!is_slot(program_->at(thread.place).op) && program_->at(thread.place).op != FrameOp::kContent) continue;
    if (only) return std::nullopt;
    only = &thread;
  }
  if (!only) return std::nullopt;
  const FrameThread kept = *only;
  threads_.assign(1, kept);
  return kept.place;
}

std::optional<FrameOp> FrameThreads::take_action() {
  for (const FrameThread& thread : threads_) {
    if (thread.action_count == 0 || thread.actions[0] != threads_.front().actions[0]) return std::nullopt;
  }
  if (threads_.empty()) return std::nullopt;
  const FrameOp action = threads_.front().actions[0];
  for (FrameThread& thread : threads_) {
    std::copy(thread.actions.begin() + 1, thread.actions.end(), thread.actions.begin());
    --thread.action_count;
  }
  return action;
}

bool FrameThreads::finish() {
  for (const FrameThread& thread : threads_) {
    const FrameOp op = program_->at(thread.place).op;
    if (op != FrameOp::kEnd && op != FrameOp::kText && op != FrameOp::kContent) continue;
    const FrameThread kept = thread;
    threads_.assign(1, kept);
    return true;
  }
  return false;
}

}  // namespace keyway
