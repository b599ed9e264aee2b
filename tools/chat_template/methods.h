// The methods that templates can call on strings, lists, dictionaries and loops.
//
// Entry points: method_named, has_method, call_method.
// Invariant: a method that would change its object, or reach past the template, is known by name but never runs.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/chat_template/value.h"

namespace keyway::chat {

enum class Method : uint8_t {
  // Strings.
  kCapitalize, kCasefold, kCenter, kCount, kEncode, kEndswith, kExpandtabs, kFind, kFormat, kFormatMap, kIndex,
  kIsalnum, kIsalpha, kIsascii, kIsdecimal, kIsdigit, kIsidentifier, kIslower, kIsnumeric, kIsprintable, kIsspace,
  kIstitle, kIsupper, kJoin, kLjust, kLower, kLstrip, kMaketrans, kPartition, kRemoveprefix, kRemovesuffix, kReplace,
  kRfind, kRindex, kRjust, kRpartition, kRsplit, kRstrip, kSplit, kSplitlines, kStartswith, kStrip, kSwapcase, kTitle,
  kTranslate, kUpper, kZfill,
  // Dictionaries and lists.
  kCopy, kFromkeys, kGet, kItems, kKeys, kValues,
  // What would change them.
  kAppend, kClear, kExtend, kInsert, kPop, kPopitem, kRemove, kReverse, kSetdefault, kSort, kUpdate,
  // Loops, cyclers.
  kChanged, kCycle, kNext, kReset,
  kNotAMethod,
  kReserved,  // an attribute that every object of Python has, such as __class__: out of reach
};

// The method of that name on any type, or kReserved or kNotAMethod.
Method method_named(std::string_view name);
std::string_view method_name(Method method);

enum class MethodKind : uint8_t { kNone, kCallable, kUnsafe };

// Whether values of this kind have the method.
MethodKind has_method(Kind kind, Method method);

struct Arguments;
class Evaluator;

// Requires: has_method(self.kind(), method) == kCallable.
Value call_method(Evaluator& run, const Value& self, Method method, const Arguments& arguments);

}  // namespace keyway::chat
