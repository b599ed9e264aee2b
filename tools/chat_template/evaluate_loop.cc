// Loops; see evaluator.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"

namespace keyway::chat {
namespace {

// A loop that has ended lets go of what it refers to: the variable may live on in a namespace.
void finish(LoopObject& loop) {
  loop.items = Iterator();
  loop.changed = loop.before = loop.current = loop.after = Value();
  if (loop.scope != nullptr && --loop.scope->references == 0) destroy(loop.scope);
  loop.scope = nullptr;
}

}  // namespace

bool Evaluator::passes_test(const Loop& loop, const Value& item) {
  assign(loop.test_target, item);
  return holds(loop.test);
}

// The next item that passes the loop's test, whose variables live in the loop's own activation.
bool Evaluator::next_item(LoopObject& loop, Value& item) {
  const Loop& shape = program_.loops[loop.loop];
  while (loop.scope != nullptr && loop.items.next(item)) {
    if (!loop.filtered) return true;
    Activation* saved = std::exchange(frame_, loop.scope);
    struct Restore {
      Activation*& frame;
      Activation* saved;
      ~Restore() { frame = saved; }
    } restore{frame_, saved};
    if (passes_test(shape, item)) return true;
  }
  return false;
}

bool Evaluator::peek(LoopObject& loop) {
  if (!loop.after.is_missing()) return true;
  Value item;
  if (!next_item(loop, item)) return false;
  loop.after = std::move(item);
  return true;
}

// Reads the rest of a loop whose length is not known, as LoopContext.length does.
int64_t Evaluator::length_of(LoopObject& loop) {
  if (loop.length >= 0) return loop.length;
  std::vector<Value> rest;
  Value item;
  while (next_item(loop, item)) rest.push_back(std::move(item));
  loop.filtered = false;
  loop.length = static_cast<int64_t>(rest.size()) + loop.index0 + 1 + (loop.after.is_missing() ? 0 : 1);
  loop.items = Iterator(heap_, heap_.list(std::move(rest)));
  return loop.length;
}

Evaluator::Flow Evaluator::exec_for(const Node& node) {
  const Loop& loop = program_.loops[node.a];
  const Value iterable = eval(loop.iterable);
  place_ = node.offset;
  if (!loop.recursive) return run_loop(loop, node.a, iterable, 0);
  write_value(run_recursive(node.a, frame_, iterable, 0));
  return Flow::kOn;
}

Value Evaluator::run_recursive(uint32_t index, Activation* outer, const Value& iterable, int64_t depth0) {
  const Depth depth(*this);
  const Loop& loop = program_.loops[index];
  const Frame frame(*this, loop.function, outer);
  Capture capture(*this);
  run_loop(loop, index, iterable, depth0);
  return capture.take();
}

Evaluator::Flow Evaluator::run_loop(const Loop& loop, uint32_t index, const Value& iterable, int64_t depth0) {
  if (loop.test != kNoNode) start_variables(loop.test_inits);
  return loop.uses_loop ? run_full_loop(loop, index, iterable, depth0) : run_plain_loop(loop, iterable);
}

// A loop whose body never mentions `loop`.
Evaluator::Flow Evaluator::run_plain_loop(const Loop& loop, const Value& iterable) {
  Iterator items(heap_, iterable);
  Value item;
  bool entered = false;
  while (items.next(item)) {
    if (loop.test != kNoNode && !passes_test(loop, item)) continue;
    assign(loop.target, std::move(item));
    start_variables(loop.body.inits);
    const Flow flow = exec_body(loop.body.body);
    if (flow == Flow::kBreak) {
      // Jinja2 notes that the loop was entered at the end of a turn only.
      return entered ? Flow::kOn : exec_block(loop.otherwise);
    }
    entered |= flow == Flow::kOn;
  }
  return entered ? Flow::kOn : exec_block(loop.otherwise);
}

Evaluator::Flow Evaluator::run_full_loop(const Loop& loop, uint32_t index, const Value& iterable, int64_t depth0) {
  auto* object = heap_.make<LoopObject>();
  const Value value = Value::object(Kind::kLoop, object);
  object->items = Iterator(heap_, iterable);
  object->filtered = loop.test != kNoNode;
  object->loop = index;
  object->run = this;
  object->depth0 = depth0;
  object->scope = frame_;
  ++frame_->references;
  if (!object->filtered) object->length = chat::length_of(iterable).value_or(-1);
  struct Finish {
    LoopObject& loop;
    Value& slot;
    ~Finish() {
      finish(loop);
      slot = Value();
    }
  } at_end{*object, frame_->slots()[loop.loop_slot]};
  bool entered = false;
  while (true) {
    Value item = std::exchange(object->after, Value());
    if (item.is_missing() && !next_item(*object, item)) break;
    ++object->index0;
    object->before = std::exchange(object->current, item);
    frame_->slots()[loop.loop_slot] = value;
    assign(loop.target, std::move(item));
    start_variables(loop.body.inits);
    const Flow flow = exec_body(loop.body.body);
    entered |= flow == Flow::kOn;
    if (flow == Flow::kBreak) break;
  }
  return entered ? Flow::kOn : exec_block(loop.otherwise);
}

}  // namespace keyway::chat
