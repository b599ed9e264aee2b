// Items and slices; see operators.h.
#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/iterate.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

// The bounds of a slice over `size` items, as slice.indices() gives them.
struct Bounds {
  int64_t start;
  int64_t step;
  int64_t count;
};

bool given(const Value& value) { return !value.is_missing() && !value.is_none(); }

// A bound; integers past 64 bits are as good as the largest.
int64_t bound_of(const Value& value) {
  if (value.is(Kind::kBigInt)) return value.as<BigIntObject>().digits[0] == '-' ? INT64_MIN : INT64_MAX;
  if (!value.is_integer()) raise_invalid("slice indices must be integers or None");
  return value.as_integer();
}

int64_t clamp_bound(int64_t value, int64_t size, int64_t low, int64_t high) {
  if (value < 0) value = value < -size ? INT64_MIN : value + size;
  return std::clamp(value, low, high);
}

Bounds bounds_of(const Value& start, const Value& stop, const Value& step, int64_t size) {
  const int64_t stride = given(step) ? std::max<int64_t>(bound_of(step), -INT64_MAX) : 1;
  if (stride == 0) raise_invalid("slice step cannot be zero");
  const int64_t low = stride < 0 ? -1 : 0;
  const int64_t high = stride < 0 ? size - 1 : size;
  const int64_t from = given(start) ? clamp_bound(bound_of(start), size, low, high) : stride < 0 ? high : low;
  const int64_t to = given(stop) ? clamp_bound(bound_of(stop), size, low, high) : stride < 0 ? low : high;
  int64_t count = 0;
  if (stride > 0 && from < to) count = (to - from - 1) / stride + 1;
  if (stride < 0 && from > to) count = (from - to - 1) / -stride + 1;
  return {from, stride, count};
}

Value slice_text(Heap& heap, const Value& value, const Bounds& bounds, int64_t size) {
  const std::string_view text = value.text();
  heap.step_bytes(text.size());
  const bool ascii = static_cast<size_t>(size) == text.size();
  if (bounds.step == 1) {
    const auto from = static_cast<size_t>(bounds.start);
    const size_t begin = ascii ? from : byte_offset(text, from);
    const auto count = static_cast<size_t>(bounds.count);
    const size_t length = ascii ? count : byte_offset(text.substr(begin), count);
    Value result = heap.copy(text.substr(begin, bounds.count > 0 ? length : 0));
    return value.is_markup() ? Value::markup(std::move(result)) : result;
  }
  std::string out;
  std::vector<size_t> starts;
  for (size_t at = 0; at < text.size(); at += width_at(text, at)) starts.push_back(at);
  heap.step(starts.size());
  for (int64_t i = 0; i < bounds.count; ++i) {
    const size_t at = starts[static_cast<size_t>(bounds.start + i * bounds.step)];
    out += text.substr(at, width_at(text, at));
  }
  Value result = heap.string(std::move(out));
  return value.is_markup() ? Value::markup(std::move(result)) : result;
}

// A position from the start; false where it is outside.
bool position_of(const Value& key, int64_t size, int64_t& position) {
  if (!key.is_integer()) return false;
  position = key.as_integer();
  if (position < 0) position += size;
  return position >= 0 && position < size;
}

}  // namespace

Value slice_value(Heap& heap, const Value& value, const Value& start, const Value& stop, const Value& step) {
  if (value.is_undefined()) raise_undefined(value);
  if (!value.is_string() && !value.is_sequence() && !value.is(Kind::kRange)) {
    raise_invalid("'" + std::string(type_name(value)) + "' object cannot be sliced");
  }
  const int64_t size = *length_of(value);
  const Bounds bounds = bounds_of(start, stop, step, size);
  if (value.is_string()) return slice_text(heap, value, bounds, size);
  if (value.is(Kind::kRange)) {
    const auto& range = value.as<RangeObject>();
    const int64_t stride = bounds.count > 1 ? range.step * bounds.step : range.step;
    const int64_t from = range.start + bounds.start * range.step;
    return heap.range(from, from + bounds.count * stride, stride);
  }
  heap.require(static_cast<uint64_t>(bounds.count), sizeof(Value));
  heap.step(static_cast<uint64_t>(bounds.count) / 4);
  const auto values = value.as<ListObject>().items();
  std::vector<Value> out;
  out.reserve(static_cast<size_t>(bounds.count));
  for (int64_t i = 0; i < bounds.count; ++i) out.push_back(values[static_cast<size_t>(bounds.start + i * bounds.step)]);
  return heap.sequence(value.kind(), std::move(out));
}

bool item_at(Heap& heap, const Value& value, const Value& key, Value& item) {
  int64_t position = 0;
  switch (value.kind()) {
    case Kind::kDict: {
      if (key.is_string()) {
        const Value* found = value.as<DictObject>().find(key.text());
        if (found != nullptr) item = *found;
        return found != nullptr;
      }
      if (key.is(Kind::kList) || key.is(Kind::kDict)) return false;
      const Value* found = value.as<DictObject>().find(key);
      if (found == nullptr) return false;
      item = *found;
      return true;
    }
    case Kind::kList:
    case Kind::kTuple:
      if (!position_of(key, static_cast<int64_t>(value.as<ListObject>().size()), position)) return false;
      item = value.as<ListObject>().items()[static_cast<size_t>(position)];
      return true;
    case Kind::kRange:
      if (!position_of(key, value.as<RangeObject>().size, position)) return false;
      item = Value::integer(value.as<RangeObject>().start + position * value.as<RangeObject>().step);
      return true;
    case Kind::kString: {
      const int64_t size = *length_of(value);
      if (!position_of(key, size, position)) return false;
      const std::string_view text = value.text();
      auto at = static_cast<size_t>(position);
      if (static_cast<size_t>(size) != text.size()) at = byte_offset(text, at);
      heap.step_bytes(at);
      item = heap.copy(text.substr(at, width_at(text, at)));
      if (value.is_markup()) item = Value::markup(std::move(item));
      return true;
    }
    default: return false;
  }
}

}  // namespace keyway::chat
