// Random walks of a batch through the tables of a device, or of its CPU twin, beside a Matcher for each sequence.
//
// Entry points: DeviceWalks, DeviceLaunchers. After every step each state and each mask must equal the Matcher's; what the host is
// asked for is withheld at random; the first difference is told by wrong(). Needs no test framework, so that it runs on a bare
// machine with a device too (tests/gpu/automaton_test.cu).
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "runtime/device/automaton_mirror.h"

namespace keyway::test {

struct DeviceLaunchers {
  KernelStatus (*advance)(const AdvanceArguments& arguments, void* stream) = advance_cpu;
  KernelStatus (*masks)(const AdvanceArguments& arguments, void* stream) = masks_cpu;
  KernelStatus (*rollback)(const AdvanceArguments& arguments, void* stream) = rollback_cpu;
  KernelStatus (*fork)(const AdvanceArguments& arguments, void* stream) = fork_cpu;
};

inline AutomatonSizes small_device() {
  AutomatonSizes sizes;
  sizes.terms = 1u << 17;
  sizes.row_words = 1u << 21;
  sizes.class_maps = 4096;
  sizes.node_slots = 1u << 14;
  sizes.mask_slots = 1u << 12;
  sizes.mask_rows = 1u << 11;
  sizes.sequences = 6;
  sizes.history_length = 64;
  sizes.taken_length = 512;
  sizes.request_slots = 64;
  sizes.grammars = 128;
  sizes.rows_foreseen = 4;
  return sizes;
}

struct WalkOptions {
  AutomatonSizes sizes = small_device();
  uint32_t withhold = 2;  // serve() once in so many steps, on average
  uint32_t rollback = 0;  // once in so many steps; 0: never
  uint32_t fork = 0;
  uint32_t clear = 0;
};

class DeviceWalks {
 public:
  DeviceWalks(const WalkOptions& options, std::shared_ptr<const Vocabulary> vocabulary, std::unique_ptr<DeviceMemory> memory,
              const DeviceLaunchers& launchers, uint32_t seed)
      : options_(options), vocabulary_(std::move(vocabulary)), launchers_(launchers), random_(seed) {
    mirror_ = *AutomatonMirror::create(vocabulary_, options.sizes, std::move(memory));
    const uint32_t count = options.sizes.sequences;
    matchers_.resize(count);
    arguments_.tables = mirror_->tables();
    arguments_.vocabulary = mirror_->vocabulary_tables();
    for (uint32_t** buffer : {&slots_, &tokens_, &outcomes_, &mask_rows_}) {
      *buffer = static_cast<uint32_t*>(mirror_->memory().allocate(count * sizeof(uint32_t)));
    }
    arguments_.outcomes = outcomes_;
    arguments_.mask_rows = mask_rows_;
    arguments_.rows = count;
  }

  // False where the device does not take the grammar.
  bool open(uint32_t slot, const std::shared_ptr<Grammar>& grammar, State start) {
    const auto number = mirror_->add_grammar(grammar);
    if (!number.ok() || !mirror_->open(slot, *number, start).ok()) return false;
    matchers_[slot] = std::make_unique<Matcher>(grammar, start);
    return true;
  }

  // Every sequence is given so many steps; those that end stay ended.
  void run(size_t steps) {
    for (size_t step = 0; step < steps && wrong_.empty(); ++step) {
      launch(launchers_.advance, nullptr);
      compare_states();
      launch(launchers_.masks, nullptr);
      const std::vector<uint32_t> tokens = choose_tokens();
      launch(launchers_.advance, &tokens);
      for (uint32_t outcome : read(outcomes_)) expect(outcome != kAdvanceRejected, "a token that its mask allows is rejected", 0);
      compare_states();
      if (options_.withhold <= 1 || random_() % options_.withhold == 0) mirror_->serve();
      if (options_.rollback != 0 && random_() % options_.rollback == 0) roll_back();
      if (options_.fork != 0 && random_() % options_.fork == 0) fork();
      if (options_.clear != 0 && random_() % options_.clear == 0) {
        expect(mirror_->clear().ok(), "the tables were not cleared", 0);
        compare_states();
      }
    }
  }

  // The first difference; empty where there is none.
  const std::string& wrong() const { return wrong_; }
  AutomatonMirror& mirror() { return *mirror_; }
  size_t masks_compared() const { return masks_compared_; }
  // Steps in which a sequence that had not ended got no token, and those in which it got one.
  size_t stalled_steps() const { return stalled_steps_; }
  size_t given() const { return given_; }

 private:
  void expect(bool holds, const char* what, uint32_t slot) {
    if (holds || !wrong_.empty()) return;
    wrong_ = std::string(what) + ": sequence " + std::to_string(slot);
    if (matchers_[slot]) wrong_ += " after " + std::to_string(matchers_[slot]->accepted()) + " tokens";
  }

  std::vector<uint32_t> read(const uint32_t* buffer) {
    std::vector<uint32_t> values(arguments_.rows);
    mirror_->memory().read(values.data(), buffer, values.size() * sizeof(uint32_t));
    return values;
  }

  void launch(KernelStatus (*launcher)(const AdvanceArguments&, void*), const std::vector<uint32_t>* tokens) {
    arguments_.tokens = nullptr;
    if (tokens != nullptr) {
      mirror_->memory().write(tokens_, tokens->data(), tokens->size() * sizeof(uint32_t));
      arguments_.tokens = tokens_;
    }
    expect(launcher(arguments_, nullptr) == KernelStatus::kOk && mirror_->memory().wait(), "a launch failed", 0);
  }

