// Attack surface tokenizer_json: a tokenizer.json, read whole; then the texts of the case are encoded.
//
// `encode` cases must give their ids, as the other texts must end in time; every text decodes again.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <chrono>
#include <memory>

#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/attacks/recipe.h"
#include "tests/bench/attacks/surfaces.h"

namespace keyway::bench {
namespace {

using nlohmann::ordered_json;
using SharedTokenizer = std::shared_ptr<const Tokenizer>;

// Encodes and decodes one text within the limit; empty where that went well.
std::string check_text(const Tokenizer& tokenizer, const std::string& text, double limit_s) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<TokenId> ids = tokenizer.encode(text);
  tokenizer.decode(ids);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (TokenId id : ids) {
    if (id >= tokenizer.vocab_size()) return "an id past the vocabulary";
  }
  if (seconds <= limit_s) return "";
  return "a text of " + std::to_string(text.size()) + " bytes took " + std::to_string(seconds) + " s";
}

std::string check_ids(const Tokenizer& tokenizer, const ordered_json& expected) {
  const std::string text = expected.at("text").get<std::string>();
  const bool recognise = expected.value("special", true);
  const std::vector<TokenId> ids = recognise ? tokenizer.encode(text) : tokenizer.encode_plain(text);
  const auto wanted = expected.at("ids").get<std::vector<TokenId>>();
  return ids == wanted ? "" : "the ids of \"" + text + "\" are others";
}

std::vector<std::string> check_case(const Tokenizer& tokenizer, const ordered_json& attack, double limit_s) {
  std::vector<std::string> wrong;
  const auto note = [&wrong](std::string problem) {
    if (!problem.empty()) wrong.push_back(std::move(problem));
  };
  for (const ordered_json& expected : attack.value("encode", ordered_json::array())) note(check_ids(tokenizer, expected));
  for (const ordered_json& text : attack.value("encode_either", ordered_json::array())) {
    note(check_text(tokenizer, text.get<std::string>(), limit_s));
  }
  if (attack.contains("encode_recipe")) {
    const Result<std::string> text = expand_recipe(attack.at("encode_recipe"));
    note(text.ok() ? check_text(tokenizer, *text, limit_s) : text.error().to_string());
  }
  return wrong;
}

Reading parse_file(const ordered_json& attack, const std::string& input) {
  Reading reading;
  const Result<SharedTokenizer> made = Tokenizer::parse(input);
  if (!made.ok()) {
    reading.error = made.error();
    return reading;
  }
  reading.check = [tokenizer = *made, &attack](double limit_s) { return check_case(*tokenizer, attack, limit_s); };
  return reading;
}

std::string plain_tokenizer_file() {
  const auto made = Tokenizer::parse(
      R"({"added_tokens":[{"id":3,"content":"<x>"}],"normalizer":{"type":"NFC"},
          "pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\s+|\\p{L}+"},"behavior":"Isolated"},
          "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})");
  if (!made.ok()) return made.error().to_string();
  return (*made)->encode("abb<x>") == std::vector<TokenId>{2, 1, 3} ? "" : "the ids are others";
}

}  // namespace

Surface tokenizer_json_surface() {
  Surface surface;
  surface.name = "tokenizer_json";
  surface.prepare = [](const ordered_json& attack, const std::string& input) {
    return [&attack, &input] { return parse_file(attack, input); };
  };
  surface.plain = plain_tokenizer_file;
  return surface;
}

}  // namespace keyway::bench
