// Cases read and judged; see grammar_case.h. Tested by tests/runtime/grammar_case_test.cc.
#include "runtime/compile/grammar_case.h"

#include <algorithm>

#include "runtime/compile/kinds.h"
#include "schemas/json_schema/base.h"
#include "tools/text_acceptance.h"

namespace keyway {
namespace {

constexpr std::string_view kEnd = "</s>";
constexpr int64_t kMostTokens = 100'000;  // of a vocabulary in a case

Error bad_case(std::string message, std::string pointer, std::string allowed) {
  return fail(ErrorCode::kInvalid, std::move(message), std::move(pointer), {}, std::move(allowed));
}

// Spellings by id: a list, or an object from spelling to id; gaps are left empty.
Result<std::vector<std::string>> spellings(Json tokens, const std::string& pointer) {
  std::vector<std::string> out;
  const bool list = tokens.is_array();
  if (!list && !tokens.is_object()) return bad_case("tokens are a list or an object", pointer, "[\"<|tool|>\"], or {\"<[10]>\": 10}");
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto id = list ? std::optional<int64_t>(static_cast<int64_t>(i)) : tokens.at(i).integer();
    if (!id || *id < 0 || *id >= kMostTokens || (list && !tokens.at(i).is_string())) {
      return bad_case("this is no token", pointer_append(pointer, i), "a text with an id below 100000");
    }
    if (out.size() <= static_cast<size_t>(*id)) out.resize(static_cast<size_t>(*id) + 1);
    out[static_cast<size_t>(*id)] = list ? tokens.at(i).string() : tokens.key(i);
  }
  return out;
}

// The given tokens under their ids, then every byte that none of them is, then an end token where they have none. Of a
// vocabulary only <|texts like this|> are control tokens, of special tokens all are.
Result<std::shared_ptr<const Vocabulary>> vocabulary_of(const std::vector<std::string>& given, bool all_special) {
  std::vector<TokenEntry> entries;
  std::vector<TokenId> ends;
  for (const std::string& text : given) {
    const bool control = all_special || (text.starts_with("<|") && text.ends_with("|>"));
    const bool end = text == kEnd;
    if (end) ends.push_back(static_cast<TokenId>(entries.size()));
    entries.push_back({text, text.empty() ? TokenKind::kAbsent : control || end ? TokenKind::kSpecial : TokenKind::kText});
  }
  for (unsigned b = 0; b < 256; ++b) {
    const std::string byte(1, static_cast<char>(b));
    if (std::find(given.begin(), given.end(), byte) == given.end()) entries.push_back({byte, TokenKind::kText});
  }
  if (ends.empty()) {
    ends.push_back(static_cast<TokenId>(entries.size()));
    entries.push_back({std::string(kEnd), TokenKind::kSpecial});
  }
  return Vocabulary::create(std::move(entries), std::move(ends));
}

Result<std::string> kind_of(Json line) {
  const auto kind = line.find("kind");
  if (!kind || !kind->is_string()) return bad_case("a case has a kind", "/kind", "gbnf, ebnf, lark, structural_tag or regex");
  return std::string(kind->string() == "ebnf_xgrammar" ? "ebnf" : kind->string());
}

// The fields of a case that are options of keyway_compile.
std::string options_of(Json line) {
  std::string out;
  for (const char* field : {"dialect", "root", "named_grammars"}) {
    if (const auto value = line.find(field)) out += (out.empty() ? "" : ", ") + json_quote(field) + ": " + to_json_text(*value);
  }
  return "{" + out + "}";
}

}  // namespace

Result<std::shared_ptr<const Vocabulary>> case_vocabulary(Json line, std::shared_ptr<const Vocabulary> otherwise) {
  for (const char* field : {"vocab", "special_tokens"}) {
    const auto tokens = line.find(field);
    if (!tokens) continue;
    const auto given = spellings(*tokens, pointer_append("", field));
    if (!given.ok()) return given.error();
    return vocabulary_of(*given, std::string_view(field) == "special_tokens");
  }
  return otherwise;
}

