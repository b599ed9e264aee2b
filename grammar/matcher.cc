// Cached masks, token steps and the completion guard; see matcher.h.
#include "grammar/matcher.h"

#include <algorithm>
#include <exception>

#include "grammar/text_term.h"
#include "grammar/token_count.h"

namespace keyway {
namespace {

// Meters one call: the arena is charged while this lives. Where an exception (no memory) ends the call, what was being made
// may be half made: the arena refuses all further work, while masks and rows that are cached stay right.
class Metered {
 public:
  explicit Metered(TermArena& arena) : Metered(arena, arena.limits().mask_fuel) {}
  Metered(TermArena& arena, uint64_t fuel) : arena_(arena), budget_(fuel), exceptions_(std::uncaught_exceptions()) {
    arena_.set_budget(&budget_);
  }
  ~Metered() {
    arena_.set_budget(nullptr);
    if (std::uncaught_exceptions() > exceptions_) arena_.give_up();
  }
  Metered(const Metered&) = delete;
  Metered& operator=(const Metered&) = delete;
  bool exhausted() const { return arena_.exhausted(); }
  // After so many tokens of the text.
  Error error(size_t accepted) const { return arena_.limit_error("mask_fuel", "token " + std::to_string(accepted)); }

 private:
  TermArena& arena_;
  Budget budget_;
  int exceptions_;  // in flight when the call began
};

}  // namespace

Grammar::Grammar(std::shared_ptr<const Vocabulary> vocabulary, std::shared_ptr<const TokenSlices> slices,
                 std::unique_ptr<TermArena> arena, TermId root, std::vector<TokenId> end_tokens)
    : vocabulary_(std::move(vocabulary)),
      slices_(std::move(slices)),
      arena_(std::move(arena)),
      end_tokens_(std::move(end_tokens)),
      automaton_(*arena_),
      builder_(automaton_, *vocabulary_, *slices_, end_tokens_),
      heads_(automaton_, *vocabulary_, *slices_,
             [this](TermId head, StoredMask& mask) { return make_mask({head, TermArena::epsilon()}, mask); }),
      parts_(automaton_, mask_words(vocabulary_->size()), heads_, builder_),
      completion_(automaton_, builder_, *vocabulary_),
      start_(automaton_.split(root)) {}

Result<std::shared_ptr<Grammar>> Grammar::create(std::shared_ptr<const Vocabulary> vocabulary,
                                                 std::unique_ptr<TermArena> arena, TermId root,
                                                 std::vector<TokenId> end_tokens) {
  if (root == TermArena::never()) return fail(ErrorCode::kUnsatisfiable, "no text satisfies the grammar");
  if (end_tokens.empty()) end_tokens = vocabulary->end_tokens();
  if (end_tokens.empty()) {
    return fail(ErrorCode::kMismatch, "the tokenizer names no end token", {}, {}, "at least one end token");
  }
  for (TokenId token : end_tokens) {
    const bool control = token < vocabulary->size() && (vocabulary->kind(token) == TokenKind::kSpecial ||
                                                        vocabulary->kind(token) == TokenKind::kAdded);
    if (control) continue;
    return fail(ErrorCode::kInvalid, "an end token is not a special or added token of the vocabulary", {},
                "token " + std::to_string(token), "a special or added token");
  }
  if (const auto byte = vocabulary->missing_byte()) {
    return fail(ErrorCode::kMismatch, "the vocabulary has no token for a byte that text may need", {},
                "byte " + std::to_string(*byte), "every byte of UTF-8 as a token");
  }
  auto slices = vocabulary->slices();
  if (!slices.ok()) return slices.error();
  return std::shared_ptr<Grammar>(
      new Grammar(std::move(vocabulary), std::move(*slices), std::move(arena), root, std::move(end_tokens)));
}

Result<State> Grammar::add_root(const std::function<Result<TermId>(TermArena&)>& make) {
  std::lock_guard lock(mutex_);
  const uint64_t limit = arena_->limits().arena_bytes;
  // A share of what is left, so that a root which needs too much leaves the grammar as able as before.
  const uint64_t held = std::min<uint64_t>(limit, std::max(arena_->bytes(), arena_->regexes().bytes()));
  arena_->set_arena_bytes(held + (limit - held) / 4);
  Metered meter(*arena_, arena_->limits().compile_fuel);
  Result<TermId> root = make(*arena_);
  if (root.ok() && arena_->exhausted()) root = arena_->limit_error("compile_fuel");
  arena_->set_arena_bytes(limit);
  if (!root.ok()) return root.error();
  if (*root == TermArena::never()) return fail(ErrorCode::kUnsatisfiable, "no text satisfies the grammar");
  return automaton_.split(*root);
}

Status Grammar::use(const std::function<void(Automaton&)>& work) {
  std::lock_guard lock(mutex_);
  Metered meter(*arena_);
  work(automaton_);
  if (meter.exhausted()) return arena_->limit_error("mask_fuel");
  return {};
}

bool Grammar::has_half_made() const {
  std::lock_guard lock(mutex_);
  return arena_->has_half_made();
}

size_t Grammar::bytes() const {
  std::lock_guard lock(mutex_);
  return arena_->bytes() + automaton_.bytes() + mask_bytes_;
}

void Grammar::fetch_mask(State state) {
  static constexpr size_t kMost = 1024, kLine = 64 / sizeof(TokenId);
  fetched_ = nullptr;
  const auto known = masks_.find({state, Part::kWhole});
  if (known == masks_.end()) return;
  const std::vector<TokenId>& set = known->second.set;
  for (size_t i = 0; i < std::min(set.size(), kMost); i += kLine) __builtin_prefetch(set.data() + i);
  fetched_ = &known->second;
  fetched_of_ = state;
}

const StoredMask* Grammar::mask_of(State state) {
  if (fetched_ != nullptr && fetched_of_ == state) return fetched_;
  if (auto known = masks_.find({state, Part::kWhole}); known != masks_.end()) return &known->second;
  const State like = builder_.saturated(state, slices_->long_tokens().most_bytes);
  const uint32_t cut = automaton_.shortest(state) - std::min(automaton_.shortest(state), automaton_.shortest(like));
  if (like != state && cut == 0) {
    if (auto known = masks_.find({like, Part::kWhole}); known != masks_.end()) return &known->second;
  }
  StoredMask made;
  if (parts_.make(like, made)) {
    made.longest = std::min(made.longest + cut, kLongest);
  } else if (arena_->exhausted() || !make_mask(state, made)) {
    return nullptr;
  }
  builder_.add_special(state, made);
  return arena_->exhausted() ? nullptr : keep({cut == 0 ? like : state, Part::kWhole}, std::move(made));
}

// The text tokens that the state allows, without looking at its alternatives one by one. They come in two parts: what the
// short ones may do, shared by the states that agree on them (all but the last characters of a counted text), and the others.
bool Grammar::make_mask(State state, StoredMask& mask) {
  if (mask_like_any(state, mask)) return true;
  if (arena_->exhausted()) return false;
  if (mask_like_body(state, mask)) return true;
  if (arena_->exhausted()) return false;
  if (state.tail == TermArena::epsilon() && builder_.add_looping(state, mask)) return true;
  if (arena_->exhausted()) return false;
  const State like = builder_.saturated(state, slices_->long_tokens().most_bytes);
  const State short_like = builder_.saturated(state, slices_->short_tokens().most_bytes);
  MaskSink sink(mask_words(vocabulary_->size()));
  uint32_t longest = 0, others = 0;
  if (auto part = masks_.find({short_like, Part::kShort}); part != masks_.end()) {
    sink.take_all(part->second);
    longest = part->second.longest;
  } else {
    builder_.add_short(short_like, sink, longest);
    if (arena_->exhausted()) return false;
    if (short_like != like) {
      StoredMask part_mask = sink.made();
      part_mask.longest = longest;
      keep({short_like, Part::kShort}, std::move(part_mask));
    }
  }
  if (short_like != state) longest = std::min(longest + automaton_.shortest(state), kLongest);
  builder_.add_long(state, sink, others);
  if (arena_->exhausted()) return false;
  mask = sink.made();
  mask.longest = std::max(longest, others);
  return true;
}

// False where the state is no text that is like any text, or the budget ran out.
bool Grammar::mask_like_any(State state, StoredMask& mask) {
  if (!builder_.is_safe(state)) return false;
  const TextSpelling spelling = text_state(*arena_, state.head)->spelling;
  const HeadMask* any = heads_.string(text_term(*arena_, arena_->regexes().all(), spelling));
  return any != nullptr && builder_.add_safe(state, any->within, mask) && !arena_->exhausted();
}

// False where no string body is near, or the budget ran out.
bool Grammar::mask_like_body(State state, StoredMask& mask) {
  const State body = builder_.body_after(state);
  if (arena_->exhausted() || Automaton::is_dead(body)) return false;
  const HeadMask* known = nullptr;
  StoredMask made;
  if (body.tail == TermArena::epsilon()) {
    known = heads_.string(body.head);
    if (known == nullptr) return false;
  } else if (!make_mask(body, made)) {  // a body has no body of its own: no deeper call
    return false;
  }
  mask = builder_.add_unlike(state, body, known != nullptr ? known->within : made);
  return !arena_->exhausted();
}

State Grammar::after_token(State state) {
  if (arena_->token_counts() == nullptr) return state;
  const TermId term = automaton_.term(state);
  if (!arena_->counts(term)) return state;
  const TermId next = keyway::after_token(*arena_, term, [this](TermId part, uint32_t tokens) {
    return completion_.fits(automaton_.split(part), tokens);
  });
  return automaton_.split(next);
}

bool Grammar::counts_along(State state, std::string_view bytes) {
  if (arena_->token_counts() == nullptr) return false;
  for (size_t i = 0; !arena_->counts(automaton_.term(state)); ++i) {
    if (i == bytes.size()) return false;
    state = automaton_.step(state, static_cast<uint8_t>(bytes[i]));
  }
  return true;
}

// States that differ in large counts alone share a mask: a token cannot use up what is larger than any text that it may
// leave to be written. Only near the end of a part every token is tried.
const StoredMask* Grammar::counted_mask_of(State state) {
  constexpr uint32_t kLarge = 32;
  if (arena_->token_counts() == nullptr) return mask_of(state);
  completion_.refill();
  const State like = automaton_.split(clamp_counts(*arena_, automaton_.term(state), kLarge));
  if (like != state) {
    if (auto known = masks_.find({like, Part::kShared}); known != masks_.end()) return &known->second;
    const StoredMask* mask = mask_of(like);
    if (mask == nullptr || mask->longest < least_count(*arena_, automaton_.term(like))) return mask;
    StoredMask same = *mask;
    if (same.longest < kLarge && dead_after(like).empty() && !arena_->exhausted()) return keep({like, Part::kShared}, std::move(same));
  }
  if (auto known = masks_.find({state, Part::kCounted}); known != masks_.end()) return &known->second;
  const StoredMask* mask = mask_of(state);
  if (mask == nullptr || mask->longest < least_count(*arena_, automaton_.term(state))) return mask;
  StoredMask made = *mask;
  const std::vector<TokenId> dead = dead_after(state);
  if (arena_->exhausted()) return nullptr;
  std::erase_if(made.set, [&](TokenId token) { return std::binary_search(dead.begin(), dead.end(), token); });
  made.clear.insert(made.clear.end(), dead.begin(), dead.end());
  return keep({state, Part::kCounted}, std::move(made));
}

// The tokens that the state takes, but that leave no way to end an open part in time; sorted.
std::vector<TokenId> Grammar::dead_after(State state) {
  std::vector<std::pair<TokenId, State>> ways;  // first all of them: a search for what fits walks too
  builder_.walk(state, [&](TokenId token, State next) { ways.emplace_back(token, next); });
  std::unordered_map<State, bool, StateHash> dead;
  std::vector<TokenId> tokens;
  for (const auto& [token, next] : ways) {
    const auto [at, added] = dead.try_emplace(next, false);
    if (added) at->second = Automaton::is_dead(after_token(next));
    if (at->second) tokens.push_back(token);
  }
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

const StoredMask* Grammar::keep(const MaskKey& key, StoredMask mask) {
  static constexpr size_t kMaskCacheBytes = 32u << 20;
  if (mask_bytes_ > kMaskCacheBytes) {  // all go: a mask is cheap to make again, and no order of use is kept
    masks_.clear();
    fetched_ = nullptr;
    mask_bytes_ = 0;
  }
  mask_bytes_ += mask.bytes();
  return &(masks_[key] = std::move(mask));
}

Matcher::Matcher(std::shared_ptr<Grammar> grammar)
    : grammar_(std::move(grammar)), start_(grammar_->start_), state_(grammar_->start_) {}

Status Matcher::mask(std::span<uint32_t> words) {
  if (finished_) return fail(ErrorCode::kFinished, "the text has ended: no mask follows an end token");
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  const StoredMask* mask = grammar_->counted_mask_of(state_);
  if (mask == nullptr) return meter.error(accepted());
  mask->write(words);
  const auto is_zero = [](uint32_t word) { return word == 0; };
  if (grammar_->arena_->token_counts() != nullptr && std::all_of(words.begin(), words.end(), is_zero)) {
    return fail(ErrorCode::kNoCompletion, "a part that is bounded in tokens has no text of so few");
  }
  return {};
}

bool Grammar::keep_fitting(std::span<const std::pair<TokenId, State>> ways, uint32_t tokens_left, uint64_t fuel, std::span<uint32_t> words) {
  completion_.refill(fuel);
  bool any = false;
  bool fits = false;
  State before = Automaton::dead();  // most tokens lead where the one before them does
  for (const auto& [token, next] : ways) {
    if (next != before) {
      const State after = after_token(next);
      fits = tokens_left >= 2 && !Automaton::is_dead(after) && completion_.fits(after, tokens_left - 2);
      before = next;
    }
    any |= fits;
    if (fits) mask_set(words.data(), token);
    else mask_clear(words.data(), token);
  }
  return any;
}

Status Matcher::mask_within(std::span<uint32_t> words, uint32_t tokens_left) {
  if (finished_) return fail(ErrorCode::kFinished, "the text has ended: no mask follows an end token");
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  const StoredMask* mask = grammar_->counted_mask_of(state_);
  if (mask == nullptr) return meter.error(accepted());
  mask->write(words);
  if (tokens_left >= 2 && mask->longest <= tokens_left - 2) return {};  // every way on leaves enough
  std::vector<std::pair<TokenId, State>> ways;
  grammar_->builder_.walk(state_, [&](TokenId token, State next) { ways.emplace_back(token, next); });
  bool any = tokens_left >= 1 && grammar_->automaton_.accepting(state_);
  any |= grammar_->keep_fitting(ways, tokens_left, Completion::kMaskFuel, words);
  // Only where the limit was short from the start: an answer that has begun has a proven end.
  if (!any) any = grammar_->keep_fitting(ways, tokens_left, Completion::kSearchFuel, words);
  if (meter.exhausted()) return meter.error(accepted());
  if (!any) {
    return fail(ErrorCode::kNoCompletion, "no completion fits in the tokens that are left", {},
                std::to_string(tokens_left) + " tokens");
  }
  return {};
}

Result<bool> Matcher::fits(uint32_t tokens_left) {
  if (finished_) return true;
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  grammar_->completion_.refill();
  const bool result = tokens_left >= 1 && grammar_->completion_.fits(state_, tokens_left - 1);
  if (meter.exhausted()) return meter.error(accepted());
  return result;
}

// Steps state_ by a token; false leaves it as it was.
Result<bool> Matcher::step(TokenId token) {
  Automaton& automaton = grammar_->automaton_;
  const Vocabulary& vocabulary = *grammar_->vocabulary_;
  State next = Automaton::dead();
  if (vocabulary.kind(token) == TokenKind::kText) {
    const std::string_view bytes = vocabulary.bytes(token);
    if (!bytes.empty()) next = state_;
    for (size_t i = 0; i < bytes.size() && !Automaton::is_dead(next); ++i) {
      next = automaton.step(next, static_cast<uint8_t>(bytes[i]));
    }
  } else if (vocabulary.kind(token) != TokenKind::kAbsent) {
    next = automaton.step_token(state_, token);
  }
  if (!Automaton::is_dead(next)) next = grammar_->after_token(next);
  if (Automaton::is_dead(next)) {
    const auto& ends = grammar_->end_tokens_;
    if (std::find(ends.begin(), ends.end(), token) == ends.end() || !automaton.accepting(state_)) return false;
    finished_ = true;
    next = state_;
  }
  history_.push_back(state_);
  state_ = next;
  return true;
}

Result<bool> Matcher::accept(TokenId token, bool is_last) {
  if (finished_ || token >= grammar_->vocabulary_->size()) return false;
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  grammar_->completion_.refill();
  Result<bool> taken = step(token);
  if (meter.exhausted()) {
    if (*taken) rollback(1);
    return meter.error(accepted());
  }
  if (is_last) grammar_->fetch_mask(state_);
  return taken;
}

Result<size_t> Matcher::accept_many(std::span<const TokenId> tokens) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    Result<bool> taken = accept(tokens[i], i + 1 == tokens.size());
    if (!taken.ok()) return taken.error();
    if (!*taken) return i;
  }
  return tokens.size();
}

