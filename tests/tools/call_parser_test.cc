// The streaming parser reads the sample outputs as expected, strictly, and the same at every split.
#include "tools/call_parser.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/tools/shared_data.h"
#include "tools/registry.h"
#include "tools/render_calls.h"

namespace keyway {
namespace {

constexpr TokenId kOpen = 1, kClose = 2, kThink = 3, kThinkEnd = 4;

std::shared_ptr<const CallFormat> hermes() { return *shipped_call_format("hermes"); }

std::optional<TokenId> owned_tokens(std::string_view text) {
  if (text == "<tool_call>") return kOpen;
  if (text == "</tool_call>") return kClose;
  if (text == "<think>") return kThink;
  if (text == "</think>") return kThinkEnd;
  return std::nullopt;
}

std::shared_ptr<const CallParserPlan> plan_of(std::vector<std::string> names, const TokenLookup& lookup = {}) {
  return CallParserPlan::create(bind_call_format(hermes(), lookup), std::move(names));
}

// All events as one text, fragments joined: what must not depend on the split.
class Recorder {
 public:
  CallSink sink() {
    return [this](const CallEvent& event) { add(event); };
  }
  std::string text() const { return text_; }

 private:
  void add(const CallEvent& event) {
    const std::string_view labels[] = {"content", "reasoning", "begin", "arguments", "end", "finish", "error", "id"};
    const bool fragment = event.kind == CallEventKind::kContent || event.kind == CallEventKind::kReasoning ||
                          event.kind == CallEventKind::kArguments;
    EXPECT_TRUE(!fragment || !event.text.empty()) << "empty fragments say nothing";
    if (!fragment || event.kind != last_ || text_.empty()) {
      text_ += "[" + std::string(labels[static_cast<size_t>(event.kind)]) + " " + std::to_string(event.call) + "]";
    }
    text_ += event.text;
    if (event.error) text_ += std::to_string(event.offset) + event.error->to_string();
    last_ = event.kind;
  }
  std::string text_;
  CallEventKind last_ = CallEventKind::kFinish;
};

std::string events(const std::shared_ptr<const CallParserPlan>& plan, const std::vector<std::string_view>& pieces) {
  Recorder recorder;
  CallParser parser(plan);
  const CallSink sink = recorder.sink();
  for (std::string_view piece : pieces) parser.feed(piece, sink);
  parser.finish(sink);
  return recorder.text();
}

std::string events(const std::shared_ptr<const CallParserPlan>& plan, std::string_view text) {
  return events(plan, std::vector<std::string_view>{text});
}

// Every cut in two, byte by byte, and ten random cuts give the events of the whole.
void expect_same_at_every_split(const std::shared_ptr<const CallParserPlan>& plan, std::string_view text) {
  const std::string whole = events(plan, text);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    ASSERT_EQ(events(plan, {text.substr(0, cut), text.substr(cut)}), whole) << "cut at " << cut << " of " << text;
  }
  std::vector<std::string_view> bytes;
  for (size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  ASSERT_EQ(events(plan, bytes), whole) << text;
  std::mt19937 random(1);
  for (int round = 0; round < 10; ++round) {
    std::vector<std::string_view> pieces;
    for (size_t at = 0; at < text.size();) {
      pieces.push_back(text.substr(at, 1 + random() % 9));
      at += pieces.back().size();
    }
    ASSERT_EQ(events(plan, pieces), whole) << text;
  }
}

// The events of the text as tokens: spellings of owned delimiters outside strings are those tokens.
std::string token_events(const std::shared_ptr<const CallParserPlan>& plan, std::string_view text) {
  Recorder recorder;
  CallParser parser(plan);
  const CallSink sink = recorder.sink();
  bool quoted = false;
  while (!text.empty()) {
    size_t length = 1;
    std::optional<TokenId> id;
    for (std::string_view delimiter : {"<tool_call>", "</tool_call>", "<think>", "</think>"}) {
      if (!quoted && text.starts_with(delimiter)) id = owned_tokens(delimiter), length = delimiter.size();
    }
    if (text[0] == '"') quoted = !quoted;
    if (text.starts_with("\\\"")) length = 2;
    if (id) parser.feed_token(*id, text.substr(0, length), sink);
    else parser.feed_token(100, text.substr(0, length), sink);
    text.remove_prefix(length);
  }
  parser.finish(sink);
  return recorder.text();
}

TEST(CallParser, SamplesOfHermesAreReadAsExpected) {
  const std::filesystem::path file = shared_data("data/tool-call-formats/hermes.json");
  if (file.empty()) return;
  const auto document = parse_json(read_file(file));
  ASSERT_TRUE(document.ok());
  const Result<Registry> registry = Registry::load(to_json_text(document->root()), *hermes());
  ASSERT_TRUE(registry.ok());
  std::vector<std::string> names;
  for (const Tool* tool : registry->callable()) names.push_back(tool->name);
  const auto plan = plan_of(names);
  const auto token_plan = plan_of(names, owned_tokens);
  const Json samples = *document->root().find("samples");
  size_t read = 0, malformed = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const Json sample = samples.at(i);
    const std::string_view text = sample.find("text")->string();
    expect_same_at_every_split(plan, text);
    if (sample.find("lenient")) continue;
    const ParsedAnswer answer = parse_answer(text, plan);
    if (sample.find("malformed")) {
      EXPECT_TRUE(answer.calls.empty()) << text;
      EXPECT_TRUE(answer.error) << text;
      ++malformed;
      continue;
    }
    ++read;
    EXPECT_FALSE(answer.error) << text << answer.error->to_string();
    const Json content = *sample.find("content");
    EXPECT_EQ(answer.content.value_or("(none)"), content.is_null() ? "(none)" : content.string()) << text;
    const auto reasoning = sample.find("reasoning");
    EXPECT_EQ(answer.reasoning.value_or("(none)"), reasoning ? reasoning->string() : "(none)") << text;
    const Json calls = *sample.find("tool_calls");
    ASSERT_EQ(answer.calls.size(), calls.size()) << text;
    for (size_t c = 0; c < calls.size(); ++c) {
      EXPECT_EQ(answer.calls[c].name, calls.at(c).find("name")->string());
      const auto arguments = parse_json(answer.calls[c].arguments);
      ASSERT_TRUE(arguments.ok());
      const Json expected = *calls.at(c).find("arguments");
      ASSERT_EQ(arguments->root().size(), expected.size());
      for (size_t m = 0; m < expected.size(); ++m) {
        const auto value = arguments->root().find(expected.key(m));
        ASSERT_TRUE(value) << text;
        EXPECT_TRUE(value->is_number() ? value->real() == expected.at(m).real()
                                       : to_json_text(*value) == to_json_text(expected.at(m)));
      }
    }
    EXPECT_EQ(token_events(token_plan, text), events(plan, text)) << "tokens and bytes are read alike";
  }
  EXPECT_GE(read, 10u);
  EXPECT_GE(malformed, 3u);
}

TEST(CallParser, EventsComeInOrder) {
  const auto plan = plan_of({"f", "fg"});
  EXPECT_EQ(events(plan, "Hi.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1]}}\n</tool_call>\n"
                         "<tool_call>{\"name\":\"fg\",\"arguments\":{}}</tool_call>"),
            "[content 0]Hi.\n[begin 0]f[arguments 0]{\"a\": [1]}[end 0][begin 1]fg[arguments 1]{}[end 1][finish 2]");
}

TEST(CallParser, ContentIsGivenOutAsSoonAsItIsCertain) {
  Recorder recorder;
  CallParser parser(plan_of({"f"}));
  const CallSink sink = recorder.sink();
  parser.feed("a <tool_c", sink);
  EXPECT_EQ(recorder.text(), "[content 0]a ");
  parser.feed("ap> <", sink);
  EXPECT_EQ(recorder.text(), "[content 0]a <tool_cap> ");
  parser.finish(sink);
  EXPECT_EQ(recorder.text(), "[content 0]a <tool_cap> <[finish 0]");
}

TEST(CallParser, WhatDoesNotCommitIsContent) {
  const auto plan = plan_of({"f"});
  for (std::string_view text : {"Hello <tool_ca", "<tool_cal> <<tool_call", "</tool_call>", "{\"name\": \"f\"}", "", "x <think>",
                                "  <thin", "a\xC3", "\xFF"}) {
    const ParsedAnswer answer = parse_answer(text, plan);
    EXPECT_FALSE(answer.error) << text;
    EXPECT_TRUE(answer.calls.empty()) << text;
    expect_same_at_every_split(plan, text);
  }
  EXPECT_EQ(*parse_answer("Hello <tool_ca", plan).content, "Hello <tool_ca");
  EXPECT_EQ(*parse_answer("<<<tool_call", plan).content, "<<<tool_call");
  EXPECT_EQ(*parse_answer("a\xFFz", plan).content, "a\xEF\xBF\xBDz");
  EXPECT_FALSE(parse_answer(" \n ", plan).content);
}

// A bracket and letters may become a call for as long as a name may be; what is longer is given out.
TEST(CallParser, NoMoreIsHeldThanANameAheadHas) {
  const auto plan = CallParserPlan::create(bind_call_format(*shipped_call_format("llama-pythonic"), {}), {"f", std::string(4096, 'n')});
  for (size_t bytes : {size_t{4096}, size_t{8191}, size_t{8192}, size_t{100000}}) {
    const std::string text = "[" + std::string(bytes, 'n');
    Recorder recorder;
    CallParser parser(plan);
    parser.feed(text, recorder.sink());
    EXPECT_GE(recorder.text().size() + 2 * kMostNameBytes, text.size()) << bytes;
    expect_same_at_every_split(plan, text.substr(0, 300));
    EXPECT_EQ(events(plan, text + "]\n[f()]"), "[content 0]" + text + "]\n[begin 0]f[arguments 0]{}[end 0][finish 1]") << bytes;
    EXPECT_EQ(events(plan, {text, " and", " more"}), "[content 0]" + text + " and more[finish 0]") << bytes;
    const std::string called = events(plan, text + "()]");
    const bool known = bytes == 4096;
    EXPECT_EQ(called.find("[error") == std::string::npos, known) << called.substr(0, 100);
    EXPECT_EQ(called.find("[begin 0]") != std::string::npos, known);
  }
}

TEST(CallParser, ErrorsHaveTheirPlace) {
  const auto plan = plan_of({"get", "get_weather"});
  struct Case {
    std::string text;
    size_t offset;
    ErrorCode code;
    size_t calls;
  };
  const std::string good = "<tool_call>\n{\"name\": \"get\", \"arguments\": {}}\n</tool_call>";
  const Case cases[] = {
      {"<tool_call>x", 11, ErrorCode::kSyntax, 0},
      {"<tool_call>", 11, ErrorCode::kSyntax, 0},
      {"<tool_call>{'name'", 12, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": 5", 20, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": \"got\"", 22, ErrorCode::kNotFound, 0},
      {"<tool_call>{\"name\": \"get_\"", 25, ErrorCode::kNotFound, 0},
      {"<tool_call>{\"name\": \"get_weather_now\"", 32, ErrorCode::kNotFound, 0},
      {"<tool_call>{\"name\": \"Get\"", 21, ErrorCode::kNotFound, 0},
      {"<tool_call>{\"name\": \"ge", 23, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": \"get\", \"arguments\": null", 40, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": \"get\", \"arguments\": {\"a\": NaN}", 46, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": \"get\", \"arguments\": {}}}", 43, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"name\": \"get\", \"arguments\": {}, ", 42, ErrorCode::kSyntax, 0},
      {"<tool_call>{\"arguments\": {}", 13, ErrorCode::kSyntax, 0},
      {"<tool_call>         {", 19, ErrorCode::kSyntax, 0},
      {good + " and more", good.size() + 1, ErrorCode::kSyntax, 1},
      {good + "\n<tool_call>\n{\"name\": \"get\"", good.size() + 27, ErrorCode::kSyntax, 1},
  };
  for (const Case& c : cases) {
    const ParsedAnswer answer = parse_answer(c.text, plan);
    ASSERT_TRUE(answer.error) << c.text;
    EXPECT_EQ(answer.error_offset, c.offset) << c.text << answer.error->to_string();
    EXPECT_EQ(answer.error->code, c.code) << c.text;
    EXPECT_EQ(answer.calls.size(), c.calls) << c.text;
    EXPECT_EQ(answer.error->pointer, "offset " + std::to_string(c.offset));
    EXPECT_FALSE(answer.error->allowed.empty()) << c.text;
    expect_same_at_every_split(plan, c.text);
  }
}

TEST(CallParser, ArgumentsWithANameUsedTwiceAreAnErrorOfTheWholeAnswer) {
  const ParsedAnswer answer =
      parse_answer("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1, \"a\": 2}}</tool_call>", plan_of({"f"}));
  EXPECT_TRUE(answer.error);
  EXPECT_TRUE(answer.calls.empty());
}

TEST(CallParser, ReasoningHoldsNoCalls) {
  const auto plan = plan_of({"f"});
  const std::string call = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>";
  for (const std::string& text : {"<think>a " + call + "</think>b" + call, "\n<think></think></think>" + call,
                                  "<think>never ends " + call, "<think></thin</think>" + call}) {
    expect_same_at_every_split(plan, text);
  }
  const ParsedAnswer answer = parse_answer("<think>a " + call + "</think>b" + call, plan);
  EXPECT_EQ(*answer.reasoning, "a " + call);
  EXPECT_EQ(*answer.content, "b");
  EXPECT_EQ(answer.calls.size(), 1u);
  EXPECT_TRUE(parse_answer("<think>never ends " + call, plan).calls.empty());
  const ParsedAnswer opened = parse_answer("so " + call + "</think>" + call, plan, true);
  EXPECT_EQ(*opened.reasoning, "so " + call);
  EXPECT_EQ(opened.calls.size(), 1u);
}

TEST(CallParser, OwnedDelimitersAreTokensNeverTheirSpelling) {
  const auto plan = plan_of({"f"}, owned_tokens);
  Recorder recorder;
  CallParser parser(plan);
  const CallSink sink = recorder.sink();
  parser.feed_token(100, "<tool_call>", sink);
  parser.feed_token(kClose, "</tool_call>", sink);
  parser.feed_token(kOpen, "<tool_call>", sink);
  parser.feed_token(100, "{\"name\": \"f\", \"arguments\": {\"a\": \"<tool_call>\"}}", sink);
  EXPECT_FALSE(parser.failed());
  parser.feed_token(kClose, "</tool_call>", sink);
  parser.finish(sink);
  EXPECT_EQ(recorder.text(), "[content 0]<tool_call></tool_call>[begin 0]f[arguments 0]{\"a\": \"<tool_call>\"}[end 0][finish 1]");
}

TEST(CallParser, ADelimiterTokenInsideAStringIsAnError) {
  const auto plan = plan_of({"f"}, owned_tokens);
  Recorder recorder;
  CallParser parser(plan);
  const CallSink sink = recorder.sink();
  parser.feed_token(kOpen, "<tool_call>", sink);
  parser.feed_token(100, "{\"name\": \"f\", \"arguments\": {\"a\": \"", sink);
  parser.feed_token(kOpen, "<tool_call>", sink);
  EXPECT_TRUE(parser.failed());
}

// Layouts of other families, as data: an array of calls, bare names, marks around the whole section.
TEST(CallParser, OtherLayoutsNeedOnlyAnotherFile) {
  const std::string head = R"({"keyway_call_format": 1, "name": "x", "names": {"pattern": "[a-z_]+", "max_bytes": 64},
                              "space_max": 8, )";
  const std::string call_json = R"({"json": "{\"name\": \"$name\", \"arguments\": $arguments}"})";
  const std::pair<std::string, std::string> layouts[] = {
      {head + R"("section_begin": ["[TOOL_CALLS]", {"space": ""}, "["], "call": [)" + call_json +
           R"(], "between_calls": [",", {"space": " "}], "section_end": [{"space": ""}, "]"]})",
       R"([TOOL_CALLS][{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {}}])"},
      {head + R"("call": ["[TOOL_CALLS]", {"name": "raw"}, "[ARGS]", {"arguments": "json"}]})",
       R"([TOOL_CALLS]f[ARGS]{"a": 1}[TOOL_CALLS]g[ARGS]{})"},
      {head + R"("section_begin": ["<calls>"], "call": ["<call>", {"name": "raw"}, "<sep>", {"arguments": "json"},
           "</call>"], "section_end": ["</calls>"]})",
       R"(<calls><call>f<sep>{"a": 1}</call><call>g<sep>{}</call></calls>)"},
      {head + R"("where": "start", "call": ["{", {"space": ""}, "\"name\"", {"space": ""}, ":", {"space": " "},
           "\"", {"name": "raw"}, "\"", {"space": ""}, ",", {"space": " "}, "\"parameters\":", {"space": " "},
           {"arguments": "json"}, "}"], "between_calls": [";", {"space": " "}]})",
       R"({"name": "f", "parameters": {"a": 1}}; {"name": "g", "parameters": {}})"}};
  for (const auto& [file, text] : layouts) {
    const auto format = read_call_format(file);
    ASSERT_TRUE(format.ok()) << format.error().to_string();
    EXPECT_EQ(render_calls(**format, {{"f", "{\"a\": 1}", {}}, {"g", "{}", {}}}), text);
    const auto plan = CallParserPlan::create(bind_call_format(*format), {"f", "g"});
    const ParsedAnswer answer = parse_answer(text, plan);
    EXPECT_FALSE(answer.error) << answer.error->to_string();
    ASSERT_EQ(answer.calls.size(), 2u) << text;
    EXPECT_EQ(answer.calls[0].name + answer.calls[0].arguments, "f{\"a\": 1}");
    EXPECT_EQ(answer.calls[1].name + answer.calls[1].arguments, "g{}");
    expect_same_at_every_split(plan, text);
    expect_same_at_every_split(plan, "x " + text);
    EXPECT_TRUE(parse_answer(text.substr(0, text.size() - 1), plan).error);
    EXPECT_EQ(parse_answer("x " + text, plan).calls.size(), (*format)->layouts[0].where == Where::kAnywhere ? 2u : 0u);
  }
}

