// Where the shared test data lies, and the recipes of its attack cases.
//
// Entry points: shared_data, read_file, attack_input.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "schemas/json.h"

namespace keyway {

// A path below the shared data. Empty, with a line that says so, where this checkout has no shared data beside it.
inline std::filesystem::path shared_data(const std::string& relative) {
  const char* named = std::getenv("KEYWAY_SHARED_DIR");
  const std::filesystem::path root = named ? named : KEYWAY_SOURCE_DIR "/../shared";
  std::error_code error;
  if (std::filesystem::exists(root / relative, error)) return root / relative;
  std::cout << "not run: there is no " << (root / relative) << "; KEYWAY_SHARED_DIR may name another folder\n";
  return {};
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0, count = 0;
  for (char c : text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

inline void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

// A recipe of the attack corpus: see its README.
inline std::string expand_recipe(Json recipe) {
  if (recipe.is_string()) return std::string(recipe.string());
  std::string out;
  auto text_of = [&](std::string_view name) { return recipe.find(name) ? expand_recipe(*recipe.find(name)) : ""; };
  if (auto base64 = recipe.find("base64")) out = decode_base64(base64->string());
  if (auto list = recipe.find("concat")) {
    for (size_t i = 0; i < list->size(); ++i) out += expand_recipe(list->at(i));
  }
  const int64_t times = recipe.find("times") ? *recipe.find("times")->integer() : 0;
  if (recipe.find("repeat")) {
    const std::string once = text_of("repeat");
    for (int64_t i = 0; i < times; ++i) out += once;
  }
  if (recipe.find("each")) {
    const int64_t from = recipe.find("from") ? *recipe.find("from")->integer() : 0;
    for (int64_t i = from; i < from + times; ++i) {
      std::string one = text_of("each");
      replace_all(one, "<i+1>", std::to_string(i + 1));
      replace_all(one, "<i>", std::to_string(i));
      out += (i > from ? text_of("join") : "") + one;
    }
  }
  return out + text_of("then");
}

// The bytes that an attack case hands over.
inline std::string attack_input(Json attack) {
  if (auto input = attack.find("input")) return std::string(input->string());
  if (auto input = attack.find("input_base64")) return decode_base64(input->string());
  return expand_recipe(*attack.find("generate"));
}

// The lines of a JSONL file, each parsed.
inline std::vector<JsonDocument> read_json_lines(const std::filesystem::path& path) {
  std::vector<JsonDocument> documents;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (auto document = parse_json(line); document.ok()) documents.push_back(std::move(*document));
  }
  return documents;
}

}  // namespace keyway
