// Statements; see evaluator.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"

namespace keyway::chat {

// Gives the variables of a body their first values.
void Evaluator::start_variables(Run inits) {
  for (uint32_t i = 0; i < inits.count; ++i) {
    const SlotInit& init = program_.inits[inits.first + i];
    switch (init.start) {
      case SlotStart::kUnset: frame_->slots()[init.slot] = Value(); break;
      case SlotStart::kContext: frame_->slots()[init.slot] = context_[init.source]; break;
      case SlotStart::kCopy: {
        const Activation* frame = frame_;
        for (uint32_t hop = 0; hop < init.hops; ++hop) frame = frame->outer;
        frame_->slots()[init.slot] = frame->slots()[init.source];
        break;
      }
    }
  }
}

Evaluator::Flow Evaluator::exec_body(Run body) {
  for (uint32_t i = 0; i < body.count; ++i) {
    const Node& node = program_.nodes[program_.links[body.first + i]];
    heap_.step();
    if (node.kind == NodeKind::kText) {
      write(program_.constants[node.a].text());
    } else if (node.kind == NodeKind::kPrint) {
      print(node.a);
    } else {
      const Flow flow = exec(node);
      if (flow != Flow::kOn) return flow;
    }
  }
  return Flow::kOn;
}

Evaluator::Flow Evaluator::exec_block(const Block& block) {
  start_variables(block.inits);
  return exec_body(block.body);
}

Evaluator::Flow Evaluator::exec(const Node& node) {
  switch (node.kind) {
    case NodeKind::kSet: {
      Value storage;
      assign(node.a, operand(node.b, storage));
      return Flow::kOn;
    }
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

// Writes an expression. The parts of "a ~ b" and of "text + text" are written one by one instead of being joined first:
// nothing that an expression calls writes to this output, and an error discards it.
void Evaluator::print(NodeId id) {
  const Node& node = program_.nodes[id];
  if (node.kind == NodeKind::kConcat) {
    heap_.step();
    for (uint32_t i = 0; i < node.b; ++i) {
      Value storage;
      write_value(operand(program_.links[node.a + i], storage));
    }
    return;
  }
  Value storage;
  if (node.kind == NodeKind::kArithmetic && node.operation == '+') {
    if (!write_sum(node, storage)) write_value(storage);
    return;
  }
  write_value(operand(id, storage));
}

// True where the sum is text and has been written; otherwise its value is in `sum`.
bool Evaluator::write_sum(const Node& node, Value& sum) {
  heap_.step();
  const Depth depth(*this);
  const size_t start = out_->size();
  const Node& first = program_.nodes[node.a];
  Value storage;
  const Value* left = nullptr;
  if (first.kind == NodeKind::kArithmetic && first.operation == '+') {
    if (!write_sum(first, storage)) left = &storage;
  } else {
    left = &operand(node.a, storage);
  }
  Value right_storage;
  const Value& right = operand(node.b, right_storage);
  place_ = node.offset;
  const bool right_text = right.is_string() && !right.is_markup();
  if (left == nullptr && right_text) {
    write(right.text());
    return true;
  }
  if (left == nullptr) {
    // Markup would escape what is written, anything else is an error: take it back and join the two.
    storage = heap_.copy(std::string_view(*out_).substr(start));
    written_ -= out_->size() - start;
    out_->resize(start);
    left = &storage;
  }
  if (left->is_string() && !left->is_markup() && right_text) {
    write(left->text());
    write(right.text());
    return true;
  }
  sum = arithmetic(heap_, '+', *left, right);
  return false;
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
  Value value = capture.take();
  if (node.b != kNoNode) value = apply_filters(node.b, std::move(value));
  assign(node.a, std::move(value));
  return Flow::kOn;
}

Evaluator::Flow Evaluator::exec_filter_block(const Node& node) {
  Capture capture(*this);
  const Flow flow = exec_block(program_.blocks[node.c]);
  if (flow != Flow::kOn) return flow;
  write_block(apply_filters(node.b, capture.take()));
  return Flow::kOn;
}

// What a filter or call block gives is not made text of, as an expression is: Python joins it to the texts around it.
void Evaluator::write_block(const Value& value) {
  if (!value.is_string()) raise_invalid("a block gives text, not " + std::string(type_name(value)));
  write(value.text());
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
  write_block(eval_call(program_.nodes[node.b], &caller));
}

void Evaluator::assign(NodeId target, Value value) {
  const Node& node = program_.nodes[target];
  switch (node.kind) {
    case NodeKind::kTargetName: frame_->slots()[node.a] = std::move(value); return;
    case NodeKind::kTargetTuple: return assign_tuple(node, value);
    default: return assign_attribute(node, std::move(value));
  }
}

void Evaluator::assign_tuple(const Node& node, const Value& value) {
  place_ = node.offset;
  if (value.is_sequence() && value.as<ListObject>().size() == node.b) {
    const auto values = value.as<ListObject>().items();
    heap_.step(node.b);
    for (uint32_t i = 0; i < node.b; ++i) assign(program_.links[node.a + i], values[i]);
    return;
  }
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
