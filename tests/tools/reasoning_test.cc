// Reasoning first: every sentence that is said of a thinking section, through the matcher and the reader.
#include <gtest/gtest.h>

#include "grammar/matcher.h"
#include "tools/call_parser.h"
#include "tools/tool_grammar.h"

namespace keyway {
namespace {

// Hermes over a tokenizer of single bytes, an end token, words that are text and tokens of its own.
class Reasoner {
 public:
  Reasoner(const std::vector<std::string>& words, const std::vector<std::string>& added, const ToolGrammarOptions& options) {
    std::vector<TokenEntry> entries;
    for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
    entries.push_back({"<end>", TokenKind::kSpecial});
    for (const std::string& word : words) entries.push_back({word, TokenKind::kText});
    for (const std::string& word : added) entries.push_back({word, TokenKind::kAdded});
    vocabulary_ = *Vocabulary::create(std::move(entries), {256});
    const auto bound = bind_call_format(*shipped_call_format("hermes"), vocabulary_lookup(*vocabulary_), true);
    plan_ = CallParserPlan::create(bound, {"f"});
    auto arena = std::make_unique<TermArena>();
    const ToolTerm tool{"f", arena->literal("{}")};
    const Result<TermId> root = tool_grammar(*arena, *bound, *vocabulary_, {&tool, 1}, options);
    if (!root.ok()) {
      error_ = root.error();
      return;
    }
    matcher_.emplace(*Grammar::create(vocabulary_, std::move(arena), *root));
  }

  // Takes the pieces, each as the token of that spelling where there is one and by its bytes else. False: not allowed.
  bool takes(const std::vector<std::string>& pieces) {
    matcher_->reset();
    for (const std::string& piece : pieces) {
      for (const TokenId token : tokens(piece)) {
        const bool allowed = in_mask(token);
        EXPECT_EQ(*matcher_->accept(token), allowed) << piece;
        if (!allowed) return false;
      }
    }
    return true;
  }
  bool accepts(const std::vector<std::string>& pieces) { return takes(pieces) && matcher_->can_end(); }

  // What the reader says of the same pieces: reasoning|content|calls|error.
  std::string read(const std::vector<std::string>& pieces) {
    std::string reasoning, content, calls;
    bool error = false;
    const CallSink sink = [&](const CallEvent& event) {
      if (event.kind == CallEventKind::kReasoning) reasoning += event.text;
      if (event.kind == CallEventKind::kContent) content += event.text;
      if (event.kind == CallEventKind::kCallBegin) calls += event.text;
      error |= event.kind == CallEventKind::kError;
    };
    CallParser parser(plan_);
    for (const std::string& piece : pieces) {
      for (const TokenId token : tokens(piece)) parser.feed_token(token, vocabulary_->bytes(token), sink);
    }
    parser.finish(sink);
    return reasoning + "|" + content + "|" + calls + "|" + (error ? "error" : "");
  }

