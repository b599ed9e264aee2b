// Decoding: joined bytes, runs of byte tokens, stripping, and the incremental decoder on broken text.
#include <gtest/gtest.h>

#include <random>

#include "grammar/utf8.h"
#include "runtime/tokenizer/byte_level.h"
#include "runtime/tokenizer/stream_decoder.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json.h"

namespace keyway {
namespace {

using Ids = std::vector<TokenId>;

std::shared_ptr<const Tokenizer> parse(const std::string& json) {
  const auto made = Tokenizer::parse(json);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().to_string());
  return made.ok() ? *made : nullptr;
}

// A byte-level tokenizer whose token i is the byte i.
std::shared_ptr<const Tokenizer> byte_tokenizer() {
  std::string vocabulary;
  for (int byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    vocabulary += (byte ? "," : "") + json_quote(byte_level_encode({&text, 1})) + ":" + std::to_string(byte);
  }
  return parse(R"({"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"},
                   "model":{"type":"BPE","vocab":{)" + vocabulary + R"(},"merges":[]}})");
}

// Tokens: 0..255 <0xNN>, 256 "\u2581a", 257 "\u2581", 258 "b", 259 the control token <s>.
std::shared_ptr<const Tokenizer> fallback_tokenizer(const std::string& strip) {
  std::string vocabulary;
  char name[8];
  for (int byte = 0; byte < 256; ++byte) {
    std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(byte));
    vocabulary += json_quote(name) + ":" + std::to_string(byte) + ",";
  }
  return parse(R"({"added_tokens":[{"id":259,"content":"<s>","special":true}],
      "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},
        {"type":"ByteFallback"},{"type":"Fuse"},)" + strip + R"(]},
      "model":{"type":"BPE","byte_fallback":true,"vocab":{)" + vocabulary +
               R"("\u2581a":256,"\u2581":257,"b":258},"merges":[]}})");
}

std::string stream(const Tokenizer& tokenizer, const Ids& ids) {
  StreamDecoder decoder(tokenizer);
  std::string text;
  for (TokenId id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

TEST(TokenizerDecode, IllFormedBytesBecomeOneReplacementForEachMaximalPart) {
  const auto tokenizer = byte_tokenizer();
  // Table 3-8 of the Unicode standard, and the ends of the ranges.
  EXPECT_EQ(tokenizer->decode(Ids{0x61, 0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62, 0x80, 0x63, 0x80, 0xBF, 0x64}),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xEF\xBF\xBD\xEF\xBF\xBD" "d");
  EXPECT_EQ(tokenizer->decode(Ids{0xED, 0xA0, 0x80}), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(tokenizer->decode(Ids{0xF4, 0x90, 0x41}), "\xEF\xBF\xBD\xEF\xBF\xBD" "A");
  EXPECT_EQ(tokenizer->decode(Ids{0xE2, 0x82}), "\xEF\xBF\xBD");
}

TEST(TokenizerDecode, StreamsEveryStringOfThreeAwkwardBytesAsItDecodes) {
  const auto tokenizer = byte_tokenizer();
  const Ids awkward = {0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0,
                       0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
  for (TokenId a : awkward) {
    for (TokenId b : awkward) {
      for (TokenId c : awkward) {
        StreamDecoder decoder(*tokenizer);
        std::string text;
        for (TokenId id : {a, b, c}) {
          const std::string added = decoder.push(id);
          ASSERT_TRUE(is_utf8(added));
          text += added;
        }
        ASSERT_EQ(text + decoder.finish(), tokenizer->decode(Ids{a, b, c}));
      }
    }
  }
}

TEST(TokenizerDecode, EmitsACharacterWithItsLastByte) {
  const auto tokenizer = byte_tokenizer();
  StreamDecoder decoder(*tokenizer);
  EXPECT_EQ(decoder.push(0xE2), "");
  EXPECT_EQ(decoder.push(0x82), "");
  EXPECT_EQ(decoder.push(0xAC), "\xE2\x82\xAC");
  EXPECT_EQ(decoder.push(0x41), "A");
  EXPECT_EQ(decoder.finish(), "");
}

TEST(TokenizerDecode, ARunOfByteTokensIsTextOnlyAsAWhole) {
  const auto tokenizer = fallback_tokenizer(R"({"type":"Strip","content":" ","start":1,"stop":0})");
  EXPECT_EQ(tokenizer->decode(Ids{256, 0xE2, 0x82, 0xAC, 258}), "a\xE2\x82\xAC" "b");
  EXPECT_EQ(tokenizer->decode(Ids{256, 0xE2, 0x82, 0xAC, 0xFF, 258}),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "b");
  StreamDecoder decoder(*tokenizer);
  EXPECT_EQ(decoder.push(0x41), "") << "the next token may spoil it";
  EXPECT_EQ(decoder.push(258), "Ab");
}

TEST(TokenizerDecode, StripsBlanksAtTheEndsOfTheWholeText) {
  const auto tokenizer = fallback_tokenizer(R"({"type":"Strip","content":" ","start":1,"stop":2})");
  EXPECT_EQ(tokenizer->decode(Ids{257, 256, 257, 256, 257, 257, 257}), " a  a ");
  EXPECT_EQ(tokenizer->decode(Ids{257, 257, 258}), " b");
  std::mt19937 random(6);
  for (int round = 0; round < 500; ++round) {
    Ids ids(random() % 8);
    for (TokenId& id : ids) id = random() % 3 == 0 ? 0x20 + random() % 3 : 255 + static_cast<TokenId>(random() % 5);
    ASSERT_EQ(stream(*tokenizer, ids), tokenizer->decode(ids));
  }
}

TEST(TokenizerDecode, SkipsControlTokensAndWhatIsNoToken) {
  const auto tokenizer = fallback_tokenizer(R"({"type":"Strip","content":" ","start":1,"stop":0})");
  EXPECT_EQ(tokenizer->decode(Ids{259, 256, 259, 258}), "<s> a<s>b");
  EXPECT_EQ(tokenizer->decode(Ids{259, 256, 259, 258}, true), "ab");
  EXPECT_EQ(tokenizer->decode(Ids{5000, 256, kNoToken, 258}), "ab");
  EXPECT_EQ(tokenizer->decode(Ids{}), "");
}

TEST(TokenizerDecode, WithoutADecoderTokensAreJoinedWithBlanks) {
  const auto tokenizer = parse(R"({"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}})");
  EXPECT_EQ(tokenizer->decode(Ids{0, 1, 1}), "a b b");
}

TEST(TokenizerDecode, MetaspaceDropsTheBlanksOfTheFirstToken) {
  const std::string head = R"({"decoder":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":)";
  const std::string tail = R"(},"model":{"type":"BPE","vocab":{"\u2581a":0,"\u2581\u2581":1},"merges":[]}})";
  EXPECT_EQ(parse(head + R"("always")" + tail)->decode(Ids{0, 0, 1}), "a a  ");
  EXPECT_EQ(parse(head + R"("always")" + tail)->decode(Ids{1, 0}), " a");
  EXPECT_EQ(parse(head + R"("never")" + tail)->decode(Ids{0, 0}), " a a");
}

}  // namespace
}  // namespace keyway
