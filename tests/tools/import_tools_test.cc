// Importing: every dialect and file becomes one registry; what cannot be used is told by name and the rest works.
#include "tools/import_tools.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/tools/shared_data.h"
#include "tools/registry.h"

namespace keyway {
namespace {

ImportedList imported(const std::string& text, const ImportOptions& options = {}) {
  auto list = import_tools(text, options);
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().to_string());
  return list.ok() ? std::move(*list) : ImportedList();
}

std::string names(const ImportedList& list) {
  std::string out;
  for (const ImportedTool& tool : list.tools) {
    out += (out.empty() ? "" : " ") + tool.name + (tool.excluded ? ":excluded" : tool.entry.empty() ? ":refused" : "");
  }
  return out;
}

Registry registry_of(const ImportedList& list) {
  auto registry = Registry::read(registry_text(list, "a test"), **shipped_call_format("hermes"));
  EXPECT_TRUE(registry.ok()) << (registry.ok() ? "" : registry.error().to_string());
  return registry.ok() ? std::move(*registry) : Registry();
}

TEST(ImportTools, ChoosesRenamesAndPrefixes) {
  ImportOptions options;
  options.allow = {"get_.*", "put"};
  options.deny = {".*_all"};
  options.rename = {{"put", "store"}};
  options.prefix = "web_";
  const std::string text = R"([{"name": "get_a"}, {"name": "get_all"}, {"name": "put", "inputSchema": {"type": "object"}},
                               {"name": "other"}])";
  EXPECT_EQ(names(imported(text, options)), "web_get_a web_get_all:excluded web_store web_other:excluded");
  options.rename.push_back({"nowhere", "x"});
  EXPECT_EQ(import_tools(text, options).error().code, ErrorCode::kNotFound);
  options.rename.pop_back();
  options.deny = {"("};
  EXPECT_EQ(import_tools(text, options).error().code, ErrorCode::kSyntax);
}

TEST(ImportTools, ABadToolIsRefusedAloneAndTwoOfANameBoth) {
  const ImportedList list = imported(R"([{"name": "a"}, {"parameters": {}}, {"name": "b"}, {"name": "a"}])");
  EXPECT_EQ(names(list), "a:refused :refused b a:refused");
  EXPECT_FALSE(list.tools[1].error.message.empty());
  EXPECT_EQ(list.tools[1].pointer, "/1");
  EXPECT_EQ(registry_of(list).callable().size(), 1u);
}

TEST(ImportTools, RenamingIntoANameThatIsThereRefusesBoth) {
  ImportOptions options;
  options.rename = {{"a", "b"}};
  EXPECT_EQ(names(imported(R"([{"name": "a"}, {"name": "b"}, {"name": "c"}])", options)), "b:refused b:refused c");
}

TEST(ImportTools, TheHashPinsTheTools) {
  const std::string text = registry_text(imported(R"([{"name": "a", "description": "x"}])"), "a test");
  const std::shared_ptr<const CallFormat> hermes = *shipped_call_format("hermes");
  const CallFormat& format = *hermes;
  EXPECT_TRUE(Registry::load(text, format).ok());
  std::string changed = text;
  changed.replace(changed.find("\"x\""), 3, "\"y\"");
  const auto refused = Registry::load(changed, format);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kMismatch);
  EXPECT_EQ(refused.error().pointer, "/content_hash");
  std::string spaced = text;
  spaced.replace(spaced.find("\"x\""), 3, "  \"x\"  ");
  EXPECT_TRUE(Registry::load(spaced, format).ok()) << "white space between values does not count";
}

TEST(ImportTools, ServersOfAnMcpFile) {
  const ImportedList list = imported(R"({"mcpServers": {"files": {"command": "x", "tools": [{"name": "read"}, {"nam": 1}]},
                                         "web": {"url": "http://x"}}})");
  EXPECT_EQ(list.format, "mcp.json");
  EXPECT_EQ(names(list), "files__read :refused web:refused");
  EXPECT_EQ(list.tools[1].pointer, "/mcpServers/files/tools/1");
  EXPECT_EQ(list.tools[2].error.code, ErrorCode::kNotFound);
}

