// Cases of grammars with strings that must be accepted and rejected, and a judge over the matcher.
//
// A case is one JSON object per line: grammar, root, accept, reject, special_tokens, vocab, accept_tokens,
// reject_tokens, named_grammars. The vocabulary of a case has every byte, an end token and the tokens that it names.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grammar/matcher.h"
#include "schemas/json.h"

namespace keyway::test {

struct GrammarCase {
  JsonDocument document;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::map<std::string, TokenId> specials;  // spellings in strings that stand for one token

  Json field(std::string_view name) const { return document.root().find(name).value_or(Json()); }
  bool has(std::string_view name) const { return document.root().find(name).has_value(); }
  std::string text(std::string_view name) const {
    const std::optional<Json> value = document.root().find(name);
    return value && value->is_string() ? std::string(value->string()) : std::string();
  }
};

inline bool looks_special(std::string_view spelling) {
  return (spelling.starts_with("<|") && spelling.ends_with("|>")) || spelling == "</s>";
}

// Bytes and the end token come after the tokens that the case names.
inline void make_vocabulary(GrammarCase& grammar_case) {
  std::vector<TokenEntry> entries;
  std::optional<TokenId> end;
  const auto put = [&](size_t id, std::string bytes, TokenKind kind) {
    if (entries.size() <= id) entries.resize(id + 1, TokenEntry{"", TokenKind::kAbsent});
    entries[id] = {std::move(bytes), kind};
  };
  if (const auto vocab = grammar_case.document.root().find("vocab")) {
    for (size_t i = 0; i < vocab->size(); ++i) {
      const std::string spelling(vocab->at(i).string());
      if (spelling == "</s>") end = static_cast<TokenId>(i);
      put(i, spelling, looks_special(spelling) ? TokenKind::kSpecial : TokenKind::kText);
    }
  } else if (const auto specials = grammar_case.document.root().find("special_tokens")) {
    for (size_t i = 0; i < specials->size(); ++i) {
      const std::string spelling(specials->is_array() ? specials->at(i).string() : specials->key(i));
      const size_t id = specials->is_array() ? i : static_cast<size_t>(*specials->at(i).integer());
      put(id, spelling, TokenKind::kSpecial);
      grammar_case.specials[spelling] = static_cast<TokenId>(id);
    }
  }
  for (unsigned byte = 0; byte < 256; ++byte) entries.push_back({std::string(1, static_cast<char>(byte)), TokenKind::kText});
  if (!end) {
    entries.push_back({"<end of text>", TokenKind::kSpecial});
    end = static_cast<TokenId>(entries.size() - 1);
  }
  auto vocabulary = Vocabulary::create(std::move(entries), {*end});
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.error().to_string();
  grammar_case.vocabulary = *vocabulary;
}

// Where a text stands: false as soon as a token is not taken.
class GrammarJudge {
 public:
  GrammarJudge(const GrammarCase& grammar_case, std::shared_ptr<Grammar> grammar)
      : case_(grammar_case), matcher_(std::move(grammar)) {
    for (TokenId id = 0; id < case_.vocabulary->size(); ++id) {
      const std::string_view bytes = case_.vocabulary->bytes(id);
      if (case_.vocabulary->kind(id) == TokenKind::kText && bytes.size() == 1) byte_ids_[static_cast<uint8_t>(bytes[0])] = id;
    }
  }

  Result<bool> accepts(std::string_view text) {
    std::vector<TokenId> tokens;
    while (!text.empty()) {
      size_t taken = 1;
      TokenId id = byte_ids_[static_cast<uint8_t>(text[0])];
      for (const auto& [spelling, special] : case_.specials) {
        if (text.starts_with(spelling) && spelling.size() > taken) {
          taken = spelling.size();
          id = special;
        }
      }
      tokens.push_back(id);
      text.remove_prefix(taken);
    }
    return accepts(tokens);
  }

  Result<bool> accepts(const std::vector<TokenId>& tokens) {
    matcher_.reset();
    std::vector<uint32_t> words(mask_words(case_.vocabulary->size()));
    size_t steps = 0;
    for (const TokenId token : tokens) {
      if (steps++ < 3) {  // masks agree with what is taken
        const Status status = matcher_.mask(words);
        if (!status) return status.error();
      }
      const bool masked = steps > 3 || ((words[token / 32] >> (token % 32)) & 1) != 0;
      const Result<bool> taken = matcher_.accept(token);
      if (!taken) return taken.error();
      if (*taken != masked && steps <= 3) return fail(ErrorCode::kInvalid, "mask and accept disagree");
      if (!*taken) return false;
    }
    return matcher_.can_end();
  }

