// The tokenizer as a whole: what a grammar sees, text from outside, templates around a text, refusals with places.
#include "runtime/tokenizer/tokenizer.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

using Ids = std::vector<TokenId>;

const std::string kModel = R"("model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"<s>":3,"<unk>":4},"merges":["a b"],
                              "unk_token":"<unk>"})";
const std::string kAdded = R"("added_tokens":[{"id":3,"content":"<s>","special":true},{"id":6,"content":"<call>"},
                              {"id":7,"content":"\n\n"},{"id":8,"content":"","special":true}])";

std::shared_ptr<const Tokenizer> parse(const std::string& json) {
  const auto made = Tokenizer::parse(json);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().to_string());
  return made.ok() ? *made : nullptr;
}

Error refusal(const std::string& json) {
  const auto made = Tokenizer::parse(json);
  EXPECT_FALSE(made.ok()) << json;
  return made.ok() ? Error{} : made.error();
}

TEST(Tokenizer, VocabularyTellsTextFromControlFromGaps) {
  const auto tokenizer = parse("{" + kAdded + "," + kModel + "}");
  const Vocabulary& vocabulary = *tokenizer->vocabulary();
  ASSERT_EQ(vocabulary.size(), 8u) << "an added token without content is left out";
  EXPECT_EQ(vocabulary.kind(2), TokenKind::kText);
  EXPECT_EQ(vocabulary.kind(3), TokenKind::kSpecial);
  EXPECT_EQ(vocabulary.kind(4), TokenKind::kSpecial) << "the unknown token stands for no text";
  EXPECT_EQ(vocabulary.kind(5), TokenKind::kAbsent);
  EXPECT_EQ(vocabulary.kind(6), TokenKind::kAdded);
  EXPECT_EQ(vocabulary.kind(7), TokenKind::kText) << "white space is text, added or not";
  EXPECT_EQ(vocabulary.bytes(7), "\n\n");
  EXPECT_EQ(vocabulary.find("<call>"), 6u);
  EXPECT_TRUE(tokenizer->is_special(3));
  EXPECT_FALSE(tokenizer->is_special(6));
  EXPECT_FALSE(tokenizer->is_special(1000));
  EXPECT_EQ(tokenizer->id_of("ab"), 2u);
  EXPECT_EQ(tokenizer->id_of("<call>"), 6u);
  EXPECT_EQ(tokenizer->id_of("nothing"), std::nullopt);
  EXPECT_EQ(tokenizer->unk_token(), "<unk>");
}

TEST(Tokenizer, BytesAreThoseOfTheText) {
  const auto byte_level = parse(R"({"decoder":{"type":"ByteLevel"},"pre_tokenizer":{"type":"ByteLevel"},
                                    "model":{"type":"BPE","vocab":{"\u0120a":0,"\u00e9":1},"merges":[]}})");
  EXPECT_EQ(byte_level->token_bytes(0), " a");
  EXPECT_EQ(byte_level->token_bytes(1), "\xE9");
  EXPECT_EQ(byte_level->vocabulary()->bytes(1), "\xE9");
  const auto fallback = parse(R"({"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},
      "content":" "},{"type":"ByteFallback"}]},"model":{"type":"BPE","vocab":{"\u2581a":0,"<0xE9>":1},"merges":[]}})");
  EXPECT_EQ(fallback->token_bytes(0), " a");
  EXPECT_EQ(fallback->vocabulary()->bytes(1), "\xE9");
}

TEST(Tokenizer, TextFromOutsideGetsNoAddedTokens) {
  const auto tokenizer = parse("{" + kAdded + "," + kModel + "}");
  EXPECT_EQ(tokenizer->encode("ab<s><call>\n\nb"), (Ids{2, 3, 6, 7, 1}));
  EXPECT_EQ(tokenizer->encode_plain("ab<s>\n\nb"), (Ids{2, 4, 4, 4, 7, 1}));
}

TEST(Tokenizer, AWordThatReadsLikeAControlTokenIsNoneInTextFromOutside) {
  const auto tokenizer = parse(R"({"added_tokens":[{"id":3,"content":"<s>","special":true}],
      "model":{"type":"BPE","ignore_merges":true,"vocab":{"<":0,"s":1,">":2,"<s>":3,"<s":4},"merges":["< s","<s >"]}})");
  EXPECT_EQ(tokenizer->encode("<s>"), (Ids{3}));
  EXPECT_EQ(tokenizer->encode_plain("<s>"), (Ids{0, 1, 2}));
}

TEST(Tokenizer, TemplateStandsAroundATextWhenAsked) {
  const auto tokenizer = parse("{" + kAdded + "," + kModel + R"(,"post_processor":{"type":"Sequence","processors":[
      {"type":"ByteLevel"},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
      {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"e","type_id":0}}],
      "special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]},"e":{"id":"e","ids":[6,7],"tokens":["x","y"]}}}]}})");
  EXPECT_EQ(tokenizer->encode("ab", true), (Ids{3, 2, 6, 7}));
  EXPECT_EQ(tokenizer->encode("ab"), (Ids{2}));
}

