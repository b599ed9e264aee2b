// keyway-bench tools: how the cost of a tool list grows, as tool_scale_peers.py measures it, without Python in the loop.
//
// For each size N: the first N tools of the BFCL files, one call format (Hermes) or all of them, "required", to the first
// mask; one more tool by extend_grammar; mask and accept for every token of a call of 20 of them. Every call is verified: it
// has to be taken as a whole, and a call of a tool that is not in the list must not be.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "runtime/compile/compile.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/embedded.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"
#include "tools/call_format.h"
#include "tools/render_calls.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct ToolsOptions {
  std::string tools, tokenizer, json, format = "hermes";
  std::vector<size_t> sizes{1, 10, 100, 1000};
};

// BFCL's names of types to those of JSON Schema; an empty one means any.
std::string standard_type(const std::string& name) {
  static const std::map<std::string, std::string> kTypes{
      {"dict", "object"}, {"float", "number"}, {"double", "number"}, {"long", "integer"}, {"tuple", "array"}, {"Array", "array"},
      {"ArrayList", "array"}, {"String", "string"}, {"char", "string"}, {"Boolean", "boolean"}, {"HashMap", "object"}, {"any", ""}};
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? name : found->second;
}

// A name that every call format can carry.
std::string plain_name(std::string name) {
  const auto is_plain = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-'); };
  std::replace_if(name.begin(), name.end(), [&](char c) { return !is_plain(static_cast<unsigned char>(c)); }, '_');
  return name.substr(0, 64);
}

// BFCL's dialect to JSON Schema. Recursive: the files are ours to trust, and shallow.
OrderedJson standard(const OrderedJson& schema) {
  if (schema.is_array()) {
    OrderedJson out = OrderedJson::array();
    for (const auto& item : schema) out.push_back(standard(item));
    return out;
  }
  if (!schema.is_object()) return schema;
  OrderedJson out = OrderedJson::object();
  for (const auto& [key, value] : schema.items()) {
    if (key == "properties" && value.is_object()) {
      out[key] = OrderedJson::object();
      for (const auto& [name, property] : value.items()) out[key][name] = standard(property);
    } else if (key == "type" && value.is_string()) {
      const std::string type = standard_type(value);
      if (!type.empty()) out[key] = type;
    } else if (key == "items") {
      out[key] = standard(value);
    } else if (key == "required" || key == "enum" || key == "description" || key == "additionalProperties") {
      out[key] = value;
    }
  }
  if (out.value("type", "") == "object") out["additionalProperties"] = false;
  return out;
}

std::vector<OrderedJson> load_tools(const std::string& folder) {
  std::set<std::filesystem::path> paths;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().filename().string().starts_with("BFCL_v4_")) paths.insert(entry.path());
  }
  std::vector<OrderedJson> tools;
  std::set<std::string> seen;
  for (const auto& path : paths) {
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
      for (const auto& function : OrderedJson::parse(line).value("function", OrderedJson::array())) {
        const std::string name =
            plain_name(function["name"].get<std::string>());
        if (!seen.insert(name).second) continue;
        tools.push_back({{"type", "function"},
                         {"function", {{"name", name}, {"description", function.value("description", "")},
                                       {"parameters", standard(function["parameters"])}}}});
      }
    }
  }
  return tools;
}

OrderedJson sample_value(const OrderedJson& schema) {
  if (schema.contains("enum")) return schema["enum"][0];
  const OrderedJson named = schema.value("type", OrderedJson("string"));
  const std::string type = named.is_string() ? named.get<std::string>() : "string";
  if (type == "object") {
    OrderedJson out = OrderedJson::object();
    const OrderedJson properties = schema.value("properties", OrderedJson::object());
    for (const auto& [name, property] : properties.items()) out[name] = sample_value(property);
    return out;
  }
  if (type == "array") return OrderedJson::array({sample_value(schema.value("items", OrderedJson::object()))});
  if (type == "integer") return 3;
  if (type == "number") return 1.5;
  if (type == "boolean") return true;
  return "San Francisco";
}

std::string call_of(const CallFormat& format, const OrderedJson& tool) {
  const auto& function = tool["function"];
  return render_calls(format, {{function["name"].get<std::string>(), sample_value(function["parameters"]).dump(), {}}});
}

