// Iteration; see iterate.h.
#include "tools/chat_template/iterate.h"

#include <string>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

Value dict_item(Heap& heap, const DictObject::Entry& entry, DictPart part) {
  switch (part) {
    case DictPart::kKeys: return entry.key;
    case DictPart::kValues: return entry.value;
    case DictPart::kItems: break;
  }
  return heap.pair(entry.key, entry.value);
}

bool next_of_generator(GeneratorObject& generator, Value& item) {
  if (generator.error) {
    const Error error = *generator.error;
    generator.error.reset();
    throw Failure{error};
  }
  if (generator.next >= generator.values.size()) return false;
  item = std::move(generator.values[generator.next++]);
  return true;
}

}  // namespace

bool is_iterable(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined:
    case Kind::kString:
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kDictView:
    case Kind::kRange:
    case Kind::kGenerator:
    case Kind::kLoop: return true;
    default: return false;
  }
}

Iterator::Iterator(Heap& heap, Value source) : heap_(&heap), source_(std::move(source)) {
  if (!is_iterable(source_) || source_.is(Kind::kLoop)) {
    raise_invalid("'" + std::string(type_name(source_)) + "' object is not iterable");
  }
}

bool Iterator::next(Value& item) {
  heap_->step();
  switch (source_.kind()) {
    case Kind::kList:
    case Kind::kTuple: {
      const auto values = source_.as<ListObject>().items();
      if (at_ >= values.size()) return false;
      item = values[at_++];
      return true;
    }
    case Kind::kString: {
      const std::string_view text = source_.text();
      if (at_ >= text.size()) return false;
      const size_t width = width_at(text, at_);
      item = heap_->copy(text.substr(at_, width));
      at_ += width;
      return true;
    }
    case Kind::kDict:
    case Kind::kDictView: {
      const bool view = source_.is(Kind::kDictView);
      const Value dict = view ? source_.as<DictViewObject>().dict : source_;
      const auto entries = dict.as<DictObject>().entries();
      if (at_ >= entries.size()) return false;
      item = dict_item(*heap_, entries[at_++], view ? source_.as<DictViewObject>().part : DictPart::kKeys);
      return true;
    }
    case Kind::kRange: {
      const auto& range = source_.as<RangeObject>();
      if (static_cast<int64_t>(at_) >= range.size) return false;
      item = Value::integer(range.start + static_cast<int64_t>(at_++) * range.step);
      return true;
    }
    case Kind::kGenerator: return next_of_generator(source_.as<GeneratorObject>(), item);
    default: return false;
  }
}

std::optional<int64_t> length_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined: return 0;
    case Kind::kString: {
      auto& string = value.as<StringObject>();
      if (string.points == UINT64_MAX) {
        string.heap->step_bytes(string.text.size());
        string.points = count_points(string.text);
      }
      return static_cast<int64_t>(string.points);
    }
    case Kind::kList:
    case Kind::kTuple: return static_cast<int64_t>(value.as<ListObject>().size());
    case Kind::kDict: return static_cast<int64_t>(value.as<DictObject>().size());
    case Kind::kDictView: return length_of(value.as<DictViewObject>().dict);
    case Kind::kRange: return value.as<RangeObject>().size;
    default: return std::nullopt;
  }
}

std::vector<Value> to_vector(Heap& heap, const Value& value) {
  if (value.is_sequence()) {
    const auto values = value.as<ListObject>().items();
    heap.require(values.size(), sizeof(Value));
    heap.step(values.size());
    return {values.begin(), values.end()};
  }
  std::vector<Value> values;
  Iterator items(heap, value);
  Value item;
  while (items.next(item)) {
    heap.require((values.size() + 1) * sizeof(Value));
    values.push_back(std::move(item));
  }
  return values;
}

}  // namespace keyway::chat
