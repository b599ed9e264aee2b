// Arguments in Python's, marked and raw forms come out as JSON of the same value, at every split; malformed ones do not.
#include <gtest/gtest.h>

#include <random>

#include "schemas/json.h"
#include "tools/literal_reader.h"
#include "tools/raw_value_reader.h"

namespace keyway {
namespace {

constexpr std::string_view kMarkText = "<escape>";

// A value in another form, and the same as JSON.
struct Spelled {
  std::string text, json;
};

class Values {
 public:
  Values(uint32_t seed, bool python) : random(seed), python_(python) {}

  Spelled arguments() { return object(0); }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random() % n); }

 private:
  std::string space() {
    static const std::string kSpaces[] = {"", "", " ", "\n\t", "\r "};
    return python_ ? kSpaces[below(5)] : "";
  }

  // Python lets a comma stand behind the last of several things.
  std::string last_comma(bool any) {
    return python_ && any && below(3) == 0 ? "," + space() : "";
  }

  std::string characters() {
    static const std::string kPieces[] = {"a", "Z", "9", " ", "\"", "'", "\\", "\n", "\t", "\x01", "{", "]", ",", ":",
                                          "<", "<esc", "<escape", ">", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    std::string out;
    for (uint32_t n = below(5); n > 0; --n) out += kPieces[below(std::size(kPieces))];
    return (out + std::string(kMarkText)).find(kMarkText) == out.size() ? out : "a";
  }

  // One spelling of each character among those that Python has.
  std::string python_string(const std::string& value) {
    const char quote = below(2) ? '"' : '\'';
    std::string out(1, quote);
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string_view rest = std::string_view(value).substr(i);
      if (rest.starts_with("\xE2\x82\xAC") && below(2)) {
        out += "\\u20aC";
        i += 2;
      } else if (rest.starts_with("\xF0\x9F\x98\x80") && below(2)) {
        out += "\\U0001f600";
        i += 3;
      } else if (rest[0] == quote || rest[0] == '\\') out += std::string("\\") + rest[0];
      else if (rest[0] == '\n') out += "\\n";
      else if (rest[0] == '\t') out += below(2) ? "\\t" : below(2) ? "\\x09" : "\\011";
      else if (rest[0] == '\x01') out += below(2) ? "\\x01" : "\\u0001";
      else out += rest[0];
    }
    return out + quote;
  }

  Spelled string() {
    const std::string value = characters();
    const std::string mark(kMarkText);
    return {python_ ? python_string(value) : mark + value + mark, json_quote(value)};
  }

  Spelled scalar() {
    static const char* const kWords[][2] = {{"True", "true"}, {"False", "false"}, {"None", "null"}};
    static const char* const kNumbers[] = {"0", "-7", "12.50", "1e5", "-2.5E-3", "123456789012345678901"};
    if (below(3) == 0) {
      const auto& word = kWords[below(3)];
      return {word[python_ ? 0 : 1], word[1]};
    }
    if (below(2)) return string();
    const char* const number = kNumbers[below(std::size(kNumbers))];
    return {number, number};
  }

  Spelled value(uint32_t depth) {
    if (depth > 2 || below(3)) return scalar();
    return below(2) ? object(depth) : array(depth);
  }

  Spelled array(uint32_t depth) {
    Spelled out{"[" + space(), "["};
    for (uint32_t i = 0, n = below(3); i < n; ++i) {
      const Spelled item = value(depth + 1);
      out.text += (i > 0 ? "," : "") + space() + item.text + space();
      out.json += (i > 0 ? ", " : "") + item.json;
    }
    return {out.text + last_comma(out.json.size() > 1) + "]", out.json + "]"};
  }

  Spelled object(uint32_t depth) {
    const bool keywords = python_ && depth == 0;
    Spelled out{keywords ? "(" : "{", "{"};
    for (uint32_t i = 0, n = below(4); i < n; ++i) {
      const Spelled item = value(depth + 1);
      const std::string bare = (below(2) ? "k_\xC3\xBC" : "K") + std::to_string(i);
      const std::string key = python_ && !keywords ? python_string(bare) : bare;
      out.text += (i > 0 ? "," : "") + space() + key + space() + (keywords ? "=" : ":") + space() + item.text + space();
      out.json += (i > 0 ? ", " : "") + json_quote(bare) + ": " + item.json;
    }
    return {out.text + last_comma(out.json.size() > 1) + (keywords ? ")" : "}"), out.json + "}"};
  }

