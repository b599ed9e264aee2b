// The automaton agrees, byte by byte, with a search that looks at the whole text again each time.
#include "tools/trigger_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace keyway {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; }

// Whether a trigger of that kind may begin behind `before`.
bool may_begin(Where where, std::string_view before) {
  const size_t last = before.find_last_of('\n');
  const std::string_view line = last == std::string_view::npos ? before : before.substr(last + 1);
  if (where == Where::kAnywhere || std::all_of(before.begin(), before.end(), blank)) return true;
  return where == Where::kLineStart && last != std::string_view::npos && std::all_of(line.begin(), line.end(), blank);
}

enum class Reading { kNo, kPending, kInName, kComplete };

// What `text` is to the trigger, from its first byte to its last.
Reading read(const Trigger& trigger, std::string_view text) {
  const std::string_view own = trigger.text;
  if (text.size() < own.size()) return own.starts_with(text) ? Reading::kPending : Reading::kNo;
  if (!text.starts_with(own)) return Reading::kNo;
  std::string_view name = text.substr(own.size());
  if (const std::string& key = trigger.key_ahead.key; !key.empty()) {
    size_t blanks = 0;
    while (blanks < name.size() && blanks < trigger.key_ahead.blanks && (name[blanks] == ' ' || name[blanks] == '\n')) ++blanks;
    const std::string_view rest = name.substr(blanks);
    if (rest.empty()) return Reading::kPending;
    if (rest[0] != key[0]) return rest.size() == 1 ? Reading::kComplete : Reading::kNo;
    if (!key.starts_with(rest)) return Reading::kNo;
    return rest.size() == key.size() ? Reading::kComplete : Reading::kInName;
  }
  if (!trigger.name_ahead) return name.empty() ? Reading::kComplete : Reading::kNo;
  if (name.empty()) return Reading::kPending;
  if (!starts_name(name[0])) return Reading::kNo;
  const size_t letters = std::find_if_not(name.begin(), name.end(), in_name) - name.begin();
  if (letters == name.size()) return Reading::kInName;
  return letters + 1 == name.size() && name.back() == '(' ? Reading::kComplete : Reading::kNo;
}

struct Naive {
  std::optional<uint32_t> found;
  uint32_t held = 0;      // the longest that may yet become a trigger, names included
  bool in_name = false;
  std::vector<uint32_t> progress;  // by trigger, without names
};

Naive search(const std::vector<Trigger>& triggers, std::string_view text) {
  Naive out;
  for (uint32_t which = 0; which < triggers.size(); ++which) {
    out.progress.push_back(0);
    for (size_t from = 0; from < text.size() && !triggers[which].text.empty(); ++from) {
      if (!may_begin(triggers[which].where, text.substr(0, from))) continue;
      const auto length = static_cast<uint32_t>(text.size() - from);
      const Reading reading = read(triggers[which], text.substr(from));
      if (reading == Reading::kComplete && !out.found) out.found = which;
      if (reading == Reading::kInName) out.in_name = true;
      if (reading == Reading::kPending) out.progress[which] = std::max(out.progress[which], length);
      if (reading == Reading::kPending || reading == Reading::kInName) out.held = std::max(out.held, length);
    }
  }
  return out;
}

std::string random_text(std::mt19937& random, std::string_view alphabet, size_t most) {
  std::string out;
  for (size_t n = random() % (most + 1); n > 0; --n) out += alphabet[random() % alphabet.size()];
  return out;
}

struct Counts {
  size_t found = 0, names = 0, plain = 0;
};

// Steps through the text until a trigger is found.
void check_text(const TriggerSearch& automaton, const std::string& text, Counts& counts) {
  TriggerSearch::State state = TriggerSearch::kStartState;
  uint32_t held = 0;
  for (size_t end = 1; end <= text.size(); ++end) {
    const std::string_view so_far = std::string_view(text).substr(0, end);
    const Naive naive = search(automaton.triggers(), so_far);
    const TriggerSearch::Step step = automaton.step(state, static_cast<uint8_t>(text[end - 1]));
    ASSERT_EQ(step.found, naive.found) << so_far;
    if (step.found) {
      ++counts.found;
      return;
    }
    state = step.next;
    held = automaton.may_grow(state) ? held + 1 : automaton.held(state);
    EXPECT_EQ(automaton.may_grow(state), naive.in_name) << so_far;
    EXPECT_GE(held, naive.held) << so_far << ": what may be a trigger would be given out as text";
    EXPECT_LE(held, so_far.size());
    if (!naive.in_name) {
      EXPECT_EQ(held, naive.held) << so_far;
    }
    counts.names += naive.in_name;
    for (uint32_t which = 0; which < automaton.triggers().size(); ++which) {
      const Trigger& trigger = automaton.triggers()[which];
      EXPECT_EQ(automaton.may_begin(state, which), may_begin(trigger.where, so_far)) << so_far;
      if (trigger.name_ahead || !trigger.key_ahead.key.empty()) continue;
      EXPECT_EQ(automaton.progress(state, which), naive.progress[which]) << so_far;
    }
  }
}

