// Random walks of a batch through the tables of a device, by the CPU twins, beside a Matcher for each sequence.
//
// Entry points: DeviceWalks. After every step each state and each mask must equal the Matcher's; what the host is asked for is
// withheld at random.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "runtime/compile/compile.h"
#include "runtime/device/automaton_mirror.h"
#include "runtime/tokenizer/tokenizer.h"

namespace keyway {

inline std::shared_ptr<const Vocabulary> walk_vocabulary() {
  static const auto tokenizer = *Tokenizer::open(std::string(KEYWAY_SOURCE_DIR) + "/examples/models/keyway-tiny");
  return tokenizer->vocabulary();
}

inline std::vector<std::string> walk_schemas() {
  std::ifstream stream(std::string(KEYWAY_SOURCE_DIR) + "/tests/runtime/data/schema_sample.jsonl");
  std::vector<std::string> schemas;
  for (std::string line; std::getline(stream, line);) {
    const auto document = parse_json(line);
    if (document.ok()) schemas.push_back(to_json_text(*document->root().find("schema")));
  }
  return schemas;
}

struct WalkOptions {
  AutomatonSizes sizes;
  uint32_t withhold = 2;   // serve() once in so many steps, on average
  uint32_t rollback = 0;   // once in so many tokens; 0: never
  uint32_t fork = 0;
};

class DeviceWalks {
 public:
  DeviceWalks(const WalkOptions& options, uint32_t seed) : options_(options), random_(seed) {
    mirror_ = *AutomatonMirror::create(walk_vocabulary(), options.sizes, host_memory());
    const uint32_t count = options.sizes.sequences;
    matchers_.resize(count);
    grammars_.resize(count);
    tokens_.resize(count);
    outcomes_.resize(count);
    mask_rows_.resize(count);
    arguments_.tables = mirror_->tables();
    arguments_.vocabulary = mirror_->vocabulary_tables();
    arguments_.tokens = tokens_.data();
    arguments_.outcomes = outcomes_.data();
    arguments_.mask_rows = mask_rows_.data();
    arguments_.rows = count;
  }

  // False where the device does not take the grammar.
  bool open(uint32_t slot, const CompiledGrammar& compiled) {
    const auto number = mirror_->add_grammar(compiled.grammar);
    if (!number.ok() || !mirror_->open(slot, *number, compiled.start).ok()) return false;
    grammars_[slot] = *number;
    matchers_[slot] = std::make_unique<Matcher>(compiled.grammar, compiled.start);
    return true;
  }

  // Every sequence is given so many steps; those that end stay ended.
  void run(size_t steps) {
    for (size_t step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      arguments_.tokens = nullptr;
      ASSERT_EQ(advance_cpu(arguments_), KernelStatus::kOk);
      compare_states();
      ASSERT_EQ(masks_cpu(arguments_), KernelStatus::kOk);
      choose_tokens();
      arguments_.tokens = tokens_.data();
      ASSERT_EQ(advance_cpu(arguments_), KernelStatus::kOk);
      for (uint32_t slot = 0; slot < outcomes_.size(); ++slot) EXPECT_NE(outcomes_[slot], kAdvanceRejected) << "sequence " << slot;
      compare_states();
      if (options_.withhold <= 1 || random_() % options_.withhold == 0) mirror_->serve();
      if (options_.rollback != 0 && random_() % options_.rollback == 0) roll_back();
      if (options_.fork != 0 && random_() % options_.fork == 0) fork();
    }
  }

  AutomatonMirror& mirror() { return *mirror_; }
  size_t masks_compared() const { return masks_compared_; }
  size_t states_compared() const { return states_compared_; }
  // Steps in which a sequence that had not ended got no token.
  size_t stalled_steps() const { return stalled_steps_; }
  size_t given() const { return given_; }

