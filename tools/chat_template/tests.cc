// The tests of `is`; see registry.h.
#include <cmath>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/string_methods.h"

namespace keyway::chat {
namespace {

struct NamedTest {
  std::string_view name;
  TestFunction function;
};

// A test without arguments.
template <bool (*kHolds)(const Value&)>
bool plain(Evaluator&, const Value& input, const Arguments& arguments) {
  bind_nothing("the test", arguments);
  return kHolds(input);
}

bool is_defined(const Value& value) { return !value.is_undefined(); }
bool is_undefined(const Value& value) { return value.is_undefined(); }
bool is_none(const Value& value) { return value.is_none(); }
bool is_boolean(const Value& value) { return value.is(Kind::kBool); }
bool is_true(const Value& value) { return value.is(Kind::kBool) && value.as_integer() != 0; }
bool is_false(const Value& value) { return value.is(Kind::kBool) && value.as_integer() == 0; }
bool is_integer(const Value& value) { return value.is(Kind::kInt) || value.is(Kind::kBigInt); }
bool is_float(const Value& value) { return value.is(Kind::kFloat); }
bool is_any_number(const Value& value) { return value.is_any_number(); }
bool is_string(const Value& value) { return value.is_string(); }
bool is_mapping(const Value& value) { return value.is(Kind::kDict); }
bool is_iterable_value(const Value& value) { return is_iterable(value); }
bool is_escaped(const Value& value) { return value.is_markup(); }

bool is_sequence(const Value& value) {
  return value.is_undefined() || value.is_string() || value.is_sequence() || value.is(Kind::kDict) ||
         value.is(Kind::kRange);
}

bool is_callable(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined:
    case Kind::kBuiltin:
    case Kind::kMacro:
    case Kind::kMethod:
    case Kind::kLoop:
    case Kind::kJoiner: return true;
    default: return false;
  }
}

// input % divisor, as `odd`, `even` and `divisibleby` take it.
Value rest_of(Evaluator& run, const Value& input, const Value& divisor) {
  return arithmetic(run.heap(), '%', input, divisor);
}

template <int kRest>
bool is_parity(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing(kRest == 1 ? "odd" : "even", arguments);
  return equal(rest_of(run, input, Value::integer(2)), Value::integer(kRest));
}

bool is_divisible(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("divisibleby", arguments, {"num"}, 1);
  return equal(rest_of(run, input, given[0]), Value::integer(0));
}

template <Method kMethod>
bool is_case(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("the test", arguments);
  const Value text = to_text(run.heap(), input);
  run.heap().step(text.text().size());
  return is_method(text.text(), kMethod);
}

bool same_as(Evaluator&, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("sameas", arguments, {"other"}, 1);
  return same_object(input, given[0]);
}

bool is_in(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("in", arguments, {"seq"}, 1);
  return contains(run.heap(), given[0], input);
}

bool equals(Evaluator&, const Value& input, const Arguments& arguments) {
  return equal(input, bind<1>("eq", arguments, {"b"}, 1)[0]);
}

bool differs(Evaluator&, const Value& input, const Arguments& arguments) {
  return !equal(input, bind<1>("ne", arguments, {"b"}, 1)[0]);
}

// order() gives one of two results; 2 (not a number) is none of them.
template <int kFirst, int kSecond>
bool is_ordered(Evaluator&, const Value& input, const Arguments& arguments) {
  constexpr std::string_view kSign = kFirst == -1 ? (kSecond == 0 ? "<=" : "<") : (kSecond == 0 ? ">=" : ">");
  const int result = order(input, bind<1>("a comparison", arguments, {"b"}, 1)[0], kSign);
  return result == kFirst || result == kSecond;
}

bool is_filter(Evaluator&, const Value& input, const Arguments& arguments) {
  bind_nothing("filter", arguments);
  hash_value(input);  // refuses what Python cannot look up
  return input.is_string() && find_filter(input.text()) != UINT32_MAX;
}

bool is_test(Evaluator&, const Value& input, const Arguments& arguments) {
  bind_nothing("test", arguments);
  hash_value(input);  // refuses what Python cannot look up
  return input.is_string() && find_test(input.text()) != UINT32_MAX;
}

constexpr NamedTest kTests[] = {
    {"defined", plain<is_defined>},
    {"undefined", plain<is_undefined>},
    {"none", plain<is_none>},
    {"string", plain<is_string>},
    {"mapping", plain<is_mapping>},
    {"iterable", plain<is_iterable_value>},
    {"sequence", plain<is_sequence>},
    {"boolean", plain<is_boolean>},
    {"true", plain<is_true>},
    {"false", plain<is_false>},
    {"integer", plain<is_integer>},
    {"float", plain<is_float>},
    {"number", plain<is_any_number>},
    {"callable", plain<is_callable>},
    {"escaped", plain<is_escaped>},
    {"odd", is_parity<1>},
    {"even", is_parity<0>},
    {"divisibleby", is_divisible},
    {"lower", is_case<Method::kIslower>},
    {"upper", is_case<Method::kIsupper>},
    {"sameas", same_as},
    {"in", is_in},
    {"filter", is_filter},
    {"test", is_test},
    {"eq", equals},
    {"equalto", equals},
    {"==", equals},
    {"ne", differs},
    {"!=", differs},
    {"lt", is_ordered<-1, -1>},
    {"lessthan", is_ordered<-1, -1>},
    {"<", is_ordered<-1, -1>},
    {"le", is_ordered<-1, 0>},
    {"<=", is_ordered<-1, 0>},
    {"gt", is_ordered<1, 1>},
    {"greaterthan", is_ordered<1, 1>},
    {">", is_ordered<1, 1>},
    {"ge", is_ordered<1, 0>},
    {">=", is_ordered<1, 0>},
};

}  // namespace

uint32_t find_test(std::string_view name) {
  for (uint32_t i = 0; i < std::size(kTests); ++i) {
    if (kTests[i].name == name) return i;
  }
  return UINT32_MAX;
}

TestFunction test_at(uint32_t number) { return kTests[number].function; }

}  // namespace keyway::chat
