// Fuzz target of finding a call format: any chat template either names one format or is refused in words, with and without
// a tokenizer that owns the delimiters, and the finding is the same again.
//
// The input: a byte for the tokenizer, then the template.
// Finds are kept in tests/fuzz/regressions/find_call_format, seeds in tests/fuzz/seeds/find_call_format.
// Tested by the replay test fuzz.find_call_format.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/fuzz.h"
#include "tools/find_call_format.h"

using keyway::fuzz::check;

namespace {

constexpr const char* kOwned[] = {"<tool_call>", "</tool_call>", "<think>", "</think>", "[TOOL_CALLS]", "<|python_tag|>"};

std::shared_ptr<const keyway::Vocabulary> owner_of_delimiters() {
  std::vector<keyway::TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), keyway::TokenKind::kText});
  entries.push_back({"<end>", keyway::TokenKind::kSpecial});
  for (const char* spelling : kOwned) entries.push_back({spelling, keyway::TokenKind::kAdded});
  return *keyway::Vocabulary::create(std::move(entries), {256});
}

std::vector<keyway::TokenId> encode(std::string_view text) {
  std::vector<keyway::TokenId> tokens;
  while (!text.empty()) {
    keyway::TokenId token = static_cast<unsigned char>(text[0]);
    size_t length = 1;
    for (keyway::TokenId i = 0; i < std::size(kOwned); ++i) {
      if (!text.starts_with(kOwned[i])) continue;
      token = 257 + i;
      length = std::string_view(kOwned[i]).size();
    }
    tokens.push_back(token);
    text.remove_prefix(length);
  }
  return tokens;
}

std::string words_of(const keyway::Result<keyway::FoundFormat>& found) {
  if (!found.ok()) return found.error().to_string();
  return found->format->name + (found->read_back ? " read back" : " told");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const auto vocabulary = owner_of_delimiters();
  if (size_bytes == 0) return 0;
  keyway::ModelMarks marks;
  marks.chat_template = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  marks.variables = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
  if (data[0] % 2 == 1) {
    marks.vocabulary = vocabulary.get();
    marks.encode = encode;
  }
  const auto found = keyway::find_call_format(marks);
  if (!found.ok()) keyway::fuzz::check_error(found.error());
  check(!found.ok() || found->format != nullptr);
  check(words_of(found) == words_of(keyway::find_call_format(marks)));
  return 0;
}