 private:
  // What was taken since the last time is in the ring of tokens; the matchers follow it.
  void compare_states() {
    for (uint32_t slot = 0; slot < matchers_.size(); ++slot) {
      if (!matchers_[slot]) continue;
      Matcher& matcher = *matchers_[slot];
      const SequenceRecord record = mirror_->record(slot);
      while (matcher.accepted() < record.position) {
        const size_t at = matcher.accepted();
        const uint64_t taken = arguments_.tables.taken_tokens[slot * size_t{options_.sizes.taken_length} + at % options_.sizes.taken_length];
        ASSERT_EQ(taken >> 32, at + 1);
        const auto accepted = matcher.accept(static_cast<TokenId>(taken));
        ASSERT_TRUE(accepted.ok() && *accepted);
      }
      ASSERT_EQ(matcher.accepted(), record.position);
      ASSERT_EQ(matcher.is_finished(), record.status == kSequenceFinished);
      if (const auto state = mirror_->state(slot)) {
        ASSERT_EQ(*state, matcher.state()) << "sequence " << slot << " after " << record.position << " tokens";
        ++states_compared_;
      }
    }
  }

  void choose_tokens() {
    const Vocabulary& vocabulary = *walk_vocabulary();
    std::vector<uint32_t> words(arguments_.tables.mask_stride);
    for (uint32_t slot = 0; slot < tokens_.size(); ++slot) {
      tokens_[slot] = kNoToken;
      if (mask_rows_[slot] == kNoMaskRow) tokens_[slot] = static_cast<uint32_t>(random_() % vocabulary.size());
      if (!matchers_[slot] || matchers_[slot]->is_finished()) continue;
      const uint32_t* mask = arguments_.tables.masks + mask_rows_[slot] * arguments_.tables.mask_stride;
      if (mask_rows_[slot] == kEmptyMaskRow) {
        ++stalled_steps_;
        continue;
      }
      std::fill(words.begin(), words.end(), 0u);
      ASSERT_TRUE(matchers_[slot]->mask(words).ok());
      ASSERT_TRUE(std::equal(words.begin(), words.end(), mask)) << "sequence " << slot << " after " << matchers_[slot]->accepted();
      ++masks_compared_;
      tokens_[slot] = draw(words, vocabulary);
      ++given_;
    }
  }

  // One of the allowed tokens; of some that are drawn the first that leaves a string.
  TokenId draw(const std::vector<uint32_t>& words, const Vocabulary& vocabulary) {
    std::vector<TokenId> allowed;
    for (TokenId t = 0; t < vocabulary.size(); ++t) {
      if (mask_test(words.data(), t)) allowed.push_back(t);
    }
    TokenId token = 0;
    for (int tries = 0; tries < 6; ++tries) {
      token = allowed[random_() % allowed.size()];
      if (vocabulary.bytes(token).find_first_of("\"}],:") != std::string_view::npos) break;
    }
    return token;
  }

  void roll_back() {
    const uint32_t slot = static_cast<uint32_t>(random_() % matchers_.size());
    if (!matchers_[slot]) return;
    uint32_t tokens = static_cast<uint32_t>(random_() % 9);
    tokens = std::min<uint32_t>(tokens, static_cast<uint32_t>(matchers_[slot]->accepted()));
    AdvanceArguments one = arguments_;
    uint32_t outcome = 0;
    one.slots = &slot;
    one.tokens = &tokens;
    one.outcomes = &outcome;
    one.rows = 1;
    ASSERT_EQ(rollback_cpu(one), KernelStatus::kOk);
    ASSERT_NE(outcome, kAdvanceRejected);
    matchers_[slot]->rollback(tokens);
    compare_states();
  }

  void fork() {
    const uint32_t from = static_cast<uint32_t>(random_() % matchers_.size()), to = static_cast<uint32_t>(random_() % matchers_.size());
    if (from == to || !matchers_[from]) return;
    AdvanceArguments one = arguments_;
    uint32_t outcome = 0;
    one.slots = &to;
    one.tokens = &from;
    one.outcomes = &outcome;
    one.rows = 1;
    ASSERT_EQ(fork_cpu(one), KernelStatus::kOk);
    if (outcome != kAdvanceTaken) return;
    matchers_[to] = std::make_unique<Matcher>(*matchers_[from]);
    grammars_[to] = grammars_[from];
    compare_states();
  }

  WalkOptions options_;
  std::mt19937 random_;
  std::unique_ptr<AutomatonMirror> mirror_;
  std::vector<std::unique_ptr<Matcher>> matchers_;
  std::vector<uint32_t> grammars_, tokens_, outcomes_, mask_rows_;
  AdvanceArguments arguments_;
  size_t masks_compared_ = 0, states_compared_ = 0, stalled_steps_ = 0, given_ = 0;
};

}  // namespace keyway
