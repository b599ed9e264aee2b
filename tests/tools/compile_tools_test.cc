// Tools compile each on its own: a bad one is refused by name with its place, the others take exactly their arguments.
#include "tools/compile_tools.h"

#include <gtest/gtest.h>

#include <map>

#include "grammar/derivative.h"
#include "tests/tools/shared_data.h"
#include "tools/call_parser.h"
#include "tools/render_calls.h"

namespace keyway {
namespace {

const std::shared_ptr<const CallFormat>& hermes() {
  static const std::shared_ptr<const CallFormat> format = *shipped_call_format("hermes");
  return format;
}

bool accepts(TermArena& arena, TermId term, std::string_view text) {
  for (char c : text) {
    term = derivative(arena, term, static_cast<uint8_t>(c));
    if (term == TermArena::never()) return false;
  }
  return arena.nullable(term);
}

std::shared_ptr<const Vocabulary> byte_vocabulary() {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<end>", TokenKind::kSpecial});
  return *Vocabulary::create(std::move(entries), {256});
}

TEST(CompileTools, ABadToolIsRefusedAloneWithItsPlace) {
  Result<Registry> registry = Registry::load(
      R"([{"name": "good", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
           "additionalProperties": false}},
          {"type": "function", "function": {"name": "bad", "parameters": {"properties": {"p": {"pattern": "(?<"}}}}},
          {"name": "none", "inputSchema": {"type": "object", "properties": {"a": false}, "required": ["a"]}}])",
      *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  const Result<CompiledTools> compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
  ASSERT_EQ(compiled->terms.size(), 1u);
  EXPECT_EQ(compiled->terms[0].name, "good");
  EXPECT_EQ(compiled->reports.size(), 3u);
  EXPECT_TRUE(accepts(arena, compiled->terms[0].arguments, R"({"a": 1})"));
  EXPECT_FALSE(accepts(arena, compiled->terms[0].arguments, R"({})"));
  const auto& entries = registry->entries();
  EXPECT_EQ(entries[1].error.pointer, "/1/function/parameters/properties/p/pattern");
  EXPECT_NE(entries[1].error.message.find("\"bad\""), std::string::npos);
  EXPECT_EQ(entries[2].error.code, ErrorCode::kUnsatisfiable);
  EXPECT_EQ(entries[2].error.pointer.substr(0, 14), "/2/inputSchema");
}

// Schemas of a list share what is equal in them and nothing else: the same $id, $anchor and pointers mean their own tool's.
TEST(CompileTools, ToolsOfOneListDoNotSeeEachOther) {
  const auto tool = [](const std::string& name, const std::string& definition, const std::string& more) {
    return R"({"name": ")" + name + R"(", "parameters": {"$id": "https://x.example/s", "type": "object", "required": ["a", "b", "c"],
      "properties": {"a": {"$ref": "#/$defs/d"}, "b": {"$ref": "#here"}, "c": {"$ref": "https://x.example/s#/$defs/d"}},
      "$defs": {"d": {"$anchor": "here", )" + definition + R"(}}, "additionalProperties": false)" + more + "}}";
  };
  const std::string text = "[" + tool("one", R"("type": "integer")", "") + ", " + tool("two", R"("type": "string")", "") + ", " +
                           tool("old", R"("type": "integer")", R"(, "$schema": "http://json-schema.org/draft-04/schema#")") + "]";
  Result<Registry> registry = Registry::load(text, *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  const Result<CompiledTools> compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok());
  ASSERT_EQ(compiled->terms.size(), 2u);  // draft 4 has neither $id nor $anchor
  EXPECT_EQ(registry->entries()[2].error.pointer, "/2/parameters/properties/b/$ref");
  const std::string_view integers = R"({"a": 1, "b": 2.0, "c": 3})", strings = R"({"a": "", "b": "x", "c": "y"})";
  EXPECT_TRUE(accepts(arena, compiled->terms[0].arguments, integers));
  EXPECT_FALSE(accepts(arena, compiled->terms[0].arguments, strings));
  EXPECT_TRUE(accepts(arena, compiled->terms[1].arguments, strings));
  EXPECT_FALSE(accepts(arena, compiled->terms[1].arguments, integers));
  for (const ToolReport& report : compiled->reports) EXPECT_FALSE(report.report.enforced.empty());
  EXPECT_EQ(compiled->reports[1].report.enforced[0].pointer, compiled->reports[0].report.enforced[0].pointer);
}

