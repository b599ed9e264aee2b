// Makers of values and the end of a render; see heap.h.
#include "tools/chat_template/heap.h"

#include <cstring>

#include "tools/chat_template/numbers.h"

namespace keyway::chat {

Heap::~Heap() {
  // Emptying what can change breaks every cycle; the vectors themselves are released afterwards.
  for (Activation* activation : kept_activations_) activation->clear();
  for (Value& value : kept_) {
    if (value.is(Kind::kNamespace)) value.as<NamespaceObject>().attributes = Value();
  }
  for (Activation* activation : kept_activations_) {
    if (--activation->references == 0) destroy(activation);
  }
}

void Heap::out_of_steps() {
  steps_left_ = 0;
  raise_limit("steps", limits_.steps);
}

void Heap::require(uint64_t count, uint64_t each) const {
  if (each != 0 && count > limits_.live_bytes / each) raise_limit("live_bytes", limits_.live_bytes);
  require(count * each);
}

void Heap::grow(Object* object, uint64_t bytes) {
  object->charged += bytes;
  live_bytes_ += bytes;
}

void Heap::keep(Activation* activation) {
  ++activation->references;
  kept_activations_.push_back(activation);
}

uint16_t Heap::depth_over(uint16_t child) const {
  if (child >= limits_.value_depth) raise_limit("value_depth", limits_.value_depth);
  return static_cast<uint16_t>(child + 1);
}

char* Heap::fresh(size_t size, Value& value) {
  constexpr size_t kInline = Pool::kLargest - sizeof(StringObject);
  require(size);
  step_moved(size);
  if (size <= kInline) {
    auto* object = make_with<StringObject>(size);
    value = Value::object(Kind::kString, object);
    char* text = reinterpret_cast<char*>(object + 1);
    object->text = std::string_view(text, size);
    return text;
  }
  auto* object = make<StringObject>();
  value = Value::object(Kind::kString, object);
  object->owned.resize(size);
  object->text = object->owned;
  grow(object, size);
  return object->owned.data();
}

Value Heap::copy(std::string_view text) {
  Value value;
  char* out = fresh(text.size(), value);
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return value;
}

Value Heap::string(std::string text) {
  if (text.size() <= Pool::kLargest / 2) return copy(text);
  require(text.size());
  auto* object = make<StringObject>();
  Value value = Value::object(Kind::kString, object);
  object->owned = std::move(text);
  object->text = object->owned;
  grow(object, object->owned.size());
  step_moved(object->text.size());
  return value;
}

Value Heap::string_view(std::string_view text) {
  auto* object = make<StringObject>();
  object->text = text;
  return Value::object(Kind::kString, object);
}

Value Heap::big_integer(std::string digits) {
  auto* object = make<BigIntObject>();
  Value value = Value::object(Kind::kBigInt, object);
  grow(object, digits.size());
  object->digits = std::move(digits);
  return value;
}

Value Heap::sequence(Kind kind, std::vector<Value> values) {
  require(values.size(), sizeof(Value));
  step(values.size() / 8);
  uint16_t deepest = 0;
  for (const Value& value : values) deepest = std::max(deepest, value_depth(value));
  const uint16_t depth = depth_over(deepest);
  auto* object = make<ListObject>();
  object->depth = depth;
  Value result = Value::object(kind, object);
  grow(object, values.size() * sizeof(Value));
  object->values.reserve(pool_, values.size());
  for (Value& value : values) object->values.push_back(std::move(value));
  return result;
}

Value Heap::pair(Value first, Value second) {
  const uint16_t depth = depth_over(std::max(value_depth(first), value_depth(second)));
  auto* object = make<ListObject>();
  Value result = Value::object(Kind::kTuple, object);
  object->depth = depth;
  grow(object, 2 * sizeof(Value));
  object->values.reserve(pool_, 2);
  object->values.push_back(std::move(first));
  object->values.push_back(std::move(second));
  return result;
}

Activation* Heap::activation(uint32_t slots, Activation* outer) {
  require(slots, sizeof(Value));
  auto* object = make_with<Activation>(slots * sizeof(Value));
  for (uint32_t i = 0; i < slots; ++i) new (object->slots() + i) Value();
  object->count = slots;
  object->references = 1;
  object->outer = outer;
  if (outer != nullptr) ++outer->references;
  return object;
}

Value Heap::dict() { return Value::object(Kind::kDict, make<DictObject>()); }

Value Heap::generator(std::vector<Value> values) {
  require(values.size(), sizeof(Value));
  auto* object = make<GeneratorObject>();
  Value value = Value::object(Kind::kGenerator, object);
  object->values = std::move(values);
  grow(object, object->values.size() * sizeof(Value));
  return value;
}

Value Heap::range(int64_t start, int64_t stop, int64_t step) {
  constexpr uint64_t kLargest = 100'000;  // the sandbox's own limit
  uint64_t size = 0;
  if (step > 0 && start < stop) {
    size = (static_cast<uint64_t>(stop) - static_cast<uint64_t>(start) - 1) / static_cast<uint64_t>(step) + 1;
  } else if (step < 0 && start > stop) {
    const uint64_t stride = uint64_t{0} - static_cast<uint64_t>(step);
    size = (static_cast<uint64_t>(start) - static_cast<uint64_t>(stop) - 1) / stride + 1;
  }
  if (size > kLargest) {
    raise(ErrorCode::kLimit, "range too big: the sandbox blocks ranges larger than 100000", std::to_string(size),
          "100000 items");
  }
  auto* object = make<RangeObject>();
  object->start = start;
  object->stop = stop;
  object->step = step;
  object->size = static_cast<int64_t>(size);
  return Value::object(Kind::kRange, object);
}

Value Heap::view(Value dict, DictPart part) {
  auto* object = make<DictViewObject>();
  Value value = Value::object(Kind::kDictView, object);
  object->depth = depth_over(value_depth(dict));
  object->dict = std::move(dict);
  object->part = part;
  return value;
}

Value Heap::from_json(Json json) {
  switch (json.kind()) {
    case JsonKind::kNull: return Value::none();
    case JsonKind::kFalse: return Value::boolean(false);
    case JsonKind::kTrue: return Value::boolean(true);
    case JsonKind::kNumber: return number_from_json(*this, json.number());
    case JsonKind::kString: return string_view(json.string());
    case JsonKind::kArray: {
      auto* object = make<ListObject>();
      object->source = json;
      object->depth = 512;  // the reader's own limit on nesting
      return Value::object(Kind::kList, object);
    }
    case JsonKind::kObject: {
      auto* object = make<DictObject>();
      object->source = json;
      object->depth = 512;
      return Value::object(Kind::kDict, object);
    }
  }
  return Value::none();
}

uint16_t value_depth(const Value& value) {
  switch (value.kind()) {
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kDictView:
    case Kind::kMethod:
    case Kind::kJoiner: return value.pointer()->depth;
    default: return 0;
  }
}

}  // namespace keyway::chat
