// Expressions; see evaluator.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"

namespace keyway::chat {
namespace {

const Arguments kEmpty;

}  // namespace

Value Evaluator::eval_name(const Node& node) {
  const Value& value = variable(node);
  if (value.is_missing()) return Value::undefined(Absence::kName, &program_.names[node.c]);
  return value;
}

Value Evaluator::eval_list(const Node& node, Kind kind) {
  std::vector<Value> values;
  values.reserve(node.b);
  for (uint32_t i = 0; i < node.b; ++i) values.push_back(eval(program_.links[node.a + i]));
  return heap_.sequence(kind, std::move(values));
}

Value Evaluator::eval_dict(const Node& node) {
  Value dict = heap_.dict();
  for (uint32_t i = 0; i < node.b; i += 2) {
    Value key = eval(program_.links[node.a + i]);
    hash_value(key);
    dict.as<DictObject>().set(std::move(key), eval(program_.links[node.a + i + 1]));
  }
  return dict;
}

Value Evaluator::eval_concat(const Node& node) {
  std::string out;
  for (uint32_t i = 0; i < node.b; ++i) {
    Value storage;
    append_str(heap_, out, operand(program_.links[node.a + i], storage));
  }
  return heap_.string(std::move(out));
}

bool Evaluator::compare(Comparison comparison, const Value& left, const Value& right) {
  heap_.step();
  if (left.is_string() && right.is_string() && comparison <= Comparison::kNotEqual) {
    if (left.text().size() == right.text().size()) heap_.step_bytes(left.text().size());
    return (left.text() == right.text()) == (comparison == Comparison::kEqual);
  }
  switch (comparison) {
    case Comparison::kEqual: return equal(left, right);
    case Comparison::kNotEqual: return !equal(left, right);
    case Comparison::kLess: return order(left, right, "<") == -1;
    case Comparison::kLessEqual: {
      const int result = order(left, right, "<=");
      return result == -1 || result == 0;
    }
    case Comparison::kGreater: return order(left, right, ">") == 1;
    case Comparison::kGreaterEqual: {
      const int result = order(left, right, ">=");
      return result == 1 || result == 0;
    }
    case Comparison::kIn: return contains(heap_, right, left);
    case Comparison::kNotIn: return !contains(heap_, right, left);
  }
  return false;
}

// An operand where it stands, if it is a constant, a variable or a member of a dictionary in one, else evaluated into
// `storage`. No expression changes a variable of its own activation, and dictionaries never change, so the reference
// holds while others are evaluated.
const Value& Evaluator::operand(NodeId id, Value& storage) {
  const Node& node = program_.nodes[id];
  switch (node.kind) {
    case NodeKind::kConstant: return program_.constants[node.a];
    case NodeKind::kName: {
      const Value& value = variable(node);
      if (!value.is_missing()) return value;
      break;
    }
    case NodeKind::kAttribute: return attribute_operand(node, storage);
    case NodeKind::kItem: return item_operand(node, storage);
    default: break;
  }
  storage = eval(id);
  return storage;
}

const Value& Evaluator::attribute_operand(const Node& node, Value& storage) {
  heap_.step();
  const std::string& name = program_.names[node.b];
  const auto method = static_cast<Method>(node.operation);
  const Node& owner = program_.nodes[node.a];
  if (owner.kind == NodeKind::kName && method == Method::kNotAMethod) {
    // The most frequent expression of all.
    const Value& object = variable(owner);
    if (object.is(Kind::kDict)) {
      if (const Value* found = object.as<DictObject>().find(name)) return *found;
      storage = Value::undefined(Absence::kAttribute, &name);
      return storage;
    }
    if (object.is(Kind::kNamespace) && name[0] != '_') {
      const Value* found = object.as<NamespaceObject>().attributes.as<DictObject>().find(name);
      storage = found != nullptr ? *found : Value::undefined(Absence::kAttribute, &name);
      return storage;
    }
  }
  const Depth depth(*this);
  Value held;
  const Value& object = operand(node.a, held);
  place_ = node.offset;
  if (object.is(Kind::kDict) && method == Method::kNotAMethod) {
    const Value* found = object.as<DictObject>().find(name);
    if (found != nullptr && &object != &held) return *found;
    storage = found != nullptr ? *found : Value::undefined(Absence::kAttribute, &name);
    return storage;
  }
  storage = get_attribute(object, name, method, &name);
  return storage;
}

const Value& Evaluator::item_operand(const Node& node, Value& storage) {
  heap_.step();
  const Depth depth(*this);
  Value held;
  Value held_key;
  const Value& object = operand(node.a, held);
  const Value& key = operand(node.b, held_key);
  place_ = node.offset;
  if (object.is(Kind::kDict) && key.is_string()) {
    const Value* found = object.as<DictObject>().find(key.text());
    if (found != nullptr && &object != &held) return *found;
    if (found != nullptr) {
      storage = *found;
      return storage;
    }
  }
  storage = get_item(object, key);
  return storage;
}

bool Evaluator::eval_compare(const Node& node) {
  if (node.c == 2) {
    Value first;
    Value second;
    const Value& one = operand(node.a, first);
    const Value& other = operand(program_.links[node.b + 1], second);
    place_ = node.offset;
    return compare(static_cast<Comparison>(program_.links[node.b]), one, other);
  }
  Value left = eval(node.a);
  for (uint32_t i = 0; i < node.c; i += 2) {
    Value right = eval(program_.links[node.b + i + 1]);
    place_ = node.offset;
    if (!compare(static_cast<Comparison>(program_.links[node.b + i]), left, right)) return false;
    left = std::move(right);
  }
  return true;
}

// Whether an expression is true, without a value for what is a truth anyway.
bool Evaluator::holds(NodeId id) {
  const Node& node = program_.nodes[id];
  switch (node.kind) {
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kCompare:
    case NodeKind::kTest: break;
    default: {
      Value storage;
      return truthy(operand(id, storage));
    }
  }
  heap_.step();
  const Depth depth(*this);
  switch (node.kind) {
    case NodeKind::kNot: return !holds(node.a);
    case NodeKind::kAnd: return holds(node.a) && holds(node.b);
    case NodeKind::kOr: return holds(node.a) || holds(node.b);
    case NodeKind::kCompare: return eval_compare(node);
    default: return eval_test(node);
  }
}

Value Evaluator::eval_slice(const Node& node) {
  const Value object = eval(node.a);
  const Value start = node.b == kNoNode ? Value() : eval(node.b);
  const Value stop = node.c == kNoNode ? Value() : eval(node.c);
  const Value step = node.d == kNoNode ? Value() : eval(node.d);
  place_ = node.offset;
  return slice_value(heap_, object, start, stop, step);
}

void Evaluator::add_star_arguments(const CallArguments& given, Arguments& arguments) {
  if (given.star != kNoNode) {
    for (Value& value : to_vector(heap_, eval(given.star))) arguments.positional.push_back(std::move(value));
  }
  if (given.stars == kNoNode) return;
  arguments.kept = eval(given.stars);
  if (!arguments.kept.is(Kind::kDict)) raise_invalid("the argument after ** must be a mapping");
  for (const auto& entry : arguments.kept.as<DictObject>().entries()) {
    if (!entry.key.is_string()) raise_invalid("keywords must be strings");
    if (arguments.find(entry.key.text()) != nullptr) raise_invalid("a keyword argument is given twice");
    arguments.named.emplace_back(entry.key.text(), entry.value);
  }
}

void Evaluator::read_arguments(const CallArguments& given, Arguments& arguments) {
  arguments.positional.reserve(given.positional.count);
  for (uint32_t i = 0; i < given.positional.count; ++i) {
    arguments.positional.push_back(eval(program_.links[given.positional.first + i]));
  }
  for (uint32_t i = 0; i < given.named.count; i += 2) {
    const std::string& name = program_.names[program_.links[given.named.first + i]];
    if (arguments.find(name) != nullptr) raise_invalid("a keyword argument is given twice", name);
    arguments.named.emplace_back(name, eval(program_.links[given.named.first + i + 1]));
  }
  if (given.star != kNoNode || given.stars != kNoNode) add_star_arguments(given, arguments);
}

Value Evaluator::eval_filter(const Node& node) {
  Value storage;
  return apply_filter(node, operand(node.a, storage));
}

Value Evaluator::apply_filter(const Node& node, const Value& input) {
  place_ = node.offset;
  if (node.c == kNone) {
    raise(ErrorCode::kUnsupported, "no filter of this name is supported", program_.names[node.d]);
  }
  if (node.b == kNoArguments) return filter_at(node.c)(*this, input, kEmpty);
  Lease lease(*this);
  read_arguments(program_.arguments[node.b], *lease);
  place_ = node.offset;
  return filter_at(node.c)(*this, input, *lease);
}

// The filters of a block, from the innermost out. The chain is as long as its depth, which is bounded.
Value Evaluator::apply_filters(NodeId filter, Value input) {
  const Node& node = program_.nodes[filter];
  if (node.a != kNoNode) input = apply_filters(node.a, std::move(input));
  return apply_filter(node, input);
}

bool Evaluator::eval_test(const Node& node) {
  Value storage;
  const Value& input = operand(node.a, storage);
  place_ = node.offset;
  if (node.c == kNone) {
    raise(ErrorCode::kUnsupported, "no test of this name is supported", program_.names[node.d]);
  }
  if (node.b == kNoArguments) {
    place_ = node.offset;
    return test_at(node.c)(*this, input, kEmpty);
  }
  Lease lease(*this);
  read_arguments(program_.arguments[node.b], *lease);
  place_ = node.offset;
  return test_at(node.c)(*this, input, *lease);
}

Value Evaluator::eval_call(const Node& node, const Value* caller) {
  const Node& callee = program_.nodes[node.a];
  Lease lease(*this);
  Arguments& arguments = *lease;
  if (callee.kind == NodeKind::kAttribute) {
    // A method call makes no bound method.
    Value storage;
    const Value& object = operand(callee.a, storage);
    const auto method = static_cast<Method>(callee.operation);
    if (has_method(object.kind(), method) == MethodKind::kCallable && caller == nullptr) {
      read_arguments(program_.arguments[node.b], arguments);
      place_ = node.offset;
      return call_method(*this, object, method, arguments);
    }
    place_ = callee.offset;
    const std::string& name = program_.names[callee.b];
    const Value function = get_attribute(object, name, method, &name);
    read_arguments(program_.arguments[node.b], arguments);
    if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
    place_ = node.offset;
    return call(function, arguments);
  }
  const Value function = eval(node.a);
  read_arguments(program_.arguments[node.b], arguments);
  if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
  place_ = node.offset;
  return call(function, arguments);
}

Value Evaluator::eval(NodeId id) {
  const Node& node = program_.nodes[id];
  heap_.step();
  switch (node.kind) {
    case NodeKind::kConstant: return program_.constants[node.a];
    case NodeKind::kName: return eval_name(node);
    default: break;
  }
  const Depth depth(*this);
  switch (node.kind) {
    case NodeKind::kTuple: return eval_list(node, Kind::kTuple);
    case NodeKind::kList: return eval_list(node, Kind::kList);
    case NodeKind::kDict: return eval_dict(node);
    case NodeKind::kConditional:
      if (holds(node.a)) return eval(node.b);
      return node.c == kNoNode ? Value::undefined(Absence::kElse) : eval(node.c);
    case NodeKind::kAnd: {
      Value left = eval(node.a);
      return truthy(left) ? eval(node.b) : left;
    }
    case NodeKind::kOr: {
      Value left = eval(node.a);
      return truthy(left) ? left : eval(node.b);
    }
    case NodeKind::kNot: return Value::boolean(!holds(node.a));
    case NodeKind::kNegate: return negate(heap_, eval(node.a));
    case NodeKind::kPositive: return positive(eval(node.a));
    case NodeKind::kArithmetic: {
      Value first;
      Value second;
      const Value& left = operand(node.a, first);
      const Value& right = operand(node.b, second);
      place_ = node.offset;
      return arithmetic(heap_, static_cast<char>(node.operation), left, right);
    }
    case NodeKind::kConcat: return eval_concat(node);
    case NodeKind::kCompare: return Value::boolean(eval_compare(node));
    case NodeKind::kAttribute: {
      Value storage;
      const Value& found = attribute_operand(node, storage);
      return &found == &storage ? std::move(storage) : found;
    }
    case NodeKind::kItem: {
      Value storage;
      const Value& found = item_operand(node, storage);
      return &found == &storage ? std::move(storage) : found;
    }
    case NodeKind::kSlice: return eval_slice(node);
    case NodeKind::kFilter: return eval_filter(node);
    case NodeKind::kTest: return Value::boolean(eval_test(node));
    case NodeKind::kCall: return eval_call(node);
    default: raise_invalid("not an expression");
  }
}

}  // namespace keyway::chat
