// Filters that take sequences apart and put them together; see registry.h.
#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/filter_support.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

Value default_value(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("default", arguments, {"default_value", "boolean"});
  if (!input.is_undefined() && !(truth_or(given[1], false) && !truthy(input))) return input;
  return given[0].is_missing() ? run.heap().string_view("") : given[0];
}

Value length(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("length", arguments);
  if (input.is(Kind::kLoop)) return Value::integer(run.length_of(input.as<LoopObject>()));
  const std::optional<int64_t> size = length_of(input);
  if (!size) raise_invalid("object of type '" + std::string(type_name(input)) + "' has no len()");
  return Value::integer(*size);
}

Value first(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("first", arguments);
  Iterator items(run.heap(), input);
  Value item;
  return items.next(item) ? item : Value::undefined(Absence::kEmpty);
}

Value last(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("last", arguments);
  if (input.is_undefined()) return Value::undefined(Absence::kEmpty);
  if (input.is(Kind::kGenerator) || !is_iterable(input) || input.is(Kind::kLoop)) {
    raise_invalid("'" + std::string(type_name(input)) + "' object is not reversible");
  }
  if (input.is_string() || input.is_sequence() || input.is(Kind::kRange)) {
    Value item;
    return item_at(run.heap(), input, Value::integer(-1), item) ? item : Value::undefined(Absence::kEmpty);
  }
  std::vector<Value> values = to_vector(run.heap(), input);
  return values.empty() ? Value::undefined(Absence::kEmpty) : values.back();
}

Value list(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("list", arguments);
  return run.heap().list(to_vector(run.heap(), input));
}

Value join(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("join", arguments, {"d", "attribute"});
  Heap& heap = run.heap();
  const Value separator = given[0].is_missing() ? heap.string_view("") : to_text(heap, given[0]);
  const AttributePath path = absent(given[1]) ? AttributePath() : attribute_path(heap, given[1]);
  std::string out;
  Iterator items(heap, input);
  Value item;
  for (bool first_item = true; items.next(item); first_item = false) {
    heap.require(out.size() + separator.text().size());
    if (!first_item) out += separator.text();
    append_str(heap, out, path.empty() ? item : follow(run, item, path));
  }
  return heap.string(std::move(out));
}

Value reverse(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("reverse", arguments);
  Heap& heap = run.heap();
  if (input.is_string()) return slice_value(heap, input, Value(), Value(), Value::integer(-1));
  if (!is_iterable(input)) raise_invalid("argument must be iterable", std::string(type_name(input)));
  std::vector<Value> values = to_vector(heap, input);
  std::reverse(values.begin(), values.end());
  return input.is(Kind::kGenerator) ? heap.list(std::move(values)) : heap.generator(std::move(values));
}

// The list of `values` from `from` on, with `missing` times the filler.
Value piece(Heap& heap, const std::vector<Value>& values, size_t from, size_t to, uint64_t missing,
            const Value& filler) {
  heap.require(to - from + missing, sizeof(Value));
  heap.step(missing);
  std::vector<Value> out(values.begin() + static_cast<std::ptrdiff_t>(from),
                         values.begin() + static_cast<std::ptrdiff_t>(to));
  out.insert(out.end(), missing, filler);
  return heap.list(std::move(out));
}

Value batch(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("batch", arguments, {"linecount", "fill_with"}, 1);
  Heap& heap = run.heap();
  return lazily(heap, [&](std::vector<Value>& out) {
    const std::vector<Value> values = to_vector(heap, input);
    const int64_t given_count = integer_or(given[0], 1, "batch");
    // A count below one never fills a line.
    const uint64_t count = given_count > 0 ? static_cast<uint64_t>(given_count) : UINT64_MAX;
    if (given_count == 0 && !values.empty()) out.push_back(heap.list({}));
    for (size_t from = 0; from < values.size();) {
      const size_t to = static_cast<size_t>(std::min<uint64_t>(values.size(), from + std::min<uint64_t>(count, values.size())));
      const bool fill = !absent(given[1]) && given_count > 0 && to - from < count;
      out.push_back(piece(heap, values, from, to, fill ? count - (to - from) : 0, given[1]));
      from = to;
    }
  });
}

Value slice(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("slice", arguments, {"slices", "fill_with"}, 1);
  Heap& heap = run.heap();
  return lazily(heap, [&](std::vector<Value>& out) {
    const std::vector<Value> values = to_vector(heap, input);
    const int64_t slices = integer_or(given[0], 1, "slice");
    if (slices == 0) raise_invalid("division by zero");
    if (slices < 0) return;
    const auto count = static_cast<uint64_t>(slices);
    const uint64_t each = values.size() / count;
    const uint64_t longer = values.size() % count;
    size_t from = 0;
    for (uint64_t i = 0; i < count; ++i) {
      heap.step();
      const size_t to = from + static_cast<size_t>(each) + (i < longer ? 1 : 0);
      out.push_back(piece(heap, values, from, to, !absent(given[1]) && i >= longer ? 1 : 0, given[1]));
      from = to;
    }
  });
}

Value items(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("items", arguments);
  Heap& heap = run.heap();
  return lazily(heap, [&](std::vector<Value>& out) {
    if (input.is_undefined()) return;
    if (!input.is(Kind::kDict)) raise_invalid("can only get item pairs from a mapping");
    out = to_vector(heap, heap.view(input, DictPart::kItems));
  });
}

// Like a dot, but never an item.
Value attribute(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("attr", arguments, {"name"}, 1);
  const std::string_view name = text_or(given[0], {}, "attr");
  if (input.is(Kind::kDict) && has_method(Kind::kDict, method_named(name)) == MethodKind::kNone) {
    return Value::undefined(Absence::kAttribute);
  }
  return run.get_attribute(input, name, method_named(name), nullptr);
}

constexpr NamedFilter kSequenceFilters[] = {
    {"attr", attribute},   {"batch", batch}, {"count", length}, {"d", default_value}, {"default", default_value},
    {"first", first},      {"items", items}, {"join", join},    {"last", last},       {"length", length},
    {"list", list},        {"reverse", reverse}, {"slice", slice},
};

}  // namespace

std::span<const NamedFilter> sequence_filters() { return kSequenceFilters; }

}  // namespace keyway::chat
