// A grammar bound to a vocabulary, and the state of one text under it.
//
// Entry points: Grammar::create, Matcher.
// Invariants: the state depends on the bytes and special tokens taken, never on how tokens split them (P6), but for parts
// that are bounded in tokens, which count them (token_count.h); a mask is never empty (P4): where a bound in tokens is too
// small for any text of its part, there is an error in its place; mask, accept and rollback agree bit for bit with NaiveMatcher.
// Thread safety: a Grammar may be used by many matchers on many threads (it grows its caches under a lock); a Matcher by
// one thread at a time. Tested by tests/grammar/matcher_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "grammar/completion.h"
#include "grammar/forced.h"
#include "grammar/mask_parts.h"

namespace keyway {

class Grammar {
 public:
  // Requires: root is a term of *arena. `end_tokens` empty: the vocabulary's. Errors: kUnsatisfiable for never();
  // kMismatch for a vocabulary that has no token for some byte of UTF-8 (a live state could have an empty mask) or no end
  // token; kInvalid for an end token that is text or absent.
  static Result<std::shared_ptr<Grammar>> create(std::shared_ptr<const Vocabulary> vocabulary,
                                                 std::unique_ptr<TermArena> arena, TermId root,
                                                 std::vector<TokenId> end_tokens = {});

  // Another start in the same grammar, which shares all terms, rows and masks: `make` builds its root in the arena,
  // metered by compile_fuel. Errors: those of make; kLimit; kUnsatisfiable for never().
  // Thread safety: any number of threads; masks of this grammar wait while `make` runs.
  Result<State> add_root(const std::function<Result<TermId>(TermArena&)>& make);

  // Runs `work` with the automaton, metered as a mask is: for what is kept of rows elsewhere, as on a device. What `work`
  // has made past its budget is to be discarded. Errors: kLimit. Thread safety: any number of threads; masks wait.
  Status use(const std::function<void(Automaton&)>& work);

  State start() const { return start_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const std::vector<TokenId>& end_tokens() const { return end_tokens_; }
  // Memory held by terms, rows and masks. Thread safety: any number of threads.
  size_t bytes() const;
  // Whether a limit stopped an earlier call in the middle of something that is kept: what has not been made yet cannot be made
  // any more in this grammar (kLimit), only in one compiled anew. Thread safety: any number of threads.
  bool has_half_made() const;

 private:
  friend class Matcher;
  // The short text tokens of a state, all that it allows; the same where parts are bounded in tokens, shared by large counts.
  enum class Part : uint8_t { kShort, kWhole, kCounted, kShared };
  struct MaskKey {
    State state;
    Part part;
    friend bool operator==(const MaskKey&, const MaskKey&) = default;
  };
  struct MaskKeyHash {
    size_t operator()(const MaskKey& key) const noexcept { return StateHash()(key.state) * 4 + static_cast<size_t>(key.part); }
  };
  Grammar(std::shared_ptr<const Vocabulary> vocabulary, std::shared_ptr<const TokenSlices> slices,
          std::unique_ptr<TermArena> arena, TermId root, std::vector<TokenId> end_tokens);
  // Requires: the lock is held. Null when the budget ran out.
  const StoredMask* mask_of(State state);
  // Asks for the memory of a mask that is known, which is read next for all we know: it comes while the caller does other things.
  void fetch_mask(State state);
  bool make_mask(State state, StoredMask& mask);
  bool mask_like_any(State state, StoredMask& mask);
  bool mask_like_body(State state, StoredMask& mask);
  // The same less the tokens that leave a part too few of its tokens.
  const StoredMask* counted_mask_of(State state);
  std::vector<TokenId> dead_after(State state);
  // Of the ways from a state, (token, state after it), the bits of those that leave room for an end; false where none does.
  bool keep_fitting(std::span<const std::pair<TokenId, State>> ways, uint32_t tokens_left, uint64_t fuel, std::span<uint32_t> words);
  // Whether a part that is bounded in tokens is open somewhere along the bytes.
  bool counts_along(State state, std::string_view bytes);
  // What a state becomes at the end of a token: counts of open parts go down. dead() where one ran out.
  State after_token(State state);
  const StoredMask* keep(const MaskKey& key, StoredMask mask);

  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const TokenSlices> slices_;
  std::unique_ptr<TermArena> arena_;
  std::vector<TokenId> end_tokens_;
  Automaton automaton_;
  MaskBuilder builder_;
  HeadMasks heads_;
  MaskParts parts_;
  Completion completion_;
  State start_;
  std::unordered_map<MaskKey, StoredMask, MaskKeyHash> masks_;
  size_t mask_bytes_ = 0;
  const StoredMask* fetched_ = nullptr;  // of fetched_of_, in masks_
  State fetched_of_;
  mutable std::mutex mutex_;
};

// How little can still complete a text. Bytes: a special token counts 1, the end token nothing. Tokens: the end token
// included; more than the true least only where a search ran out of work (Completion::fewest).
struct ShortestCompletion {
  uint32_t bytes;
  uint32_t tokens;
};

class Matcher {
 public:
  explicit Matcher(std::shared_ptr<Grammar> grammar);
  // Requires: `start` is the grammar's, comes from add_root, or is where a matcher of the grammar stood that had not finished.
  Matcher(std::shared_ptr<Grammar> grammar, State start) : grammar_(std::move(grammar)), start_(start), state_(start) {}

  // Writes the row: bit t is 1 where token t may come next; end tokens where the text may end.
  // Requires: words.size() >= mask_words(vocabulary size). Errors: kFinished after an end token; kLimit;
  // kNoCompletion where a part that is bounded in tokens (token_count.h) has no text of so few.
  Status mask(std::span<uint32_t> words);
  // The same, less the tokens after which no completion fits: `tokens_left` counts this token and the end token.
  // Error kNoCompletion when none is left (P8).
  Status mask_within(std::span<uint32_t> words, uint32_t tokens_left);
  // Whether an answer can be completed in so many tokens, the end token counted.
  Result<bool> fits(uint32_t tokens_left);

  // True: taken. False: not allowed, state unchanged. Errors: kLimit.
  Result<bool> accept(TokenId token) { return accept(token, true); }
  // Takes all or, at the first that is not allowed, stops; returns how many were taken.
  Result<size_t> accept_many(std::span<const TokenId> tokens);
  // Takes back that many tokens. Requires: tokens <= accepted().
  void rollback(size_t tokens);
  void reset() { rollback(accepted()); }
  // Goes back to where the matcher was opened and takes these, as after a preemption. False: not all are allowed, and the
  // state is the start. Errors: kLimit; the state is then the start too.
  Result<bool> replay(std::span<const TokenId> tokens);

  // What must come next; nothing where there is a choice or the text may end, nor in a part that is bounded in tokens.
  Result<ForcedText> forced();

  // Zero of both after an end token. Errors: kLimit.
  Result<ShortestCompletion> shortest_completion();

  // A plain value of eight bytes; equal for equal bytes and special tokens taken, however tokens split them (see above).
  State state() const { return state_; }
  bool can_end() const;
  bool is_finished() const { return finished_; }
  size_t accepted() const { return history_.size(); }
  const Grammar& grammar() const { return *grammar_; }

 private:
  // `is_last`: a mask is asked for next, for all we know.
  Result<bool> accept(TokenId token, bool is_last);
  Result<bool> step(TokenId token);

  std::shared_ptr<Grammar> grammar_;
  State start_;
  State state_;
  bool finished_ = false;
  std::vector<State> history_;  // the state before each accepted token
};

}  // namespace keyway
