// Tokenizers and grammars of the C interface; see keyway.h.
#include "runtime/c_api/handles.h"
#include "runtime/compile/compile.h"

using keyway::c_api::guarded;
using keyway::c_api::report_error;

uint32_t keyway_version(void) { return KEYWAY_VERSION_MAJOR << 16 | KEYWAY_VERSION_MINOR << 8 | KEYWAY_VERSION_PATCH; }

int keyway_tokenizer_open(const char* path, keyway_tokenizer** out, char** error) {
  return guarded(error, [&] {
    auto opened = keyway::Tokenizer::open(path);
    if (!opened.ok()) return report_error(opened.error(), error);
    *out = new keyway_tokenizer{std::move(*opened)};
    return 0;
  });
}

uint32_t keyway_vocab_size(const keyway_tokenizer* tokenizer) {
  return static_cast<uint32_t>(tokenizer->tokenizer->vocabulary()->size());
}

void keyway_tokenizer_close(keyway_tokenizer* tokenizer) { delete tokenizer; }

int keyway_compile(keyway_tokenizer* tokenizer, const char* kind, const char* text, size_t text_bytes, const char* options,
                   keyway_grammar** out, char** error) {
  return guarded(error, [&] {
    auto compiled = keyway::compile_grammar(*tokenizer->tokenizer, kind, {text, text_bytes}, options == nullptr ? "" : options);
    if (!compiled.ok()) return report_error(compiled.error(), error);
    *out = new keyway_grammar{tokenizer->tokenizer, std::move(compiled->grammar),
                              std::make_shared<const std::string>(std::move(compiled->report)), compiled->max_rollback};
    return 0;
  });
}

char* keyway_report(const keyway_grammar* grammar) { return keyway::c_api::copied(*grammar->report); }

void keyway_grammar_release(keyway_grammar* grammar) { delete grammar; }
