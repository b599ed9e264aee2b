// Filters, tests and global functions by name and number.
//
// Entry points: find_filter, find_test, find_global, and calls by number.
// Invariant: the numbers are positions in constant tables, so a template resolves its names once, when it is parsed.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tools/chat_template/arguments.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

class Evaluator;

using FilterFunction = Value (*)(Evaluator& run, const Value& input, const Arguments& arguments);
using TestFunction = bool (*)(Evaluator& run, const Value& input, const Arguments& arguments);
using GlobalFunction = Value (*)(Evaluator& run, const Arguments& arguments);

struct NamedFilter {
  std::string_view name;
  FilterFunction function;
};

// The filters of one file; registry.cc joins them.
std::span<const NamedFilter> text_filters();
std::span<const NamedFilter> markup_filters();
std::span<const NamedFilter> number_filters();
std::span<const NamedFilter> sequence_filters();
std::span<const NamedFilter> selection_filters();
std::span<const NamedFilter> order_filters();

// UINT32_MAX where there is none of that name.
uint32_t find_filter(std::string_view name);
uint32_t find_test(std::string_view name);
uint32_t find_global(std::string_view name);

FilterFunction filter_at(uint32_t number);
TestFunction test_at(uint32_t number);
GlobalFunction global_at(uint32_t number);
std::string_view global_name(uint32_t number);

}  // namespace keyway::chat