std::string options_for(const CallFormat& format) {
  return OrderedJson{{"call_format", format.name}, {"tool_choice", "required"}}.dump();
}

// The formats that the option names.
Result<std::vector<std::shared_ptr<const CallFormat>>> formats_of(const std::string& option) {
  std::vector<std::string> names = {option};
  if (option == "all") {
    names.clear();
    constexpr std::string_view kFolder = "call_formats/", kEnd = ".json";
    for (std::string_view name : embedded_document_names()) {
      if (name.starts_with(kFolder)) names.emplace_back(name.substr(kFolder.size(), name.size() - kFolder.size() - kEnd.size()));
    }
  }
  std::vector<std::shared_ptr<const CallFormat>> formats;
  for (const std::string& name : names) {
    auto format = shipped_call_format(name);
    if (!format.ok()) return format.error();
    formats.push_back(std::move(*format));
  }
  return formats;
}

// The longest text token that `text` begins with. Every byte is a token, or no grammar is made.
TokenId longest_token(const TokenTrie& trie, std::string_view text) {
  TokenId longest = 0;
  uint32_t node = trie.root(static_cast<uint8_t>(text[0]));
  for (size_t read = 1; node < trie.size(); ++read) {
    if (const auto tokens = trie.tokens_at(node); !tokens.empty()) longest = tokens[0];
    if (read == text.size()) break;
    const uint32_t end = trie.nodes()[node].subtree_end();
    for (++node; node < end && trie.nodes()[node].byte() != static_cast<uint8_t>(text[read]);) node = trie.nodes()[node].subtree_end();
    if (node >= end) break;
  }
  return longest;
}

// Tokens that spell the text. Some tokenizers do not give these: that of Llama 2 writes a blank in front of a text, and both it
// and that of Gemma read the character that stands for a blank, which DeepSeek's delimiters hold, as a blank. Such a text is cut
// into the longest tokens.
std::vector<TokenId> spelled_tokens(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<TokenId> tokens = tokenizer.encode(text);
  std::string spelled;
  for (TokenId token : tokens) spelled += tokenizer.token_bytes(token);
  if (spelled == text) return tokens;
  tokens.clear();
  const Vocabulary& vocabulary = *tokenizer.vocabulary();
  while (!text.empty()) {
    std::optional<TokenId> next;
    for (size_t n = std::min<size_t>(text.size(), 64); n > 1 && !next; --n) next = vocabulary.find(text.substr(0, n));
    tokens.push_back(next ? *next : longest_token(vocabulary.trie(), text));
    text.remove_prefix(tokenizer.token_bytes(tokens.back()).size());
  }
  return tokens;
}

// Mask and accept for every token; the time for one, or -1 where one is not allowed.
double us_per_token(const CompiledGrammar& compiled, const std::vector<TokenId>& tokens) {
  Matcher matcher(compiled.grammar, compiled.start);
  std::vector<uint32_t> words(compiled.mask_words);
  const auto start = Clock::now();
  for (TokenId token : tokens) {
    if (!matcher.mask(words).ok() || !mask_test(words.data(), token)) return -1;
    const Result<bool> taken = matcher.accept(token);
    if (!taken.ok() || !*taken) return -1;
  }
  return us_since(start) / static_cast<double>(tokens.size());
}

std::string list_text(const std::vector<OrderedJson>& tools, size_t from, size_t to) {
  OrderedJson list = OrderedJson::array();
  for (size_t i = from; i < to; ++i) list.push_back(tools[i]);
  return list.dump();
}