TEST(CallParser, AttacksOnHermesEndAsExpected) {
  const std::filesystem::path file = shared_data("data/attacks/model_output.jsonl");
  if (file.empty()) return;
  const auto plan = plan_of({"get_weather"});
  size_t cases = 0;
  for (const JsonDocument& document : read_json_lines(file)) {
    const Json attack = document.root();
    if (attack.find("format")->string() != "hermes") continue;
    const std::string id(attack.find("id")->string());
    ++cases;
    const std::string text = attack_input(attack);
    const ParsedAnswer answer = parse_answer(text, plan);
    EXPECT_TRUE(attack.find("expect")->string() == "either" || !answer.error) << id;
    if (auto calls = attack.find("tool_calls")) {
      EXPECT_EQ(answer.calls.size(), calls->size()) << id;
    }
    if (auto count = attack.find("call_count")) {
      EXPECT_EQ(answer.calls.size(), *count->integer()) << id;
    }
    if (auto most = attack.find("max_calls")) {
      EXPECT_LE(answer.calls.size(), *most->integer()) << id;
    }
    if (auto content = attack.find("content")) {
      EXPECT_EQ(answer.content.value_or("(none)"), content->is_null() ? "(none)" : content->string()) << id;
    }
    for (const ParsedCall& call : answer.calls) EXPECT_EQ(call.name, "get_weather") << id;
    if (text.size() > 2000) {
      std::vector<std::string_view> bytes;
      for (size_t i = 0; i < text.size(); ++i) bytes.push_back(std::string_view(text).substr(i, 1));
      EXPECT_TRUE(events(plan, bytes) == events(plan, text)) << id;
    } else {
      expect_same_at_every_split(plan, text);
    }
  }
  EXPECT_GE(cases, 20u);
}

