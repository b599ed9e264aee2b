// What the chat template tests share: files, the fixed clock, and rendering a case of variables given as JSON.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/shared_data.h"
#include "tools/chat_template/chat_template.h"

namespace keyway {

inline std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// 2025-06-15 09:30:00, a Sunday.
inline std::tm fixed_clock() {
  std::tm now{};
  now.tm_year = 125;
  now.tm_mon = 5;
  now.tm_mday = 15;
  now.tm_hour = 9;
  now.tm_min = 30;
  now.tm_wday = 0;
  now.tm_yday = 165;
  return now;
}

// Renders a template with the members of `variables` (an object); tools is undefined where it is not a member.
inline Result<std::string> render_with(std::string_view text, Json variables, const TemplateLimits& limits = {}) {
  const Result<ChatTemplate> parsed = ChatTemplate::parse(text, limits);
  if (!parsed.ok()) return parsed.error();
  TemplateInput input;
  input.now = fixed_clock();
  for (size_t i = 0; i < variables.size(); ++i) {
    const std::string_view name = variables.key(i);
    if (name == "messages") {
      input.messages = variables.at(i);
    } else if (name == "tools") {
      input.tools = variables.at(i);
    } else if (name == "documents") {
      input.documents = variables.at(i);
    } else if (name == "add_generation_prompt") {
      input.add_generation_prompt = variables.at(i).is_true();
    } else {
      input.extra.emplace_back(std::string(name), variables.at(i));
    }
  }
  if (!variables.find("messages")) {
    static const JsonDocument empty = *parse_json("[]");
    input.messages = empty.root();
  }
  return parsed->render(input);
}

inline Result<std::string> render_with(std::string_view text, const std::string& variables,
                                       const TemplateLimits& limits = {}) {
  const Result<JsonDocument> document = parse_json(variables);
  if (!document.ok()) return document.error();
  return render_with(text, document->root(), limits);
}

// The output, or "error: " and the message.
inline std::string rendered(std::string_view text, const std::string& variables = "{}") {
  const Result<std::string> result = render_with(text, variables);
  return result.ok() ? *result : "error: " + result.error().message;
}

// 64-bit FNV-1a, as tests/tools/data/make_chat_template_golden.py writes it.
inline uint64_t fingerprint(std::string_view text) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace keyway