  std::mt19937 random;
  bool python_;
};

constexpr const char* kRefused = "refused";

// Pieces of `first` bytes and then of `piece`. Where it is not the whole text that is read: kRefused.
std::string read_literals(ArgumentStyle style, std::string_view text, size_t first, size_t piece) {
  ArgumentOutput out(16);
  out.reset();
  LiteralReader reader;
  reader.reset(style, kMarkText);
  size_t at = 0;
  for (size_t length = first; at < text.size() && reader.verdict() == LiteralReader::Verdict::kMore; length = piece) {
    const std::string_view bytes = text.substr(at, length);
    const size_t taken = reader.feed(bytes, out);
    if (taken < bytes.size() && reader.verdict() == LiteralReader::Verdict::kMore) return "stuck";
    at += taken;
  }
  const bool done = reader.verdict() == LiteralReader::Verdict::kDone && at == text.size();
  return done ? out.piece() : kRefused;
}

std::string as_json(const std::string& text) {
  const auto document = parse_json(text);
  return document.ok() ? to_json_text(document->root()) : "no JSON: " + text;
}

TEST(ArgumentReaders, LiteralsComeOutAsTheSameValueAtEverySplit) {
  for (const ArgumentStyle style : {ArgumentStyle::kPython, ArgumentStyle::kMarked}) {
    Values values(5, style == ArgumentStyle::kPython);
    for (int round = 0; round < 400; ++round) {
      const Spelled spelled = values.arguments();
      const std::string whole = read_literals(style, spelled.text, spelled.text.size(), 1);
      ASSERT_EQ(as_json(whole), as_json(spelled.json)) << spelled.text;
      for (size_t split = 1; split < spelled.text.size(); ++split) {
        ASSERT_EQ(read_literals(style, spelled.text, split, spelled.text.size()), whole) << spelled.text << " at " << split;
        ASSERT_EQ(read_literals(style, spelled.text.substr(0, split), split, 1), kRefused) << "cut " << spelled.text;
      }
      ASSERT_EQ(read_literals(style, spelled.text, 1, 1), whole) << spelled.text;
    }
  }
}

TEST(ArgumentReaders, MalformedLiteralsAreRefusedAtEverySplit) {
  const char* const python[] = {"{a=1)", "(a=1}", "(a:1)", "(\"a\"=1)", "(1)", "(a=)", "(a=1,,b=2)", "(a=01)", "(a=1_0)",
                                "(a=.5)", "(a=5.)", "(a=+1)", "(a=0x1)", "(a=true)", "(a=null)", "(a=Nope)", "(a=None1)",
                                "(a='x\ny')", "(a='\\q')", "(a='\\xg0')", "(a='\\ud800')", "(a='\\U00110000')",
                                "(a='\\UFFFFFFFF')", "(a=[1)", "(a={b:1})", "(a={'b'=1})", "(a={1:2})", "(a='x' 'y')",
                                "(a=1 2)", "(a b=1)", "(a=(1))", "(a=1]", "(,)", "(a=[,])", "(a={,})", "(a=1,,)",
                                "(a=[1,,])", "(a=[1,)", "(a=1.,)", "(a=[1, ,2])", "(a='\xFF')", "(\xFF=1)", "(=1)", "(1a=2)"};
  for (const char* text : python) {
    for (size_t split : {size_t{1}, size_t{2}, size_t{99}}) {
      EXPECT_EQ(read_literals(ArgumentStyle::kPython, text, split, split), kRefused) << text;
    }
  }
  const char* const marked[] = {"(a:1}", "{a=1}", "{a:1)", "{a: 1}", "{a:1 }", "{ a:1}", "{a:\"x\"}", "{\"a\":1}", "{a:x}",
                                "{a:<escape>x}", "{a:<esc>x<escape>}", "{a:True}", "{a:01}", "{:1}", "{a:}", "{a:1,}",
                                "{a<b:1}", "{a:[1}", "{a:1]", "{<escape>a<escape>:1}", "{a:<escape>\xFF<escape>}",
                                "{a:<escape>x<escape>y}", "{a\x01:1}", "{a:1b:2}"};
  for (const char* text : marked) {
    for (size_t split : {size_t{1}, size_t{2}, size_t{99}}) {
      EXPECT_EQ(read_literals(ArgumentStyle::kMarked, text, split, split), kRefused) << text;
    }
  }
}

