// Fuzz target of the schema compiler and the masks of what it makes: a schema is refused with words and a place, or
// compiles; then every mask of a random walk is that of the naive matcher, and the text that a walk ends in is JSON.
//
// The input: a byte for the options, a schema up to the first NUL, then a byte for each step of the walk.
// Finds are kept in tests/fuzz/regressions/json_schema, seeds in tests/fuzz/seeds/json_schema.
// Tested by the replay test fuzz.json_schema.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "schemas/json_schema/compile.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/toy_vocabulary.h"

using keyway::fuzz::check;

namespace {

constexpr size_t kSteps = 24;       // of the walk that the input chooses
constexpr uint32_t kEndWithin = 96;  // tokens, for the rest of the text

const std::shared_ptr<const keyway::Vocabulary>& vocabulary() {
  static const auto made = keyway::test::toy_vocabulary(
      {"{\"", "\":", "\", \"", "\"}", "}}", "[{", "]}", "],", "true", "false", "null", "10", ".5", "\\u", "ab", "a\"", "  ", "\n "});
  return made;
}

keyway::SchemaOptions options_of(uint8_t byte) {
  keyway::SchemaOptions options;
  options.order = (byte & 1) != 0 ? keyway::PropertyOrder::kDeclared : keyway::PropertyOrder::kAny;
  options.whitespace = static_cast<keyway::Whitespace>((byte >> 1) % 3);
  options.draft = static_cast<keyway::Draft>((byte >> 3) % 5);
  options.closed_objects = (byte & 128) != 0;
  return options;
}

struct Compiled {
  std::unique_ptr<keyway::TermArena> arena;
  keyway::SchemaCompilation schema;
};

Compiled compile(const keyway::JsonDocument& document, const keyway::SchemaOptions& options) {
  keyway::Limits limits;
  limits.arena_bytes = 32u << 20;
  limits.mask_fuel = 200'000;
  Compiled made{std::make_unique<keyway::TermArena>(limits), {}};
  keyway::Budget budget(200'000);
  made.arena->set_budget(&budget);
  made.schema = keyway::compile_json_schema(*made.arena, document, document.root(), options);
  made.arena->set_budget(nullptr);
  return made;
}

// The allowed token that `byte` names; the end token alone where nothing else is.
keyway::TokenId pick(const std::vector<uint32_t>& mask, uint8_t byte) {
  std::vector<keyway::TokenId> allowed;
  for (keyway::TokenId t = 0; t < vocabulary()->size(); ++t) {
    if ((mask[t / 32] >> (t % 32) & 1u) != 0) allowed.push_back(t);
  }
  check(!allowed.empty());
  return allowed[byte % allowed.size()];
}

// Ends the text within kEndWithin tokens where one fits; an empty text where none does or a budget ran out.
std::string finish(keyway::Matcher& matcher, std::string text, std::vector<uint32_t>& mask) {
  const auto fits = matcher.fits(kEndWithin);
  if (!fits.ok() || !*fits) return {};
  for (uint32_t left = kEndWithin; !matcher.is_finished(); --left) {
    check(left > 0);
    const keyway::Status status = matcher.mask_within(mask, left);
    if (!status.ok()) {
      check(status.error().code == keyway::ErrorCode::kLimit);
      return {};
    }
    const keyway::TokenId token = matcher.can_end() ? keyway::test::kToyEnd : pick(mask, 0);
    check(*matcher.accept(token));
    if (token != keyway::test::kToyEnd) text += vocabulary()->bytes(token);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  if (size_bytes == 0) return 0;
  const std::string_view input = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  const std::string_view schema = input.substr(0, input.find('\0'));
  const std::string_view walk = input.substr(std::min(input.size(), schema.size() + 1)).substr(0, kSteps);
  const auto document = keyway::parse_json(schema);
  if (!document.ok()) return 0;
  const keyway::SchemaOptions options = options_of(data[0]);
  Compiled fast = compile(*document, options);
  check(fast.schema.error.has_value() == (fast.schema.value == keyway::TermArena::never()));
  if (fast.schema.error) {
    keyway::fuzz::check_error(*fast.schema.error);
    return 0;
  }
  Compiled slow = compile(*document, options);
  const auto grammar = keyway::Grammar::create(vocabulary(), std::move(fast.arena), fast.schema.value);
  if (!grammar.ok()) {
    check(grammar.error().code == keyway::ErrorCode::kLimit);
    return 0;
  }
  keyway::Matcher matcher(*grammar);
  keyway::NaiveMatcher naive(*slow.arena, *vocabulary(), slow.schema.value);
  std::vector<uint32_t> mask(keyway::mask_words(vocabulary()->size()));
  std::vector<uint32_t> expected(mask.size());
  std::string text;
  for (char byte : walk) {
    if (!matcher.mask(mask).ok()) return 0;
    keyway::Budget work(500'000);
    slow.arena->set_budget(&work);
    naive.mask(expected);
    slow.arena->set_budget(nullptr);
    if (slow.arena->exhausted() || work.exhausted()) return 0;
    check(mask == expected);
    const keyway::TokenId token = pick(mask, static_cast<uint8_t>(byte));
    const auto taken = matcher.accept(token);
    if (!taken.ok()) return 0;
    check(*taken && naive.accept(token));
    if (token == keyway::test::kToyEnd) break;
    text += vocabulary()->bytes(token);
  }
  if (!matcher.is_finished()) text = finish(matcher, std::move(text), mask);
  check(text.empty() || keyway::parse_json(text).ok());
  return 0;
}