// An integer of draft 4 has no point; equal schemas of another draft are not the same.
TEST(CompileTools, EqualSchemasOfTwoDraftsAreTwo) {
  const std::string rest = R"("type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}, "additionalProperties": false}})";
  Result<Registry> registry = Registry::load(
      R"([{"name": "new", "parameters": {)" + rest + R"(, {"name": "old", "parameters": {"$schema": "http://json-schema.org/draft-04/schema#", )" +
          rest + R"(, {"name": "new_again", "parameters": {)" + rest + "]",
      *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  const Result<CompiledTools> compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok());
  ASSERT_EQ(compiled->terms.size(), 3u);
  EXPECT_TRUE(accepts(arena, compiled->terms[0].arguments, R"({"a": 1.0})"));
  EXPECT_FALSE(accepts(arena, compiled->terms[1].arguments, R"({"a": 1.0})"));
  EXPECT_EQ(compiled->terms[0].arguments, compiled->terms[2].arguments);
}

// What a limit left half made is part of no other tool.
TEST(CompileTools, ALimitInOneToolLeavesTheOthersAsTheyAre) {
  std::string product = R"({"name": "large", "parameters": {"type": "object", "required": ["s"], "properties": {"s": {"allOf": [)";
  for (int i = 0; i < 24; ++i) {
    const std::string n = std::to_string(i);
    product += std::string(i > 0 ? "," : "") + R"({"anyOf": [{"required": ["a)" + n + R"("]}, {"required": ["b)" + n + R"("]}, {"minProperties": )" + n + "}]}";
  }
  product += "]}}}}";
  const std::string small = R"(, "parameters": {"type": "object", "properties": {"s": {"type": "string"}, "n": {"type": "integer"}},
    "required": ["s"], "additionalProperties": false}})";
  Result<Registry> registry =
      Registry::load(R"([{"name": "before")" + small + ", " + product + R"(, {"name": "after")" + small + "]", *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  const Result<CompiledTools> compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
  EXPECT_EQ(registry->entries()[1].error.code, ErrorCode::kLimit);
  EXPECT_EQ(registry->entries()[1].error.pointer.substr(0, 13), "/1/parameters");
  ASSERT_EQ(compiled->terms.size(), 2u);
  for (const ToolTerm& tool : compiled->terms) {
    EXPECT_TRUE(accepts(arena, tool.arguments, R"({"n": 4, "s": "x"})"));
    EXPECT_FALSE(accepts(arena, tool.arguments, R"({"n": 4})"));
  }
}

TEST(CompileTools, ArgumentsAreAnObjectWhateverTheSchemaTakes) {
  Result<Registry> registry = Registry::load(
      R"([{"name": "any", "parameters": {}}, {"name": "no", "parameters": {"anyOf": [{"type": "array"}, {"const": 5}]}}])",
      *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  const Result<CompiledTools> compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok());
  ASSERT_EQ(compiled->terms.size(), 1u);
  EXPECT_TRUE(accepts(arena, compiled->terms[0].arguments, R"({"a": [1]})"));
  EXPECT_FALSE(accepts(arena, compiled->terms[0].arguments, "5"));
  EXPECT_EQ(registry->entries()[1].status, ToolStatus::kRefused);
  EXPECT_EQ(registry->entries()[1].error.code, ErrorCode::kUnsatisfiable);
}

TEST(CompileTools, OptionsOfTheRegistryReachTheSchemas) {
  RegistryOptions options;
  options.property_order = PropertyOrder::kDeclared;
  options.whitespace = Whitespace::kCompact;
  options.max_items = 5;
  options.max_string_length = 7;
  const Result<SchemaOptions> known = schema_options(options);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->order, PropertyOrder::kDeclared);
  EXPECT_EQ(known->whitespace, Whitespace::kCompact);
  EXPECT_EQ(known->max_items, 5u);
  EXPECT_EQ(known->max_string_length, 7u);
}

TEST(CompileTools, StrictMakesARefusalFatal) {
  Result<Registry> registry = Registry::load(
      R"({"keyway_registry": 1, "tools": [{"name": "a"}, {"name": "b", "parameters": {"type": "object", "minProperties": -1}}],
          "options": {"strict": true}})",
      *hermes());
  ASSERT_TRUE(registry.ok());
  TermArena arena;
  EXPECT_FALSE(compile_tools(arena, *registry).ok());
}

