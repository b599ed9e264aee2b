// Calls of macros, loops and functions; see evaluator.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/registry.h"

namespace keyway::chat {

// An activation that a macro still refers to lives on, and may be part of a cycle.
void Evaluator::leave(Activation* frame) {
  if (frame->references > 1) heap_.keep(frame);
  if (--frame->references == 0) destroy(frame);
}

Evaluator::Frame::Frame(Evaluator& run, uint32_t function, Activation* outer)
    : run_(run), saved_(run.frame_), frame_(run.heap_.activation(run.program_.functions[function].slots, outer)) {
  run_.frame_ = frame_;
}

Evaluator::Frame::~Frame() {
  run_.frame_ = saved_;
  run_.leave(frame_);
}

Value Evaluator::make_macro(uint32_t index) {
  auto* object = heap_.make<MacroObject>();
  object->macro = index;
  object->closure = frame_;
  ++frame_->references;
  return Value::object(Kind::kMacro, object);
}

// Lays the arguments out as jinja2.runtime.Macro does: named ones fill what positional ones left, then `caller`,
// `kwargs` and `varargs` where the body uses them, then the defaults, which may use earlier parameters.
void Evaluator::fill_parameters(const Macro& macro, const Arguments& arguments, Activation& frame) {
  const size_t count = macro.parameters.size();
  std::vector<bool> used(arguments.named.size(), false);
  auto take = [&](std::string_view name) -> Value {
    for (size_t i = 0; i < arguments.named.size(); ++i) {
      if (used[i] || arguments.named[i].first != name) continue;
      used[i] = true;
      return arguments.named[i].second;
    }
    return Value();
  };
  for (size_t i = 0; i < count; ++i) {
    const Parameter& parameter = macro.parameters[i];
    frame.slots()[parameter.slot] =
        i < arguments.positional.size() ? arguments.positional[i] : take(program_.names[parameter.name]);
  }
  if (macro.uses_caller) {
    Value caller = take("caller");
    frame.slots()[macro.caller_slot] = caller.is_missing() ? Value::undefined(Absence::kName) : std::move(caller);
  }
  Value rest = macro.uses_kwargs ? heap_.dict() : Value();
  for (size_t i = 0; i < arguments.named.size(); ++i) {
    if (used[i]) continue;
    const std::string name(arguments.named[i].first);
    if (!macro.uses_kwargs) raise_invalid("the macro takes no argument of this name", name);
    rest.as<DictObject>().set(heap_.string(name), arguments.named[i].second);
  }
  if (macro.uses_kwargs) frame.slots()[macro.kwargs_slot] = std::move(rest);
  if (macro.uses_varargs) {
    std::vector<Value> values;
    for (size_t i = count; i < arguments.positional.size(); ++i) values.push_back(arguments.positional[i]);
    frame.slots()[macro.varargs_slot] = heap_.tuple(std::move(values));
  } else if (arguments.positional.size() > count) {
    raise_invalid("the macro takes not more than " + std::to_string(count) + " arguments");
  }
}

Value Evaluator::call_macro(const MacroObject& object, const Arguments& arguments) {
  const Depth depth(*this);
  const Macro& macro = program_.macros[object.macro];
  const Frame frame(*this, macro.function, object.closure);
  Capture capture(*this);
  fill_parameters(macro, arguments, *frame_);
  start_variables(macro.block.inits);
  for (const Parameter& parameter : macro.parameters) {
    if (!frame_->slots()[parameter.slot].is_missing()) continue;
    Value value = parameter.default_value == kNoNode
                      ? Value::undefined(Absence::kName, &program_.names[parameter.name])
                      : eval(parameter.default_value);
    frame_->slots()[parameter.slot] = std::move(value);
  }
  exec_body(macro.block.body);
  return capture.take();
}

Value Evaluator::call_loop(const Value& callee, const Arguments& arguments) {
  auto& loop = callee.as<LoopObject>();
  if (!program_.loops[loop.loop].recursive || loop.scope == nullptr) {
    raise_invalid("only a running loop with the recursive marker can be called");
  }
  const auto given = bind<1>("loop", arguments, {"iterable"}, 1);
  return run_recursive(loop.loop, loop.scope->outer, given[0], loop.depth0 + 1);
}

Value Evaluator::call(const Value& callee, const Arguments& arguments) {
  heap_.step();
  switch (callee.kind()) {
    case Kind::kUndefined: raise_undefined(callee);
    case Kind::kBuiltin: return global_at(static_cast<uint32_t>(callee.as_integer()))(*this, arguments);
    case Kind::kMacro: {
      const Value alive = callee;  // the macro may replace the variable it came from
      return call_macro(alive.as<MacroObject>(), arguments);
    }
    case Kind::kMethod: {
      const auto& method = callee.as<MethodObject>();
      return call_method(*this, method.self, static_cast<Method>(method.method), arguments);
    }
    case Kind::kLoop: {
      const Value alive = callee;
      return call_loop(alive, arguments);
    }
    case Kind::kJoiner: {
      bind_nothing("joiner", arguments);
      auto& joiner = callee.as<JoinerObject>();
      if (joiner.used) return joiner.separator;
      joiner.used = true;
      return heap_.string_view("");
    }
    default: raise_invalid("'" + std::string(type_name(callee)) + "' object is not callable");
  }
}

}  // namespace keyway::chat
