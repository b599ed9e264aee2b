// Recipes of the attack corpus; see recipe.h.
#include "tests/bench/attacks/recipe.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace keyway::bench {
namespace {

constexpr int kMaxDepth = 16;  // nested recipes

Error too_large() {
  return fail(ErrorCode::kLimit, "the expanded input is too large", "recipe", {},
              std::to_string(kMaxInputBytes) + " bytes");
}

// The six bits of a base64 letter, or -1.
int base64_value(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '+') return 62;
  return letter == '/' ? 63 : -1;
}

Result<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;  // bits that wait in `bits`
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (char letter : text) {
    int value = base64_value(letter);
    if (value < 0) return fail(ErrorCode::kInvalid, "not base64", "recipe", std::string(1, letter));
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  return bytes;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Result<std::string> expand_each(const nlohmann::ordered_json& recipe) {
  const std::string pattern = recipe.at("each").get<std::string>();
  const std::string join = recipe.value("join", "");
  const int64_t from = recipe.value("from", int64_t{0});
  const int64_t times = recipe.at("times").get<int64_t>();
  std::string out;
  for (int64_t i = from; i < from + times; ++i) {
    std::string text = pattern;
    replace_all(text, "<i+1>", std::to_string(i + 1));
    replace_all(text, "<i>", std::to_string(i));
    if (i > from) out += join;
    out += text;
    if (out.size() > kMaxInputBytes) return too_large();
  }
  return out;
}

Result<std::string> expand(const nlohmann::ordered_json& recipe, int depth);

Result<std::string> expand_repeat(const nlohmann::ordered_json& recipe, int depth) {
  auto once = expand(recipe.at("repeat"), depth + 1);
  if (!once.ok()) return once.error();
  const uint64_t times = recipe.at("times").get<uint64_t>();
  if (!once->empty() && times > kMaxInputBytes / once->size()) return too_large();
  std::string out;
  out.reserve(once->size() * times);
  for (uint64_t i = 0; i < times && !once->empty(); ++i) out += *once;
  return out;
}

Result<std::string> expand_concat(const nlohmann::ordered_json& recipe, int depth) {
  std::string out;
  for (const auto& part : recipe.at("concat")) {
    auto bytes = expand(part, depth + 1);
    if (!bytes.ok()) return bytes.error();
    out += *bytes;
    if (out.size() > kMaxInputBytes) return too_large();
  }
  return out;
}

Result<std::string> expand(const nlohmann::ordered_json& recipe, int depth) {
  if (depth > kMaxDepth) return fail(ErrorCode::kLimit, "recipe nested too deep", "recipe", {}, "depth 16");
  if (recipe.is_string()) return recipe.get<std::string>();
  if (!recipe.is_object()) return fail(ErrorCode::kInvalid, "not a recipe", "recipe");
  Result<std::string> head = fail(ErrorCode::kInvalid, "not a recipe", "recipe");
  if (recipe.contains("base64")) head = decode_base64(recipe.at("base64").get<std::string>());
  else if (recipe.contains("concat")) head = expand_concat(recipe, depth);
  else if (recipe.contains("repeat")) head = expand_repeat(recipe, depth);
  else if (recipe.contains("each")) head = expand_each(recipe);
  if (!head.ok() || !recipe.contains("then")) return head;
  auto tail = expand(recipe.at("then"), depth + 1);
  if (!tail.ok()) return tail.error();
  return std::move(*head) + *tail;
}

}  // namespace

Result<std::string> expand_recipe(const nlohmann::ordered_json& recipe) {
  try {
    return expand(recipe, 0);
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::kInvalid, std::string("not a recipe: ") + error.what(), "recipe");
  }
}

Result<std::string> case_input(const nlohmann::ordered_json& attack) {
  try {
    if (attack.contains("input")) return attack.at("input").get<std::string>();
    if (attack.contains("input_base64")) return decode_base64(attack.at("input_base64").get<std::string>());
    return expand(attack.at("generate"), 0);
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::kInvalid, std::string("the case has no input: ") + error.what(), "case");
  }
}

}  // namespace keyway::bench
