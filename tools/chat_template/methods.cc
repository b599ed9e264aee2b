// Which methods there are, and those of dictionaries, lists and loops; see methods.h.
#include "tools/chat_template/methods.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/string_methods.h"

namespace keyway::chat {
namespace {

// In the order of Method.
constexpr std::string_view kNames[] = {
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
    "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
    "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "maketrans", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split",
    "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill", "copy", "fromkeys", "get",
    "items", "keys", "values", "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse",
    "setdefault", "sort", "update", "changed", "cycle", "next", "reset"};
static_assert(std::size(kNames) == static_cast<size_t>(Method::kNotAMethod));

constexpr std::string_view kReservedNames[] = {
    "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__",
    "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__",
    "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__"};

bool one_of(Method method, std::initializer_list<Method> methods) {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

MethodKind list_method(Method method) {
  if (one_of(method, {Method::kCount, Method::kIndex, Method::kCopy})) return MethodKind::kCallable;
  const bool changes = one_of(method, {Method::kAppend, Method::kClear, Method::kExtend, Method::kInsert, Method::kPop,
                                       Method::kRemove, Method::kReverse, Method::kSort});
  return changes ? MethodKind::kUnsafe : MethodKind::kNone;
}

MethodKind dict_method(Method method) {
  if (one_of(method, {Method::kCopy, Method::kFromkeys, Method::kGet, Method::kItems, Method::kKeys, Method::kValues})) {
    return MethodKind::kCallable;
  }
  const bool changes =
      one_of(method, {Method::kClear, Method::kPop, Method::kPopitem, Method::kSetdefault, Method::kUpdate});
  return changes ? MethodKind::kUnsafe : MethodKind::kNone;
}

Value call_get(const Value& self, const Arguments& arguments) {
  if (!arguments.named.empty()) raise_invalid("get() takes no keyword arguments");
  const auto given = bind<2>("get", arguments, {"key", "default"}, 1);
  const Value* found = self.as<DictObject>().find(given[0]);
  if (found != nullptr) return *found;
  return given[1].is_missing() ? Value::none() : given[1];
}

Value call_fromkeys(Heap& heap, const Arguments& arguments) {
  const auto given = bind<2>("fromkeys", arguments, {"iterable", "value"}, 1);
  Value dict = heap.dict();
  Iterator keys(heap, given[0]);
  Value key;
  while (keys.next(key)) dict.as<DictObject>().set(key, given[1].is_missing() ? Value::none() : given[1]);
  return dict;
}

Value copy_dict(Heap& heap, const Value& self) {
  Value dict = heap.dict();
  for (const auto& entry : self.as<DictObject>().entries()) dict.as<DictObject>().set(entry.key, entry.value);
  return dict;
}

Value call_dict_method(Heap& heap, const Value& self, Method method, const Arguments& arguments) {
  if (method == Method::kGet) return call_get(self, arguments);
  if (method == Method::kFromkeys) return call_fromkeys(heap, arguments);
  bind_nothing(method_name(method), arguments);
  switch (method) {
    case Method::kItems: return heap.view(self, DictPart::kItems);
    case Method::kKeys: return heap.view(self, DictPart::kKeys);
    case Method::kValues: return heap.view(self, DictPart::kValues);
    default: heap.step(self.as<DictObject>().size()); return copy_dict(heap, self);
  }
}

Value call_list_method(Heap& heap, const Value& self, Method method, const Arguments& arguments) {
  const auto values = self.as<ListObject>().items();
  heap.step(values.size());
  if (method == Method::kCopy) {
    bind_nothing("copy", arguments);
    return heap.list({values.begin(), values.end()});
  }
  if (method == Method::kCount) {
    const auto given = bind<1>("count", arguments, {"value"}, 1);
    return Value::integer(
        std::count_if(values.begin(), values.end(), [&](const Value& value) { return equal(value, given[0]); }));
  }
  const auto given = bind<3>("index", arguments, {"value", "start", "stop"}, 1);
  const auto size = static_cast<int64_t>(values.size());
  auto bound = [&](const Value& value, int64_t otherwise) {
    const int64_t at = integer_or(value, otherwise, "index");
    return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size);
  };
  for (int64_t i = bound(given[1], 0); i < bound(given[2], size); ++i) {
    if (equal(values[static_cast<size_t>(i)], given[0])) return Value::integer(i);
  }
  raise_invalid("the value is not in the list");
}

Value call_range_method(Heap& heap, const Value& self, Method method, const Arguments& arguments) {
  return call_list_method(heap, heap.list(to_vector(heap, self)), method, arguments);
}

Value call_loop_method(Heap& heap, LoopObject& loop, Method method, const Arguments& arguments) {
  if (method == Method::kCycle) {
    if (arguments.positional.empty()) raise_invalid("no items for cycling given");
    return arguments.positional[static_cast<size_t>(loop.index0) % arguments.positional.size()];
  }
  Value values = heap.tuple(arguments.positional);
  if (!loop.changed.is_missing() && equal(loop.changed, values)) return Value::boolean(false);
  loop.changed = std::move(values);
  return Value::boolean(true);
}

Value call_cycler_method(CyclerObject& cycler, Method method, const Arguments& arguments) {
  bind_nothing(method_name(method), arguments);
  if (method == Method::kReset) {
    cycler.position = 0;
    return Value::none();
  }
  const Value current = cycler.values[cycler.position];
  cycler.position = (cycler.position + 1) % cycler.values.size();
  return current;
}

}  // namespace

Method method_named(std::string_view name) {
  static const std::unordered_map<std::string_view, Method> methods = [] {
    std::unordered_map<std::string_view, Method> map;
    for (size_t i = 0; i < std::size(kNames); ++i) map.emplace(kNames[i], static_cast<Method>(i));
    for (const std::string_view reserved : kReservedNames) map.emplace(reserved, Method::kReserved);
    return map;
  }();
  const auto found = methods.find(name);
  return found == methods.end() ? Method::kNotAMethod : found->second;
}

std::string_view method_name(Method method) { return kNames[static_cast<size_t>(method)]; }

MethodKind has_method(Kind kind, Method method) {
  if (method >= Method::kNotAMethod) return MethodKind::kNone;
  switch (kind) {
    case Kind::kString: return method <= Method::kZfill ? MethodKind::kCallable : MethodKind::kNone;
    case Kind::kList: return list_method(method);
    case Kind::kTuple:
    case Kind::kRange:
      return one_of(method, {Method::kCount, Method::kIndex}) ? MethodKind::kCallable : MethodKind::kNone;
    case Kind::kDict: return dict_method(method);
    case Kind::kLoop:
      return one_of(method, {Method::kChanged, Method::kCycle}) ? MethodKind::kCallable : MethodKind::kNone;
    case Kind::kCycler:
      return one_of(method, {Method::kNext, Method::kReset}) ? MethodKind::kCallable : MethodKind::kNone;
    default: return MethodKind::kNone;
  }
}

Value call_method(Evaluator& run, const Value& self, Method method, const Arguments& arguments) {
  Heap& heap = run.heap();
  switch (self.kind()) {
    case Kind::kString: return call_string_method(run, self, method, arguments);
    case Kind::kDict: return call_dict_method(heap, self, method, arguments);
    case Kind::kList:
    case Kind::kTuple: return call_list_method(heap, self, method, arguments);
    case Kind::kRange: return call_range_method(heap, self, method, arguments);
    case Kind::kLoop: return call_loop_method(heap, self.as<LoopObject>(), method, arguments);
    default: return call_cycler_method(self.as<CyclerObject>(), method, arguments);
  }
}

}  // namespace keyway::chat
