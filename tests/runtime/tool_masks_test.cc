// Masks of calls in every call format, bit for bit those of an oracle that tries every token by derivatives, along calls as
// they are rendered and along random ways that leave them.
//
// In the repository: under the default model's tokenizer. On demand: KEYWAY_MASKS_TOKENIZERS=FOLDER
//   build/keyway_test_runtime --gtest_filter='ToolMasks.*'
#include <gtest/gtest.h>

#include <random>

#include "grammar/matcher.h"
#include "runtime/compile/kinds.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json_schema/base.h"
#include "tests/runtime/mask_oracle.h"
#include "tools/render_calls.h"

namespace keyway {
namespace {

// Values of every kind, strings that may be empty, be bounded, or be taken for something else; names with a common beginning.
constexpr const char* kTools = R"([
  {"name": "find", "input_schema": {"type": "object", "additionalProperties": false, "required": ["city"], "properties": {
    "city": {"type": "string"}, "limit": {"type": ["integer", "string", "null"]}, "open": {"type": "boolean"}}}},
  {"name": "find_all", "input_schema": {"type": "object", "properties": {
    "text": {"type": ["string", "object", "boolean"], "maxLength": 12}, "kind": {"enum": ["a", "ab", "null", 3]}}, "required": ["text"]}},
  {"name": "sum", "input_schema": {"type": "object", "properties": {"parts": {"type": "array", "items": {"type": "string"}},
    "code": {"type": "string", "pattern": "^[a-z]{2,}<?$"}}, "required": ["parts"]}}])";
const std::vector<RenderedCall> kCalls = {{"find", R"({"city": "a <b> </parameter", "limit": 3})", {}},
                                          {"find_all", R"({"text": "null\n", "kind": "ab"})", {}},
                                          {"sum", R"({"parts": ["it's", "\"x\""], "code": "ab<"})", {}}};

struct Tools {
  std::shared_ptr<Grammar> grammar;
  TermArena* arena = nullptr;
  TermId root;
};

Tools compile(const std::string& format, const char* choice, const std::shared_ptr<const Vocabulary>& vocabulary) {
  Tools made;
  auto arena = schema_arena();
  const auto options = read_compile_options(R"({"call_format": ")" + format + R"(", "tool_choice": ")" + choice + "\"}");
  const auto root = compile_kind("tools", {*arena, kTools, *options, vocabulary});
  EXPECT_TRUE(root.ok()) << format << ": " << (root.ok() ? "" : root.error().to_string());
  if (!root.ok()) return made;
  made.arena = arena.get();
  made.root = root->term;
  made.grammar = *Grammar::create(vocabulary, std::move(arena), made.root);
  return made;
}

class Walk {
 public:
  Walk(const Tools& tools, const std::string& format)
      : format_(format),
        vocabulary_(tools.grammar->vocabulary()),
        matcher_(tools.grammar),
        oracle_(*tools.arena, vocabulary_, tools.root),
        words_(mask_words(vocabulary_.size())) {}

  // Compares the masks; false where one is wrong or the text has ended.
  bool compare() {
    EXPECT_TRUE(matcher_.mask(words_).ok());
    EXPECT_EQ(words_, oracle_.mask()) << format_ << " after " << text_;
    ++compared_;
    return !::testing::Test::HasFailure();
  }

  bool take(TokenId token) {
    text_ += vocabulary_.bytes(token);
    const auto taken = matcher_.accept(token);
    const bool expected = oracle_.take(token);
    EXPECT_TRUE(taken.ok() && *taken == expected) << format_ << " at the end of " << text_;
    return expected && !::testing::Test::HasFailure();
  }

  // One of the allowed tokens; of eight drawn the first with a mark, so that walks see more than the insides of strings.
  TokenId draw(std::mt19937& random) const {
    std::vector<TokenId> allowed;
    for (TokenId t = 0; t < vocabulary_.size(); ++t) {
      if (mask_test(words_.data(), t)) allowed.push_back(t);
    }
    TokenId token = 0;
    for (int tries = 0; tries < 8; ++tries) {
      token = allowed[random() % allowed.size()];
      if (vocabulary_.bytes(token).find_first_of("<>/'\"}],:)") != std::string_view::npos) break;
    }
    return token;
  }

  size_t compared() const { return compared_; }

 private:
  const std::string& format_;
  const Vocabulary& vocabulary_;
  Matcher matcher_;
  MaskOracle oracle_;
  std::vector<uint32_t> words_;
  std::string text_;
  size_t compared_ = 0;
};

// Along the first `steps` tokens, every fourth mask is compared, and then at random. Tokenizers that put blanks in front of a
// text, or for other characters, leave the call earlier.
size_t walk(const Tools& tools, const std::string& format, const std::vector<TokenId>& tokens, size_t steps, std::mt19937& random) {
  Walk walk(tools, format);
  for (size_t i = 0; i < std::min(steps, tokens.size()); ++i) {
    if (i % 4 == 0 && !walk.compare()) return walk.compared();
    if (!walk.take(tokens[i])) break;
  }
  for (int step = 0; step < 6; ++step) {
    if (!walk.compare()) break;
    const TokenId token = walk.draw(random);
    if (tools.grammar->vocabulary().is_end(token) || !walk.take(token)) break;
  }
  return walk.compared();
}

TEST(ToolMasks, EqualTheOraclesInEveryCallFormat) {
  for (const std::string& folder : mask_tokenizer_folders()) {
    const auto tokenizer = Tokenizer::open(folder);
    ASSERT_TRUE(tokenizer.ok()) << folder;
    std::mt19937 random(5);
    size_t compared = 0;
    for (const std::string& name : shipped_call_format_names()) {
      const auto format = *shipped_call_format(name);
      for (const char* choice : {"required", "auto"}) {
        const Tools tools = compile(name, choice, (*tokenizer)->vocabulary());
        for (const RenderedCall& call : kCalls) {
          const auto tokens = (*tokenizer)->encode(render_calls(*format, {call}));
          compared += walk(tools, name, tokens, random() % (tokens.size() + 1), random);
          if (HasFailure()) return;
        }
      }
    }
    EXPECT_GT(compared, 500u);
    std::printf("%s: %zu masks compared\n", folder.c_str(), compared);
  }
}

}  // namespace
}  // namespace keyway
