// What a format renders, its grammar accepts and its parser reads back as the same calls, for random tools and arguments of
// every family; what is cut or names no tool of the list is never a call.
//
// Left out, for a family cannot spell it: a key inside marked arguments with one of :{}[],"< or a control; a string between
// marks that holds the mark; a raw string that holds the closing tag, or that reads as another kind its parameter may be.
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>

#include "grammar/utf8.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"
#include "tools/render_calls.h"
#include "tools/text_acceptance.h"
#include "tools/tool_grammar.h"

namespace keyway {
namespace {

constexpr TokenId kEnd = 256, kFirstOwned = 257;

std::vector<std::string> spelled_delimiters(const CallFormat& format) {
  std::vector<std::string> out = format.delimiters;
  if (!format.mark.empty()) out.push_back(format.mark);
  return out;
}

// Every byte, an end token, and, where wanted, the delimiters of the family as tokens from kFirstOwned on.
std::shared_ptr<const Vocabulary> vocabulary(const CallFormat& format, bool own_tokens) {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<|the end of all turns|>", TokenKind::kSpecial});
  for (const std::string& text : spelled_delimiters(format)) {
    if (own_tokens) entries.push_back({text, TokenKind::kAdded});
  }
  return *Vocabulary::create(std::move(entries), {kEnd});
}

// Random tools and calls that a family can write.
class Calls {
 public:
  Calls(const CallFormat& format, uint32_t seed) : format_(format), random_(seed) {}

  uint32_t below(size_t n) { return static_cast<uint32_t>(random_() % n); }

  // Names that are prefixes of one another; each parameter of one kind, or an enumeration over several.
  std::string tools() {
    static const char* const kNames[] = {"g", "ge", "get", "get_weather", "get_weather.now-2", "G", "t_9"};
    std::string out = "[";
    for (const char* name : kNames) {
      if (out.size() > 1 && below(3) == 0) continue;
      std::vector<Parameter> parameters;
      std::string properties, required;
      for (uint32_t i = 0, n = below(6); i < n; ++i) {
        Parameter parameter{(below(2) ? "p_\xC3\xBC" : "par") + std::to_string(i), below(kKinds), below(2) == 0};
        properties += (i > 0 ? ", " : "") + json_quote(parameter.name) + ": " + schema(parameter.kind);
        if (parameter.required) required += (required.empty() ? "" : ", ") + json_quote(parameter.name);
        parameters.push_back(parameter);
      }
      out += (out.size() > 1 ? ", " : "") + ("{\"name\": \"" + std::string(name)) +
             "\", \"parameters\": {\"type\": \"object\", \"properties\": {" + properties + "}, \"required\": [" + required +
             "], \"additionalProperties\": false}}";
      tools_.push_back({name, parameters});
    }
    return out + "]";
  }

  std::vector<RenderedCall> some(size_t count) {
    std::vector<RenderedCall> out;
    while (out.size() < count) {
      const auto& [name, parameters] = tools_[below(tools_.size())];
      std::string members;
      for (const Parameter& parameter : parameters) {
        if (!parameter.required && below(2)) continue;
        members += (members.empty() ? "" : ", ") + json_quote(parameter.name) + ": " + value(parameter.kind, 0);
      }
      out.push_back({name, "{" + members + "}"});
    }
    return out;
  }

 private:
  enum Kind : uint32_t { kString, kInteger, kNumber, kBoolean, kNull, kArray, kObject, kEnum, kKinds };
  struct Parameter {
    std::string name;
    uint32_t kind;
    bool required;
  };

  static std::string schema(uint32_t kind) {
    static const char* const kTypes[] = {"string", "integer", "number", "boolean", "null", "array", "object"};
    if (kind == kEnum) return R"({"enum": ["a", "blue <sky>", 7, -2.5, true, null, [1, "x"], {"k": "v"}]})";
    return "{\"type\": \"" + std::string(kTypes[kind]) + "\"}";
  }

