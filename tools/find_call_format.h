// The call format of a model that names none: found by what its chat template writes, and by its added tokens.
//
// Entry points: find_call_format. A conversation with one call is rendered through the template, with arguments as an
// object and as text, and each format reads the answer back; a template that does not write calls, or writes them in another
// layout than the model does, is told by the texts of CallFormat::told_by, or by what commits to a call.
// Invariant: a format is given only where exactly one fits; otherwise the error names those that were tried.
// Thread safety: a free function. Tested by tests/tools/find_call_format_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammar/vocabulary.h"
#include "tools/call_format.h"
#include "tools/chat_template/chat_template.h"

namespace keyway {

// What is known of a model. The views stay valid during the call.
struct ModelMarks {
  std::string_view chat_template;
  std::vector<std::pair<std::string, std::string>> variables;  // bos_token, eos_token, ...: what the template sees
  // The tokenizer. Without it delimiters are read as they are spelled, and added tokens do not count.
  const Vocabulary* vocabulary = nullptr;
  std::function<std::vector<TokenId>(std::string_view)> encode;  // Requires: set where there is a vocabulary
};

struct FoundFormat {
  std::shared_ptr<const CallFormat> format;
  bool read_back = false;  // a call that the template wrote was read by the format; false: told by the template's text
};

using CallFormats = std::vector<std::shared_ptr<const CallFormat>>;

// Errors: those of ChatTemplate::parse; kNotFound where no format fits, or several do alike; `allowed` names the formats.
Result<FoundFormat> find_call_format(const ModelMarks& marks, const CallFormats& formats);

// Among those that Keyway ships.
Result<FoundFormat> find_call_format(const ModelMarks& marks);

}  // namespace keyway