 private:
  const GrammarCase& case_;
  Matcher matcher_;
  std::map<uint8_t, TokenId> byte_ids_;
};

using Compile = std::function<Result<TermId>(TermArena&, const GrammarCase&)>;

inline Result<std::shared_ptr<Grammar>> compile_case(const GrammarCase& grammar_case, const Compile& compile) {
  auto arena = std::make_unique<TermArena>();
  Budget budget(arena->limits().compile_fuel);
  arena->set_budget(&budget);
  const Result<TermId> root = compile(*arena, grammar_case);
  if (!root) return root.error();
  arena->set_budget(nullptr);
  return Grammar::create(grammar_case.vocabulary, std::move(arena), *root);
}

// What is wrong with a case, one line each; empty where nothing is.
inline std::vector<std::string> judge_case(const GrammarCase& grammar_case, const Compile& compile) {
  std::vector<std::string> wrong;
  const auto grammar = compile_case(grammar_case, compile);
  if (!grammar) return {"not read: " + grammar.error().to_string()};
  GrammarJudge judge(grammar_case, *grammar);
  for (const auto& [name, expected] : {std::pair("accept", true), std::pair("reject", false)}) {
    const auto texts = grammar_case.document.root().find(name);
    for (size_t i = 0; texts && i < texts->size(); ++i) {
      const Result<bool> accepted = judge.accepts(texts->at(i).string());
      const std::string shown = json_quote(std::string(texts->at(i).string()).substr(0, 200));
      if (!accepted) wrong.push_back(shown + ": " + accepted.error().to_string());
      else if (*accepted != expected) wrong.push_back((*accepted ? "accepted: " : "rejected: ") + shown);
    }
    const auto tokens = grammar_case.document.root().find(std::string(name) + "_tokens");
    for (size_t i = 0; tokens && i < tokens->size(); ++i) {
      std::vector<TokenId> ids;
      for (size_t k = 0; k < tokens->at(i).size(); ++k) ids.push_back(static_cast<TokenId>(*tokens->at(i).at(k).integer()));
      const Result<bool> accepted = judge.accepts(ids);
      if (!accepted || *accepted != expected) wrong.push_back(std::string(name) + " tokens " + to_json_text(tokens->at(i)));
    }
  }
  return wrong;
}

// The folder of the shared grammars, or nothing.
inline std::optional<std::string> shared_grammars() {
  const char* set = std::getenv("KEYWAY_SHARED_DIR");
  const std::string folder = (set != nullptr ? std::string(set) : std::string(KEYWAY_SOURCE_DIR) + "/../shared") + "/data/grammars";
  if (std::filesystem::is_directory(folder)) return folder;
  return std::nullopt;
}

inline std::vector<GrammarCase> read_cases(const std::string& path) {
  std::vector<GrammarCase> cases;
  std::ifstream stream(path, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    Result<JsonDocument> document = parse_json(line);
    EXPECT_TRUE(document.ok()) << path;
    if (!document.ok()) continue;
    GrammarCase grammar_case;
    grammar_case.document = *document;
    make_vocabulary(grammar_case);
    cases.push_back(std::move(grammar_case));
  }
  return cases;
}

// Cases that we judge otherwise on purpose, with the reason.
using Differences = std::map<std::string, std::string>;

// Judges a whole file. KEYWAY_CASE picks one case. A difference that is none any more is a failure too.
inline void judge_file(const std::string& path, const Compile& compile, size_t least, const Differences& differences = {}) {
  const std::vector<GrammarCase> cases = read_cases(path);
  EXPECT_GE(cases.size(), least);
  const char* only = std::getenv("KEYWAY_CASE");
  for (const GrammarCase& grammar_case : cases) {
    if (only != nullptr && grammar_case.text("id") != only) continue;
    const std::vector<std::string> all_wrong = judge_case(grammar_case, compile);
    if (differences.contains(grammar_case.text("id"))) {
      EXPECT_FALSE(all_wrong.empty()) << grammar_case.text("id") << " is judged as stated";
      continue;
    }
    for (const std::string& wrong : all_wrong) ADD_FAILURE() << grammar_case.text("id") << " " << wrong;
  }
}

// Every refused case of the kind without `limit` is refused with a line and a column.
inline void judge_refused(const std::string& path, const std::string& kind, const Compile& compile, size_t least) {
  size_t seen = 0;
  for (const GrammarCase& grammar_case : read_cases(path)) {
    if (grammar_case.text("kind") != kind || grammar_case.has("limit")) continue;
    ++seen;
    TermArena arena;
    Budget budget(arena.limits().compile_fuel);
    arena.set_budget(&budget);
    const Result<TermId> root = compile(arena, grammar_case);
    EXPECT_FALSE(root.ok()) << grammar_case.text("id") << " " << grammar_case.text("why");
    const std::string shown = root.ok() ? "" : root.error().to_string();
    EXPECT_TRUE(root.ok() || root.error().pointer.starts_with("line ")) << grammar_case.text("id") << shown;
  }
  EXPECT_GE(seen, least);
}

}  // namespace keyway::test
