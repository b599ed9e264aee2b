// Life and death of values, lists and dictionaries; see value.h.
#include "tools/chat_template/value.h"

#include "tools/chat_template/compare.h"
#include "tools/chat_template/heap.h"

namespace keyway::chat {
namespace {

// Below this many entries a scan beats hashing.
constexpr size_t kScanned = 8;

void let_go(Activation* activation) {
  if (activation != nullptr && --activation->references == 0) destroy(activation);
}

}  // namespace

Activation::~Activation() { let_go(outer); }

MacroObject::~MacroObject() { let_go(closure); }

void destroy(Object* object) {
  Heap* heap = object->heap;
  const uint64_t charged = object->charged;
  const uint8_t size_class = object->size_class;
  object->~Object();
  heap->forget(object, charged, size_class);
}

Value Value::real(double value) {
  Value result(Kind::kFloat);
  result.real_ = value;
  return result;
}

Value Value::undefined(Absence why, const std::string* name) {
  Value result(Kind::kUndefined);
  result.flag_ = static_cast<uint8_t>(why);
  result.name_ = name;
  return result;
}

Value Value::object(Kind kind, Object* object) {
  Value result(kind);
  result.object_ = object;
  result.retain();
  return result;
}

Value Value::markup(Value text) {
  text.flag_ = 1;
  return text;
}

const std::vector<Value>& ListObject::items() {
  if (source) {
    const Json json = *source;
    heap->require(json.size(), sizeof(Value));
    heap->step(json.size());
    values.reserve(json.size());
    for (size_t i = 0; i < json.size(); ++i) values.push_back(heap->from_json(json.at(i)));
    heap->grow(this, values.size() * sizeof(Value));
    source.reset();
  }
  return values;
}

const std::vector<DictObject::Entry>& DictObject::entries() {
  if (source) {
    const Json json = *source;
    heap->require(json.size(), sizeof(Entry));
    heap->step(json.size());
    values.reserve(json.size());
    for (size_t i = 0; i < json.size(); ++i) {
      values.push_back({heap->string_view(json.key(i)), heap->from_json(json.at(i))});
    }
    heap->grow(this, values.size() * sizeof(Entry));
    source.reset();
    if (values.size() > kScanned) rebuild_index();
  }
  return values;
}

// The slot of the key that `same` recognises, or the empty slot where it belongs.
// Requires: the index is not empty.
template <typename Same>
uint32_t* DictObject::slot(uint64_t hash, Same same) {
  const size_t mask = index.size() - 1;
  size_t at = static_cast<size_t>(hash) & mask;
  while (index[at] != 0 && !same(values[index[at] - 1].key)) at = (at + 1) & mask;
  return &index[at];
}

void DictObject::rebuild_index() {
  size_t size = 16;
  while (size < values.size() * 2) size *= 2;
  heap->require(size * sizeof(uint32_t));
  heap->grow(this, size * sizeof(uint32_t));
  index.assign(size, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    *slot(hash_value(values[i].key), [](const Value&) { return false; }) = static_cast<uint32_t>(i + 1);
  }
}

const Value* DictObject::find(std::string_view key) {
  entries();
  auto same = [key](const Value& other) { return other.is_string() && other.text() == key; };
  if (!index.empty()) {
    const uint32_t position = *slot(hash_text(key), same);
    return position == 0 ? nullptr : &values[position - 1].value;
  }
  for (const Entry& entry : values) {
    if (same(entry.key)) return &entry.value;
  }
  return nullptr;
}

const Value* DictObject::find(const Value& key) {
  if (key.is_string()) return find(key.text());
  const uint64_t hash = hash_value(key);  // refuses what cannot be hashed
  entries();
  auto same = [&key](const Value& other) { return equal(other, key); };
  if (!index.empty()) {
    const uint32_t position = *slot(hash, same);
    return position == 0 ? nullptr : &values[position - 1].value;
  }
  for (const Entry& entry : values) {
    if (same(entry.key)) return &entry.value;
  }
  return nullptr;
}

bool DictObject::replace(std::string_view key, const Value& value) {
  const Value* existing = find(key);
  if (existing == nullptr) return false;
  depth = std::max(depth, heap->depth_over(value_depth(value)));
  *const_cast<Value*>(existing) = value;
  return true;
}

void DictObject::set(Value key, Value value) {
  depth = std::max(depth, heap->depth_over(std::max(value_depth(key), value_depth(value))));
  if (const Value* existing = find(key)) {
    *const_cast<Value*>(existing) = std::move(value);
    return;
  }
  heap->require(sizeof(Entry));
  heap->grow(this, sizeof(Entry));
  values.push_back({std::move(key), std::move(value)});
  if (index.empty() ? values.size() > kScanned : values.size() * 2 > index.size()) {
    rebuild_index();
  } else if (!index.empty()) {
    *slot(hash_value(values.back().key), [](const Value&) { return false; }) = static_cast<uint32_t>(values.size());
  }
}

}  // namespace keyway::chat
