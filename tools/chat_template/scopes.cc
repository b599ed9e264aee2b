// Jinja2's idtracking in one pass over each body; see scopes.h.
#include "tools/chat_template/scopes.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace keyway::chat {
namespace {

// The variables of one body. Lives while that body and the bodies inside it are resolved.
struct Scope {
  Scope* outer = nullptr;
  uint32_t function = 0;
  std::unordered_map<uint32_t, uint32_t> slots;  // name -> slot
  std::unordered_map<uint32_t, size_t> starts;   // name -> index into inits; none for parameters
  std::unordered_set<uint32_t> stores;
  std::vector<uint32_t> store_log;  // names in the order in which they were first stored
  std::vector<SlotInit> inits;
  std::vector<NodeId> names;   // names and targets that belong to this body
  std::vector<NodeId> inner;   // statements with bodies of their own
};

struct Reference {
  uint32_t function;
  uint32_t slot;
};

class Resolver {
 public:
  explicit Resolver(Program& program) : program_(program) {}

  void run() {
    Scope scope;
    visit_body(scope, program_.main.body);
    program_.main.inits = finish(scope);
  }

 private:
  const Node& node(NodeId id) const { return program_.nodes[id]; }

  static std::optional<Reference> find(const Scope* scope, uint32_t name) {
    for (; scope != nullptr; scope = scope->outer) {
      const auto found = scope->slots.find(name);
      if (found != scope->slots.end()) return Reference{scope->function, found->second};
    }
    return std::nullopt;
  }

  uint32_t hops(uint32_t from, uint32_t to) const {
    uint32_t count = 0;
    for (; from != to; from = program_.functions[from].outer) ++count;
    return count;
  }

  uint32_t define(Scope& scope, uint32_t name) {
    const uint32_t slot = program_.functions[scope.function].slots++;
    scope.slots[name] = slot;
    return slot;
  }

  uint32_t context_index(uint32_t name) {
    const auto [found, fresh] = context_.emplace(name, static_cast<uint32_t>(program_.context_names.size()));
    if (fresh) program_.context_names.push_back(name);
    return found->second;
  }

  SlotInit copy_of(const Scope& scope, uint32_t slot, Reference outer) const {
    return {SlotStart::kCopy, slot, outer.slot, hops(scope.function, outer.function)};
  }

  uint32_t declare_parameter(Scope& scope, uint32_t name) {
    const auto known = scope.slots.find(name);
    if (known != scope.slots.end() && scope.starts.find(name) == scope.starts.end()) return known->second;
    scope.stores.insert(name);
    return define(scope, name);
  }

  void load(Scope& scope, uint32_t name) {
    if (find(&scope, name)) return;
    const uint32_t slot = define(scope, name);
    scope.starts[name] = scope.inits.size();
    scope.inits.push_back({SlotStart::kContext, slot, context_index(name), 0});
  }

  void store(Scope& scope, uint32_t name) {
    if (scope.stores.insert(name).second) scope.store_log.push_back(name);
    if (scope.slots.count(name) != 0) return;
    const std::optional<Reference> outer = find(scope.outer, name);
    const uint32_t slot = define(scope, name);
    scope.starts[name] = scope.inits.size();
    scope.inits.push_back(outer ? copy_of(scope, slot, *outer) : SlotInit{SlotStart::kUnset, slot, 0, 0});
  }

  // What was stored in the branches of an `if` but not before may be unset there: it starts from outside.
  void merge_branches(Scope& scope, size_t logged) {
    for (size_t i = logged; i < scope.store_log.size(); ++i) {
      const uint32_t name = scope.store_log[i];
      const auto start = scope.starts.find(name);
      if (start == scope.starts.end()) continue;
      const uint32_t slot = scope.slots[name];
      const std::optional<Reference> outer = find(scope.outer, name);
      scope.inits[start->second] =
          outer ? copy_of(scope, slot, *outer) : SlotInit{SlotStart::kContext, slot, context_index(name), 0};
    }
  }

  // Expressions. Recursion is bounded by Node::depth.
  void visit_links(Scope& scope, uint32_t first, uint32_t count, uint32_t step = 1) {
    for (uint32_t i = step - 1; i < count; i += step) visit(scope, program_.links[first + i]);
  }

