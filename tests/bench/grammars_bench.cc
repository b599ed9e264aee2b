// keyway-bench grammars: grammars of the kinds that people write, each with texts that belong to its language and texts
// that do not, through the same entry as the C interface.
//
// A case is right when every text gets its verdict, and every token on the way is in the mask exactly when it is taken.
// Times the first mask: grammar text to mask. Case files are KIND.jsonl; their fields are those of the corpus beside
// the attacks. Prints {"kinds": {K: {"cases", "read", "right", "wrong", "first_mask_us": dist}}}.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "runtime/compile/compile.h"
#include "runtime/compile/grammar_case.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/corpus.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct GrammarsOptions {
  std::string data, tokenizer, kind, json, per_case;
};

struct GrammarsTally {
  size_t cases = 0, read = 0, right = 0, wrong = 0, refused_rightly = 0, read_wrongly = 0;
  std::vector<double> first_mask_us;
};

// Names of the files to names of the interface.
const std::map<std::string, std::string>& kinds() {
  static const std::map<std::string, std::string> kKinds{
      {"regex", "regex"}, {"gbnf", "gbnf"}, {"ebnf_xgrammar", "ebnf"}, {"lark", "lark"}, {"structural_tag", "structural_tag"}};
  return kKinds;
}

std::string options_of(const OrderedJson& c) {
  OrderedJson options = OrderedJson::object();
  if (c.contains("dialect")) options["dialect"] = c["dialect"];
  if (c.contains("root")) options["root"] = c["root"];
  if (c.contains("named_grammars")) options["named_grammars"] = c["named_grammars"];
  return options.dump();
}

std::string text_of(const OrderedJson& grammar) { return grammar.is_string() ? grammar.get<std::string>() : grammar.dump(); }

// What a case is read and walked with.
struct Setting {
  std::shared_ptr<const Vocabulary> vocabulary;
  const Tokenizer* tokenizer = nullptr;  // cuts the texts; null: byte by byte, but for the spellings of special tokens
};

Result<Setting> setting_of(const OrderedJson& c, const Tokenizer& tokenizer) {
  if (!c.contains("vocab") && !c.contains("special_tokens")) return Setting{tokenizer.vocabulary(), &tokenizer};
  const Result<JsonDocument> line = parse_json(c.dump());
  if (!line.ok()) return line.error();
  auto vocabulary = case_vocabulary(line->root(), nullptr);
  if (!vocabulary.ok()) return vocabulary.error();
  return Setting{std::move(*vocabulary), nullptr};
}

TokenId byte_token(const Vocabulary& vocabulary, char byte) {
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    if (vocabulary.kind(token) == TokenKind::kText && vocabulary.bytes(token) == std::string_view(&byte, 1)) return token;
  }
  return kNoToken;
}

std::vector<TokenId> tokens_of(const Setting& setting, const std::string& text) {
  if (setting.tokenizer != nullptr) return setting.tokenizer->encode_plain(text);
  const Vocabulary& vocabulary = *setting.vocabulary;
  std::vector<TokenId> tokens;
  for (size_t at = 0; at < text.size();) {
    TokenId longest = byte_token(vocabulary, text[at]);
    size_t length = 1;
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
      const std::string_view spelling = vocabulary.bytes(id);
      if (vocabulary.kind(id) != TokenKind::kSpecial || spelling.empty() || text.compare(at, spelling.size(), spelling) != 0) continue;
      if (vocabulary.kind(longest) == TokenKind::kSpecial && spelling.size() <= length) continue;
      longest = id;
      length = spelling.size();
    }
    tokens.push_back(longest);
    at += length;
  }
  return tokens;
}

// Whether the mask allows each token, and the end after them. Errors: of mask and accept, and where those disagree.
Result<bool> accepts(const CompiledGrammar& compiled, std::span<const TokenId> tokens) {
  Matcher matcher(compiled.grammar, compiled.start);
  std::vector<uint32_t> words(compiled.mask_words);
  for (TokenId token : tokens) {
    if (Status status = matcher.mask(words); !status.ok()) return status.error();
    const Result<bool> taken = matcher.accept(token);
    if (!taken.ok()) return taken.error();
    if (*taken != mask_test(words.data(), token)) return fail(ErrorCode::kInvalid, "mask and accept disagree");
    if (!*taken) return false;
    if (matcher.is_finished()) return token == tokens.back();
  }
  if (Status status = matcher.mask(words); !status.ok()) return status.error();
  const auto& ends = compiled.grammar->end_tokens();
  return std::any_of(ends.begin(), ends.end(), [&](TokenId end) { return mask_test(words.data(), end); });
}

// What is wrong with the verdicts; empty where nothing is.
std::string judge(const OrderedJson& c, const Setting& setting, const CompiledGrammar& compiled) {
  const auto disputed = [&](const std::string& text) { return c.contains("disagrees") && c["disagrees"].contains(text); };
  for (const auto& [field, expected] : {std::pair("accept", true), std::pair("reject", false)}) {
    for (const auto& text : c.value(field, OrderedJson::array())) {
      const Result<bool> taken = accepts(compiled, tokens_of(setting, text.get<std::string>()));
      if (!taken.ok()) return taken.error().to_string();
      if (*taken != expected && !disputed(text.get<std::string>())) {
        return std::string(expected ? "rejects " : "accepts ") + text.dump().substr(0, 100);
      }
    }
  }
  for (const auto& [field, expected] : {std::pair("accept_tokens", true), std::pair("reject_tokens", false)}) {
    for (const auto& tokens : c.value(field, OrderedJson::array())) {
      const Result<bool> taken = accepts(compiled, tokens.get<std::vector<TokenId>>());
      if (!taken.ok()) return taken.error().to_string();
      if (*taken != expected) return std::string(expected ? "rejects tokens " : "accepts tokens ") + tokens.dump();
    }
  }
  return {};
}

