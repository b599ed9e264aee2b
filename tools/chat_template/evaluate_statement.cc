// Statements; see evaluator.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"

namespace keyway::chat {

// Gives the variables of a body their first values.
void Evaluator::start_variables(Run inits) {
  for (uint32_t i = 0; i < inits.count; ++i) {
    const SlotInit& init = program_.inits[inits.first + i];
    switch (init.start) {
      case SlotStart::kUnset: frame_->slots[init.slot] = Value(); break;
      case SlotStart::kContext: frame_->slots[init.slot] = context_[init.source]; break;
      case SlotStart::kCopy: {
        const Activation* frame = frame_;
        for (uint32_t hop = 0; hop < init.hops; ++hop) frame = frame->outer;
        frame_->slots[init.slot] = frame->slots[init.source];
        break;
      }
    }
  }
}

Evaluator::Flow Evaluator::exec_body(Run body) {
  for (uint32_t i = 0; i < body.count; ++i) {
    const Flow flow = exec(program_.links[body.first + i]);
    if (flow != Flow::kOn) return flow;
  }
  return Flow::kOn;
}

Evaluator::Flow Evaluator::exec_block(const Block& block) {
  start_variables(block.inits);
  return exec_body(block.body);
}

Evaluator::Flow Evaluator::exec(NodeId id) {
  const Node& node = program_.nodes[id];
  heap_.step();
  switch (node.kind) {
    case NodeKind::kText: write(program_.constants[node.a].text()); return Flow::kOn;
    case NodeKind::kPrint: {
      Value storage;
      write_value(operand(node.a, storage));
      return Flow::kOn;
    }
    case NodeKind::kSet: assign(node.a, eval(node.b)); return Flow::kOn;
    case NodeKind::kMacro: assign(node.b, make_macro(node.a)); return Flow::kOn;
    case NodeKind::kBreak: return Flow::kBreak;
    case NodeKind::kContinue: return Flow::kContinue;
    default: break;
  }
  const Depth depth(*this);
  switch (node.kind) {
    case NodeKind::kIf: return exec_if(node);
    case NodeKind::kFor: return exec_for(node);
    case NodeKind::kSetBlock: return exec_set_block(node);
    case NodeKind::kFilterBlock: return exec_filter_block(node);
    case NodeKind::kWith: return exec_with(node);
    case NodeKind::kScope: return exec_block(program_.blocks[node.c]);
    case NodeKind::kCallBlock: exec_call_block(node); return Flow::kOn;
    default: raise_invalid("not a statement");
  }
}

Evaluator::Flow Evaluator::exec_if(const Node& node) {
  for (uint32_t i = 0; i < node.b; i += 3) {
    const uint32_t* branch = &program_.links[node.a + i];
    if (holds(branch[0])) return exec_body({branch[1], branch[2]});
  }
  return exec_body({node.c, node.d});
}

Evaluator::Flow Evaluator::exec_set_block(const Node& node) {
  Capture capture(*this);
  const Flow flow = exec_block(program_.blocks[node.c]);
  if (flow != Flow::kOn) return flow;
  Value value = heap_.string(capture.take());
  if (node.b != kNoNode) value = apply_filters(node.b, std::move(value));
  assign(node.a, std::move(value));
  return Flow::kOn;
}

Evaluator::Flow Evaluator::exec_filter_block(const Node& node) {
  Capture capture(*this);
  const Flow flow = exec_block(program_.blocks[node.c]);
  if (flow != Flow::kOn) return flow;
  write_value(apply_filters(node.b, heap_.string(capture.take())));
  return Flow::kOn;
}

// The values see the variables outside, so all targets are distinct from them.
Evaluator::Flow Evaluator::exec_with(const Node& node) {
  start_variables(program_.blocks[node.c].inits);
  for (uint32_t i = 0; i < node.b; i += 2) {
    assign(program_.links[node.a + i], eval(program_.links[node.a + i + 1]));
  }
  return exec_body(program_.blocks[node.c].body);
}

void Evaluator::exec_call_block(const Node& node) {
  const Value caller = make_macro(node.a);
  write_value(eval_call(program_.nodes[node.b], &caller));
}

void Evaluator::assign(NodeId target, Value value) {
  const Node& node = program_.nodes[target];
  switch (node.kind) {
    case NodeKind::kTargetName: frame_->slots[node.a] = std::move(value); return;
    case NodeKind::kTargetTuple: return assign_tuple(node, value);
    default: return assign_attribute(node, std::move(value));
  }
}

void Evaluator::assign_tuple(const Node& node, const Value& value) {
  place_ = node.offset;
  Iterator items(heap_, value);
  std::vector<Value> values;
  Value item;
  while (values.size() <= node.b && items.next(item)) values.push_back(std::move(item));
  if (values.size() != node.b) {
    raise_invalid(values.size() > node.b ? "too many values to unpack" : "not enough values to unpack", {});
  }
  for (uint32_t i = 0; i < node.b; ++i) assign(program_.links[node.a + i], std::move(values[i]));
}

void Evaluator::assign_attribute(const Node& node, Value value) {
  place_ = node.offset;
  const Value owner = eval(node.a);
  const std::string& name = program_.names[node.b];
  if (!owner.is(Kind::kNamespace)) raise_invalid("cannot assign attribute on non-namespace object", name);
  if (name[0] == '_') raise_invalid("a namespace cannot hold attributes that begin with an underscore", name);
  auto& attributes = owner.as<NamespaceObject>().attributes.as<DictObject>();
  if (!attributes.replace(name, value)) attributes.set(heap_.string_view(name), std::move(value));
}

}  // namespace keyway::chat