// What plain_bytes() passes over changes nothing, and the byte after it does.
void check_plain(const TriggerSearch& automaton, std::string_view text, Counts& counts) {
  const size_t plain = automaton.plain_bytes(text);
  ASSERT_LE(plain, text.size());
  for (size_t i = 0; i <= plain && i < text.size(); ++i) {
    const auto step = automaton.step(automaton.middle(), static_cast<uint8_t>(text[i]));
    EXPECT_EQ(!step.found && step.next == automaton.middle(), i < plain) << text;
  }
  counts.plain += plain > 0;
}

TEST(TriggerSearch, AgreesWithASearchOfTheWholeText) {
  std::mt19937 random(11);
  Counts counts;
  for (int round = 0; round < 3000; ++round) {
    const std::string_view alphabet = round % 2 ? std::string_view("ab<>") : std::string_view("[a1( \n-");
    std::vector<Trigger> triggers;
    for (size_t n = 1 + random() % 4; n > 0; --n) {
      Trigger trigger;
      trigger.text = random_text(random, alphabet, 4);
      trigger.where = static_cast<Where>(random() % 3);
      trigger.name_ahead = !trigger.text.empty() && random() % 4 == 0;
      if (!trigger.text.empty() && !trigger.name_ahead && random() % 4 == 0) {
        trigger.key_ahead = {round % 2 ? "<ab" : "(1a", static_cast<uint32_t>(random() % 3)};
      }
      triggers.push_back(trigger);
    }
    const TriggerSearch automaton(triggers);
    for (int i = 0; i < 6; ++i) {
      const std::string text = random_text(random, alphabet, 24);
      check_text(automaton, text, counts);
      check_plain(automaton, text, counts);
      if (::testing::Test::HasFailure()) {
        for (const Trigger& t : triggers) ADD_FAILURE() << t.text << " where " << int(t.where) << " name " << t.name_ahead;
        return;
      }
    }
  }
  EXPECT_GT(counts.found, 2'000u);
  EXPECT_GT(counts.names, 200u);
  EXPECT_GT(counts.plain, 100u);
}

TEST(TriggerSearch, TheFirstToEndIsFoundAndOfSeveralTheFirstOfTheList) {
  const auto found = [](std::vector<Trigger> triggers, std::string_view text) {
    const TriggerSearch automaton(std::move(triggers));
    TriggerSearch::State state = TriggerSearch::kStartState;
    for (char c : text) {
      const auto step = automaton.step(state, static_cast<uint8_t>(c));
      if (step.found) return static_cast<int>(*step.found);
      state = step.next;
    }
    return -1;
  };
  EXPECT_EQ(found({{"abc"}, {"b"}}, "abc"), 1);
  EXPECT_EQ(found({{"abc"}, {"bc"}}, "abc"), 0);
  EXPECT_EQ(found({{"bc"}, {"abc"}}, "abc"), 0);
  EXPECT_EQ(found({{"{", Where::kStart}}, " \n{"), 0);
  EXPECT_EQ(found({{"{", Where::kStart}}, "a\n{"), -1);
  EXPECT_EQ(found({{"{", Where::kLineStart}}, "a\n {"), 0);
  EXPECT_EQ(found({{"[", Where::kLineStart, true}}, "[get_weather("), 0);
  EXPECT_EQ(found({{"[", Where::kLineStart, true}}, "[1(\n[a b("), -1);
  EXPECT_EQ(found({{"[", Where::kAnywhere, true}}, "[[a("), 0);
}

}  // namespace
}  // namespace keyway
