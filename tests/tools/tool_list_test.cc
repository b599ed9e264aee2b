// Tool lists of every dialect are read as they are; a bad entry is refused alone, with its place.
#include "tools/tool_list.h"

#include <gtest/gtest.h>

#include "tests/tools/shared_data.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

ToolList read(std::string_view text) {
  Result<ToolList> list = read_tool_list(text);
  EXPECT_TRUE(list.ok()) << text << (list.ok() ? "" : list.error().to_string());
  return list.ok() ? std::move(*list) : ToolList();
}

TEST(ToolList, ReadsEveryEnvelopeToTheSameTool) {
  const std::string entry = R"({"name": "f", "description": "d", "inputSchema": {"type": "object"}})";
  for (const auto& [text, pointer] : std::vector<std::pair<std::string, std::string>>{
           {"[" + entry + "]", "/0"},
           {"{\"tools\": [" + entry + "]}", "/tools/0"},
           {"{\"tools\": [" + entry + "], \"nextCursor\": null}", "/tools/0"},
           {R"({"jsonrpc": "2.0", "id": 1, "result": {"tools": [)" + entry + "]}}", "/result/tools/0"}}) {
    const ToolList list = read(text);
    ASSERT_EQ(list.entries.size(), 1u);
    const Tool& tool = list.entries[0].tool;
    EXPECT_FALSE(list.entries[0].error);
    EXPECT_EQ(tool.name, "f");
    EXPECT_EQ(tool.description, "d");
    EXPECT_EQ(tool.pointer, pointer);
    EXPECT_EQ(tool.parameters_pointer, pointer + "/inputSchema");
    EXPECT_EQ(to_json_text(tool.parameters), R"({"type": "object"})");
  }
}

TEST(ToolList, ReadsEveryDialectInOneList) {
  const ToolList list = read(R"([
    {"type": "function", "function": {"name": "a", "parameters": {"type": "object"}, "strict": true}},
    {"type": "function", "name": "b", "parameters": {"type": "object"}},
    {"name": "c", "inputSchema": {"type": "object"}, "annotations": null},
    {"type": "custom", "name": "d", "input_schema": {"type": "object"}}])");
  ASSERT_EQ(list.entries.size(), 4u);
  const ToolDialect dialects[] = {ToolDialect::kOpenAi, ToolDialect::kFlat, ToolDialect::kMcp, ToolDialect::kAnthropic};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_FALSE(list.entries[i].error);
    EXPECT_EQ(list.entries[i].tool.name, std::string(1, static_cast<char>('a' + i)));
    EXPECT_EQ(list.entries[i].tool.dialect, dialects[i]);
  }
  EXPECT_EQ(list.entries[0].tool.parameters_pointer, "/0/function/parameters");
  EXPECT_TRUE(list.entries[0].tool.raw.find("function")->find("strict")->is_true()) << "unknown members are kept";
}

TEST(ToolList, ToolsOutliveTheirList) {
  Tool tool;
  {
    const ToolList list = read(R"([{"name": "f", "parameters": {"type": "object", "title": "kept"}}])");
    tool = list.entries[0].tool;
  }
  EXPECT_EQ(tool.parameters.find("title")->string(), "kept");
  EXPECT_EQ(tool.raw.find("name")->string(), "f");
}

TEST(ToolList, AbsentAndNullParametersAreTheEmptyObject) {
  const ToolList list = read(R"([{"name": "f"}, {"name": "g", "parameters": null}, {"name": "h", "parameters": true}])");
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(list.entries[i].error);
    EXPECT_EQ(list.entries[i].tool.parameters.find("additionalProperties")->kind(), JsonKind::kFalse);
  }
  EXPECT_FALSE(list.entries[2].error);
  EXPECT_EQ(to_json_text(list.entries[2].tool.parameters), R"({"type": "object"})");
}

TEST(ToolList, AMemberThatIsNullIsNoSchema) {
  const ToolList list = read(R"([{"name": "f", "parameters": null, "inputSchema": null, "input_schema": {"type": "object", "title": "kept"}}])");
  ASSERT_FALSE(list.entries[0].error);
  EXPECT_EQ(list.entries[0].tool.parameters.find("title")->string(), "kept");
  EXPECT_EQ(list.entries[0].tool.parameters_pointer, "/0/input_schema");
}

