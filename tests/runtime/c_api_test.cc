// Every function of the C interface: meanings, errors, NULL arguments, and masks against what accept takes.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <thread>
#include <utility>

#include "tests/runtime/c_api_support.h"

extern "C" unsigned keyway_header_version(void);

namespace keyway::test {
namespace {

constexpr uint32_t kEnd = 2, kText = 0;  // <|im_end|>, <|endoftext|>
constexpr char kPoint[] = R"({"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"], "additionalProperties": false})";
constexpr char kPing[] = R"([{"name": "ping", "input_schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}}])";
constexpr char kPong[] = R"([{"name": "pong", "input_schema": {"type": "object", "additionalProperties": false}}])";

std::string report(const GrammarHandle& grammar) {
  char* text = keyway_report(grammar.get());
  const std::string copy = text == nullptr ? "" : text;
  keyway_free(text);
  return copy;
}

// Every bit of the mask, tried by a fork.
void expect_mask_is_what_accept_takes(const MatcherHandle& matcher) {
  const auto words = mask(matcher.get());
  for (uint32_t token = 0; token < words.size() * 32; ++token) {
    const MatcherHandle copy(static_cast<keyway_matcher*>(keyway_matcher_fork(matcher.get())));
    ASSERT_EQ(keyway_accept(copy.get(), token), static_cast<int>(bit(words, token))) << "token " << token;
  }
}

TEST(CInterface, HeaderIsC99AndVersionIsPacked) {
  EXPECT_EQ(keyway_version(), keyway_header_version());
  EXPECT_EQ(keyway_version() >> 16, 0u);
  EXPECT_EQ(keyway_version() >> 8 & 0xFF, 1u);
}