// One case; returns its line of --per-case.
OrderedJson run_case(const OrderedJson& c, const std::string& kind, const Tokenizer& tokenizer, GrammarsTally& tally) {
  ++tally.cases;
  OrderedJson line{{"id", c["id"]}, {"kind", kind}};
  const Result<Setting> setting = setting_of(c, tokenizer);
  if (!setting.ok()) {
    line["refused"] = setting.error().to_string();
    return line;
  }
  const std::string text = text_of(c["grammar"]), options = options_of(c);
  const auto start = Clock::now();
  auto compiled = compile_grammar(setting->vocabulary, kind, text, options);
  if (!compiled.ok()) {
    line["refused"] = compiled.error().to_string();
    return line;
  }
  std::vector<uint32_t> words(compiled->mask_words);
  const Status first = Matcher(compiled->grammar, compiled->start).mask(words);
  tally.first_mask_us.push_back(us_since(start));
  ++tally.read;
  const std::string wrong = first.ok() ? judge(c, *setting, *compiled) : first.error().to_string();
  ++(wrong.empty() ? tally.right : tally.wrong);
  line[wrong.empty() ? "right" : "wrong"] = wrong.empty() ? OrderedJson(true) : OrderedJson(wrong);
  return line;
}

// Grammars that have to be refused; those that only want a feature or a bound are left out.
void run_refused(const GrammarsOptions& options, const Tokenizer& tokenizer, std::map<std::string, GrammarsTally>& tallies, std::ofstream& per) {
  std::ifstream stream(std::filesystem::path(options.data) / "refused.jsonl");
  for (std::string text; std::getline(stream, text);) {
    const OrderedJson c = OrderedJson::parse(text);
    const std::string file = c["kind"];
    if (!kinds().contains(file) || (!options.kind.empty() && options.kind != file) || c.value("limit", false)) continue;
    const bool refused =
        !compile_grammar(tokenizer.vocabulary(), kinds().at(file), text_of(c["grammar"]), options_of(c)).ok();
    ++(refused ? tallies[file].refused_rightly : tallies[file].read_wrongly);
    if (!refused && per) per << OrderedJson{{"id", c["id"]}, {"kind", file}, {"read_wrongly", c.value("why", "")}}.dump() << '\n';
  }
}

OrderedJson report_of(const std::map<std::string, GrammarsTally>& tallies) {
  OrderedJson report;
  for (const auto& [file, t] : tallies) {
    report["kinds"][file] = {{"cases", t.cases}, {"read", t.read}, {"right", t.right}, {"wrong", t.wrong},
                             {"refused_rightly", t.refused_rightly}, {"read_wrongly", t.read_wrongly},
                             {"first_mask_us", distribution(t.first_mask_us)}};
    std::printf("%-15s %4zu cases %4zu read %4zu right %3zu wrong; of those to refuse %zu refused, %zu read\n", file.c_str(), t.cases,
                t.read, t.right, t.wrong, t.refused_rightly, t.read_wrongly);
  }
  return report;
}

int run_grammars(const GrammarsOptions& options) {
  auto tokenizer = Tokenizer::open(options.tokenizer);
  if (!tokenizer.ok()) {
    std::fprintf(stderr, "%s\n", tokenizer.error().to_string().c_str());
    return 2;
  }
  (void)compile_grammar((*tokenizer)->vocabulary(), "choice", R"(["warm"])", "");
  std::map<std::string, GrammarsTally> tallies;
  std::ofstream per(options.per_case);
  for (const auto& [file, kind] : kinds()) {
    if (!options.kind.empty() && options.kind != file && options.kind != kind) continue;
    std::ifstream stream(std::filesystem::path(options.data) / (file + ".jsonl"));
    for (std::string text; std::getline(stream, text);) {
      const OrderedJson line = run_case(OrderedJson::parse(text), kind, **tokenizer, tallies[file]);
      if (!options.per_case.empty()) per << line.dump() << '\n';
    }
    std::fprintf(stderr, "%s: %zu cases\n", file.c_str(), tallies[file].cases);
  }
  run_refused(options, **tokenizer, tallies, per);
  const OrderedJson report = report_of(tallies);
  if (!options.json.empty()) {
    if (Status written = write_json(report, options.json); !written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
      return 2;
    }
  }
  return std::any_of(tallies.begin(), tallies.end(), [](const auto& kind) { return kind.second.wrong > 0; }) ? 1 : 0;
}

}  // namespace

void register_grammars(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<GrammarsOptions>();
  CLI::App* command = app.add_subcommand("grammars", "Grammars with texts: verdicts, and the time to the first mask");
  command->add_option("--data", options->data, "folder of regex.jsonl, gbnf.jsonl, ...")->required();
  command->add_option("--tokenizer", options->tokenizer, "Hugging Face folder or tokenizer.json")->required();
  command->add_option("--kind", options->kind, "only this kind");
  command->add_option("--per-case", options->per_case, "one JSON line per case goes here");
  command->add_option("--json", options->json, "the report goes here");
  command->callback([options, &exit_code] { exit_code = run_grammars(*options); });
}

}  // namespace keyway::bench