  std::string string() {
    static const std::string kPieces[] = {"a", "B9", " ", "\"", "'", "\\", "\n", "\t", "\x01", "{", "]", ",", ": ", "<", "</", ">",
                                          "null", "True", "`", "\xC3\xBC", "\xF0\x9F\x98\x80", "\xE2\x80\xA8", "|"};
    std::string out;
    for (uint32_t n = below(6); n > 0; --n) out += kPieces[below(std::size(kPieces))];
    return json_quote(out, below(4) == 0 && format_.style == ArgumentStyle::kJson);
  }

  std::string value(uint32_t kind, uint32_t depth) {
    static const char* const kIntegers[] = {"0", "-1", "42", "900719925474099312345"};
    static const char* const kNumbers[] = {"0.5", "-12.25", "1e5", "2.5E-3", "7"};
    static const char* const kEnums[] = {"\"a\"", "\"blue <sky>\"", "7", "-2.5", "true", "null", "[1, \"x\"]", "{\"k\": \"v\"}"};
    switch (kind) {
      case kString: return string();
      case kInteger: return kIntegers[below(std::size(kIntegers))];
      case kNumber: return kNumbers[below(std::size(kNumbers))];
      case kBoolean: return below(2) ? "true" : "false";
      case kNull: return "null";
      case kEnum: return kEnums[below(std::size(kEnums))];
      default: break;
    }
    std::string out;
    for (uint32_t i = 0, n = depth > 1 ? 0 : below(4); i < n; ++i) {
      out += (i > 0 ? ", " : "") + (kind == kObject ? "\"k " + std::to_string(i) + "\": " : "") + value(below(kEnum), depth + 1);
    }
    return kind == kObject ? "{" + out + "}" : "[" + out + "]";
  }

  const CallFormat& format_;
  std::mt19937 random_;
  std::vector<std::pair<std::string, std::vector<Parameter>>> tools_;
};

std::string words_of(const std::string& name, const std::string& arguments) {
  const auto document = parse_json(arguments);
  return name + " " + (document.ok() ? to_json_text(document->root()) : "no JSON: " + arguments) + "\n";
}

template <typename Call>
std::string words_of(const std::vector<Call>& calls, const std::optional<Error>& error = {}) {
  std::string out = error ? error->to_string() : "";
  for (const Call& call : calls) out += words_of(call.name, call.arguments);
  return out;
}

std::string words_of(const ParsedAnswer& answer) { return words_of(answer.calls, answer.error); }

// A family with its tools compiled for one vocabulary.
struct Family {
  Family(const std::shared_ptr<const CallFormat>& read, const std::string& tools, bool own_tokens)
      : words(vocabulary(*read, own_tokens)) {
    format = bind_call_format(read, own_tokens ? vocabulary_lookup(*words) : TokenLookup(), true);
    Result<Registry> registry = Registry::load(tools, *read);
    EXPECT_TRUE(registry.ok()) << (registry.ok() ? "" : registry.error().to_string());
    SchemaOptions options = tool_schema_options();
    options.arguments = argument_spelling(arena, *format);
    const Result<CompiledTools> compiled = compile_tools(arena, *registry, options);
    EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().to_string());
    for (const RegistryEntry& entry : registry->entries()) EXPECT_EQ(entry.status, ToolStatus::kCallable) << tools;
    plan = CallParserPlan::create_for(format, callable_tools(*registry, *compiled));
    root = *tool_grammar(arena, *format, *words, compiled->terms);
  }

  bool accepts(const std::string& text) {
    TextAcceptance reader(arena, words.get(), root);
    return reader.read(text) == text.size() && reader.accepted();
  }

  // The text with each delimiter as its token.
  std::vector<TokenId> tokens(std::string_view text) const {
    const std::vector<std::string> owned = spelled_delimiters(*format->format);
    std::vector<TokenId> out;
    while (!text.empty()) {
      size_t which = 0;
      while (which < owned.size() && !text.starts_with(owned[which])) ++which;
      const bool token = which < owned.size();
      out.push_back(token ? kFirstOwned + static_cast<TokenId>(which) : static_cast<unsigned char>(text[0]));
      text.remove_prefix(token ? owned[which].size() : 1);
    }
    return out;
  }