// The 38 tool lists of the attack corpus, parameters compiled. No tool that must be callable is refused for an
// assertion that is not compiled.
TEST(CompileTools, AttacksEndAsExpected) {
  const std::filesystem::path file = shared_data("data/attacks/tools.jsonl");
  if (file.empty()) return;
  size_t cases = 0, unsupported = 0;
  for (const JsonDocument& document : read_json_lines(file)) {
    const Json attack = document.root();
    const std::string id(attack.find("id")->string());
    ++cases;
    Result<Registry> registry = Registry::read(attack_input(attack), *hermes());
    bool answered = registry.ok();
    bool by_name = false;
    if (registry.ok()) {
      TermArena arena;
      answered = compile_tools(arena, *registry).ok();
      for (const RegistryEntry& entry : registry->entries()) by_name |= entry.error.code == ErrorCode::kUnsupported;
    }
    const std::string_view expect = attack.find("expect")->string();
    const bool should_answer = expect == "answer" && !(by_name && !answered);
    EXPECT_TRUE(expect == "either" || answered == should_answer) << id;
    if (!registry.ok()) continue;
    std::map<std::string_view, const RegistryEntry*> verdicts;
    for (const RegistryEntry& entry : registry->entries()) verdicts[entry.tool.name] = &entry;
    for (const auto& [field, status] : {std::pair{"callable", ToolStatus::kCallable}, {"refused", ToolStatus::kRefused}}) {
      const auto names = attack.find(field);
      for (size_t i = 0; names && i < names->size(); ++i) {
        const auto found = verdicts.find(names->at(i).string());
        ASSERT_TRUE(found != verdicts.end()) << id;
        const bool refused_by_name = found->second->error.code == ErrorCode::kUnsupported;
        unsupported += refused_by_name && status == ToolStatus::kCallable;
        EXPECT_TRUE(found->second->status == status || refused_by_name) << id << " " << names->at(i).string();
      }
    }
  }
  EXPECT_GE(cases, 38u);
  EXPECT_EQ(unsupported, 0u);
}

// Every real list stays usable; what is refused has a reason with its place.
TEST(CompileTools, EveryRealListIsUsable) {
  const std::filesystem::path folder = shared_data("data/tool-lists");
  if (folder.empty()) return;
  size_t tools = 0, callable = 0;
  std::map<std::string, size_t> reasons;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    Result<Registry> registry = Registry::load(read_file(file.path()), *hermes());
    ASSERT_TRUE(registry.ok()) << file.path();
    TermArena arena;
    const Result<CompiledTools> compiled = compile_tools(arena, *registry);
    EXPECT_EQ(compiled.ok(), !registry->callable().empty()) << file.path();
    for (const RegistryEntry& entry : registry->entries()) {
      ++tools;
      callable += entry.status == ToolStatus::kCallable;
      if (entry.status == ToolStatus::kCallable) continue;
      EXPECT_FALSE(entry.error.pointer.empty()) << entry.error.to_string();
      const size_t colon = entry.error.message.find("\": ");
      ++reasons[entry.error.message.substr(colon + 3) + " " + entry.error.given.substr(0, 40)];
    }
  }
  std::cout << callable << " of " << tools << " real tools are callable; refused:\n";
  for (const auto& [reason, count] : reasons) std::cout << "  " << count << " x " << reason << "\n";
  EXPECT_GE(tools, 1513u);
  EXPECT_GE(callable * 100, tools * 80);
}

// The expected answers of the default model's held-out requests are answers of the grammar, and are read back.
TEST(CompileTools, ExpectedAnswersOfTheHeldOutRequestsAreAccepted) {
  const std::filesystem::path file = shared_data("models/keyway-tiny/heldout_examples.jsonl");
  if (file.empty()) return;
  const auto words = byte_vocabulary();
  const auto bound = bind_call_format(hermes());
  size_t answers = 0;
  for (const JsonDocument& document : read_json_lines(file)) {
    const Json example = document.root();
    if (example.find("tools")->size() == 0) continue;
    Result<Registry> registry = Registry::load(to_json_text(*example.find("tools")), *hermes());
    ASSERT_TRUE(registry.ok()) << registry.error().to_string();
    TermArena arena;
    const Result<CompiledTools> compiled = compile_tools(arena, *registry);
    ASSERT_TRUE(compiled.ok());
    ASSERT_EQ(compiled->terms.size(), example.find("tools")->size());
    const Result<TermId> term = tool_grammar(arena, *bound, *words, compiled->terms);
    ASSERT_TRUE(term.ok());
    std::vector<RenderedCall> calls;
    std::vector<std::string> names;
    const Json expected = *example.find("expected_calls");
    for (size_t i = 0; i < expected.size(); ++i) {
      calls.push_back({std::string(expected.at(i).find("name")->string()), to_json_text(*expected.at(i).find("arguments"))});
      names.push_back(calls.back().name);
    }
    const std::string text = calls.empty() ? "I can not help with that." : render_calls(*hermes(), calls);
    EXPECT_TRUE(accepts(arena, *term, text)) << text;
    const ParsedAnswer answer = parse_answer(text, CallParserPlan::create(bound, names));
    EXPECT_FALSE(answer.error) << text;
    EXPECT_EQ(answer.calls.size(), calls.size());
    answers += !calls.empty();
  }
  EXPECT_GE(answers, 150u);
}

}  // namespace
}  // namespace keyway
