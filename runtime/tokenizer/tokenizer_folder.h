// The files beside tokenizer.json: end tokens, control tokens, chat templates.
//
// Entry points: read_tokenizer_extras. Every file is optional; one that is there must be sound.
// Tested by tests/runtime/tokenizer_folder_test.cc.
#pragma once

#include <filesystem>
#include <string>

#include "grammar/error.h"
#include "runtime/tokenizer/tokenizer.h"

namespace keyway {

Result<TokenizerExtras> read_tokenizer_extras(const std::filesystem::path& folder);

// The whole file. Errors: kNotFound, kIo, kLimit above `limit_bytes`.
Result<std::string> read_tokenizer_file(const std::filesystem::path& file, size_t limit_bytes);

}  // namespace keyway