// What the header of the reader says of a text, decided with the whole text at hand. Nothing: refused.
std::optional<std::string> raw_json(const std::string& text, ValueKinds kinds, bool python_words) {
  const std::string_view kBlanks = " \t\n\r";
  if (kinds == kStringKind) return json_quote(text);
  const size_t first = text.find_first_not_of(kBlanks);
  const auto document = parse_json(text);
  if (first != std::string::npos && (text[first] == '{' || text[first] == '[') && (kinds & kContainerKind)) {
    return document.ok() ? std::optional(to_json_text(document->root())) : std::nullopt;
  }
  const bool bare = first == 0 && text.find_last_not_of(kBlanks) + 1 == text.size();
  if (bare || !(kinds & kStringKind)) {
    const std::string word = first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
    if (python_words && (kinds & kBooleanKind) && (word == "True" || word == "False")) return word == "True" ? "true" : "false";
    if (python_words && (kinds & kNullKind) && word == "None") return "null";
    if (document.ok()) {
      const Json root = document->root();
      const ValueKinds kind = root.is_number() ? kNumberKind : root.is_boolean() ? kBooleanKind : root.is_null() ? kNullKind : 0;
      if (kind & kinds) return to_json_text(root);
    }
  }
  return kinds & kStringKind ? std::optional(json_quote(text)) : std::nullopt;
}

std::optional<std::string> read_raw(std::string_view text, ValueKinds kinds, bool python_words, std::string_view blanks,
                                    std::string_view tag, size_t first, size_t piece) {
  ArgumentOutput out(16);
  out.reset();
  out.put("{\"k\":");
  RawValueReader reader;
  reader.reset(kinds, python_words, blanks, tag);
  const std::string whole = std::string(text) + std::string(blanks) + std::string(tag);
  size_t at = 0;
  for (size_t length = first; at < whole.size() && reader.verdict() == RawValueReader::Verdict::kMore; length = piece) {
    const std::string_view bytes = std::string_view(whole).substr(at, length);
    at += reader.feed(bytes, out);
  }
  if (tag.empty() && (reader.verdict() != RawValueReader::Verdict::kMore || !reader.close(out))) return std::nullopt;
  if (reader.verdict() != RawValueReader::Verdict::kDone || at != whole.size() || !out.put("}")) return std::nullopt;
  const auto document = parse_json(out.piece());
  return document.ok() ? to_json_text(document->root().at(0)) : "no JSON: " + out.piece();
}

TEST(ArgumentReaders, RawValuesAreReadAsTheirKindsSayAtEverySplit) {
  const std::string pieces[] = {"true", "False", "None", "null", "1", "0", "-", ".5", "e5", "{", "}", "[1, ", "2]", "\"a\"",
                                ": ", "<", "</p", "/p>", " ", "\n", "word", "\xC3\xBC", "\\", "\x01", std::string(70, 'x')};
  const std::pair<const char*, const char*> closings[] = {{"\n", "</p>"}, {"", "</p>"}, {"\n", ""}, {"", ""}};
  std::mt19937 random(3);
  size_t taken = 0, refused = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string text;
    for (size_t n = random() % 4; n > 0; --n) text += pieces[random() % std::size(pieces)];
    const auto kinds = static_cast<ValueKinds>(random() % 4 ? 1 + random() % kAnyKind : kStringKind);
    const bool python_words = random() % 2;
    const auto [blanks, tag] = closings[random() % 4];
    if ((text + tag).find("</p>") != (*tag ? text.size() : std::string::npos)) continue;  // it would end before
    const auto expected = raw_json(text, kinds, python_words);
    ++(expected ? taken : refused);
    for (size_t split = 1; split <= text.size() + 5; ++split) {
      ASSERT_EQ(read_raw(text, kinds, python_words, blanks, tag, split, text.size() + 5), expected)
          << text << " kinds " << int(kinds) << " closing " << tag << " split " << split;
    }
    ASSERT_EQ(read_raw(text, kinds, python_words, blanks, tag, 1, 1), expected) << text << " kinds " << int(kinds);
  }
  EXPECT_GT(taken, 2'000u);
  EXPECT_GT(refused, 300u);
}

}  // namespace
}  // namespace keyway
