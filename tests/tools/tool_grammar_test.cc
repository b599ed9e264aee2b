// The grammar of a tool list and the parser of the same format agree on every text; no call names what is not allowed.
#include "tools/tool_grammar.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/derivative.h"
#include "tests/tools/shared_data.h"
#include "tools/call_parser.h"
#include "tools/registry.h"

namespace keyway {
namespace {

// Any JSON object, written down here so that the test needs no schema compiler. x: which rule.
class AnyJson : public Definition {
 public:
  enum Rule : uint32_t { kObject, kArray, kValue, kString };
  TermId unfold(TermArena& arena, uint32_t x, uint32_t) override {
    switch (x) {
      case kObject: return list(arena, '{', '}', {rule(arena, kString), space(arena), arena.literal(":"), space(arena),
                                                  rule(arena, kValue), space(arena)});
      case kArray: return list(arena, '[', ']', {rule(arena, kValue), space(arena)});
      case kString: return string(arena);
      default: break;
    }
    const TermId parts[] = {rule(arena, kObject), rule(arena, kArray), rule(arena, kString), number(arena),
                            arena.literal("true"), arena.literal("false"), arena.literal("null")};
    return arena.choice(parts);
  }
  TermId rule(TermArena& arena, Rule x) {
    return arena.reference(id, x, 0, {false, x == kValue ? 1u : 2u});
  }
  DefinitionId id;

 private:
  static TermId space(TermArena& arena) { return arena.repeat(arena.bytes(ByteSet::of(" \n\t\r")), 0, kUnbounded); }
  TermId list(TermArena& arena, char open, char close, std::vector<TermId> item) {
    const TermId one = arena.sequence(item);
    const TermId comma[] = {arena.literal(","), space(arena), one};
    const TermId rest = arena.repeat(arena.sequence(comma), 0, kUnbounded);
    const TermId parts[] = {arena.literal(std::string(1, open)), space(arena), arena.optional(arena.sequence(one, rest)),
                            arena.literal(std::string(1, close))};
    return arena.sequence(parts);
  }
  static TermId number(TermArena& arena) {
    const TermId digit = arena.bytes(ByteSet::range('0', '9'));
    const TermId digits = arena.repeat(digit, 1, kUnbounded);
    const TermId whole = arena.choice(arena.literal("0"), arena.sequence(arena.bytes(ByteSet::range('1', '9')),
                                                                          arena.repeat(digit, 0, kUnbounded)));
    const TermId exponent[] = {arena.bytes(ByteSet::of("eE")), arena.optional(arena.bytes(ByteSet::of("+-"))), digits};
    const TermId parts[] = {arena.optional(arena.literal("-")), whole,
                            arena.optional(arena.sequence(arena.literal("."), digits)),
                            arena.optional(arena.sequence(exponent))};
    return arena.sequence(parts);
  }
  static TermId string(TermArena& arena) {
    ByteSet plain = ByteSet::range(0x20, 0x7F);
    plain.erase('"');
    plain.erase('\\');
    const TermId more = arena.bytes(ByteSet::range(0x80, 0xBF));
    const TermId hex = arena.bytes(ByteSet::of("0123456789abcdefABCDEF"));
    const TermId three[] = {arena.bytes(ByteSet::range(0xE1, 0xEC)), more, more};
    const TermId four[] = {arena.bytes(ByteSet::range(0xF1, 0xF3)), more, more, more};
    const TermId rocket[] = {arena.literal("\xF0"), arena.bytes(ByteSet::range(0x90, 0xBF)), more, more};
    const TermId basic[] = {arena.literal("\\u"), arena.bytes(ByteSet::of("012345")), hex, hex, hex};
    const TermId characters[] = {
        arena.bytes(plain), arena.sequence(arena.bytes(ByteSet::range(0xC2, 0xDF)), more), arena.sequence(three),
        arena.sequence(four), arena.sequence(rocket), arena.sequence(basic),
        arena.sequence(arena.literal("\\"), arena.bytes(ByteSet::of("\"\\/bfnrt")))};
    const TermId parts[] = {arena.literal("\""), arena.repeat(arena.choice(characters), 0, kUnbounded), arena.literal("\"")};
    return arena.sequence(parts);
  }
};

constexpr TokenId kOpen = 257, kOther = 261;

// Every byte, an end token, and the delimiters of Hermes as added tokens.
std::shared_ptr<const Vocabulary> vocabulary(bool own_delimiters) {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<|im_end|>", TokenKind::kSpecial});
  for (const char* text : {"<tool_call>", "</tool_call>", "<think>", "</think>"}) {
    if (own_delimiters) entries.push_back({text, TokenKind::kAdded});
  }
  entries.push_back({"<tools>", TokenKind::kAdded});
  return *Vocabulary::create(std::move(entries), {256});
}

struct Answers {
  explicit Answers(std::vector<std::string> names, ToolGrammarOptions options = {}, bool own = false)
      : words(vocabulary(own)) {
    format = bind_call_format(*shipped_call_format("hermes"), own ? vocabulary_lookup(*words) : TokenLookup());
    json->id = arena.define(json);
    std::vector<ToolTerm> tools;
    for (const std::string& name : names) tools.push_back({name, json->rule(arena, AnyJson::kObject)});
    Result<TermId> term = tool_grammar(arena, *format, *words, tools, options);
    EXPECT_TRUE(term.ok()) << (term.ok() ? "" : term.error().to_string());
    root = term.ok() ? *term : TermArena::never();
    plan = CallParserPlan::create(format, names);
  }

