// Binding of arguments; see arguments.h.
#include "tools/chat_template/arguments.h"

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"

namespace keyway::chat {
namespace {

std::string called(std::string_view callee) { return std::string(callee) + "()"; }

}  // namespace

void raise_missing_argument(std::string_view callee, std::string_view parameter) {
  raise_invalid(called(callee) + " is missing the argument '" + std::string(parameter) + "'");
}

void bind_arguments(std::string_view callee, const Arguments& arguments, const std::string_view* names, Value* slots,
                    size_t count) {
  if (arguments.positional.size() > count) {
    raise_invalid(called(callee) + " takes at most " + std::to_string(count) + " arguments",
                  std::to_string(arguments.positional.size()));
  }
  for (size_t i = 0; i < arguments.positional.size(); ++i) slots[i] = arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    size_t i = 0;
    while (i < count && names[i] != name) ++i;
    if (i == count) raise_invalid(called(callee) + " takes no argument of this name", std::string(name));
    if (!slots[i].is_missing()) raise_invalid(called(callee) + " got an argument twice", std::string(name));
    slots[i] = value;
  }
}

void bind_nothing(std::string_view callee, const Arguments& arguments) {
  bind_arguments(callee, arguments, nullptr, nullptr, 0);
}

int64_t integer_or(const Value& value, int64_t otherwise, std::string_view callee) {
  if (value.is_missing()) return otherwise;
  if (value.is_integer()) return value.as_integer();
  if (value.is_undefined()) raise_undefined(value);
  raise_invalid(called(callee) + " needs an integer", std::string(type_name(value)));
}

bool truth_or(const Value& value, bool otherwise) { return value.is_missing() ? otherwise : truthy(value); }

std::string_view text_or(const Value& value, std::string_view otherwise, std::string_view callee) {
  if (value.is_missing()) return otherwise;
  if (value.is_string()) return value.text();
  if (value.is_undefined()) raise_undefined(value);
  raise_invalid(called(callee) + " needs a string", std::string(type_name(value)));
}

}  // namespace keyway::chat