  std::shared_ptr<const Vocabulary> words;
  TermArena arena;
  std::shared_ptr<const BoundFormat> format;
  std::shared_ptr<const CallParserPlan> plan;
  TermId root = TermArena::never();
};

std::string read_in_two(const Family& family, std::string_view text, size_t split) {
  std::string out;
  const CallSink sink = [&](const CallEvent& event) {
    if (event.kind == CallEventKind::kCallBegin) out += std::string(event.text) + " ";
    if (event.kind == CallEventKind::kArguments) out += event.text;
    if (event.kind == CallEventKind::kCallEnd) out += "\n";
    if (event.kind == CallEventKind::kError) out += event.error->to_string();
  };
  CallParser parser(family.plan);
  parser.feed(text.substr(0, split), sink);
  parser.feed(text.substr(split), sink);
  parser.finish(sink);
  return out;
}

// In one piece, byte by byte, as tokens, and in two pieces everywhere.
void check_whole(Family& spelled, Family& owned, const std::string& text, const std::string& expected) {
  EXPECT_EQ(words_of(parse_answer(text, spelled.plan)), expected) << text;
  EXPECT_EQ(words_of(parse_answer(text, spelled.plan, "", 1)), expected) << text;
  EXPECT_EQ(words_of(parse_answer(owned.tokens(text), *owned.words, owned.plan)), expected) << text;
  EXPECT_TRUE(spelled.accepts(text)) << text;
  EXPECT_TRUE(owned.accepts(text)) << text;
  const std::string whole = read_in_two(spelled, text, 0);
  for (size_t split = 1; split < text.size(); ++split) ASSERT_EQ(read_in_two(spelled, text, split), whole) << text;
}

// No cut makes a call that was not there, and the grammar ends where the parser sees no error. Only the grammar asks for a
// block where answers are made of blocks, and for whole characters in free text.
void check_cuts(Family& spelled, const std::string& text, const std::string& expected) {
  TextAcceptance reader(spelled.arena, spelled.words.get(), spelled.root);
  for (size_t cut = 0; cut < text.size(); ++cut) {
    const std::string begun = text.substr(0, cut);
    ParsedAnswer answer = parse_answer(begun, spelled.plan);
    const bool lenient = !reader.accepted() && answer.calls.empty() && (begun.empty() || !is_utf8(begun));
    ASSERT_TRUE(lenient || reader.accepted() == !answer.error) << begun;
    answer.error.reset();
    ASSERT_TRUE(expected.starts_with(words_of(answer))) << begun;
    ASSERT_EQ(reader.read(text.substr(cut, 1)), 1u) << begun;
  }
}

void check_unknown_name(Family& spelled, Family& owned, RenderedCall call) {
  call.name += "x";
  const std::string text = render_calls(*spelled.format->format, {call});
  const ParsedAnswer answer = parse_answer(text, spelled.plan);
  EXPECT_TRUE(answer.error && answer.calls.empty()) << text;
  EXPECT_FALSE(spelled.accepts(text)) << text;
  EXPECT_TRUE(parse_answer(owned.tokens(text), *owned.words, owned.plan).error) << text;
}

class CallRoundTrip : public ::testing::TestWithParam<std::string> {};

TEST_P(CallRoundTrip, WhatIsRenderedIsAcceptedAndReadBack) {
  const auto format = *shipped_call_format(GetParam());
  for (uint32_t seed = 0; seed < 6; ++seed) {
    Calls calls(*format, seed);
    const std::string tools = calls.tools();
    Family spelled(format, tools, false), owned(format, tools, true);
    SCOPED_TRACE(tools);
    for (int round = 0; round < 8 && !HasFailure(); ++round) {
      const std::vector<RenderedCall> some = calls.some(1 + round % 3);
      const std::string text = render_calls(*format, some);
      check_whole(spelled, owned, text, words_of(some));
      if (round < 3) check_cuts(spelled, text, words_of(some));
      check_unknown_name(spelled, owned, some[0]);
    }
  }
}

// By the allocator, at places all along an answer whose argument is nested deep, besides what is held back of a text.
// Under a sanitizer the allocator does not tell, and nothing is compared.
TEST_P(CallRoundTrip, AThousandParsersThatWaitCostUnderTwoKilobytesEach) {
  const auto format = *shipped_call_format(GetParam());
  const Family family(format, R"([{"name": "save", "parameters": {"type": "object", "properties": {"o": {"type": "array"}, "s": {"type": "string"}}}}])", false);
  std::string deep;
  for (int i = 0; i < 250; ++i) deep += "[{\"k\": ";
  deep += "1";
  for (int i = 0; i < 250; ++i) deep += "}]";
  const std::string text = render_calls(*format, {{"save", R"({"s": "some words, 'quoted'", "o": )" + deep + "}"}});
  ASSERT_EQ(parse_answer(text, family.plan).calls.size(), 1u) << text;
  const CallSink nothing = [](const CallEvent&) {};
  for (size_t cut = 1; cut < text.size(); cut += text.size() / 5) {
    std::vector<std::unique_ptr<CallParser>> waiting(1000);
    const size_t before = mallinfo2().uordblks;
    for (auto& parser : waiting) {
      parser = std::make_unique<CallParser>(family.plan);
      for (size_t at = 0; at < cut; at += 5) parser->feed(std::string_view(text).substr(at, std::min<size_t>(5, cut - at)), nothing);
    }
    EXPECT_LT(mallinfo2().uordblks - before, 1000u * 2048u) << "after " << cut << " bytes";
  }
}

// As deep as hostile outputs are: the grammar lets it through, so the parser reads it.
TEST_P(CallRoundTrip, ArgumentsNestedDeepAreAcceptedAndReadAlike) {
  const auto format = *shipped_call_format(GetParam());
  Family family(format, R"([{"name": "save", "parameters": {"type": "object", "properties": {"o": {}}}}])", false);
  for (const auto& [open, close] : {std::pair<std::string, std::string>("[", "]"), {"{\"k\": ", "}"}}) {
    std::string arguments = "{\"o\": ";
    for (int i = 0; i < 20'000; ++i) arguments += open;
    arguments += "1";
    for (int i = 0; i < 20'000; ++i) arguments += close;
    const std::string text = render_calls(*format, {{"save", arguments + "}"}});
    EXPECT_TRUE(family.accepts(text));
    const ParsedAnswer answer = parse_answer(text, family.plan);
    EXPECT_FALSE(answer.error) << answer.error->to_string();
    EXPECT_EQ(answer.calls.size(), 1u);
  }
}

// Where the name is a JSON string, its escapes are no other way to write it: no call, for either side.
TEST_P(CallRoundTrip, ANameIsNotSpelledWithEscapes) {
  const auto format = *shipped_call_format(GetParam());
  Family spelled(format, R"([{"name": "get", "parameters": {"type": "object", "properties": {}}}])", false);
  std::string text = render_calls(*format, {{"get", "{}"}});
  EXPECT_TRUE(spelled.accepts(text));
  text.replace(text.find("get"), 1, "\\u0067");
  const ParsedAnswer answer = parse_answer(text, spelled.plan);
  EXPECT_TRUE(answer.calls.empty()) << text;
  EXPECT_EQ(spelled.accepts(text), !answer.error) << text;
  EXPECT_TRUE(answer.error || GetParam() == "llama-pythonic") << "what does not commit is text: " << text;
}

// The heads of gpt-oss: the recipient in the channel part or in the role part, each call as it likes.
TEST(CallLayouts, ThatDifferInTheirCallAloneMayFollowOneAnother) {
  Family spelled(*shipped_call_format("gpt-oss"), R"([{"name": "a", "parameters": {"type": "object"}}, {"name": "b"}])", false);
  const std::string channel = "<|channel|>commentary to=functions.a <|constrain|>json<|message|>{\"x\": 1}";
  const std::string role = " to=functions.b<|channel|>commentary json<|message|>{}", between = "<|call|><|start|>assistant";
  for (const std::string& text : {channel + between + role, role + between + channel, role + between + channel + between + role + "<|call|>"}) {
    EXPECT_TRUE(spelled.accepts(text)) << text;
    const ParsedAnswer answer = parse_answer(text, spelled.plan);
    EXPECT_FALSE(answer.error) << answer.error->to_string();
    EXPECT_EQ(answer.calls.size(), text.ends_with("<|call|>") ? 3u : 2u) << text;
  }
  const std::string both = "<|channel|>commentary to=functions.b<|channel|>commentary json<|message|>{}";
  EXPECT_FALSE(spelled.accepts(channel + between + both)) << "one head is not half of the other";
  EXPECT_TRUE(parse_answer(channel + between + both, spelled.plan).error);
  const auto two = read_call_format(R"({"keyway_call_format": 1, "name": "two", "delimiters": [],
    "turn_end": ["<e>"], "names": {"pattern": "[a-z]+", "max_bytes": 9}, "space_max": 1, "layouts": [
    {"call": ["<c>", {"name": "raw"}, "=", {"arguments": "json"}], "between_calls": [";"]},
    {"call": ["<d>", {"name": "raw"}, "=", {"arguments": "json"}], "between_calls": [","]}]})");
  ASSERT_TRUE(two.ok()) << two.error().to_string();
  Family other(*two, R"([{"name": "a"}])", false);
  EXPECT_TRUE(other.accepts("<c>a={};<c>a={}"));
  EXPECT_FALSE(other.accepts("<c>a={};<d>a={}"));
  EXPECT_TRUE(parse_answer("<c>a={};<d>a={}", other.plan).error);
}

// A comma behind the last argument, item, member or call is no mistake in Python; one behind nothing is.
TEST(CallLayouts, PythonListsMayEndInAComma) {
  const std::string tools = R"([{"name": "f", "parameters": {"type": "object", "properties": {"l": {"type": "array", "items": {"type": "integer"},
    "maxItems": 2}, "u": {"type": "array", "items": {"type": "array"}}, "p": {"prefixItems": [{"type": "integer"}], "type": "array"},
    "o": {"type": "object", "properties": {"k": {"type": "integer"}}, "maxProperties": 1}, "m": {"type": "object", "properties": {"a": {}}, "minProperties": 2}, "e": {"enum": [[1, {"a": []}]]}}}}])";
  const std::pair<const char*, std::pair<const char*, const char*>> families[] = {
      {"llama-pythonic", {"[", "]"}}, {"llama-pythonic", {"<|python_start|>[", "]<|python_end|>"}},
      {"lfm2", {"<|tool_call_start|>[", "]<|tool_call_end|>"}}, {"olmo-3", {"<function_calls>\n", "\n</function_calls>"}}};
  for (const auto& [name, ends] : families) {
    Family spelled(*shipped_call_format(name), tools, false);
    const auto judge = [&, ends = ends](const std::string& inside, size_t calls) {
      const std::string text = ends.first + inside + ends.second;
      const ParsedAnswer answer = parse_answer(text, spelled.plan);
      EXPECT_EQ(spelled.accepts(text), calls > 0) << name << text;
      EXPECT_EQ(answer.error.has_value(), calls == 0) << name << text;
      EXPECT_TRUE(calls == 0 || answer.calls.size() == calls) << name << text;
    };
    for (const char* call : {"f(l=[1,],)", "f(l=[1, 2 , ] , )", "f(u=[[1,],[],],)", "f(p=[1,])", "f(o={'k': 1,}, )", "f(m={'a': 1, \"b\": 2,})", "f(e=[1, {'a': [],},])", "f()"}) {
      judge(call, 1);
    }
    for (const char* call : {"f(,)", "f(l=[,])", "f(o={,})", "f(u=[,])", "f(l=[1,,])", "f(l=[1],,)"}) {
      judge(call, 0);
    }
    EXPECT_FALSE(spelled.accepts(ends.first + std::string("f(l=[1, 2, 3,])") + ends.second)) << "the schema counts items, not commas";
    const bool lines = std::string(name) == "olmo-3";
    judge("f(),", lines ? 0 : 1);
    judge("f(), f() ,", lines ? 0 : 2);
    judge("f(),,", 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, CallRoundTrip, ::testing::ValuesIn(shipped_call_format_names()));

}  // namespace
}  // namespace keyway