  void visit_arguments(Scope& scope, uint32_t index) {
    const CallArguments arguments = program_.arguments[index];
    visit_links(scope, arguments.positional.first, arguments.positional.count);
    visit_links(scope, arguments.named.first, arguments.named.count, 2);
    visit(scope, arguments.star);
    visit(scope, arguments.stars);
  }

  void visit(Scope& scope, NodeId id) {
    if (id == kNoNode) return;
    const Node here = node(id);
    switch (here.kind) {
      case NodeKind::kName:
        load(scope, here.c);
        scope.names.push_back(id);
        return;
      case NodeKind::kTuple:
      case NodeKind::kList:
      case NodeKind::kDict:
      case NodeKind::kConcat: return visit_links(scope, here.a, here.b);
      case NodeKind::kConditional:
        visit(scope, here.a);
        visit(scope, here.b);
        return visit(scope, here.c);
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kArithmetic:
      case NodeKind::kItem:
        visit(scope, here.a);
        return visit(scope, here.b);
      case NodeKind::kNot:
      case NodeKind::kNegate:
      case NodeKind::kPositive:
      case NodeKind::kAttribute: return visit(scope, here.a);
      case NodeKind::kCompare:
        visit(scope, here.a);
        return visit_links(scope, here.b, here.c, 2);
      case NodeKind::kSlice:
        visit(scope, here.a);
        visit(scope, here.b);
        visit(scope, here.c);
        return visit(scope, here.d);
      case NodeKind::kFilter:
      case NodeKind::kTest:
      case NodeKind::kCall:
        visit(scope, here.a);
        return visit_arguments(scope, here.b);
      default: return;
    }
  }

  void visit_target(Scope& scope, NodeId id, bool parameter) {
    const Node here = node(id);
    if (here.kind == NodeKind::kTargetTuple) {
      for (uint32_t i = 0; i < here.b; ++i) visit_target(scope, program_.links[here.a + i], parameter);
      return;
    }
    if (here.kind == NodeKind::kTargetAttribute) return visit(scope, here.a);
    if (parameter) {
      declare_parameter(scope, here.c);
    } else {
      store(scope, here.c);
    }
    scope.names.push_back(id);
  }

  // Statements.
  void visit_body(Scope& scope, Run body) {
    for (uint32_t i = 0; i < body.count; ++i) visit_statement(scope, program_.links[body.first + i]);
  }

  void visit_if(Scope& scope, const Node& here) {
    // The first test is outside of the branches, the tests of the elifs inside.
    visit(scope, program_.links[here.a]);
    const size_t logged = scope.store_log.size();
    for (uint32_t i = 0; i < here.b; i += 3) {
      if (i > 0) visit(scope, program_.links[here.a + i]);
      visit_body(scope, {program_.links[here.a + i + 1], program_.links[here.a + i + 2]});
    }
    visit_body(scope, {here.c, here.d});
    merge_branches(scope, logged);
  }

  void visit_statement(Scope& scope, NodeId id) {
    const Node here = node(id);
    switch (here.kind) {
      case NodeKind::kPrint: return visit(scope, here.a);
      case NodeKind::kIf: return visit_if(scope, here);
      case NodeKind::kSet:
        visit(scope, here.b);
        return visit_target(scope, here.a, false);
      case NodeKind::kFor: visit(scope, program_.loops[here.a].iterable); break;
      case NodeKind::kSetBlock: visit_target(scope, here.a, false); break;
      case NodeKind::kMacro: visit_target(scope, here.b, false); break;
      case NodeKind::kCallBlock: visit(scope, here.b); break;
      case NodeKind::kWith: visit_links(scope, here.a, here.b, 2); break;
      case NodeKind::kFilterBlock:
      case NodeKind::kScope: break;
      default: return;
    }
    scope.inner.push_back(id);
  }