Result<bool> Matcher::replay(std::span<const TokenId> tokens) {
  history_.clear();
  state_ = start_;
  finished_ = false;
  Result<size_t> taken = accept_many(tokens);
  if (taken.ok() && *taken == tokens.size()) return true;
  reset();
  if (!taken.ok()) return taken.error();
  return false;
}

Result<ShortestCompletion> Matcher::shortest_completion() {
  if (finished_) return ShortestCompletion{0, 0};
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  grammar_->completion_.refill();
  const uint32_t tokens = grammar_->completion_.fewest(state_);
  if (meter.exhausted()) return meter.error(accepted());
  return ShortestCompletion{grammar_->automaton_.shortest(state_), std::min(tokens + 1, kLongest)};
}

Result<ForcedText> Matcher::forced() {
  if (finished_) return ForcedText{};
  std::lock_guard lock(grammar_->mutex_);
  Metered meter(*grammar_->arena_);
  ForcedText text = forced_text(grammar_->automaton_, *grammar_->vocabulary_, state_);
  if (grammar_->counts_along(state_, text.bytes)) text = ForcedText{};  // the same text may be too many tokens
  if (meter.exhausted()) return meter.error(accepted());
  return text;
}

void Matcher::rollback(size_t tokens) {
  if (tokens == 0) return;
  state_ = history_[history_.size() - tokens];
  history_.resize(history_.size() - tokens);
  finished_ = false;
}

bool Matcher::can_end() const {
  std::lock_guard lock(grammar_->mutex_);  // another matcher may be growing the arena
  return !finished_ && grammar_->automaton_.accepting(state_);
}

}  // namespace keyway