  bool in_mask(TokenId token) {
    std::vector<uint32_t> words(mask_words(vocabulary_->size()));
    EXPECT_TRUE(matcher_->mask(words).ok());
    return mask_test(words.data(), token);
  }
  TokenId token(const std::string& spelling) const {
    for (TokenId id = 0; id < vocabulary_->size(); ++id) {
      if (vocabulary_->bytes(id) == spelling) return id;
    }
    return kNoToken;
  }
  Matcher& matcher() { return *matcher_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::vector<TokenId> tokens(const std::string& piece) const {
    if (const TokenId whole = token(piece); whole != kNoToken) return {whole};
    std::vector<TokenId> bytes;
    for (const char c : piece) bytes.push_back(static_cast<unsigned char>(c));
    return bytes;
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const CallParserPlan> plan_;
  std::optional<Matcher> matcher_;
  std::optional<Error> error_;
};

const std::vector<std::string> kOwned = {"<think>", "</think>", "<tool_call>", "</tool_call>"};
const std::string kCall = "\n{\"name\": \"f\", \"arguments\": {}}\n";

ToolGrammarOptions at_most(uint32_t tokens) {
  ToolGrammarOptions options;
  options.max_reasoning_tokens = tokens;
  return options;
}

TEST(Reasoning, IsFreeAndNoCallOpensInside) {
  Reasoner r({}, kOwned, {});
  const std::vector<std::string> inside = {"<think>", "so { ", "<tool_call>", "{bad", "</tool_call>", "\xE2\x82\xAC", "</think>"};
  EXPECT_TRUE(r.accepts(inside));
  EXPECT_EQ(r.read(inside), "so { <tool_call>{bad</tool_call>\xE2\x82\xAC|||");
  EXPECT_FALSE(r.accepts({"<think>", "so"})) << "a section that is begun is ended";
  EXPECT_FALSE(r.takes({"<think>", "<end>"}));
}

TEST(Reasoning, TheCallPartBeginsAfterIt) {
  Reasoner r({}, kOwned, {});
  const std::vector<std::string> whole = {"<think>", "so", "</think>", "\n\n", "<tool_call>", kCall, "</tool_call>"};
  EXPECT_TRUE(r.accepts(whole));
  EXPECT_EQ(r.read(whole), "so|\n\n|f|");
  EXPECT_FALSE(r.takes({"<think>", "so", "</think>", "<tool_call>", "bad"})) << "after it a call is exact";
  EXPECT_FALSE(r.takes({"<think>", "so", "</think>", "<think>"})) << "one section";
}

TEST(Reasoning, ItsEndInsideALongerTokenIsTaken) {
  // A tokenizer without tokens for the marks, whose text tokens hold them with what stands around.
  Reasoner r({".</think>", "</think>\n\n", "</think>Hi", "</think>\n<tool_call>", "</think><tool_call>x", "k></think"}, {}, {});
  EXPECT_TRUE(r.accepts({"<think>", "so", ".</think>"}));
  EXPECT_TRUE(r.accepts({"<think>", "so", "</think>\n\n"}));
  EXPECT_TRUE(r.accepts({"<think>", "so", "</think>Hi"}));
  EXPECT_TRUE(r.takes({"<thin", "k></think", ">"})) << "an end that begins in the token of the beginning";
  const std::vector<std::string> crossing = {"<think>", "so", "</think>\n<tool_call>", kCall, "</tool_call>"};
  EXPECT_TRUE(r.accepts(crossing)) << "one token ends the reasoning and opens the call";
  EXPECT_EQ(r.read(crossing), "so|\n|f|");
  EXPECT_FALSE(r.takes({"<think>", "so", "</think><tool_call>x"})) << "what the token opens is exact within the token";
  EXPECT_EQ(r.read({"<think>", "so", ".</think>", "Hi"}), "so.|Hi||");
  EXPECT_EQ(r.read({"<think>", "so", "</think>\n\n", "Hi"}), r.read({"<think>", "so", "</think>", "\n\n", "Hi"}));
}

TEST(Reasoning, IsBoundedInTokens) {
  for (const uint32_t most : {1u, 2u, 5u}) {
    Reasoner r({"aaaa"}, kOwned, at_most(most));
    std::vector<std::string> text = {"<think>"};
    for (uint32_t inside = 0; inside + 1 < most; ++inside) text.push_back("aaaa");
    ASSERT_TRUE(r.takes(text));
    EXPECT_FALSE(r.in_mask('a')) << "only its end is left";
    EXPECT_FALSE(r.in_mask(r.token("aaaa")));
    EXPECT_TRUE(r.in_mask(r.token("</think>")));
    text.push_back("</think>");
    for (const std::string& more : {std::string("<tool_call>"), kCall, std::string("</tool_call>")}) text.push_back(more);
    EXPECT_TRUE(r.accepts(text)) << "what comes after it is not bounded";
  }
}

TEST(Reasoning, ABoundHoldsWhereItsEndIsSpelledAndNeverComesToADeadEnd) {
  Reasoner r({"think", ">\n"}, {}, at_most(12));
  ASSERT_TRUE(r.takes({"<think>"}));
  uint32_t inside = 0;
  while (r.in_mask('a') && inside < 20) {
    ASSERT_TRUE(*r.matcher().accept('a'));
    ++inside;
  }
  EXPECT_EQ(inside, 8u) << "the end is four tokens: <, /, think, >";
  for (const char c : std::string("</")) ASSERT_TRUE(*r.matcher().accept(static_cast<TokenId>(c)));
  EXPECT_FALSE(r.in_mask('t')) << "spelled byte by byte it would not fit any more";
  ASSERT_TRUE(*r.matcher().accept(r.token("think")));
  ASSERT_TRUE(*r.matcher().accept('>'));
  EXPECT_TRUE(r.matcher().can_end());
}

TEST(Reasoning, ABoundThatHasNoRoomForTheEndIsRefused) {
  EXPECT_TRUE(Reasoner({}, kOwned, at_most(1)).error() == std::nullopt);
  const Reasoner none({}, kOwned, at_most(0)), spelled({}, {}, at_most(7));
  for (const Reasoner* r : {&none, &spelled}) {
    ASSERT_TRUE(r->error().has_value());
    EXPECT_EQ(r->error()->code, ErrorCode::kInvalid);
    EXPECT_EQ(r->error()->pointer, "max_reasoning_tokens");
  }
}

}  // namespace
}  // namespace keyway