  // Writes the slots of the body's names, resolves the bodies inside, and stores the inits.
  Run finish(Scope& scope) {
    for (const NodeId id : scope.names) {
      Node& here = program_.nodes[id];
      const Reference found = *find(&scope, here.c);
      here.a = found.slot;
      here.b = hops(scope.function, found.function);
    }
    const Run run{static_cast<uint32_t>(program_.inits.size()), static_cast<uint32_t>(scope.inits.size())};
    program_.inits.insert(program_.inits.end(), scope.inits.begin(), scope.inits.end());
    for (const NodeId id : scope.inner) resolve_inner(scope, id);
    return run;
  }

  static Scope inside(Scope& outer, uint32_t function) {
    Scope scope;
    scope.outer = &outer;
    scope.function = function;
    return scope;
  }

  uint32_t add_function(uint32_t outer) {
    program_.functions.push_back({outer, 0});
    return static_cast<uint32_t>(program_.functions.size() - 1);
  }

  void resolve_inner(Scope& outer, NodeId id) {
    const Node here = node(id);
    switch (here.kind) {
      case NodeKind::kFor: return resolve_loop(outer, here.a);
      case NodeKind::kMacro:
      case NodeKind::kCallBlock: return resolve_macro(outer, here.a);
      default: return resolve_block(outer, here);
    }
  }

  void resolve_block(Scope& outer, const Node& here) {
    Scope scope = inside(outer, outer.function);
    if (here.kind == NodeKind::kWith) {
      for (uint32_t i = 0; i < here.b; i += 2) visit_target(scope, program_.links[here.a + i], true);
    }
    visit_body(scope, program_.blocks[here.c].body);
    if (here.kind == NodeKind::kSetBlock || here.kind == NodeKind::kFilterBlock) visit(scope, here.b);
    const Run inits = finish(scope);
    program_.blocks[here.c].inits = inits;
  }

  void resolve_loop(Scope& outer, uint32_t index) {
    const Loop loop = program_.loops[index];
    const uint32_t function = loop.recursive ? add_function(outer.function) : outer.function;
    program_.loops[index].function = loop.recursive ? function : kNone;
    if (loop.test != kNoNode) {
      Scope scope = inside(outer, function);
      visit_target(scope, loop.test_target, true);
      visit(scope, loop.test);
      const Run inits = finish(scope);
      program_.loops[index].test_inits = inits;
    }
    Scope body = inside(outer, function);
    if (loop.uses_loop) program_.loops[index].loop_slot = declare_parameter(body, name_id("loop"));
    visit_target(body, loop.target, true);
    visit_body(body, loop.body.body);
    const Run body_inits = finish(body);
    program_.loops[index].body.inits = body_inits;
    Scope otherwise = inside(outer, function);
    visit_body(otherwise, loop.otherwise.body);
    const Run otherwise_inits = finish(otherwise);
    program_.loops[index].otherwise.inits = otherwise_inits;
  }

  void resolve_macro(Scope& outer, uint32_t index) {
    const uint32_t function = add_function(outer.function);
    Scope scope = inside(outer, function);
    Macro& macro = program_.macros[index];
    macro.function = function;
    for (Parameter& parameter : macro.parameters) parameter.slot = declare_parameter(scope, parameter.name);
    if (macro.uses_caller) macro.caller_slot = declare_parameter(scope, name_id("caller"));
    if (macro.uses_kwargs) macro.kwargs_slot = declare_parameter(scope, name_id("kwargs"));
    if (macro.uses_varargs) macro.varargs_slot = declare_parameter(scope, name_id("varargs"));
    for (const Parameter& parameter : macro.parameters) visit(scope, parameter.default_value);
    visit_body(scope, macro.block.body);
    const Run inits = finish(scope);
    program_.macros[index].block.inits = inits;
  }

  // Requires: the template mentions the name.
  uint32_t name_id(std::string_view name) {
    if (names_.empty()) {
      for (uint32_t i = 0; i < program_.names.size(); ++i) names_.emplace(program_.names[i], i);
    }
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    program_.names.emplace_back(name);
    const auto id = static_cast<uint32_t>(program_.names.size() - 1);
    names_.emplace(program_.names.back(), id);
    return id;
  }

  Program& program_;
  std::unordered_map<uint32_t, uint32_t> context_;
  std::unordered_map<std::string_view, uint32_t> names_;
};

}  // namespace

void resolve_scopes(Program& program) { Resolver(program).run(); }

}  // namespace keyway::chat