TEST(CInterface, TokenizerOpensFolderAndFileAndTellsWhatIsMissing) {
  EXPECT_EQ(keyway_vocab_size(tiny()), 4096u);
  const TokenizerHandle file = open_tokenizer(KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny/tokenizer.json");
  EXPECT_EQ(keyway_vocab_size(file.get()), 4096u);
  keyway_tokenizer* none = nullptr;
  char* error = nullptr;
  EXPECT_LT(keyway_tokenizer_open("/no/such/folder", &none, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "not_found");
  EXPECT_LT(keyway_tokenizer_open("/no/such/folder", &none, nullptr), 0);
}

TEST(CInterface, SchemaMaskIsWhatAcceptTakesInEveryStateOfAText) {
  const GrammarHandle grammar = compile("json_schema", kPoint);
  const MatcherHandle matcher = open(grammar);
  for (char c : std::string_view(R"({"x": -12)")) {
    expect_mask_is_what_accept_takes(matcher);
    ASSERT_EQ(keyway_accept(matcher.get(), byte_token(static_cast<uint8_t>(c))), 1) << c;
  }
  EXPECT_EQ(keyway_can_end(matcher.get()), 0);
  EXPECT_FALSE(bit(mask(matcher.get()), kEnd));
  ASSERT_EQ(keyway_accept(matcher.get(), byte_token('}')), 1);
  expect_mask_is_what_accept_takes(matcher);
  EXPECT_EQ(keyway_can_end(matcher.get()), 1);
  EXPECT_TRUE(bit(mask(matcher.get()), kEnd));
  EXPECT_TRUE(bit(mask(matcher.get()), kText));
}

TEST(CInterface, AfterAnEndTokenMasksAreFinishedAndRollbackLeadsBack) {
  const MatcherHandle matcher = open(compile("choice", R"(["yes", "no"])"));
  ASSERT_EQ(accept_text(matcher, "yes"), 3);
  EXPECT_EQ(keyway_is_finished(matcher.get()), 0);
  ASSERT_EQ(keyway_accept(matcher.get(), kEnd), 1);
  EXPECT_EQ(keyway_is_finished(matcher.get()), 1);
  EXPECT_EQ(keyway_accept(matcher.get(), kEnd), 0);
  std::vector<uint32_t> words(128);
  char* error = nullptr;
  EXPECT_LT(keyway_mask(matcher.get(), words.data(), words.size(), &error), 0);
  EXPECT_EQ(error_of(error)["code"], "finished");
  EXPECT_EQ(keyway_rollback(matcher.get(), 1), 0);
  EXPECT_EQ(keyway_is_finished(matcher.get()), 0);
  EXPECT_TRUE(bit(mask(matcher.get()), kEnd));
  EXPECT_EQ(keyway_rollback(matcher.get(), 3), 0);
  EXPECT_EQ(accept_text(matcher, "no"), 2);
  EXPECT_LT(keyway_rollback(matcher.get(), 3), 0);
  EXPECT_EQ(keyway_reset(matcher.get()), 0);
  EXPECT_EQ(accept_text(matcher, "yes"), 3);
}

TEST(CInterface, AcceptLeavesTheStateWhereATokenIsNotAllowed) {
  const MatcherHandle matcher = open(compile("regex", "ab*c"));
  EXPECT_EQ(accept_text(matcher, "abbx"), 3);
  EXPECT_EQ(keyway_accept(matcher.get(), byte_token('a')), 0);
  EXPECT_EQ(keyway_accept(matcher.get(), 1'000'000), 0);
  EXPECT_EQ(accept_text(matcher, "c"), 1);
  EXPECT_EQ(keyway_can_end(matcher.get()), 1);
}

TEST(CInterface, ValidateCountsAndChangesNothing) {
  const MatcherHandle matcher = open(compile("choice", R"(["abc"])"));
  ASSERT_EQ(accept_text(matcher, "a"), 1);
  auto draft = bytes_of("bc");
  draft.push_back(kEnd);
  draft.push_back(kEnd);
  EXPECT_EQ(keyway_validate(matcher.get(), draft.data(), draft.size()), 3);
  EXPECT_EQ(keyway_is_finished(matcher.get()), 0);
  draft = bytes_of("bx");
  EXPECT_EQ(keyway_validate(matcher.get(), draft.data(), draft.size()), 1);
  EXPECT_EQ(keyway_validate(matcher.get(), nullptr, 0), 0);
  EXPECT_EQ(accept_text(matcher, "bc"), 2);
}

TEST(CInterface, ForksAreIndependentAndOutliveWhatTheyCameFrom) {
  MatcherHandle matcher = open(compile("regex", "a(b|c)d"));
  ASSERT_EQ(accept_text(matcher, "a"), 1);
  const MatcherHandle fork(static_cast<keyway_matcher*>(keyway_matcher_fork(matcher.get())));
  EXPECT_EQ(accept_text(matcher, "bd"), 2);
  matcher.reset();
  EXPECT_EQ(accept_text(fork, "cd"), 2);
  EXPECT_EQ(keyway_rollback(fork.get(), 3), 0);
  EXPECT_EQ(accept_text(fork, "abd"), 3);
}

TEST(CInterface, ForcedTokensAreTakenAndStandWhereThereIsNoChoice) {
  const GrammarHandle grammar = compile("choice", R"(["properties of: a", "properties of: b"])");
  const MatcherHandle matcher = open(grammar);
  std::vector<uint32_t> forced(64);
  const int count = keyway_forced_tokens(matcher.get(), forced.data(), forced.size());
  ASSERT_GT(count, 0);
  EXPECT_EQ(keyway_forced_tokens(matcher.get(), forced.data(), 1), 1);
  EXPECT_EQ(keyway_forced_tokens(matcher.get(), nullptr, 0), 0);
  EXPECT_EQ(keyway_accept_many(matcher.get(), forced.data(), static_cast<size_t>(count)), count);
  const MatcherHandle free = open(compile("regex", "[ab]c"));
  EXPECT_EQ(keyway_forced_tokens(free.get(), forced.data(), forced.size()), 0);
}

TEST(CInterface, WordsPastTheVocabularyAreZeroAndAShortRowIsAnError) {
  const MatcherHandle matcher = open(compile("json_schema", "{}", R"({"vocab_size": 4200})"));
  std::vector<uint32_t> words(140, 0xFFFFFFFF);
  ASSERT_EQ(keyway_mask(matcher.get(), words.data(), words.size(), nullptr), 0);
  for (size_t i = 128; i < words.size(); ++i) EXPECT_EQ(words[i], 0u);
  char* error = nullptr;
  EXPECT_LT(keyway_mask(matcher.get(), words.data(), 131, &error), 0);
  EXPECT_EQ(error_of(error)["allowed"], "132 words or more");
  EXPECT_EQ(refusal("json_schema", "{}", R"({"vocab_size": 4000})")["pointer"], "/vocab_size");
}

TEST(CInterface, OptionsOfEveryKind) {
  const MatcherHandle other_end = open(compile("choice", R"(["a"])", R"({"stop_tokens": [1]})"));
  ASSERT_EQ(accept_text(other_end, "a"), 1);
  EXPECT_TRUE(bit(mask(other_end.get()), 1));
  EXPECT_FALSE(bit(mask(other_end.get()), kEnd));
  const MatcherHandle shallow = open(compile("choice", R"(["abc"])", R"({"max_rollback": 1})"));
  ASSERT_EQ(accept_text(shallow, "abc"), 3);
  EXPECT_LT(keyway_rollback(shallow.get(), 2), 0);
  EXPECT_EQ(keyway_rollback(shallow.get(), 1), 0);
  EXPECT_EQ(refusal("json_schema", kPoint, R"({"limits": {"compile_fuel": 3}})")["code"], "limit");
  EXPECT_EQ(refusal("choice", R"(["a"])", R"({"stop_tokens": [99]})")["code"], "invalid");
  EXPECT_EQ(refusal("choice", R"(["a"])", R"({"no_such": 1})")["pointer"], "/no_such");
  EXPECT_EQ(refusal("choice", R"(["a"])", R"({"limits": {"no_such": 1}})")["pointer"], "/limits/no_such");
  EXPECT_EQ(refusal("choice", R"(["a"])", "[]")["code"], "invalid");
  EXPECT_EQ(refusal("choice", R"(["a"])", "{")["code"], "syntax");
}

// What a text costs is known before it is spelled: 16 MB in one constant took 1.3 GB before a limit stopped it.
TEST(CInterface, TextsPastTheirLimitAreRefusedByNameInEveryKind) {
  const std::pair<const char*, const char*> cases[] = {
      {"json_schema", R"({"const": "#"})"}, {"json_schema", R"({"enum": ["a", {"b": ["#"]}]})"},
      {"json_schema", R"({"enum": [{"#": 1}]})"}, {"json_schema", R"({"properties": {"#": {}}})"},
      {"json_schema", R"({"required": ["#"]})"}, {"json_schema", R"({"dependentRequired": {"a": ["#"]}})"},
      {"json_schema", R"({"dependentSchemas": {"#": {}}})"}, {"json_schema", R"({"pattern": "#"})"},
      {"json_schema", R"({"patternProperties": {"#": {}}})"}, {"json_schema", R"({"not": {"const": "#"}})"},
      {"regex", "#"}, {"choice", R"(["b", "#"])"}, {"gbnf", "root ::= \"#\""}, {"ebnf", "root ::= \"#\""},
      {"lark", "start: \"#\""}, {"lark", "start: /#/"},
      {"structural_tag", R"({"type": "structural_tag", "format": {"type": "const_string", "value": "#"}})"},
      {"structural_tag", R"({"type": "structural_tag", "format": {"type": "tag", "begin": "#", "content": {"type": "any_text"}, "end": "e"}})"}};
  for (const auto& [kind, pattern] : cases) {
    const auto with = [&, pattern = std::string(pattern)](size_t length) {
      std::string text = pattern;
      return text.replace(text.find('#'), 1, std::string(length, 'x'));
    };
    const char* options = R"({"limits": {"text_bytes": 300}})";
    EXPECT_NE(compile(kind, with(300), options), nullptr) << kind << " " << pattern;
    const auto error = refusal(kind, with(301), options);
    EXPECT_EQ(error["code"], "limit") << kind << " " << pattern;
    EXPECT_EQ(error["allowed"], "text_bytes 300") << kind << " " << pattern;
  }
  const auto tools = R"([{"name": "t", "input_schema": {"type": "object", "properties": {"a": {"enum": [")" + std::string(301, 'x') +
                     R"("]}}}}, {"name": "u"}])";
  EXPECT_NE(compile("tools", tools, R"({"limits": {"text_bytes": 300}, "tool_choice": "required"})"), nullptr);
}

TEST(CInterface, OptionsOfSchemas) {
  const char* text = R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"format": "date"}}})";
  EXPECT_TRUE(accepts(compile("json_schema", text), R"({"b": "2024-01-31", "a": 1})"));
  EXPECT_FALSE(accepts(compile("json_schema", text), R"({"b": "x"})"));
  EXPECT_TRUE(accepts(compile("json_schema", text, R"({"formats": "annotate"})"), R"({"b": "x"})"));
  EXPECT_FALSE(accepts(compile("json_schema", text, R"({"order": "declared"})"), R"({"b": "2024-01-31", "a": 1})"));
  EXPECT_FALSE(accepts(compile("json_schema", text, R"({"whitespace": "compact"})"), R"({"a": 1})"));
  EXPECT_TRUE(accepts(compile("json_schema", text), R"({"c": 1})"));
  EXPECT_FALSE(accepts(compile("json_schema", text, R"({"closed_objects": true})"), R"({"c": 1})"));
  EXPECT_FALSE(accepts(compile("json_schema", "{}", R"({"escapes": "canonical"})"), "\"\\u0041\""));
  EXPECT_FALSE(accepts(compile("json_schema", "{}", R"({"max_string_length": 2})"), R"("abc")"));
  const char* reference = R"({"$ref": "http://example.org/other"})";
  EXPECT_TRUE(accepts(compile("json_schema", reference, R"({"documents": {"http://example.org/other": {"const": 7}}})"), "7"));
  EXPECT_EQ(refusal("json_schema", reference)["pointer"], "/$ref");
  EXPECT_TRUE(accepts(compile("json_schema", R"({"exclusiveMinimum": true, "minimum": 3})", R"({"draft": "draft4"})"), "4"));
  EXPECT_EQ(refusal("json_schema", R"({"foo": 1})", R"({"unknown_keywords": "refuse"})")["pointer"], "/foo");
  EXPECT_EQ(refusal("json_schema", "{}", R"({"order": "none"})")["allowed"], "any, declared");
}

TEST(CInterface, RefusalsNameTheirPlace) {
  EXPECT_EQ(refusal("json_schema", "false")["code"], "unsatisfiable");
  EXPECT_EQ(refusal("json_schema", R"({"type": "strin"})")["pointer"], "/type");
  EXPECT_EQ(refusal("json_schema", "{")["code"], "syntax");
  EXPECT_EQ(refusal("json_schema", "")["code"], "syntax");
  EXPECT_EQ(refusal("regex", "(a")["code"], "syntax");
  EXPECT_EQ(refusal("regex", "a", R"({"dialect": "perl"})")["pointer"], "/dialect");
  EXPECT_EQ(refusal("choice", "[]")["code"], "unsatisfiable");
  EXPECT_EQ(refusal("choice", R"(["a", 1])")["pointer"], "/1");
  EXPECT_EQ(refusal("choice", "{}")["code"], "invalid");
  EXPECT_EQ(refusal("no_such_kind", "x")["given"], "no_such_kind");
  EXPECT_EQ(refusal("tools", "[]")["code"], "invalid");
}

TEST(CInterface, DialectsOfRegularExpressions) {
  EXPECT_TRUE(accepts(compile("regex", "[a-c]+\\d{2}"), "abc12"));
  EXPECT_FALSE(accepts(compile("regex", "[a-c]+\\d{2}"), "xabc12"));
  EXPECT_TRUE(accepts(compile("regex", "(?i)ab", R"({"dialect": "re2"})"), "aB"));
  EXPECT_TRUE(accepts(compile("regex", "(?i:ab)", R"({"dialect": "rust"})"), "aB"));
}

TEST(CInterface, ReportListsKeywordsByPointer) {
  const auto schema = nlohmann::json::parse(report(compile("json_schema", R"({"type": "string", "title": "x", "zzz": 1})")));
  EXPECT_EQ(schema["enforced"][0]["pointer"], "/type");
  EXPECT_EQ(schema["ignored"].size(), 2u);
  EXPECT_EQ(schema["refused"].size(), 0u);
  const auto tools = nlohmann::json::parse(report(compile(
      "tools", R"([{"name": "ok", "input_schema": {"type": "object"}}, {"name": "bad", "input_schema": {"minLength": -1}}])")));
  ASSERT_EQ(tools["tools"].size(), 2u);
  EXPECT_EQ(tools["tools"][0]["ok"], true);
  EXPECT_EQ(tools["tools"][0]["report"]["enforced"][0]["pointer"], "/type");
  EXPECT_EQ(tools["tools"][1]["ok"], false);
  EXPECT_EQ(tools["tools"][1]["error"]["pointer"], "/1/input_schema/minLength");
}

// Text before, one call with the delimiters as tokens (3, 4), text after.
std::vector<uint32_t> call(std::string_view name, std::string_view arguments) {
  std::vector<uint32_t> tokens{3};
  const std::string text = "\n{\"name\": \"" + std::string(name) + "\", \"arguments\": " + std::string(arguments) + "}\n";
  for (uint32_t t : bytes_of(text)) tokens.push_back(t);
  tokens.push_back(4);
  return tokens;
}

bool calls(const GrammarHandle& grammar, const std::vector<uint32_t>& tokens) {
  const MatcherHandle matcher = open(grammar);
  return keyway_accept_many(matcher.get(), tokens.data(), tokens.size()) == static_cast<int>(tokens.size()) &&
         keyway_can_end(matcher.get()) == 1;
}

TEST(CInterface, ToolsFollowChoiceParallelAndFormat) {
  const auto one = call("ping", R"({"n": 3})");
  auto two = one;
  two.push_back(byte_token('\n'));
  two.insert(two.end(), one.begin(), one.end());
  const GrammarHandle free = compile("tools", kPing);
  EXPECT_TRUE(calls(free, one));
  EXPECT_TRUE(calls(free, two));
  EXPECT_TRUE(calls(free, bytes_of("hello")));
  EXPECT_FALSE(calls(free, call("pong", "{}")));
  EXPECT_FALSE(calls(free, call("ping", R"({"n": "3"})")));
  const GrammarHandle required = compile("tools", kPing, R"({"tool_choice": "required", "parallel": false})");
  EXPECT_TRUE(calls(required, one));
  EXPECT_FALSE(calls(required, two));
  EXPECT_FALSE(calls(required, bytes_of("hello")));
  EXPECT_FALSE(calls(compile("tools", kPing, R"({"tool_choice": "none"})"), one));
  EXPECT_TRUE(calls(compile("tools", kPing, R"({"tool_choice": ["ping"]})"), one));
  EXPECT_EQ(refusal("tools", kPing, R"({"tool_choice": "pong"})")["code"], "not_found");
  EXPECT_EQ(refusal("tools", kPing, R"({"tool_choice": []})")["pointer"], "/tool_choice");
  EXPECT_EQ(refusal("tools", kPing, R"({"call_format": "no such"})")["code"], "not_found");
}

TEST(CInterface, AListThatIsOnePageIsTold) {
  const auto told = nlohmann::json::parse(report(compile("tools", R"({"tools": [{"name": "a"}], "nextCursor": "p2"})", "{}")));
  ASSERT_EQ(told["incomplete"].size(), 1u);
  EXPECT_EQ(told["incomplete"][0]["pointer"], "/nextCursor");
  EXPECT_FALSE(nlohmann::json::parse(report(compile("tools", R"({"tools": [{"name": "a"}]})", "{}"))).contains("incomplete"));
}

TEST(CInterface, ToolsFromACacheAreTheSameTools) {
  const auto folder = std::filesystem::temp_directory_path() / ("keyway-c-cache-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "tools.cache").string();
  const std::string cached = R"({"tool_choice": "required", "cache": ")" + file + R"("})";
  for (int process = 0; process < 3; ++process) {
    const GrammarHandle grammar = compile("tools", kPing, cached.c_str());
    EXPECT_TRUE(calls(grammar, call("ping", R"({"n": 3})")));
    EXPECT_FALSE(calls(grammar, call("ping", R"({"n": "3"})")));
    EXPECT_FALSE(calls(grammar, call("pong", "{}")));
    EXPECT_EQ(report(grammar), report(compile("tools", kPing, R"({"tool_choice": "required"})")));
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  std::filesystem::remove_all(folder);
  const auto told = nlohmann::json::parse(report(compile("tools", kPing, cached.c_str())));  // the folder is gone: the tools work, and the report says so
  EXPECT_EQ(told["cache_unwritten"]["code"], "io");
}

TEST(CInterface, TheModelsOwnCallFormatIsFoundWhereItIsAskedFor) {
  const GrammarHandle found = compile("tools", kPing, R"({"call_format": "model", "tool_choice": "required"})");
  EXPECT_TRUE(calls(found, call("ping", R"({"n": 3})")));
  EXPECT_FALSE(calls(found, bytes_of("hello")));
}

TEST(CInterface, LarkGrammarsReferToNamedOnes) {
  const char* text = "start: \"<\" @inner \">\"";
  const GrammarHandle grammar = compile("lark", text, R"({"named_grammars": {"inner": "start: /[0-9]+/"}})");
  EXPECT_TRUE(calls(grammar, bytes_of("<12>")));
  EXPECT_FALSE(calls(grammar, bytes_of("<a>")));
  EXPECT_EQ(refusal("lark", text, R"({"named_grammars": {"other": "start: /[0-9]+/"}})")["code"], "not_found");
  EXPECT_EQ(refusal("lark", text, R"({"named_grammars": {"inner": "start: @inner"}})")["pointer"].get<std::string>().substr(0, 4), "line");
}

TEST(CInterface, ExtendingAddsToolsAndLeavesTheOldGrammar) {
  const GrammarHandle before = compile("tools", kPing, R"({"tool_choice": "required"})");
  keyway_grammar* grown = nullptr;
  ASSERT_EQ(keyway_tools_extend(before.get(), kPong, sizeof kPong - 1, &grown, nullptr), 0);
  const GrammarHandle after(grown);
  EXPECT_TRUE(calls(after, call("ping", R"({"n": 3})")));
  EXPECT_TRUE(calls(after, call("pong", "{}")));
  EXPECT_FALSE(calls(after, call("peng", "{}")));
  EXPECT_FALSE(calls(before, call("pong", "{}")));
  auto both = call("pong", "{}");
  both.push_back(byte_token('\n'));
  for (uint32_t t : call("ping", R"({"n": 1})")) both.push_back(t);
  EXPECT_TRUE(calls(after, both));
  EXPECT_EQ(nlohmann::json::parse(report(after))["tools"].size(), 2u);
  const MatcherHandle matcher = open(after);
  expect_mask_is_what_accept_takes(matcher);
  ASSERT_EQ(keyway_accept(matcher.get(), 3), 1);
  ASSERT_GT(accept_text(matcher, "\n{\"name\": \"p"), 0);
  expect_mask_is_what_accept_takes(matcher);
}

TEST(CInterface, ExtendingRefusesTakenNamesAndOtherKinds) {
  const GrammarHandle before = compile("tools", kPing);
  keyway_grammar* grown = nullptr;
  char* error = nullptr;
  EXPECT_LT(keyway_tools_extend(before.get(), kPing, sizeof kPing - 1, &grown, &error), 0);
  EXPECT_NE(error_of(error)["message"].get<std::string>().find("earlier list"), std::string::npos);
  EXPECT_LT(keyway_tools_extend(before.get(), "[", 1, &grown, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "syntax");
  const GrammarHandle other = compile("choice", R"(["a"])");
  EXPECT_LT(keyway_tools_extend(other.get(), kPong, sizeof kPong - 1, &grown, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "invalid");
  EXPECT_EQ(grown, nullptr);
}

TEST(CInterface, ExtendingPastTheLimitCompilesAnewAndLeavesTheOldGrammarAble) {
  const char* options = R"({"tool_choice": "required", "limits": {"arena_bytes": 2000000}})";
  GrammarHandle grammar = compile("tools", kPing, options);
  const GrammarHandle first = compile("tools", kPing, options);
  std::string huge = R"([{"name": "huge", "input_schema": {"type": "object", "properties": {)";
  for (int i = 0; i < 10000; ++i) {
    huge += (i > 0 ? ", \"" : "\"") + std::to_string(i * 7919) + R"(": {"enum": ["text )" + std::to_string(i * i) + "\"]}";
  }
  // Required, so that each of them has to be looked at before a text comes.
  huge += "}, \"required\": [";
  for (int i = 0; i < 10000; ++i) huge += (i > 0 ? ", \"" : "\"") + std::to_string(i * 7919) + "\"";
  huge += "]}}]";
  keyway_grammar* grown = nullptr;
  char* error = nullptr;
  ASSERT_LT(keyway_tools_extend(first.get(), huge.data(), huge.size(), &grown, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "limit");
  EXPECT_TRUE(calls(first, call("ping", R"({"n": 3})")));
  int added = 0;
  for (; added < 100; ++added) {
    const std::string number = std::to_string(added);
    const std::string tool = R"([{"name": "tool)" + number + R"(", "input_schema": {"type": "object", "properties": {"k)" + number +
                             R"(": {"type": "string"}}}}])";
    ASSERT_EQ(keyway_tools_extend(added == 0 ? first.get() : grammar.get(), tool.data(), tool.size(), &grown, &error), 0)
        << error;
    grammar.reset(grown);
    EXPECT_TRUE(calls(grammar, call("ping", R"({"n": 3})")));
    EXPECT_TRUE(calls(grammar, call("tool" + number, R"({"k)" + number + R"(": "x"})")));
  }
  EXPECT_TRUE(calls(grammar, call("tool0", R"({"k0": "x"})")));
}

// What texts leave in a grammar goes with their matchers: sixty texts of sixty items in room for a few.
TEST(CInterface, MatchersOpenedOnAHalfFullGrammarGetAFreshOne) {
  const char* options = R"({"limits": {"arena_bytes": 4000000}})";
  const GrammarHandle grammar = compile("json_schema", R"({"type": "array", "uniqueItems": true, "items": {"type": "string"}})", options);
  const MatcherHandle first = open(grammar);
  ASSERT_EQ(accept_text(first, "[\"a"), 3);
  size_t written = 0;
  for (int text = 0; text < 60; ++text) {
    const MatcherHandle matcher = open(grammar);
    std::string items = "[\"" + std::to_string(text);
    for (int i = 0; i < 60; ++i) items += "\",\"" + std::to_string(text) + "." + std::to_string(i) + std::string(20, 'x');
    ASSERT_EQ(accept_text(matcher, items), static_cast<int>(items.size())) << "text " << text << " after " << written << " bytes";
    written += items.size();
  }
  EXPECT_EQ(accept_text(first, "\",\"a"), 4);  // on the first one still
  EXPECT_EQ(keyway_accept(first.get(), byte_token('"')), 0);
}

TEST(CInterface, NullArgumentsAreErrors) {
  keyway_grammar* grammar = nullptr;
  keyway_matcher* matcher = nullptr;
  keyway_tokenizer* tokenizer = nullptr;
  uint32_t word = 0;
  char* error = nullptr;
  auto named = [&](int code) {
    EXPECT_LT(code, 0);
    return error_of(std::exchange(error, nullptr))["pointer"].get<std::string>();
  };
  const GrammarHandle real = compile("choice", R"(["a"])");
  EXPECT_EQ(named(keyway_tokenizer_open(nullptr, &tokenizer, &error)), "path");
  EXPECT_EQ(named(keyway_tokenizer_open("x", nullptr, &error)), "out");
  EXPECT_EQ(named(keyway_compile(nullptr, "choice", "[]", 2, "{}", &grammar, &error)), "tokenizer");
  EXPECT_EQ(named(keyway_compile(tiny(), nullptr, "[]", 2, "{}", &grammar, &error)), "kind");
  EXPECT_EQ(named(keyway_compile(tiny(), "choice", nullptr, 2, "{}", &grammar, &error)), "text");
  EXPECT_EQ(named(keyway_compile(tiny(), "choice", "[]", 2, "{}", nullptr, &error)), "out");
  EXPECT_EQ(named(keyway_tools_extend(nullptr, "[]", 2, &grammar, &error)), "grammar");
  EXPECT_EQ(named(keyway_tools_extend(real.get(), nullptr, 2, &grammar, &error)), "tools");
  EXPECT_EQ(named(keyway_matcher_open(nullptr, &matcher, &error)), "grammar");
  EXPECT_EQ(named(keyway_matcher_open(real.get(), nullptr, &error)), "out");
  EXPECT_EQ(named(keyway_mask(nullptr, &word, 1, &error)), "matcher");
  EXPECT_EQ(named(keyway_mask(open(real).get(), nullptr, 128, &error)), "words");
  EXPECT_EQ(named(keyway_masks(nullptr, 1, &word, 1, 1, &error)), "matchers");
  EXPECT_LT(keyway_accept(nullptr, 0), 0);
  EXPECT_LT(keyway_accept_many(nullptr, &word, 1), 0);
  EXPECT_LT(keyway_validate(nullptr, &word, 1), 0);
  EXPECT_LT(keyway_rollback(nullptr, 0), 0);
  EXPECT_LT(keyway_reset(nullptr), 0);
  EXPECT_LT(keyway_forced_tokens(nullptr, &word, 1), 0);
  EXPECT_LT(keyway_can_end(nullptr), 0);
  EXPECT_LT(keyway_is_finished(nullptr), 0);
  EXPECT_EQ(keyway_matcher_fork(nullptr), nullptr);
  EXPECT_EQ(keyway_report(nullptr), nullptr);
  EXPECT_EQ(keyway_vocab_size(nullptr), 0u);
  keyway_tokenizer_close(nullptr);
  keyway_grammar_release(nullptr);
  keyway_matcher_close(nullptr);
  keyway_free(nullptr);
}

// What threads share of a tokenizer: masks of texts, by what the texts are, and the grammar that was released last.
TEST(CInterface, ThreadsShareATokenizerWhileGrammarsComeAndGo) {
  constexpr std::pair<const char*, std::string_view> kCases[] = {
      {R"({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}, "required": ["at"]})", R"({"at":"2022-08-15T14:30:00.5Z"})"},
      {R"({"type": "array", "items": {"type": "string", "pattern": "^[a-f0-9]{4}-[a-f0-9]{2}$"}})", R"(["a0f3-0c","77aa-bc"])"},
      {R"({"type": "string", "format": "email"})", R"("jane.doe@example.com")"}};
  const auto masks_of = [](const MatcherHandle& matcher, std::string_view text) {
    std::vector<std::vector<uint32_t>> masks;
    for (const uint32_t token : bytes_of(text)) {
      masks.emplace_back((keyway_vocab_size(tiny()) + 31) / 32);
      if (keyway_mask(matcher.get(), masks.back().data(), masks.back().size(), nullptr) != 0) masks.back().clear();
      if (keyway_accept(matcher.get(), token) != 1) return decltype(masks)();
    }
    return masks;
  };
  std::vector<std::vector<std::vector<uint32_t>>> expected;
  for (const auto& [schema, text] : kCases) expected.push_back(masks_of(open(compile("json_schema", schema)), text));
  std::array<int, 4> right{};
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < right.size(); ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t round = 0; round < 9; ++round) {
        const size_t i = (round + thread) % std::size(kCases);
        GrammarHandle grammar = compile("json_schema", kCases[i].first);
        MatcherHandle matcher = open(grammar);
        if (round % 2 == 0) grammar.reset();
        right[thread] += masks_of(matcher, kCases[i].second) == expected[i];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(expected[i].size(), kCases[i].second.size());
  EXPECT_EQ(right, (std::array<int, 4>{9, 9, 9, 9}));
}

TEST(CInterface, HandlesMayBeReleasedInAnyOrder) {
  TokenizerHandle tokenizer = open_tokenizer();
  keyway_grammar* grammar = nullptr;
  ASSERT_EQ(keyway_compile(tokenizer.get(), "choice", R"(["ab"])", 6, nullptr, &grammar, nullptr), 0);
  tokenizer.reset();
  keyway_matcher* matcher = nullptr;
  ASSERT_EQ(keyway_matcher_open(grammar, &matcher, nullptr), 0);
  keyway_grammar_release(grammar);
  const MatcherHandle kept(matcher);
  EXPECT_EQ(accept_text(kept, "ab"), 2);
  std::vector<uint32_t> forced(4);
  EXPECT_EQ(keyway_forced_tokens(kept.get(), forced.data(), forced.size()), 0);
}

}  // namespace
}  // namespace keyway::test