  TermId after(std::string_view text) {
    TermId term = root;
    for (char c : text) {
      term = derivative(arena, term, static_cast<uint8_t>(c));
      if (term == TermArena::never()) break;
    }
    return term;
  }
  bool live(std::string_view text) { return after(text) != TermArena::never(); }
  bool accepts(std::string_view text) { return arena.nullable(after(text)); }

  TermArena arena;
  std::shared_ptr<AnyJson> json = std::make_shared<AnyJson>();
  std::shared_ptr<const Vocabulary> words;
  std::shared_ptr<const BoundFormat> format;
  std::shared_ptr<const CallParserPlan> plan;
  TermId root;
};

ToolGrammarOptions with_choice(const char* choice, uint32_t max_calls = kUnlimitedCalls) {
  ToolGrammarOptions options;
  options.choice = *parse_tool_choice(choice);
  options.max_calls = max_calls;
  return options;
}

std::string call(const std::string& name, const std::string& arguments = "{\"a\": 1}") {
  return "<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": " + arguments + "}\n</tool_call>";
}

TEST(ToolGrammar, AutoIsFreeTextUntilACallThatIsExact) {
  Answers s({"get", "get_weather"});
  EXPECT_TRUE(s.accepts(""));
  EXPECT_TRUE(s.accepts("Hello <tool_cal> <"));
  EXPECT_TRUE(s.accepts(call("get")));
  EXPECT_TRUE(s.accepts("Hi.\n" + call("get_weather") + "\n" + call("get")));
  EXPECT_TRUE(s.live("<tool_call>\n{\"name\": \"get"));
  EXPECT_FALSE(s.live("<tool_call>\n{\"name\": \"got"));
  EXPECT_FALSE(s.live("<tool_call>\n{\"name\": \"get_\""));
  EXPECT_FALSE(s.live("<tool_call>\nHello"));
  EXPECT_FALSE(s.live(call("get") + " and"));
  EXPECT_FALSE(s.accepts("<tool_call>\n{\"name\": \"get\""));
  EXPECT_TRUE(s.accepts("<tool_call>{\"name\":\"get\",\"arguments\":{}}</tool_call>"));
}

TEST(ToolGrammar, NoneNeverCommits) {
  Answers s({"get"}, with_choice("none"));
  EXPECT_TRUE(s.accepts("Hello <tool_call"));
  EXPECT_FALSE(s.live("Hello <tool_call>"));
  Answers no_tools({});
  EXPECT_TRUE(no_tools.accepts("Hello"));
  EXPECT_FALSE(no_tools.live("<tool_call>"));
}

TEST(ToolGrammar, RequiredBeginsWithACall) {
  Answers s({"get", "set"}, with_choice("required"));
  EXPECT_FALSE(s.accepts(""));
  EXPECT_FALSE(s.live("H"));
  EXPECT_TRUE(s.accepts(call("get") + "\n" + call("set")));
  EXPECT_TRUE(s.accepts("<think>x " + call("no") + "</think>\n\n" + call("set")));
  EXPECT_FALSE(s.accepts("<think>x</think>"));
}

TEST(ToolGrammar, ANamedChoiceAllowsThoseNamesOnly) {
  Answers one({"get", "set", "get_all"}, with_choice("get"));
  EXPECT_TRUE(one.accepts(call("get")));
  EXPECT_FALSE(one.live("<tool_call>\n{\"name\": \"get_"));
  EXPECT_FALSE(one.live("<tool_call>\n{\"name\": \"s"));
  Answers two({"get", "set", "get_all"}, with_choice("set,get"));
  EXPECT_TRUE(two.accepts(call("get") + "\n" + call("set")));
  EXPECT_FALSE(two.accepts(call("get_all")));
}

TEST(ToolGrammar, ChoicesThatNobodyCanServeAreErrors) {
  Answers s({"get"});
  const ToolTerm tool{"get", s.json->rule(s.arena, AnyJson::kObject)};
  const auto unknown = tool_grammar(s.arena, *s.format, *s.words, {&tool, 1}, with_choice("got"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(unknown.error().given, "got");
  EXPECT_EQ(unknown.error().allowed, "get");
  EXPECT_FALSE(tool_grammar(s.arena, *s.format, *s.words, {}, with_choice("required")).ok());
  EXPECT_FALSE(parse_tool_choice("").ok());
  EXPECT_FALSE(parse_tool_choice("a,,b").ok());
}

TEST(ToolGrammar, ParallelCallsAreBounded) {
  for (uint32_t most : {1u, 2u, 3u}) {
    Answers s({"f"}, with_choice("auto", most));
    std::string text;
    for (uint32_t calls = 1; calls <= 4; ++calls) {
      text += (calls > 1 ? "\n" : "") + call("f", "{}");
      EXPECT_EQ(s.accepts(text), calls <= most) << calls << " of " << most;
    }
  }
}

TEST(ToolGrammar, WhitespacesNarrowTheFrame) {
  ToolGrammarOptions options;
  options.whitespace = Whitespace::kJsonDumps;
  Answers dumps({"f"}, options);
  EXPECT_TRUE(dumps.accepts(call("f") + "\n" + call("f")));
  EXPECT_FALSE(dumps.live("<tool_call>{"));
  EXPECT_FALSE(dumps.live("<tool_call>\n{\"name\":\""));
  options.whitespace = Whitespace::kCompact;
  Answers compact({"f"}, options);
  EXPECT_TRUE(compact.accepts("<tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>"));
  EXPECT_FALSE(compact.live("<tool_call>\n{\"name\": "));
}

TEST(ToolGrammar, OwnedDelimitersAreTokens) {
  Answers s({"f"}, {}, true);
  EXPECT_FALSE(s.live("<tool_call>")) << "its spelling does not occur in free text";
  const TermId open = token_derivative(s.arena, s.after("Hi "), kOpen);
  ASSERT_NE(open, TermArena::never());
  EXPECT_TRUE(next_tokens(s.arena, open).empty()) << "inside a call only bytes";
  EXPECT_NE(token_derivative(s.arena, s.root, kOther), TermArena::never()) << "other added tokens are text";
  EXPECT_EQ(token_derivative(s.arena, s.root, kOpen + 1), TermArena::never()) << "a stray closing delimiter";
  EXPECT_EQ(token_derivative(s.arena, s.root, 256), TermArena::never()) << "control tokens are not text";
}

TEST(ToolGrammar, AnOpenedReasoningGoesOnToItsEnd) {
  ToolGrammarOptions options;
  options.in_reasoning = true;
  Answers s({"f"}, options);
  EXPECT_FALSE(s.accepts("so " + call("f", "{bad")));
  EXPECT_TRUE(s.accepts("so " + call("f", "{bad") + "</think>\n\nHi"));
  EXPECT_TRUE(s.accepts("</think>" + call("f")));
  EXPECT_FALSE(s.live("</think><tool_call>x"));
}

TEST(ToolGrammar, SamplesOfHermesAreJudgedAsStated) {
  const std::filesystem::path file = shared_data("data/tool-call-formats/hermes.json");
  if (file.empty()) return;
  const auto document = parse_json(read_file(file));
  ASSERT_TRUE(document.ok());
  const Result<Registry> registry = Registry::load(to_json_text(document->root()), **shipped_call_format("hermes"));
  std::vector<std::string> names;
  for (const Tool* tool : registry->callable()) names.push_back(tool->name);
  Answers automatic(names), required(names, with_choice("required"));
  const Json samples = *document->root().find("samples");
  for (size_t i = 0; i < samples.size(); ++i) {
    if (samples.at(i).find("lenient")) continue;
    const std::string_view text = samples.at(i).find("text")->string();
    const bool malformed = samples.at(i).find("malformed").has_value();
    EXPECT_EQ(automatic.accepts(text), !malformed) << text;
    EXPECT_TRUE(!malformed || !required.accepts(text)) << text;
  }
}

// Random texts of telling pieces with random edits: the grammar takes exactly what the parser reads without an error.
TEST(ToolGrammar, AgreesWithTheParserOnRandomTexts) {
  const std::vector<std::string> names = {"get", "get_weather", "x"};
  Answers s(names);
  const std::string pieces[] = {"<tool_call>", "</tool_call>", "\n", " ", "<think>", "</think>", "Hi", "<tool_",
                                "{\"name\": \"", "get", "_weather", "\", \"arguments\": ", "{}", "{\"a\": [1, \"<tool_call>\"]}",
                                "}", call("x"), call("get_weather", "{\"b\": null}"), call("get") + "\n", call("y")};
  std::mt19937 random(11);
  size_t taken = 0, refused = 0, with_calls = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t n = 1 + random() % 5; n > 0; --n) text += pieces[random() % std::size(pieces)];
    if (random() % 3 == 0) {
      const size_t at = random() % text.size();
      random() % 2 ? text.erase(at, 1) : text.insert(at, 1, " \n\"{}x<"[random() % 7]);
    }
    const ParsedAnswer answer = parse_answer(text, s.plan);
    // Reasoning without an end is no error to the parser: nothing was called. The grammar asks for the end.
    const bool open_reasoning = !answer.error && answer.reasoning && text.find("</think>") == std::string::npos;
    const bool open_blank = !answer.error && text.find("</think>") == std::string::npos &&
                            text.substr(std::min(text.find_first_not_of(" \n"), text.size())).starts_with("<think>");
    ASSERT_EQ(s.accepts(text), !answer.error && !open_reasoning && !open_blank) << text;
    ++(answer.error ? refused : taken);
    with_calls += !answer.calls.empty();
  }
  EXPECT_GT(taken, 3'000u);
  EXPECT_GT(refused, 3'000u);
  EXPECT_GT(with_calls, 2'000u);
}

TEST(ToolGrammar, AThousandNamesWithCommonPrefixesStayExact) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("server.tool_" + std::to_string(i));
  Answers s(names);
  EXPECT_TRUE(s.accepts(call("server.tool_7")));
  EXPECT_TRUE(s.accepts(call("server.tool_77")));
  EXPECT_TRUE(s.accepts(call("server.tool_999")));
  EXPECT_FALSE(s.live("<tool_call>\n{\"name\": \"server.tool_1000"));
  EXPECT_FALSE(s.live("<tool_call>\n{\"name\": \"server.tool_\""));
}

TEST(ToolGrammar, AnExhaustedBudgetIsAnError) {
  Answers s({"f"});
  Budget budget(3);
  s.arena.set_budget(&budget);
  const ToolTerm tool{"g", s.json->rule(s.arena, AnyJson::kObject)};
  const auto term = tool_grammar(s.arena, *s.format, *s.words, {&tool, 1});
  s.arena.set_budget(nullptr);
  ASSERT_FALSE(term.ok());
  EXPECT_EQ(term.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace keyway