TEST(ImportTools, OnePageOfAListIsToldToBeOne) {
  const auto told = [](const std::string& text) {
    std::string out;
    for (const Error& missing : imported(text).incomplete) out += missing.pointer + " " + missing.given + "\n";
    return out;
  };
  EXPECT_EQ(told(R"({"tools": [{"name": "a"}], "nextCursor": "p2"})"), "/nextCursor \"p2\"\n");
  EXPECT_EQ(told(R"({"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "a"}], "nextCursor": "p2"}})"),
            "/result/nextCursor \"p2\"\n");
  EXPECT_EQ(told(R"({"mcpServers": {"files": {"tools": [{"name": "a"}], "nextCursor": "p2"}, "web": {"tools": [{"name": "a"}]}}})"),
            "/mcpServers/files/nextCursor \"p2\"\n");
  for (const char* last : {R"([{"name": "a"}])", R"({"tools": [{"name": "a"}]})", R"({"tools": [{"name": "a"}], "nextCursor": null})",
                           R"({"tools": [{"name": "a"}], "nextCursor": ""})"}) {
    EXPECT_EQ(told(last), "") << last;
  }
  const auto registry = Registry::read(R"({"tools": [{"name": "a"}], "nextCursor": "p2"})", **shipped_call_format("hermes"));
  EXPECT_TRUE(registry->incomplete());
  EXPECT_EQ(registry->callable().size(), 1u) << "the page itself is used";
}

TEST(ImportTools, OperationsOfAnOpenApiDocument) {
  const ImportedList list = imported(R"({"openapi": "3.0.3", "paths": {"/pets/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
      "get": {"summary": "One pet", "parameters": [{"$ref": "#/components/parameters/verbose"}]},
      "put": {"operationId": "store", "requestBody": {"required": true, "content": {"application/json": {"schema":
          {"$ref": "#/components/schemas/Pet"}}}}},
      "post": {"operationId": "upload", "requestBody": {"content": {"image/png": {}}}},
      "delete": {"operationId": "lost", "parameters": [{"$ref": "#/components/parameters/none"}]}}},
    "components": {"parameters": {"verbose": {"name": "verbose", "in": "query", "schema": {"type": "boolean"}}},
      "schemas": {"Pet": {"type": "object", "properties": {"name": {"type": "string", "nullable": true},
          "child": {"$ref": "#/components/schemas/Tag"}}}, "Tag": {"type": "string"}, "Unused": {}}}})");
  EXPECT_EQ(list.format, "openapi");
  EXPECT_EQ(names(list), "get_pets_id store upload:refused lost:refused");
  EXPECT_EQ(list.tools[0].entry,
            R"("description": "One pet", "parameters": {"type": "object", "properties": {"verbose": {"type": "boolean"}, )"
            R"("id": {"type": "integer"}}, "required": ["id"], "additionalProperties": false})");
  EXPECT_EQ(list.tools[1].entry,
            R"("description": "", "parameters": {"type": "object", "properties": {"id": {"type": "integer"}, )"
            R"("body": {"$ref": "#/$defs/Pet"}}, "required": ["id", "body"], "additionalProperties": false, "$defs": )"
            R"({"Pet": {"type": "object", "properties": {"name": {"type": ["string", "null"], "nullable": true}, )"
            R"("child": {"$ref": "#/$defs/Tag"}}}, "Tag": {"type": "string"}}})");
  EXPECT_EQ(list.tools[2].error.message, "tool \"upload\": a body that is not JSON");
  EXPECT_EQ(list.tools[2].error.pointer, "/paths/~1pets~1{id}/post");
  EXPECT_EQ(list.tools[3].error.message, "tool \"lost\": a reference that does not resolve");
  EXPECT_EQ(list.tools[3].error.given, "#/components/parameters/none");
}

// The arguments of the only operation of a document, or why it is refused.
std::string operation(const std::string& parameters, const std::string& components = "{}", const std::string& body = "null") {
  const std::string operation = R"({"operationId": "o", "parameters": )" + parameters +
                                (body == "null" ? "" : R"(, "requestBody": {"content": {"application/json": {"schema": )" + body + "}}}") + "}";
  const ImportedList list = imported(R"({"openapi": "3.0.3", "paths": {"/x": {"$ref": "#/components/pathItems/x"}},
      "components": {"pathItems": {"x": {"parameters": [{"name": "id", "in": "path", "required": true,
      "schema": {"type": "integer"}}], "get": )" + operation + R"(}}, "schemas": )" + components + "}}");
  EXPECT_EQ(list.tools.size(), 1u);
  if (!list.tools[0].error.message.empty()) return list.tools[0].error.message + " " + list.tools[0].error.given;
  return list.tools[0].entry.substr(list.tools[0].entry.find("\"properties\""));
}

