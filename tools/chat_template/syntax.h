// A parsed template: nodes in one array, lists of nodes in another, names and texts interned.
//
// Entry points: Program (immutable once scopes are resolved), Node, NodeKind.
// Invariant: a node refers to others by number only; `depth` of every node is within TemplateLimits::syntax_depth, so
// walks may recurse. Variables are slots of activations, settled by resolve_scopes() as Jinja2's compiler settles them.
// Thread safety: immutable after parsing. Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/chat_template/chat_template.h"
#include "tools/chat_template/lexer.h"
#include "tools/chat_template/methods.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;
inline constexpr uint32_t kNone = UINT32_MAX;
inline constexpr uint32_t kNoArguments = 0;  // the empty entry of Program::arguments

// Fields a, b, c, d by kind; (x, n) is a run of n entries of Program::links from x on.
enum class NodeKind : uint8_t {
  // Expressions.
  kConstant,     // a: index into Program::constants
  kName,         // a: slot, b: activations to go out, c: name
  kTuple,        // (a, b) items
  kList,         // (a, b) items
  kDict,         // (a, b) key, value, key, value, ...
  kConditional,  // a: test, b: value, c: otherwise or kNoNode
  kAnd,          // a, b
  kOr,           // a, b
  kNot,          // a
  kNegate,       // a
  kPositive,     // a
  kArithmetic,   // a, b; operation: the operator's character, 'f' for //, 'p' for **
  kConcat,       // (a, b) parts
  kCompare,      // a: first, (b, c) Comparison, node, Comparison, node, ...
  kAttribute,    // a: object, b: name, operation: Method of that name or kNotAMethod
  kItem,         // a: object, b: key
  kSlice,        // a: object, b, c, d: start, stop, step or kNoNode
  kFilter,       // a: input or kNoNode in a block, b: Program::arguments, c: filter number or kNone, d: name
  kTest,         // a: input, b: Program::arguments, c: test number or kNone, d: name
  kCall,         // a: callee, b: Program::arguments
  // Statements.
  kText,         // a: index into Program::constants
  kPrint,        // a: expression
  kIf,           // (a, b) test, first link of body, count, ... ; (c, d) else
  kFor,          // a: Program::loops
  kSet,          // a: target, b: value
  kSetBlock,     // a: target, b: last filter or kNoNode, c: Program::blocks
  kMacro,        // a: Program::macros, b: target
  kCallBlock,    // a: Program::macros, b: call
  kFilterBlock,  // b: last filter, c: Program::blocks
  kWith,         // (a, b) target, value, target, value, ...; c: Program::blocks
  kScope,        // c: Program::blocks
  kBreak,
  kContinue,
  // Targets of assignments.
  kTargetName,       // a: slot, b: 0, c: name
  kTargetTuple,      // (a, b) targets
  kTargetAttribute,  // a: a kName, b: name
};

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

struct Node {
  NodeKind kind = NodeKind::kConstant;
  uint8_t operation = 0;
  uint16_t depth = 1;
  uint32_t offset = 0;  // bytes from the start of the source
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t c = 0;
  uint32_t d = 0;
};

struct Run {
  uint32_t first = 0;
  uint32_t count = 0;
};

struct CallArguments {
  Run positional;          // nodes
  Run named;               // name, node, name, node, ...
  NodeId star = kNoNode;   // *args
  NodeId stars = kNoNode;  // **kwargs
};

// How a variable of a scope begins.
enum class SlotStart : uint8_t { kUnset, kContext, kCopy };

struct SlotInit {
  SlotStart start = SlotStart::kUnset;
  uint32_t slot = 0;
  uint32_t source = 0;  // kContext: index into Program::context_names; kCopy: slot
  uint32_t hops = 0;    // kCopy: activations to go out
};

// A body with variables of its own.
struct Block {
  Run body;
  Run inits;  // of Program::inits
};

struct Loop {
  NodeId target = kNoNode;
  NodeId iterable = kNoNode;
  NodeId test = kNoNode;
  NodeId test_target = kNoNode;  // the target again, with the slots of the test's scope
  Block body;
  Block otherwise;
  Run test_inits;
  bool recursive = false;
  bool uses_loop = false;
  uint32_t loop_slot = 0;      // where uses_loop
  uint32_t function = kNone;   // where recursive
};

struct Parameter {
  uint32_t name = 0;
  uint32_t slot = 0;
  NodeId default_value = kNoNode;
};

// A macro or the body of a call block.
struct Macro {
  uint32_t name = kNone;  // kNone for a call block
  std::vector<Parameter> parameters;
  Block block;
  uint32_t function = 0;
  bool uses_caller = false;
  bool uses_kwargs = false;
  bool uses_varargs = false;
  bool explicit_caller = false;  // `caller` is among the parameters
  uint32_t caller_slot = 0;
  uint32_t kwargs_slot = 0;
  uint32_t varargs_slot = 0;
};

// What one activation holds: the template itself, a macro, a recursive loop.
struct Function {
  uint32_t outer = kNone;
  uint32_t slots = 0;
};

struct Program {
  TemplateLimits limits;
  std::unique_ptr<TokenList> text;  // owns what names and constants point into
  std::vector<Node> nodes;
  std::vector<uint32_t> links;
  std::vector<std::unique_ptr<Object>> objects;  // behind `constants`, immortal; before them, to be destroyed after them
  std::vector<Value> constants;
  std::deque<std::string> names;                 // interned; addresses are stable
  std::vector<CallArguments> arguments;
  std::vector<Block> blocks;
  std::vector<Loop> loops;
  std::vector<Macro> macros;
  std::vector<Function> functions;  // 0 is the template
  std::vector<SlotInit> inits;
  std::vector<uint32_t> context_names;  // names that are looked up in the input
  Block main;
};

}  // namespace keyway::chat