  // One row alone: `token` as the launcher means it. Returns its outcome.
  uint32_t launch_one(KernelStatus (*launcher)(const AdvanceArguments&, void*), uint32_t slot, uint32_t token) {
    mirror_->memory().write(slots_, &slot, sizeof(slot));
    mirror_->memory().write(tokens_, &token, sizeof(token));
    AdvanceArguments one = arguments_;
    one.slots = slots_;
    one.tokens = tokens_;
    one.rows = 1;
    expect(launcher(one, nullptr) == KernelStatus::kOk && mirror_->memory().wait(), "a launch failed", slot);
    return read(outcomes_)[0];
  }

  // What was taken since the last time is in the ring of tokens; the matchers follow it.
  void compare_states() {
    for (uint32_t slot = 0; slot < matchers_.size() && wrong_.empty(); ++slot) {
      if (!matchers_[slot]) continue;
      Matcher& matcher = *matchers_[slot];
      const SequenceRecord record = mirror_->record(slot);
      while (matcher.accepted() < record.position && wrong_.empty()) {
        const size_t at = matcher.accepted();
        const uint64_t taken =
            arguments_.tables.taken_tokens[slot * size_t{options_.sizes.taken_length} + at % options_.sizes.taken_length];
        expect(taken >> 32 == at + 1, "the ring of tokens lacks one", slot);
        const auto accepted = matcher.accept(static_cast<TokenId>(taken));
        expect(accepted.ok() && *accepted, "a token is taken that the matcher does not take", slot);
      }
      expect(matcher.accepted() == record.position, "positions differ", slot);
      expect(matcher.is_finished() == (record.status == kSequenceFinished), "one has ended, the other has not", slot);
      expect(record.status != kSequenceFailed, "the host gave up", slot);
      if (const auto state = mirror_->state(slot)) expect(*state == matcher.state(), "states differ", slot);
    }
  }

  std::vector<uint32_t> choose_tokens() {
    const std::vector<uint32_t> rows = read(mask_rows_);
    std::vector<uint32_t> tokens(rows.size(), kNoToken), found(arguments_.tables.mask_stride), words(found.size());
    for (uint32_t slot = 0; slot < rows.size() && wrong_.empty(); ++slot) {
      if (!matchers_[slot]) tokens[slot] = choose_free(rows[slot]);
      if (!matchers_[slot] || matchers_[slot]->is_finished()) continue;
      if (rows[slot] == kEmptyMaskRow) {
        ++stalled_steps_;
        continue;
      }
      std::fill(words.begin(), words.end(), 0u);
      const bool masked = matchers_[slot]->mask(words).ok();
      mirror_->memory().read(found.data(), arguments_.tables.masks + rows[slot] * arguments_.tables.mask_stride,
                             found.size() * sizeof(uint32_t));
      expect(masked && found == words, "masks differ", slot);
      ++masks_compared_;
      tokens[slot] = draw(words);
      ++given_;
    }
    return tokens;
  }

  // A token of a sequence without a constraint: every one that there is.
  TokenId choose_free(uint32_t row) {
    std::vector<uint32_t> words(arguments_.tables.mask_stride, ~0u);
    if (row != kNoMaskRow) {
      mirror_->memory().read(words.data(), arguments_.tables.masks + row * arguments_.tables.mask_stride, words.size() * sizeof(uint32_t));
    }
    for (TokenId t = 0; t < vocabulary_->size(); ++t) {
      expect(mask_test(words.data(), t) == (vocabulary_->kind(t) != TokenKind::kAbsent), "a free row allows an id without a token", 0);
    }
    TokenId token;
    do token = static_cast<TokenId>(random_() % vocabulary_->size());
    while (vocabulary_->kind(token) == TokenKind::kAbsent);
    return token;
  }

  // One of the allowed tokens; of some that are drawn the first that leaves a string.
  TokenId draw(const std::vector<uint32_t>& words) {
    std::vector<TokenId> allowed;
    for (TokenId t = 0; t < vocabulary_->size(); ++t) {
      if (mask_test(words.data(), t)) allowed.push_back(t);
    }
    TokenId token = kNoToken;
    for (int tries = 0; tries < 6 && !allowed.empty(); ++tries) {
      token = allowed[random_() % allowed.size()];
      if (vocabulary_->bytes(token).find_first_of("\"}],:") != std::string_view::npos) break;
    }
    return token;
  }

  void roll_back() {
    const uint32_t slot = static_cast<uint32_t>(random_() % matchers_.size());
    if (!matchers_[slot]) return;
    const uint32_t tokens = std::min(static_cast<uint32_t>(random_() % 9), static_cast<uint32_t>(matchers_[slot]->accepted()));
    expect(launch_one(launchers_.rollback, slot, tokens) != kAdvanceRejected, "a rollback is refused", slot);
    matchers_[slot]->rollback(tokens);
    compare_states();
  }

  void fork() {
    const uint32_t from = static_cast<uint32_t>(random_() % matchers_.size()), to = static_cast<uint32_t>(random_() % matchers_.size());
    if (from == to || !matchers_[from]) return;
    if (launch_one(launchers_.fork, to, from) != kAdvanceTaken) return;
    matchers_[to] = std::make_unique<Matcher>(*matchers_[from]);
    compare_states();
  }

  WalkOptions options_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  DeviceLaunchers launchers_;
  std::mt19937 random_;
  std::unique_ptr<AutomatonMirror> mirror_;
  std::vector<std::unique_ptr<Matcher>> matchers_;
  uint32_t *slots_ = nullptr, *tokens_ = nullptr, *outcomes_ = nullptr, *mask_rows_ = nullptr;
  AdvanceArguments arguments_;
  std::string wrong_;
  size_t masks_compared_ = 0, stalled_steps_ = 0, given_ = 0;
};

}  // namespace keyway::test