TEST(Tokenizer, IllFormedTextIsReadWithReplacementCharacters) {
  const auto tokenizer = parse(R"({"model":{"type":"BPE","vocab":{"a":0,"\ufffd":1},"merges":[]}})");
  EXPECT_EQ(tokenizer->encode("a\xFF\xE2\x82" "a"), (Ids{0, 1, 1, 1, 0}));
}

TEST(Tokenizer, EndTokensComeFromTheFirstSourceThatHasAny) {
  const std::string json = R"({"added_tokens":[{"id":3,"content":"<s>","special":true},
      {"id":9,"content":"<|im_end|>","special":true}],)" + kModel + "}";
  EXPECT_EQ((*Tokenizer::parse(json))->end_tokens(), (Ids{9})) << "by its spelling";
  TokenizerExtras extras;
  extras.end_spellings = {"<s>"};
  EXPECT_EQ((*Tokenizer::parse(json, extras))->end_tokens(), (Ids{3}));
  extras.end_ids = {9, 3};
  EXPECT_EQ((*Tokenizer::parse(json, extras))->end_tokens(), (Ids{9, 3}));
  extras.end_ids = {5000};
  EXPECT_FALSE(Tokenizer::parse(json, extras).ok());
}

struct Refused {
  const char* json;
  ErrorCode code;
  const char* pointer;
};

TEST(Tokenizer, RefusesByNameAndPlace) {
  const Refused cases[] = {
      {"", ErrorCode::kSyntax, "line 1, column 1"},
      {"[]", ErrorCode::kInvalid, "the whole file"},
      {"{\"model\":\n{]}", ErrorCode::kSyntax, "line 2, column 2"},
      {R"({"added_tokens":[]})", ErrorCode::kInvalid, "the whole file"},
      {R"({"model":{"type":"WordPiece"}})", ErrorCode::kUnsupported, "/model/type"},
      {R"({"model":{"vocab":{},"merges":[]}})", ErrorCode::kInvalid, "/model/vocab"},
      {R"({"model":{"vocab":{"a/b":-1},"merges":[]}})", ErrorCode::kInvalid, "/model/vocab/a~1b"},
      {R"({"model":{"vocab":{"a":1048575},"merges":[]}})", ErrorCode::kInvalid, "/model/vocab/a"},
      {R"({"model":{"vocab":{"a":0,"b":0},"merges":[]}})", ErrorCode::kInvalid, "/model/vocab/b"},
      {R"({"model":{"vocab":{"a":0},"merges":["a"]}})", ErrorCode::kInvalid, "/model/merges/0"},
      {R"({"model":{"vocab":{"a":0},"merges":["a a a"]}})", ErrorCode::kInvalid, "/model/merges/0"},
      {R"({"model":{"vocab":{"a":0},"merges":[["a"]]}})", ErrorCode::kInvalid, "/model/merges/0"},
      {R"({"model":{"vocab":{"a":0},"merges":["a a"]}})", ErrorCode::kInvalid, "/model/merges/0"},
      {R"({"model":{"vocab":{"a":0},"merges":[],"dropout":0.5}})", ErrorCode::kUnsupported, "/model/dropout"},
      {R"({"model":{"vocab":{"a":0},"merges":[],"end_of_word_suffix":"</w>"}})", ErrorCode::kUnsupported,
       "/model/end_of_word_suffix"},
      {R"({"model":{"vocab":{"a":0},"merges":[],"unk_token":"u"}})", ErrorCode::kInvalid, "/model/unk_token"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled"}]}})",
       ErrorCode::kUnsupported, "/normalizer/normalizers/0"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":{}})", ErrorCode::kInvalid, "/normalizer"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"BertPreTokenizer"}})",
       ErrorCode::kUnsupported, "/pre_tokenizer"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}})",
       ErrorCode::kSyntax, "/pre_tokenizer/pattern/Regex"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"String":""},"behavior":"Isolated"}})",
       ErrorCode::kUnsupported, "/pre_tokenizer/pattern/String"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Best"}})",
       ErrorCode::kInvalid, "/pre_tokenizer/behavior"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"decoder":{"type":"WordPiece"}})", ErrorCode::kUnsupported, "/decoder"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"decoder":{"type":"Sequence","decoders":[{"type":"ByteLevel"},{"type":"ByteFallback"}]}})",
       ErrorCode::kUnsupported, "/decoder/decoders/1"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"post_processor":{"type":"BertProcessing"}})", ErrorCode::kUnsupported,
       "/post_processor"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"added_tokens":[{"content":"x"}]})", ErrorCode::kInvalid,
       "/added_tokens/0"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"added_tokens":[{"id":0,"content":"x"}]})", ErrorCode::kInvalid,
       "/added_tokens/0"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":{"type":"Strip"},"added_tokens":[{"id":1,"content":" ","normalized":true}]})",
       ErrorCode::kUnsupported, "/added_tokens/0"},
  };
  for (const Refused& expected : cases) {
    const Error error = refusal(expected.json);
    EXPECT_EQ(error_code_name(error.code), error_code_name(expected.code)) << expected.json << "\n" << error.to_string();
    EXPECT_EQ(error.pointer, expected.pointer) << expected.json;
    EXPECT_FALSE(error.message.empty());
  }
}

}  // namespace
}  // namespace keyway
