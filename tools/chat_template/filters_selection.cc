// map, select, reject, selectattr, rejectattr; see registry.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/filter_support.h"
#include "tools/chat_template/registry.h"

namespace keyway::chat {
namespace {

Arguments without_first(const Arguments& arguments, size_t count) {
  Arguments rest;
  rest.positional.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(count), arguments.positional.end());
  rest.named = arguments.named;
  return rest;
}

void map_attribute(Evaluator& run, const Value& input, const Arguments& arguments, std::vector<Value>& out) {
  const auto given = bind<2>("map", arguments, {"attribute", "default"}, 1);
  const AttributePath path = attribute_path(run.heap(), given[0]);
  const Value* otherwise = absent(given[1]) ? nullptr : &given[1];
  Iterator items(run.heap(), input);
  Value item;
  while (items.next(item)) out.push_back(follow(run, std::move(item), path, otherwise));
}

void map_filter(Evaluator& run, const Value& input, const Arguments& arguments, std::vector<Value>& out) {
  if (arguments.positional.empty()) raise_invalid("map requires a filter argument");
  const std::string_view name = text_or(arguments.positional[0], {}, "map");
  const uint32_t filter = find_filter(name);
  if (filter == UINT32_MAX) {
    raise(ErrorCode::kUnsupported, "no filter of this name is supported", std::string(name));
  }
  const Arguments rest = without_first(arguments, 1);
  const Evaluator::Depth depth(run);
  Iterator items(run.heap(), input);
  Value item;
  while (items.next(item)) {
    run.heap().require((out.size() + 1) * sizeof(Value));
    out.push_back(filter_at(filter)(run, item, rest));
  }
}

Value map(Evaluator& run, const Value& input, const Arguments& arguments) {
  return lazily(run.heap(), [&](std::vector<Value>& out) {
    if (!truthy(input)) return;
    if (arguments.positional.empty() && arguments.find("attribute") != nullptr) {
      map_attribute(run, input, arguments, out);
    } else {
      map_filter(run, input, arguments, out);
    }
  });
}

// kKeep: the result of the test that keeps an item. kAttribute: the test is on an attribute, named first.
template <bool kKeep, bool kAttribute>
Value select(Evaluator& run, const Value& input, const Arguments& arguments) {
  return lazily(run.heap(), [&](std::vector<Value>& out) {
    if (!truthy(input)) return;
    constexpr size_t kSkipped = kAttribute ? 1 : 0;
    if (arguments.positional.size() < kSkipped) raise_invalid("missing parameter for attribute name");
    const AttributePath path =
        kAttribute ? attribute_path(run.heap(), arguments.positional[0]) : AttributePath();
    TestFunction test = nullptr;
    Arguments rest;
    if (arguments.positional.size() > kSkipped) {
      const std::string_view name = text_or(arguments.positional[kSkipped], {}, "select");
      const uint32_t number = find_test(name);
      if (number == UINT32_MAX) {
        raise(ErrorCode::kUnsupported, "no test of this name is supported", std::string(name));
      }
      test = test_at(number);
      rest = without_first(arguments, kSkipped + 1);
    }
    Iterator items(run.heap(), input);
    Value item;
    while (items.next(item)) {
      const Value tested = follow(run, item, path);
      const bool holds = test == nullptr ? truthy(tested) : test(run, tested, rest);
      if (holds == kKeep) out.push_back(std::move(item));
    }
  });
}

constexpr NamedFilter kSelectionFilters[] = {
    {"map", map},
    {"reject", select<false, false>},
    {"rejectattr", select<false, true>},
    {"select", select<true, false>},
    {"selectattr", select<true, true>},
};

}  // namespace

std::span<const NamedFilter> selection_filters() { return kSelectionFilters; }

}  // namespace keyway::chat