TEST(CallParser, AParserIsSmall) { EXPECT_LE(sizeof(CallParser), 512u); }

// A brace opens a call of Llama 3 unless the name of another member than "name" follows it.
TEST(CallParser, AnObjectThatIsNoCallIsText) {
  const auto plan = CallParserPlan::create(bind_call_format(*shipped_call_format("llama3-json")), {"get"});
  for (const std::string text : {R"({ "note": "this is not a call" })", R"({"na": 1})", R"({"names": []})", "{", "{ \"n"}) {
    for (size_t split = 1; split <= text.size(); ++split) {
      const ParsedAnswer answer = parse_answer(text, plan, std::string_view(), split);
      EXPECT_FALSE(answer.error) << text << " in pieces of " << split << ": " << answer.error->to_string();
      EXPECT_EQ(answer.content, text) << split;
      EXPECT_TRUE(answer.calls.empty()) << text;
    }
  }
  for (const std::string text : {R"({"name": "get", "parameters": {}})", "{ \n\"name\" :\"get\", \"parameters\": {}}"}) {
    for (size_t split = 1; split <= text.size(); ++split) {
      const ParsedAnswer answer = parse_answer(text, plan, std::string_view(), split);
      EXPECT_FALSE(answer.error) << text << " in pieces of " << split << ": " << answer.error->to_string();
      EXPECT_EQ(answer.calls.size(), 1u) << text;
      EXPECT_FALSE(answer.content) << text;
    }
  }
  for (const char* text : {"{'name': 'get'}", R"({"name": 5})", "{}", "{\"name\""}) {
    const ParsedAnswer answer = parse_answer(text, plan);
    ASSERT_TRUE(answer.error) << text;
    EXPECT_TRUE(answer.calls.empty()) << text;
  }
}

}  // namespace
}  // namespace keyway