TEST(ToolList, RefusesABadEntryAloneWithItsPlace) {
  struct Case {
    std::string entry, pointer;
  };
  const Case cases[] = {
      {R"(5)", "/1"},
      {R"({"type": "function"})", "/1"},
      {R"({"type": "retrieval"})", "/1/type"},
      {R"({"type": "custom", "name": "f", "format": {"type": "text"}})", "/1"},
      {R"({"type": "custom", "custom": {"name": "f"}})", "/1/custom"},
      {R"({"type": 5, "name": "f"})", "/1/type"},
      {R"({"type": "function", "function": "f"})", "/1/function"},
      {R"({"type": "function", "function": {"name": 5}})", "/1/function/name"},
      {R"({"name": "f", "description": 5})", "/1/description"},
      {R"({"name": "f", "tags": "x"})", "/1/tags"},
      {R"({"name": "f", "tags": ["x", 1]})", "/1/tags/1"},
      {R"({"name": "f", "enabled": "yes"})", "/1/enabled"},
      {R"({"name": "f", "parameters": []})", "/1/parameters"},
      {R"({"name": "f", "parameters": "{}"})", "/1/parameters"},
      {R"({"name": "f", "parameters": false})", "/1/parameters"},
      {R"({"name": "f", "parameters": {"type": "integer"}})", "/1/parameters/type"},
      {R"({"name": "f", "parameters": {"type": {"a": 1}}})", "/1/parameters/type"},
      {R"({"name": "f", "inputSchema": {"type": "object"}, "input_schema": {}})", "/1/input_schema"},
      {R"({"name": "f", "parametersJsonSchema": {"type": "object"}})", "/1/parametersJsonSchema"},
      {R"({"name": "f", "Input-Schema": {"type": "object"}})", "/1/Input-Schema"},
      {R"({"type": "function", "function": {"name": "f", "parameter_definitions": {}}})", "/1/function/parameter_definitions"},
      {R"({"type": "function", "function": {"name": "f"}, "parameters": {}})", "/1/parameters"},
      {R"({"type": "function", "function": {"name": "f", "parameters": {}}, "input_schema": {}})", "/1/input_schema"},
  };
  for (const Case& c : cases) {
    const ToolList list = read("[{\"name\": \"good\"}, " + c.entry + ", {\"name\": \"better\"}]");
    ASSERT_EQ(list.entries.size(), 3u) << c.entry;
    EXPECT_FALSE(list.entries[0].error);
    EXPECT_FALSE(list.entries[2].error);
    ASSERT_TRUE(list.entries[1].error) << c.entry;
    EXPECT_EQ(list.entries[1].error->pointer, c.pointer) << c.entry;
    EXPECT_FALSE(list.entries[1].error->allowed.empty()) << c.entry;
    EXPECT_LE(list.entries[1].error->given.size(), 200u) << c.entry;
  }
}

TEST(ToolList, EqualSchemasUnderTwoNamesAreOne) {
  const ToolList list = read(R"([{"name": "f", "inputSchema": {"type": "object"}, "input_schema": {"type":"object"}}])");
  EXPECT_FALSE(list.entries[0].error);
}

TEST(ToolList, TypeListsThatHoldObjectAreTaken) {
  const ToolList list = read(R"([{"name": "f", "parameters": {"type": ["null", "object"]}},
                                 {"name": "g", "parameters": {"type": ["null", "array"]}}, {"name": "h", "parameters": {}}])");
  EXPECT_FALSE(list.entries[0].error);
  EXPECT_TRUE(list.entries[1].error);
  EXPECT_FALSE(list.entries[2].error);
  EXPECT_FALSE(read(R"([{"type": null, "name": "f", "input_schema": {"type": "object"}}])").entries[0].error);
}

TEST(ToolList, RefusesWhatIsNoList) {
  for (const char* text : {"null", "5", "\"tools\"", "{}", R"({"name": "t"})", R"({"tools": {}})",
                           R"({"result": {"tools": 1}})", "[", "", "[{\"name\": \"\xFF\"}]"}) {
    const Result<ToolList> list = read_tool_list(text);
    ASSERT_FALSE(list.ok()) << text;
    EXPECT_FALSE(list.error().pointer.empty()) << text;
  }
  EXPECT_TRUE(read("[]").entries.empty());
}

TEST(ToolList, TemplateJsonIsTheOpenAiForm) {
  const ToolList list = read(R"([{"type": "function", "function": {"name": "a", "x": 1e400}}, {"name": "b"},
                                 {"name": "c", "description": "say \"hi\"", "input_schema": {"type": "object"}}])");
  EXPECT_EQ(tool_template_json(list.entries[0].tool), R"({"type": "function", "function": {"name": "a", "x": 1e400}})");
  EXPECT_EQ(tool_template_json(list.entries[1].tool),
            R"({"type": "function", "function": {"name": "b", "description": "", "parameters": )"
            R"({"type": "object", "properties": {}, "additionalProperties": false}}})");
  EXPECT_EQ(tool_template_json(list.entries[2].tool),
            R"({"type": "function", "function": {"name": "c", "description": "say \"hi\"", "parameters": )"
            R"({"type": "object"}}})");
}

TEST(ToolList, ReadsEveryRealList) {
  const std::filesystem::path folder = shared_data("data/tool-lists");
  if (folder.empty()) return;
  size_t lists = 0, tools = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    const ToolList list = read(read_file(file.path()));
    ++lists;
    tools += list.entries.size();
    for (const ToolListEntry& entry : list.entries) {
      EXPECT_FALSE(entry.error) << file.path() << entry.error->to_string();
      EXPECT_FALSE(entry.tool.name.empty()) << file.path();
      EXPECT_TRUE(entry.tool.parameters.is_object());
    }
  }
  EXPECT_GE(lists, 119u);
  EXPECT_GE(tools, 1513u);
}

TEST(Excerpt, CutsBetweenCodePoints) {
  EXPECT_EQ(excerpt("abc", 3), "abc");
  EXPECT_EQ(excerpt("abcd", 3), "abc...");
  EXPECT_EQ(excerpt("a\xC3\xA9z", 2), "a...");
}

}  // namespace
}  // namespace keyway