Result<GrammarCase> GrammarCase::read(Json line, std::shared_ptr<const Vocabulary> vocabulary) {
  if (!line.is_object()) return bad_case("a case is an object", "", "{\"kind\", \"grammar\", ...}");
  const Result<std::string> kind = kind_of(line);
  if (!kind.ok()) return kind.error();
  const auto grammar = line.find("grammar");
  if (!grammar) return bad_case("a case has a grammar", "/grammar", "a text, or for structural tags an object");
  auto owned = case_vocabulary(line, std::move(vocabulary));
  if (!owned.ok()) return owned.error();
  const Result<CompileOptions> options = read_compile_options(options_of(line));
  if (!options.ok()) return options.error();
  GrammarCase out;
  out.vocabulary_ = std::move(*owned);
  out.counts_bytes_ = *kind == "lark" && options->dialect != "xgrammar";
  out.own_tokens_ = line.find("vocab") || line.find("special_tokens");
  out.arena_ = schema_arena(options->limits);
  Budget budget(options->limits.compile_fuel);
  out.arena_->set_budget(&budget);
  const std::string text = grammar->is_string() ? std::string(grammar->string()) : to_json_text(*grammar);
  const Result<KindRoot> root = compile_kind(*kind, {*out.arena_, text, *options, out.vocabulary_});
  if (!root.ok()) return root.error();
  if (out.arena_->exhausted()) return out.arena_->limit_error("compile_fuel");
  out.arena_->set_budget(nullptr);
  out.root_ = root->term;
  return out;
}

// Bytes taken.
size_t GrammarCase::read_text(TextAcceptance& reader, std::string_view text) const {
  if (!own_tokens_) return reader.read(text);
  for (size_t at = 0; at < text.size();) {
    std::optional<TokenId> token;
    for (TokenId id = 0; id < vocabulary_->size(); ++id) {
      const std::string_view spelling = vocabulary_->bytes(id);
      const bool longer = !spelling.empty() && (!token || spelling.size() > vocabulary_->bytes(*token).size());
      if (vocabulary_->kind(id) == TokenKind::kSpecial && longer && text.substr(at).starts_with(spelling)) token = id;
    }
    const size_t length = token ? vocabulary_->bytes(*token).size() : 1;
    const bool taken = token ? reader.read_token(*token) : reader.read_bytes(text.substr(at, length));
    if (!taken) return at;
    at += length;
  }
  return text.size();
}

Result<Acceptance> GrammarCase::judge_text(std::string_view text, size_t most_allowed) {
  TextAcceptance reader(*arena_, vocabulary_.get(), root_);
  if (!counts_bytes_) reader.count_nothing();
  Acceptance out;
  out.offset = read_text(reader, text);
  out.accepted = out.offset == text.size() && reader.accepted();
  out.allowed = reader.next_texts(most_allowed);
  if (arena_->exhausted()) return arena_->limit_error("mask_fuel");
  return out;
}

Result<Acceptance> GrammarCase::judge_tokens(std::span<const TokenId> tokens, size_t most_allowed) {
  TextAcceptance reader(*arena_, vocabulary_.get(), root_);
  Acceptance out;
  bool all = true, ended = false;
  for (size_t i = 0; i < tokens.size() && all; ++i) {
    const TokenId token = tokens[i];
    const bool known = token < vocabulary_->size() && !ended;
    ended = known && vocabulary_->is_end(token) && reader.accepted();
    all = ended || (known && reader.read_token(token));
    if (all) out.offset += vocabulary_->bytes(token).size();
  }
  out.accepted = all && reader.accepted();
  if (!ended) out.allowed = reader.next_texts(most_allowed);
  if (arena_->exhausted()) return arena_->limit_error("mask_fuel");
  return out;
}

}  // namespace keyway
