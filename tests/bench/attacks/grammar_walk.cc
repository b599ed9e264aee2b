// Surfaces that compile to a grammar; see grammar_walk.h.
#include "tests/bench/attacks/grammar_walk.h"

#include <algorithm>
#include <chrono>

#include "grammar/token_mask.h"
#include "schemas/json.h"
#include "tests/bench/attacks/child.h"
#include "tests/bench/attacks/recipe.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

Status first_mask(const std::shared_ptr<Grammar>& grammar) {
  std::vector<uint32_t> mask(mask_words(grammar->vocabulary().size()));
  return Matcher(grammar).mask(mask);
}

// What is wrong about one text that the case lists under `accept` or `reject`; empty where nothing is.
std::string check_text(const std::shared_ptr<Grammar>& grammar, const Tokenizer& tokenizer, const OrderedJson& recipe,
                       bool accept, double text_limit_s) {
  auto text = expand_recipe(recipe);
  if (!text.ok()) return text.error().to_string();
  const auto start = std::chrono::steady_clock::now();
  auto accepted = grammar_accepts(grammar, tokenizer, *text);
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string shown = "the text " + json_quote(text->substr(0, 100));
  if (!accepted.ok()) return shown + " ended in an error: " + accepted.error().to_string();
  if (*accepted != accept) return (accept ? "rejects " : "accepts ") + shown;
  const double limit_s = text_limit_s * (1.0 + static_cast<double>(text->size()) / 1000.0);
  return elapsed_s > limit_s ? shown + " took " + std::to_string(elapsed_s) + " s" : "";
}

std::vector<std::string> check_texts(const std::shared_ptr<Grammar>& grammar, bool narrowed, const Tokenizer& tokenizer,
                                     const OrderedJson& attack, double text_limit_s) {
  std::vector<std::string> wrong;
  for (const char* list : {"accept", "reject"}) {
    const bool accept = list[0] == 'a';
    for (const auto& recipe : attack.value(list, OrderedJson::array())) {
      std::string problem = check_text(grammar, tokenizer, recipe, accept, text_limit_s);
      const bool declared = accept && narrowed && problem.starts_with("rejects ");
      if (!problem.empty() && !declared) wrong.push_back(std::move(problem));
    }
  }
  return wrong;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> attack_tokenizer() {
  return Tokenizer::open(KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny");
}

Result<bool> grammar_accepts(const std::shared_ptr<Grammar>& grammar, const Tokenizer& tokenizer, const std::string& text) {
  Matcher matcher(grammar);
  std::vector<uint32_t> mask(mask_words(grammar->vocabulary().size()));
  for (TokenId token : tokenizer.encode_plain(text)) {
    Status status = matcher.mask(mask);
    if (!status.ok()) return status.error();
    if (std::all_of(mask.begin(), mask.end(), [](uint32_t word) { return word == 0; })) {
      return fail(ErrorCode::kUnsatisfiable, "an empty mask", "token " + std::to_string(matcher.accepted()));
    }
    if (!mask_test(mask.data(), token)) return false;
    auto taken = matcher.accept(token);
    if (!taken.ok()) return taken.error();
    if (!*taken) return fail(ErrorCode::kInvalid, "the mask allows a token that is not taken", "mask");
  }
  return matcher.can_end();
}

Surface grammar_surface(std::string name, ReadGrammar read, std::string plain, std::string plain_text) {
  Surface surface;
  surface.name = std::move(name);
  surface.prepare = [read](const OrderedJson& attack, const std::string& input) -> std::function<Reading()> {
    auto tokenizer = attack_tokenizer();
    if (!tokenizer.ok()) return [error = tokenizer.error()] { return Reading{error, {}}; };
    return [read, tokenizer = *tokenizer, &attack, &input] {
      bool narrowed = false;
      auto grammar = read(input, tokenizer->vocabulary(), narrowed);
      Status status = grammar.ok() ? first_mask(*grammar) : Status(grammar.error());
      if (!status.ok()) return Reading{status.error(), {}};
      return Reading{std::nullopt, [grammar = *grammar, narrowed, tokenizer, &attack](double text_limit_s) {
                       return check_texts(grammar, narrowed, *tokenizer, attack, text_limit_s);
                     }};
    };
  };
  surface.plain = [read, plain, plain_text] {
    auto tokenizer = attack_tokenizer();
    if (!tokenizer.ok()) return tokenizer.error().to_string();
    bool narrowed = false;
    auto grammar = read(plain, (*tokenizer)->vocabulary(), narrowed);
    if (!grammar.ok()) return grammar.error().to_string();
    auto accepted = grammar_accepts(*grammar, **tokenizer, plain_text);
    if (!accepted.ok()) return accepted.error().to_string();
    return std::string(*accepted ? "" : "the plain text is not accepted");
  };
  return surface;
}

}  // namespace keyway::bench