// One size. Errors: of the compile.
Result<OrderedJson> measure(const Tokenizer& tokenizer, const CallFormat& format, const std::vector<OrderedJson>& tools, size_t n,
                            size_t& wrong) {
  n = std::min(n, tools.size() - 1);
  const std::string text = list_text(tools, 0, n), more = list_text(tools, n, n + 1);
  std::vector<uint32_t> words(mask_words(tokenizer.vocabulary()->size()));
  auto start = Clock::now();
  auto compiled = compile_grammar(tokenizer.vocabulary(), "tools", text, options_for(format));
  if (!compiled.ok()) return compiled.error();
  if (Status status = Matcher(compiled->grammar, compiled->start).mask(words); !status.ok()) return status.error();
  const double compile_ms = us_since(start) / 1e3;
  std::vector<double> per_token;
  size_t cut_short = 0, refused = 0;
  for (const ToolVerdict& tool : *compiled->report.tools[0]) refused += !tool.ok;
  for (size_t i = 0, done = 0; i < n && done < 20; i += std::max<size_t>(1, n / 20), ++done) {
    const double us = us_per_token(*compiled, spelled_tokens(tokenizer, call_of(format, tools[i])));
    cut_short += us < 0;
    if (us >= 0) per_token.push_back(us);
  }
  const auto next = spelled_tokens(tokenizer, call_of(format, tools[n]));
  wrong += cut_short + (us_per_token(*compiled, next) >= 0);
  start = Clock::now();
  auto grown = extend_grammar(tokenizer.vocabulary(), *compiled, more);
  if (!grown.ok()) return grown.error();
  if (Status status = Matcher(grown->grammar, grown->start).mask(words); !status.ok()) return status.error();
  const double add_one_ms = us_since(start) / 1e3;
  wrong += us_per_token(*grown, next) < 0;
  return OrderedJson{{"n", n}, {"format", format.name}, {"compile_ms", compile_ms}, {"add_one_ms", add_one_ms}, {"call_us_per_token", median(per_token)},
                     {"grown_mb", static_cast<double>(compiled->grammar->bytes()) / 1e6}, {"calls_cut_short", cut_short},
                     {"tools_refused", refused}};
}

int run_tools(const ToolsOptions& options) {
  auto tokenizer = Tokenizer::open(options.tokenizer);
  const auto formats = formats_of(options.format);
  const std::vector<OrderedJson> tools = load_tools(options.tools);
  if (!tokenizer.ok() || !formats.ok() || tools.size() < 2) {
    const std::string why = !tokenizer.ok() ? tokenizer.error().to_string()
                            : !formats.ok() ? formats.error().to_string()
                                            : "there are no BFCL files";
    std::fprintf(stderr, "%s\n", why.c_str());
    return 2;
  }
  // What is built once for a tokenizer is not charged to the first list.
  (void)compile_grammar((*tokenizer)->vocabulary(), "tools", R"([{"name": "warm", "input_schema": {"type": "object"}}])", "");
  OrderedJson report{{"engine", "keyway"}, {"tools", tools.size()}, {"rows", OrderedJson::array()}};
  size_t wrong = 0;
  std::printf("%-16s %8s %12s %12s %16s %8s %8s\n", "format", "tools", "compile ms", "add one ms", "call us/token", "MB", "wrong");
  for (const auto& format : *formats) {
    for (size_t n : options.sizes) {
      const size_t before = wrong;
      const auto row = measure(**tokenizer, *format, tools, n, wrong);
      if (!row.ok()) {
        std::fprintf(stderr, "%s, %zu tools: %s\n", format->name.c_str(), n, row.error().to_string().c_str());
        return 1;
      }
      std::printf("%-16s %8zu %12.2f %12.3f %16.2f %8.1f %8zu\n", format->name.c_str(), (*row)["n"].get<size_t>(),
                  (*row)["compile_ms"].get<double>(), (*row)["add_one_ms"].get<double>(), (*row)["call_us_per_token"].get<double>(),
                  (*row)["grown_mb"].get<double>(), wrong - before);
      report["rows"].push_back(*row);
    }
  }
  if (!options.json.empty()) {
    if (Status written = write_json(report, options.json); !written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
      return 2;
    }
  }
  if (wrong > 0) std::fprintf(stderr, "%zu calls got the wrong verdict\n", wrong);
  return wrong > 0 ? 1 : 0;
}

}  // namespace

void register_tools(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ToolsOptions>();
  CLI::App* command = app.add_subcommand("tools", "Tool lists of growing size: compile, one more tool, masks of calls");
  command->add_option("--tools", options->tools, "folder of BFCL files")->required();
  command->add_option("--tokenizer", options->tokenizer, "Hugging Face folder or tokenizer.json")->required();
  command->add_option("--format", options->format, "a call format, or all");
  command->add_option("--sizes", options->sizes, "numbers of tools")->delimiter(',');
  command->add_option("--json", options->json, "the report goes here");
  command->callback([options, &exit_code] { exit_code = run_tools(*options); });
}

}  // namespace keyway::bench