TEST(ImportTools, NothingThatAnOperationTakesIsLeftOut) {
  const std::string rest = R"(, "required": ["id"], "additionalProperties": false})";
  EXPECT_EQ(operation("[]"), R"("properties": {"id": {"type": "integer"}})" + rest) << "through the reference of the path";
  EXPECT_EQ(operation(R"([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}])"),
            R"("properties": {"id": {"type": "string"}})" + rest);
  EXPECT_EQ(operation(R"([{"name": "n", "in": "path", "schema": {}}])"),
            R"("properties": {"n": {}, "id": {"type": "integer"}}, "required": ["n", "id"], "additionalProperties": false})")
      << "a path without a value for it is another path";
  EXPECT_EQ(operation(R"([{"name": "id", "in": "query", "schema": {}}])"),
            "tool \"o\": two parameters of one name, for arguments have no places id: query, path");
  EXPECT_EQ(operation(R"([{"name": "body", "in": "query", "schema": {}}])", "{}", "{}"),
            "tool \"o\": two parameters of one name, for arguments have no places body: query, body");
  EXPECT_EQ(operation(R"([{"name": "Accept", "in": "header", "schema": {}}])"),
            R"("properties": {"id": {"type": "integer"}})" + rest);
  EXPECT_EQ(names(imported(R"({"openapi": "3.1.0", "paths": {"/a": {"get": null, "post": [1], "put": {}}, "/b": 3,
                               "/c": {"$ref": "#/none"}, "/d": {"$ref": "#/paths/~1d"}}})")),
            "get_a:refused post_a:refused put_a :refused :refused :refused");
}

TEST(ImportTools, SchemasOfAnOpenApiDocumentAreWrittenAsTheyAreMeant) {
  const std::string begin = R"("properties": {"id": {"type": "integer"}, "body": )";
  const std::string end = R"(}, "required": ["id"], "additionalProperties": false)";
  const auto body = [&](const std::string& schema, const std::string& components = "{}") {
    std::string text = operation("[]", components, schema);
    if (text.rfind(begin, 0) == 0) text = text.substr(begin.size());
    const size_t at = text.rfind(end);
    if (at != std::string::npos) text = text.substr(0, at) + text.substr(at + end.size());
    return text;
  };
  EXPECT_EQ(body(R"({"minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false})"),
            R"({"exclusiveMinimum": 0, "maximum": 9}})");
  EXPECT_EQ(body(R"({"exclusiveMinimum": 3, "nullable": true})"), R"({"exclusiveMinimum": 3, "nullable": true}})");
  EXPECT_EQ(body(R"({"required": ["a", "b"], "properties": {"a": {"readOnly": true}, "b": {}}})"),
            R"({"required": ["b"], "properties": {"a": {"readOnly": true}, "b": {}}}})");
  const std::string pet = R"({"A B/C": {"type": "string"}, "Pet": {"properties": {"name": {"$ref": "#/components/schemas/A%20B~1C"}}}})";
  EXPECT_EQ(body(R"({"$ref": "#/components/schemas/Pet/properties/name"})", pet),
            R"({"$ref": "#/$defs/#~1components~1schemas~1Pet~1properties~1name"}, "$defs": )"
            R"({"#/components/schemas/Pet/properties/name": {"$ref": "#/$defs/A B~1C"}, "A B/C": {"type": "string"}}})");
  EXPECT_EQ(body(R"({"properties": {"default": {"$ref": "#/components/schemas/A B~1C"}}, "default": {"$ref": "#/x"}})", pet),
            R"({"properties": {"default": {"$ref": "#/$defs/A B~1C"}}, "default": {"$ref": "#/x"}}, "$defs": {"A B/C": {"type": "string"}}})");
  EXPECT_EQ(body(R"({"$ref": "#/components/schemas/None"})"), "tool \"o\": a reference that does not resolve #/components/schemas/None");
  EXPECT_EQ(body(R"({"$ref": "#"})"), "tool \"o\": a reference that does not resolve #");
  EXPECT_EQ(body(R"({"$ref": "other.json#/A"})"), R"({"$ref": "other.json#/A"}})");
}

TEST(ImportTools, EveryRealListLoads) {
  const std::filesystem::path folder = shared_data("data/tool-lists");
  if (folder.empty()) return;
  size_t lists = 0, tools = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const ImportedList list = imported(read_file(entry.path()));
    EXPECT_FALSE(registry_of(list).callable().empty()) << entry.path();
    for (const ImportedTool& tool : list.tools) EXPECT_TRUE(!tool.entry.empty() || !tool.error.message.empty());
    ++lists;
    tools += list.tools.size();
  }
  EXPECT_GE(lists, 119u);
  EXPECT_GE(tools, 1513u);
}

}  // namespace
}  // namespace keyway
