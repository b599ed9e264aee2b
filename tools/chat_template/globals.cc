// The global functions of templates; see registry.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/format_time.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"

namespace keyway::chat {
namespace {

int64_t range_bound(const Value& value) {
  if (value.is(Kind::kBigInt)) raise(ErrorCode::kLimit, "range too big", {}, "100000 items");
  return integer_or(value, 0, "range");
}

Value range(Evaluator& run, const Arguments& arguments) {
  if (!arguments.named.empty()) raise_invalid("range() takes no keyword arguments");
  const auto given = bind<3>("range", arguments, {"start", "stop", "step"}, 1);
  const int64_t first = range_bound(given[0]);
  if (given[1].is_missing()) return run.heap().range(0, first, 1);
  const int64_t step = given[2].is_missing() ? 1 : range_bound(given[2]);
  if (step == 0) raise_invalid("range() arg 3 must not be zero");
  return run.heap().range(first, range_bound(given[1]), step);
}

// dict(mapping or pairs, **named).
Value make_dict(Evaluator& run, const Arguments& arguments) {
  Heap& heap = run.heap();
  Value result = heap.dict();
  auto& dict = result.as<DictObject>();
  if (arguments.positional.size() > 1) raise_invalid("dict expected at most 1 argument");
  if (!arguments.positional.empty()) {
    const Value& source = arguments.positional[0];
    Iterator pairs(heap, source.is(Kind::kDict) ? heap.view(source, DictPart::kItems) : source);
    Value pair;
    while (pairs.next(pair)) {
      const std::vector<Value> parts = to_vector(heap, pair);
      if (parts.size() != 2) raise_invalid("dict() needs pairs");
      hash_value(parts[0]);
      dict.set(parts[0], parts[1]);
    }
  }
  for (const auto& [name, value] : arguments.named) dict.set(heap.copy(name), value);
  return result;
}

Value make_namespace(Evaluator& run, const Arguments& arguments) {
  Value attributes = make_dict(run, arguments);
  for (const auto& entry : attributes.as<DictObject>().entries()) {
    if (entry.key.is_string() && !entry.key.text().empty() && entry.key.text()[0] == '_') {
      raise_invalid("a namespace cannot hold attributes that begin with an underscore", std::string(entry.key.text()));
    }
  }
  auto* object = run.heap().make<NamespaceObject>();
  Value result = Value::object(Kind::kNamespace, object);
  object->attributes = std::move(attributes);
  run.heap().keep(result);
  return result;
}

Value make_cycler(Evaluator& run, const Arguments& arguments) {
  if (!arguments.named.empty()) raise_invalid("cycler() takes no keyword arguments");
  if (arguments.positional.empty()) raise_invalid("at least one item has to be provided");
  auto* object = run.heap().make<CyclerObject>();
  Value result = Value::object(Kind::kCycler, object);
  object->values = arguments.positional;
  run.heap().grow(object, arguments.positional.size() * sizeof(Value));
  return result;
}

Value make_joiner(Evaluator& run, const Arguments& arguments) {
  const auto given = bind<1>("joiner", arguments, {"sep"});
  auto* object = run.heap().make<JoinerObject>();
  Value result = Value::object(Kind::kJoiner, object);
  object->depth = run.heap().depth_over(value_depth(given[0]));
  object->separator = given[0].is_missing() ? run.heap().string_view(", ") : given[0];
  return result;
}

Value raise_exception(Evaluator& run, const Arguments& arguments) {
  const auto given = bind<1>("raise_exception", arguments, {"message"}, 1);
  std::string message;
  append_str(run.heap(), message, given[0]);
  raise(ErrorCode::kInvalid, std::move(message), "raise_exception");
}

Value strftime_now(Evaluator& run, const Arguments& arguments) {
  const auto given = bind<1>("strftime_now", arguments, {"format"}, 1);
  std::tm now{};
  if (run.input().now) {
    now = *run.input().now;
  } else {
    const std::time_t seconds = std::time(nullptr);
    localtime_r(&seconds, &now);
  }
  const std::string_view format = text_or(given[0], {}, "strftime_now");
  run.heap().require(format.size(), 16);
  run.heap().step_bytes(format.size());
  return run.heap().string(format_time(format, now));
}

Value lipsum(Evaluator&, const Arguments&) {
  raise(ErrorCode::kUnsupported, "random text is not supported in chat templates", "lipsum");
}

struct NamedGlobal {
  std::string_view name;
  GlobalFunction function;
};

constexpr NamedGlobal kGlobals[] = {
    {"range", range},   {"dict", make_dict},     {"namespace", make_namespace},
    {"cycler", make_cycler}, {"joiner", make_joiner}, {"raise_exception", raise_exception},
    {"strftime_now", strftime_now}, {"lipsum", lipsum},
};

}  // namespace

uint32_t find_global(std::string_view name) {
  for (uint32_t i = 0; i < std::size(kGlobals); ++i) {
    if (kGlobals[i].name == name) return i;
  }
  return UINT32_MAX;
}

GlobalFunction global_at(uint32_t number) { return kGlobals[number].function; }

std::string_view global_name(uint32_t number) { return kGlobals[number].name; }

}  // namespace keyway::chat
