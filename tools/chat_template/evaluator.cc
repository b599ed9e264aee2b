// Set-up, context and output of a render; see evaluator.h.
#include "tools/chat_template/evaluator.h"

#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"

namespace keyway::chat {

LoopObject::~LoopObject() {
  if (scope != nullptr && --scope->references == 0) destroy(scope);
}

Evaluator::Evaluator(const Program& program, const TemplateInput& input, Heap& heap)
    : program_(program), input_(input), heap_(heap) {}

Evaluator::~Evaluator() = default;

void Evaluator::too_deep() {
  --depth_;
  raise_limit("run_depth", heap_.limits().run_depth);
}

// The input hides the globals, and `extra` the rest of the input.
Value Evaluator::context_value(std::string_view name) {
  for (const auto& [key, json] : input_.extra) {
    if (key == name) return heap_.from_json(json);
  }
  if (name == "messages") return heap_.from_json(input_.messages);
  if (name == "tools") return input_.tools ? heap_.from_json(*input_.tools) : Value();
  if (name == "documents") return input_.documents ? heap_.from_json(*input_.documents) : Value::none();
  if (name == "add_generation_prompt") return Value::boolean(input_.add_generation_prompt);
  const uint32_t global = find_global(name);
  return global == kNone ? Value() : Value::builtin(global);
}

void Evaluator::read_context() {
  context_.reserve(program_.context_names.size());
  for (const uint32_t name : program_.context_names) context_.push_back(context_value(program_.names[name]));
}

std::string Evaluator::run() {
  read_context();
  std::string out;
  // Most of a prompt is text of its template: with this much room few grow while they are written.
  constexpr size_t kMostRoom = 64 << 10;  // bytes
  out.reserve(std::min(kMostRoom, program_.text->source.size()));
  out_ = &out;
  const Frame frame(*this, 0, nullptr);
  exec_block(program_.main);
  return out;
}

void Evaluator::write(std::string_view text) {
  if (text.size() > heap_.limits().output_bytes - written_) raise_limit("output_bytes", heap_.limits().output_bytes);
  heap_.step_bytes(text.size());
  written_ += text.size();
  out_->append(text);
}

void Evaluator::write_value(const Value& value) {
  if (value.is_string()) return write(value.text());
  if (value.is_undefined()) return;
  std::string text;
  append_str(heap_, text, value);
  write(text);
}

Value Evaluator::get_item(const Value& object, const Value& key) {
  if (object.is_undefined()) raise_undefined(object);
  Value item;
  if (item_at(heap_, object, key, item)) return item;
  if (!key.is_string()) return Value::undefined(Absence::kItem);
  const Method method = method_named(key.text());
  Value attribute = get_attribute(object, key.text(), method, nullptr);
  return attribute;
}

namespace {

Value loop_attribute(Evaluator& run, LoopObject& loop, std::string_view name) {
  if (name == "index") return Value::integer(loop.index0 + 1);
  if (name == "index0") return Value::integer(loop.index0);
  if (name == "first") return Value::boolean(loop.index0 == 0);
  if (name == "last") return Value::boolean(!run.peek(loop));
  if (name == "length") return Value::integer(run.length_of(loop));
  if (name == "revindex") return Value::integer(run.length_of(loop) - loop.index0);
  if (name == "revindex0") return Value::integer(run.length_of(loop) - loop.index0 - 1);
  if (name == "depth") return Value::integer(loop.depth0 + 1);
  if (name == "depth0") return Value::integer(loop.depth0);
  if (name == "previtem") return loop.index0 == 0 ? Value::undefined(Absence::kItem) : loop.before;
  if (name == "nextitem") return run.peek(loop) ? loop.after : Value::undefined(Absence::kItem);
  return Value();
}

Value macro_attribute(Heap& heap, const Program& program, const MacroObject& object, std::string_view name) {
  const Macro& macro = program.macros[object.macro];
  if (name == "name") return macro.name == kNone ? Value::none() : heap.string_view(program.names[macro.name]);
  if (name == "catch_kwargs") return Value::boolean(macro.uses_kwargs);
  if (name == "catch_varargs") return Value::boolean(macro.uses_varargs);
  if (name == "caller") return Value::boolean(macro.uses_caller);
  if (name != "arguments") return Value();
  std::vector<Value> names;
  for (const Parameter& parameter : macro.parameters) names.push_back(heap.string_view(program.names[parameter.name]));
  return heap.tuple(std::move(names));
}

}  // namespace

Value Evaluator::get_attribute(const Value& object, std::string_view name, Method method,
                               const std::string* lasting_name) {
  if (object.is_undefined()) {
    if (method == Method::kReserved) return Value::undefined(Absence::kUnsafe, lasting_name);
    raise_undefined(object);
  }
  Value found;
  switch (object.kind()) {
    case Kind::kDict:
      if (method != Method::kNotAMethod) break;
      if (const Value* value = object.as<DictObject>().find(name)) return *value;
      return Value::undefined(Absence::kAttribute, lasting_name);
    case Kind::kNamespace: {
      if (!name.empty() && name[0] == '_') return Value::undefined(Absence::kUnsafe, lasting_name);
      const Value* value = object.as<NamespaceObject>().attributes.as<DictObject>().find(name);
      return value != nullptr ? *value : Value::undefined(Absence::kAttribute, lasting_name);
    }
    case Kind::kLoop: found = loop_attribute(*this, object.as<LoopObject>(), name); break;
    case Kind::kMacro: found = macro_attribute(heap_, program_, object.as<MacroObject>(), name); break;
    case Kind::kCycler:
      if (name == "current") found = object.as<CyclerObject>().values[object.as<CyclerObject>().position];
      break;
    case Kind::kTuple:
      if (object.as<ListObject>().group && (name == "grouper" || name == "list")) {
        found = object.as<ListObject>().items()[name == "list" ? 1 : 0];
      }
      break;
    default: break;
  }
  if (!found.is_missing()) return found;
  switch (has_method(object.kind(), method)) {
    case MethodKind::kUnsafe: return Value::undefined(Absence::kUnsafe, lasting_name);
    case MethodKind::kCallable: {
      auto* bound = heap_.make<MethodObject>();
      Value result = Value::object(Kind::kMethod, bound);
      bound->depth = heap_.depth_over(value_depth(object));
      bound->self = object;
      bound->method = static_cast<uint16_t>(method);
      return result;
    }
    case MethodKind::kNone: break;
  }
  // Python's own attributes are out of reach.
  if (method == Method::kReserved) return Value::undefined(Absence::kUnsafe, lasting_name);
  if (object.is(Kind::kDict)) {
    if (const Value* value = object.as<DictObject>().find(name)) return *value;
  }
  return Value::undefined(Absence::kAttribute, lasting_name);
}

}  // namespace keyway::chat
