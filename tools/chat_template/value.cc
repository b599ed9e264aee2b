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

void Activation::clear() {
  for (uint32_t i = 0; i < count; ++i) slots()[i] = Value();
}

Activation::~Activation() {
  for (uint32_t i = 0; i < count; ++i) slots()[i].~Value();
  let_go(outer);
}

MacroObject::~MacroObject() { let_go(closure); }

void destroy(Object* object) {
  Heap* heap = object->heap;
  const uint64_t charged = object->charged;
  const uint8_t size_class = object->size_class;
  object->~Object();
  heap->forget(object, charged, size_class);
}

void ListObject::fill() {
  const Json json = *source;
  heap->require(json.size(), sizeof(Value));
  heap->step(json.size());
  values.reserve(heap->pool(), json.size());
  heap->grow(this, json.size() * sizeof(Value));
  for (size_t i = 0; i < json.size(); ++i) values.push_back(heap->from_json(json.at(i)));
  source.reset();
}

void DictObject::reserve_entries(size_t count) {
  const size_t before = values.capacity();
  if (count <= before) return;
  heap->require(count, sizeof(Entry));
  values.reserve(heap->pool(), count);
  heap->grow(this, (values.capacity() - before) * sizeof(Entry));
}

void DictObject::fill() {
  const Json json = *source;
  heap->step(json.size());
  reserve_entries(json.size());
  while (values.size() < json.size()) values.push_back({});
  for (size_t i = 0; i < json.size(); ++i) {
    values[i].key = heap->string_view(json.key(i));
    if (values[i].value.is_missing()) values[i].value = heap->from_json(json.at(i));
  }
  source.reset();
  names.clear();
  if (values.size() > kScanned) rebuild_index();
}

// A member of the input; only its value is made.
const Value* DictObject::find_in_source(std::string_view key) {
  const size_t count = source->size();
  if (names.size() == 0) {
    names.reserve(heap->pool(), count);
    for (size_t i = 0; i < count; ++i) names.push_back(source->key(i));
  }
  for (size_t i = 0; i < count; ++i) {
    if (names[i] != key) continue;
    if (values.size() == 0) {
      reserve_entries(count);
      while (values.size() < count) values.push_back({});
    }
    if (values[i].value.is_missing()) values[i].value = heap->from_json(source->at(i));
    return &values[i].value;
  }
  return nullptr;
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
  if (heap != nullptr) heap->step_bytes(key.size());
  if (source && source->size() <= kScanned) return find_in_source(key);
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
  entries();
  if (values.size() == values.capacity()) reserve_entries(std::max<size_t>(4, values.size() * 2));
  values.push_back({std::move(key), std::move(value)});
  if (index.empty() ? values.size() > kScanned : values.size() * 2 > index.size()) {
    rebuild_index();
  } else if (!index.empty()) {
    *slot(hash_value(values.back().key), [](const Value&) { return false; }) = static_cast<uint32_t>(values.size());
  }
}

}  // namespace keyway::chat
