// Tokenizers and grammars of the C interface; see keyway.h. Tested by tests/runtime/c_api_test.cc.
#include "runtime/c_api/handles.h"
#include "runtime/chat/model_call_format.h"

using keyway::Result;
using keyway::c_api::GrammarParts;
using keyway::c_api::GrammarSource;
using keyway::c_api::guarded;
using keyway::c_api::LastReleased;
using keyway::c_api::missing;
using keyway::c_api::report_error;

namespace {

// `like` has the tokenizer that the grammar is compiled for: a keyway_tokenizer, or the parts of another grammar.
template <typename Like>
std::shared_ptr<const GrammarParts> parts_of(const Like& like, keyway::CompiledGrammar compiled,
                                             std::shared_ptr<const GrammarSource> source) {
  const size_t bytes = compiled.grammar->bytes();
  return std::make_shared<const GrammarParts>(
      GrammarParts{like.tokenizer, std::move(compiled), std::move(source), bytes, like.last_released});
}

Result<keyway::CompiledGrammar> compile(const std::shared_ptr<const keyway::Tokenizer>& tokenizer, const GrammarSource& source) {
  const auto find_format = [&tokenizer]() -> Result<std::shared_ptr<const keyway::CallFormat>> {
    auto found = keyway::model_call_format(*tokenizer);
    if (!found.ok()) return found.error();
    return std::move(found->format);
  };
  return keyway::compile_grammar(tokenizer->vocabulary(), source.kind, source.text, source.options, find_format);
}

}  // namespace

uint32_t keyway_version(void) { return KEYWAY_VERSION_MAJOR << 16 | KEYWAY_VERSION_MINOR << 8 | KEYWAY_VERSION_PATCH; }

int keyway_tokenizer_open(const char* path, keyway_tokenizer** out, char** error) {
  if (path == nullptr) return missing("path", error);
  if (out == nullptr) return missing("out", error);
  return guarded(error, [&] {
    auto opened = keyway::Tokenizer::open(path);
    if (!opened.ok()) return report_error(opened.error(), error);
    *out = new keyway_tokenizer(std::move(*opened));
    return 0;
  });
}

uint32_t keyway_vocab_size(const keyway_tokenizer* tokenizer) {
  return tokenizer == nullptr ? 0 : static_cast<uint32_t>(tokenizer->tokenizer->vocabulary()->size());
}

void keyway_tokenizer_close(keyway_tokenizer* tokenizer) {
  if (tokenizer == nullptr) return;
  tokenizer->last_released->close();
  delete tokenizer;
}

int keyway_compile(keyway_tokenizer* tokenizer, const char* kind, const char* text, size_t text_bytes, const char* options,
                   keyway_grammar** out, char** error) {
  if (tokenizer == nullptr) return missing("tokenizer", error);
  if (kind == nullptr) return missing("kind", error);
  if (text == nullptr && text_bytes > 0) return missing("text", error);
  if (out == nullptr) return missing("out", error);
  return guarded(error, [&] {
    const std::string_view whole = text == nullptr ? std::string_view() : std::string_view(text, text_bytes);
    auto source = std::make_shared<const GrammarSource>(GrammarSource{kind, std::string(whole), options == nullptr ? "" : options});
    auto compiled = compile(tokenizer->tokenizer, *source);
    if (!compiled.ok()) return report_error(compiled.error(), error);
    *out = new keyway_grammar(parts_of(*tokenizer, std::move(*compiled), std::move(source)));
    return 0;
  });
}

bool keyway_grammar::is_full(Use use) const {
  keyway::Grammar& grammar = *parts_->compiled.grammar;
  size_t bytes = grammar.bytes();
  // One that was large from the first on is no smaller when it is made again.
  if (bytes / 2 < parts_->bytes_at_first) return false;
  if (use == Use::kDevice) {  // terms alone are what ends a text, and the rows of a device have theirs
    (void)grammar.use([&](keyway::Automaton& automaton) { bytes = automaton.arena().bytes() / 7 * 4; });
  }
  return bytes > parts_->compiled.half_full_bytes;
}

std::shared_ptr<const GrammarParts> keyway_grammar::parts_to_open(Use use) const {
  std::lock_guard lock(mutex_);
  keyway::Grammar& grammar = *parts_->compiled.grammar;
  if (!parts_->source || (!is_full(use) && !grammar.has_half_made())) return parts_;
  auto compiled = compile(parts_->tokenizer, *parts_->source);
  if (compiled.ok()) parts_ = parts_of(*parts_, std::move(*compiled), parts_->source);
  return parts_;
}

int keyway_tools_extend(const keyway_grammar* grammar, const char* tools, size_t bytes, keyway_grammar** out, char** error) {
  if (grammar == nullptr) return missing("grammar", error);
  if (tools == nullptr) return missing("tools", error);
  if (out == nullptr) return missing("out", error);
  return guarded(error, [&] {
    const auto parts = grammar->parts();
    auto extended = keyway::extend_grammar(parts->tokenizer->vocabulary(), parts->compiled, {tools, bytes});
    if (!extended.ok()) return report_error(extended.error(), error);
    *out = new keyway_grammar(parts_of(*parts, std::move(*extended), nullptr));
    return 0;
  });
}

char* keyway_report(const keyway_grammar* grammar) {
  if (grammar == nullptr) return nullptr;
  char* text = nullptr;
  guarded(nullptr, [&] {
    text = keyway::c_api::copied(keyway::report_json(grammar->parts()->compiled.report));
    return 0;
  });
  return text;
}

void keyway_grammar_release(keyway_grammar* grammar) {
  if (grammar == nullptr) return;
  auto parts = grammar->take_parts();
  delete grammar;
  if (parts.use_count() > 1) return;  // goes with the matcher that still reads it
  if (parts->compiled.grammar->bytes() > LastReleased::kMostBytes) return;
  if (!parts->source || parts->source->text.size() > LastReleased::kMostText) return;
  const auto last_released = parts->last_released;
  last_released->keep(std::move(parts));
}
