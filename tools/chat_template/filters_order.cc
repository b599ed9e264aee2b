// Filters that compare items: sorting, grouping, extremes, sums; see registry.h.
#include <algorithm>
#include <numeric>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/filter_support.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"

namespace keyway::chat {
namespace {

// The sort keys of all items, `width` for each, one item after the other.
struct Keys {
  std::vector<Value> values;
  size_t width = 1;
  // Python compares the lists of keys of sort(), but the single keys of dictsort() and groupby(): only in lists is what
  // is equal passed over before there is an order.
  bool as_lists = false;

  bool less(Heap& heap, uint32_t left, uint32_t right) const {
    heap.step();
    const Value* a = &values[left * width];
    const Value* b = &values[right * width];
    if (!as_lists) return order(*a, *b, "<") == -1;
    for (size_t i = 0; i < width; ++i) {
      if (!equal(a[i], b[i])) return order(a[i], b[i], "<") == -1;
    }
    return false;
  }
};

// The key of an item, in lower case unless `sensitive`.
Value key_of(Evaluator& run, const Value& item, const AttributePath& path, bool sensitive,
             const Value* otherwise = nullptr) {
  Value key = follow(run, item, path, otherwise);
  return sensitive ? key : ignore_case(run.heap(), key);
}

// The items in the order of their keys, stable; `reverse` keeps equal items in place too, as Python does.
std::vector<Value> sorted(Heap& heap, const std::vector<Value>& items, const Keys& keys, bool reverse) {
  std::vector<uint32_t> order_of(items.size());
  std::iota(order_of.begin(), order_of.end(), 0);
  std::stable_sort(order_of.begin(), order_of.end(), [&](uint32_t a, uint32_t b) {
    return reverse ? keys.less(heap, b, a) : keys.less(heap, a, b);
  });
  std::vector<Value> out;
  out.reserve(items.size());
  for (const uint32_t i : order_of) out.push_back(items[i]);
  return out;
}

// "a,b.c" as one path for each part.
std::vector<AttributePath> attribute_paths(Heap& heap, const Value& attribute) {
  if (!attribute.is_string()) return {attribute_path(heap, attribute)};
  std::vector<AttributePath> paths;
  std::string_view text = attribute.text();
  while (true) {
    const size_t comma = text.find(',');
    paths.push_back(attribute_path(heap, heap.copy(text.substr(0, comma))));
    if (comma == std::string_view::npos) return paths;
    text.remove_prefix(comma + 1);
  }
}

Value sort(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<3>("sort", arguments, {"reverse", "case_sensitive", "attribute"});
  Heap& heap = run.heap();
  const bool sensitive = truth_or(given[1], false);
  const std::vector<AttributePath> paths = attribute_paths(heap, given[2]);
  const std::vector<Value> items = to_vector(heap, input);
  heap.require(items.size(), paths.size() * sizeof(Value));
  Keys keys;
  keys.width = paths.size();
  keys.as_lists = true;
  keys.values.reserve(items.size() * paths.size());
  for (const Value& item : items) {
    for (const AttributePath& path : paths) keys.values.push_back(key_of(run, item, path, sensitive));
  }
  return heap.list(sorted(heap, items, keys, truth_or(given[0], false)));
}

Value dict_sort(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<3>("dictsort", arguments, {"case_sensitive", "by", "reverse"});
  Heap& heap = run.heap();
  const std::string_view by = text_or(given[1], "key", "dictsort");
  if (by != "key" && by != "value") raise_invalid("dictsort() can only sort by key or value", std::string(by));
  if (input.is_undefined()) raise_undefined(input);
  if (!input.is(Kind::kDict)) raise_invalid("'" + std::string(type_name(input)) + "' object has no attribute 'items'");
  const std::vector<Value> items = to_vector(heap, heap.view(input, DictPart::kItems));
  Keys keys;
  keys.values.reserve(items.size());
  for (const Value& item : items) {
    const Value& part = item.as<ListObject>().items()[by == "key" ? 0 : 1];
    keys.values.push_back(truth_or(given[0], false) ? part : ignore_case(heap, part));
  }
  return heap.list(sorted(heap, items, keys, truth_or(given[2], false)));
}

Value group_by(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<3>("groupby", arguments, {"attribute", "default", "case_sensitive"}, 1);
  Heap& heap = run.heap();
  const bool sensitive = truth_or(given[2], false);
  const AttributePath path = attribute_path(heap, given[0]);
  const Value* otherwise = absent(given[1]) ? nullptr : &given[1];
  std::vector<Value> items = to_vector(heap, input);
  Keys keys;
  for (const Value& item : items) keys.values.push_back(key_of(run, item, path, sensitive, otherwise));
  items = sorted(heap, items, keys, false);
  std::vector<Value> groups;
  for (size_t i = 0; i < items.size();) {
    const Value key = key_of(run, items[i], path, sensitive, otherwise);
    Value shown = sensitive ? key : follow(run, items[i], path, otherwise);
    std::vector<Value> members;
    while (i < items.size() && equal(key_of(run, items[i], path, sensitive, otherwise), key)) members.push_back(items[i++]);
    if (members.empty()) members.push_back(items[i++]);  // a key that is not equal to itself: nan
    Value group = heap.pair(std::move(shown), heap.list(std::move(members)));
    group.as<ListObject>().group = true;
    groups.push_back(std::move(group));
  }
  return heap.list(std::move(groups));
}

template <bool kLargest>
Value extreme(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>(kLargest ? "max" : "min", arguments, {"case_sensitive", "attribute"});
  Heap& heap = run.heap();
  const bool sensitive = truth_or(given[0], false);
  const AttributePath path = attribute_path(heap, given[1]);
  Iterator items(heap, input);
  Value best;
  if (!items.next(best)) return Value::undefined(Absence::kEmpty);
  Value best_key = key_of(run, best, path, sensitive);
  Value item;
  while (items.next(item)) {
    Value key = key_of(run, item, path, sensitive);
    if (order(key, best_key, kLargest ? ">" : "<") != (kLargest ? 1 : -1)) continue;
    best = std::move(item);
    best_key = std::move(key);
  }
  return best;
}

Value unique(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("unique", arguments, {"case_sensitive", "attribute"});
  Heap& heap = run.heap();
  return lazily(heap, [&](std::vector<Value>& out) {
    const bool sensitive = truth_or(given[0], false);
    const AttributePath path = attribute_path(heap, given[1]);
    Value seen = heap.dict();
    Iterator items(heap, input);
    Value item;
    while (items.next(item)) {
      heap.step(2);  // a table that grows
      Value key = key_of(run, item, path, sensitive);
      auto& dict = seen.as<DictObject>();
      if (dict.find(key) != nullptr) continue;
      dict.set(std::move(key), Value::boolean(true));
      out.push_back(std::move(item));
    }
  });
}

Value sum(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("sum", arguments, {"attribute", "start"});
  Heap& heap = run.heap();
  const AttributePath path = attribute_path(heap, given[0]);
  Value total = given[1].is_missing() ? Value::integer(0) : given[1];
  if (total.is_string()) raise_invalid("sum() cannot sum strings");
  Iterator items(heap, input);
  Value item;
  while (items.next(item)) {
    const Value value = follow(run, item, path);
    total = arithmetic(heap, '+', total, value);
  }
  return total;
}

constexpr NamedFilter kOrderFilters[] = {
    {"dictsort", dict_sort}, {"groupby", group_by}, {"max", extreme<true>}, {"min", extreme<false>},
    {"sort", sort},          {"sum", sum},          {"unique", unique},
};

}  // namespace

std::span<const NamedFilter> order_filters() { return kOrderFilters; }

}  // namespace keyway::chat
