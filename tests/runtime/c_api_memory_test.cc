// Memory that runs out: allocations of a workload fail once, alone or with all that follow. The first 32, then ever fewer;
// all of them where KEYWAY_EVERY_ALLOCATION is set (three minutes). What a call was
// asked for is then done or refused, what was made before goes on to be right, and nothing leaks (under the address
// sanitizer). Warm masks allocate nothing, and neither do the calls of a device that an engine makes at every step.
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

#include "runtime/keyway_device.h"
#include "tests/runtime/c_api_support.h"

namespace {

// Counts down to the allocation that fails; negative: none does.
std::atomic<long> countdown{-1};
std::atomic<bool> all_that_follow{false};
std::atomic<bool> has_failed{false};
std::atomic<long> allocations{0};
std::atomic<long> live{0};  // blocks

void* allocate(size_t bytes, size_t alignment = 0) {
  ++allocations;
  if (countdown.load() >= 0 && countdown.fetch_sub(1) <= 0) {
    has_failed = true;
    if (all_that_follow) countdown = 0;
    throw std::bad_alloc();
  }
  void* memory = alignment == 0 ? std::malloc(bytes == 0 ? 1 : bytes)
                                : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  ++live;
  return memory;
}

void release(void* memory) noexcept {
  if (memory != nullptr) --live;
  std::free(memory);
}

}  // namespace

// Out of line all of them: GCC calls it a mismatch where it sees inside one of a pair alone.
[[gnu::noinline]] void* operator new(size_t bytes) { return allocate(bytes); }
[[gnu::noinline]] void* operator new[](size_t bytes) { return allocate(bytes); }
[[gnu::noinline]] void* operator new(size_t bytes, std::align_val_t alignment) { return allocate(bytes, static_cast<size_t>(alignment)); }
[[gnu::noinline]] void* operator new[](size_t bytes, std::align_val_t alignment) { return allocate(bytes, static_cast<size_t>(alignment)); }
// The temporary buffer of std::stable_partition and the parser of JSON ask this way and make of nullptr what they can.
[[gnu::noinline]] void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return allocate(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void* operator new[](size_t bytes, const std::nothrow_t& nothrow) noexcept { return operator new(bytes, nothrow); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { release(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete[](void* memory, size_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t, std::align_val_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete[](void* memory, size_t, std::align_val_t) noexcept { release(memory); }

// RE2 frees nothing of what an exception leaves half made inside of it; nothing of ours is forgiven.
extern "C" const char* __lsan_default_suppressions();
const char* __lsan_default_suppressions() { return "leak:libre2.so\n"; }

namespace keyway::test {
namespace {

long next_allocation(long n) {
  static const bool kAll = std::getenv("KEYWAY_EVERY_ALLOCATION") != nullptr;
  return kAll ? n + 1 : n + 1 + n / 32;
}

struct Workload {
  const char* kind;
  std::string grammar;
  const char* options;
  std::string text;  // of the language
};

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> kWorkloads{
      {"json_schema",
       R"({"type": "object", "properties": {"id": {"type": "integer", "minimum": 3, "multipleOf": 2}, "name": {"type": "string",
           "maxLength": 12, "pattern": "^[a-c]+$"}, "list": {"type": "array", "items": {"enum": ["p", 7,
           null]}}}, "required": ["id"]})",
       "{}", R"({"name": "ab", "id": 14, "list": [7], "m": [true]})"},
      {"regex", "(?:[a-f]{2,9}-){3}\\d+(?=1)1", R"({"dialect": "ecma", "max_rollback": 5})", "abc-def-aa-2341"},
      {"choice", R"(["one", "only", "two words"])", "{}", "two words"},
      {"tools", R"([{"name": "ping", "input_schema": {"properties": {"a": {"maxLength": 5}}}}, {"name": "bad", "input_schema": {"type": 3}}])",
       R"({"tool_choice": "auto", "reasoning": "none"})", "plain text"},
  };
  return kWorkloads;
}

// Lets allocation n fail while body runs; returns whether one has failed.
template <typename Body>
bool with_failure(long n, bool all, Body body) {
  all_that_follow = all;
  has_failed = false;
  countdown = n;
  body();
  countdown = -1;
  return has_failed;
}

void expect_error(char*& error) {
  EXPECT_EQ(error_of(std::exchange(error, nullptr))["code"], "limit");
}

std::vector<std::vector<uint32_t>> masks_along(const MatcherHandle& matcher, const std::vector<uint32_t>& tokens) {
  std::vector<std::vector<uint32_t>> masks;
  for (uint32_t token : tokens) {
    masks.push_back(mask(matcher.get()));
    EXPECT_EQ(keyway_accept(matcher.get(), token), 1);
  }
  masks.push_back(mask(matcher.get()));
  return masks;
}

GrammarHandle made(const Workload& w) { return compile(w.kind, w.grammar, w.options); }

TEST(Memory, CompilingFailsAtEveryAllocationWithoutAGrammar) {
  for (const Workload& w : workloads()) {
    const auto reference = masks_along(open(made(w)), bytes_of(w.text));
    for (const bool all : {false, true}) {
      for (long n = 0;; n = next_allocation(n)) {
        keyway_grammar* grammar = nullptr;
        char* error = nullptr;
        int code = 0;
        const bool failed = with_failure(n, all, [&] {
          code = keyway_compile(tiny(), w.kind, w.grammar.data(), w.grammar.size(), w.options, &grammar, &error);
        });
        ASSERT_EQ(code < 0, grammar == nullptr);
        const GrammarHandle held(grammar);
        if (code < 0) {
          ASSERT_TRUE(failed);
          ASSERT_NE(error, nullptr);
          expect_error(error);
        } else if (failed) {
          ASSERT_EQ(masks_along(open(held), bytes_of(w.text)), reference) << w.kind << " allocation " << n;
        }
        if (!failed) break;
      }
    }
  }
}

// A mask that failed is right when it is asked for again, or refused from then on.
void walk_with_failure(const Workload& w, long n, bool all, const std::vector<std::vector<uint32_t>>& reference, bool& failed) {
  const MatcherHandle matcher = open(made(w));
  const auto tokens = bytes_of(w.text);
  std::vector<uint32_t> words(128);
  size_t done = 0;
  bool refused = false;
  failed = with_failure(n, all, [&] {
    for (; done < tokens.size() && !refused; ++done) {
      refused = keyway_mask(matcher.get(), words.data(), words.size(), nullptr) < 0;
      if (!refused && words != reference[done]) std::abort();
      if (!refused) refused = keyway_accept(matcher.get(), tokens[done]) < 0;
      if (refused) break;
    }
  });
  for (; done < tokens.size(); ++done) {
    if (keyway_mask(matcher.get(), words.data(), words.size(), nullptr) < 0) return;
    ASSERT_EQ(words, reference[done]) << w.kind << " allocation " << n << " byte " << done;
    const int taken = keyway_accept(matcher.get(), tokens[done]);
    if (taken < 0) return;
    ASSERT_EQ(taken, 1) << w.kind << " allocation " << n << " byte " << done;
  }
  char* error = nullptr;
  if (keyway_mask(matcher.get(), words.data(), words.size(), &error) < 0) return expect_error(error);
  ASSERT_EQ(words, reference[done]);
}

TEST(Memory, MasksAreRightOrRefusedAfterEveryFailedAllocation) {
  for (const Workload& w : workloads()) {
    const auto reference = masks_along(open(made(w)), bytes_of(w.text));
    for (const bool all : {false, true}) {
      bool failed = true;
      for (long n = 0; failed && !testing::Test::HasFatalFailure(); n = next_allocation(n)) walk_with_failure(w, n, all, reference, failed);
    }
  }
}

TEST(Memory, ForksForcedTokensBatchesReportsAndExtensionsFailCleanly) {
  const Workload& w = workloads()[3];
  const GrammarHandle grammar = made(w);
  const auto reference = masks_along(open(grammar), bytes_of(w.text));
  const char* more = R"([{"name": "pong", "input_schema": {"properties": {"b": {"enum": [1, 2]}}}}])";
  for (long n = 0, failed = 1; failed != 0; n = next_allocation(n)) {
    const MatcherHandle matcher = open(made(w));
    keyway_matcher* fork = nullptr;
    keyway_matcher* rows[40];
    std::fill_n(rows, 40, matcher.get());
    std::vector<uint32_t> forced(8), words(128);
    char* report = nullptr;
    const GrammarHandle own = made(w);
    keyway_grammar* grown = nullptr;
    failed = with_failure(n, false, [&] {
      fork = static_cast<keyway_matcher*>(keyway_matcher_fork(matcher.get()));
      keyway_forced_tokens(matcher.get(), forced.data(), forced.size());
      keyway_masks(rows, 1, words.data(), words.size(), 1, nullptr);
      report = keyway_report(own.get());
      keyway_tools_extend(own.get(), more, std::string_view(more).size(), &grown, nullptr);
    });
    const MatcherHandle held_fork(fork);
    keyway_free(report);
    keyway_grammar_release(grown);
    const MatcherHandle again = open(own);
    if (keyway_mask(again.get(), words.data(), words.size(), nullptr) == 0) {
      ASSERT_EQ(words, reference[0]) << n;
    }
  }
}

TEST(Memory, WarmMasksAllocateNothing) {
  std::vector<Workload> warm = workloads();
  warm[0] = {"json_schema", R"({"properties": {"a": {"type": "string"}, "b": {"items": {"enum": [1, 2]}}}})", "{}",
             R"({"b": [1, 2], "c": {"d": "e"}, "a": "f"})"};
  for (const Workload& w : warm) {
    const MatcherHandle matcher = open(made(w));
    const auto tokens = bytes_of(w.text);
    masks_along(matcher, tokens);
    ASSERT_EQ(keyway_reset(matcher.get()), 0);
    std::vector<uint32_t> words(128);
    const long before = allocations;
    int failures = 0;
    for (uint32_t token : tokens) {
      failures += keyway_mask(matcher.get(), words.data(), words.size(), nullptr) != 0;
      failures += keyway_validate(matcher.get(), &token, 1) != 1;
      failures += keyway_accept(matcher.get(), token) != 1;
    }
    failures += keyway_rollback(matcher.get(), 3) != 0;
    EXPECT_EQ(allocations - before, 0) << w.kind;
    EXPECT_EQ(failures, 0);
  }
}

// Blocks that a call gives back.
template <typename Call>
long given_back(Call call) {
  const long before = live;
  call();
  return before - live;
}

TEST(Memory, TheGrammarThatWasReleasedLastIsGivenBackWhenAMatcherOfItsTokenizerIsClosed) {
  TokenizerHandle tokenizer = open_tokenizer();
  const auto compile_with = [&](std::string_view text) {
    keyway_grammar* made = nullptr;
    EXPECT_EQ(keyway_compile(tokenizer.get(), "json_schema", text.data(), text.size(), "{}", &made, nullptr), 0);
    return GrammarHandle(made);
  };
  const std::string object = R"({"properties": {"a": {"type": "string"}, "b": {"items": {"enum": [1, 2]}}}, "required": ["a"]})";
  constexpr long kHandle = 1;
  GrammarHandle first = compile_with(object), second = compile_with(object), third = compile_with(object);
  EXPECT_EQ(given_back([&] { first.reset(); }), kHandle);
  const long grammar = given_back([&] { second.reset(); }) - kHandle;  // the first one
  EXPECT_GT(grammar, 20);
  MatcherHandle matcher = open(compile("choice", R"(["a"])"));  // of another tokenizer
  EXPECT_LT(given_back([&] { matcher.reset(); }), grammar);
  matcher = open(third);
  MatcherHandle fork(static_cast<keyway_matcher*>(keyway_matcher_fork(matcher.get())));
  const long handle = given_back([&] { matcher.reset(); }) - grammar;
  EXPECT_EQ(given_back([&] { fork.reset(); }), handle);  // none was left
  // One that a matcher reads goes with it.
  matcher = open(third);
  EXPECT_EQ(given_back([&] { third.reset(); }), kHandle);
  EXPECT_EQ(given_back([&] { matcher.reset(); }), handle + grammar);

  // Those that are large, by their text or by their automaton, go at once.
  first = compile_with(object.substr(0, object.size() - 1) + std::string(100000, ' ') + "}");
  EXPECT_EQ(given_back([&] { first.reset(); }), kHandle + grammar);
  first = compile_with(R"({"type": "array", "uniqueItems": true, "items": {"type": "string"}})");
  for (int text = 0; text < 60; ++text) {
    std::string items = "[\"" + std::to_string(text);
    for (int i = 0; i < 60; ++i) items += "\",\"" + std::to_string(text) + "." + std::to_string(i) + std::string(20, 'x');
    ASSERT_EQ(accept_text(open(first), items), static_cast<int>(items.size()));
  }
  EXPECT_GT(given_back([&] { first.reset(); }), 20);
  // So do all whose tokenizer is closed, and the one that is kept then.
  first = compile_with(object), second = compile_with(object);
  first.reset();
  EXPECT_GE(given_back([&] { tokenizer.reset(); }), grammar);
  EXPECT_GT(given_back([&] { second.reset(); }), kHandle + grammar);  // and the tokenizer
}

// The host's part of a step, and the twins of its kernels. The sampler of keyway_device_step has a workspace on the CPU, which no
// device needs: tests/gpu/step_symbols.py.
TEST(Memory, CallsOfADeviceAllocateNothing) {
  keyway_device* made_device = nullptr;
  ASSERT_EQ(keyway_device_open(tiny(), KEYWAY_DEVICE_CPU, 3, 256, &made_device, nullptr), 0);
  const std::unique_ptr<keyway_device, Closer<keyway_device_close>> device(made_device);
  const GrammarHandle grammar = compile("json_schema", R"({"type": "array", "items": {"enum": [1, "two"]}, "maxItems": 30})", "{}");
  for (uint32_t s = 0; s < 2; ++s) ASSERT_EQ(keyway_device_begin(device.get(), s, grammar.get(), nullptr), 0);
  const size_t vocabulary = keyway_vocab_size(tiny());
  std::vector<float> logits(3 * vocabulary);
  size_t row_words = 0;
  const uint32_t* table = keyway_device_mask_table(device.get(), &row_words);
  uint32_t tokens[3], outcomes[3], rows[3], one = 1, read[4];
  const uint32_t from = 0, to = 1;
  long allocated = 0;
  int failures = 0, taken = 0;
  for (int step = 0; step < 60; ++step) {
    const long before = allocations;
    keyway_device_batch batch = {nullptr, nullptr, outcomes, rows, 3};
    failures += keyway_device_advance(device.get(), &batch, nullptr) != 0;
    failures += keyway_device_masks(device.get(), &batch, nullptr) != 0;
    failures += keyway_device_apply_mask(device.get(), &batch, logits.data(), 0, vocabulary, vocabulary, nullptr) != 0;
    for (uint32_t s = 0; s < 3; ++s) {
      tokens[s] = s == 2 ? 5 : KEYWAY_NO_TOKEN;
      if (s == 2 || rows[s] == KEYWAY_NO_MASK_ROW) continue;
      for (uint32_t token = 0; token < vocabulary; ++token) {
        if (table[rows[s] * row_words + token / 32] >> (token % 32) & 1) tokens[s] = token;
      }
      taken += tokens[s] != KEYWAY_NO_TOKEN;
    }
    batch.tokens = tokens;
    failures += keyway_device_advance(device.get(), &batch, nullptr) != 0;
    failures += keyway_device_masks(device.get(), &batch, nullptr) != 0;
    batch = {&to, step % 2 == 0 ? &one : &from, outcomes, rows, 1};
    failures += (step % 2 == 0 ? keyway_device_rollback : keyway_device_fork)(device.get(), &batch, nullptr) != 0;
    failures += keyway_device_tokens(device.get(), 2, 0, read, 4) < 0;
    allocated += allocations - before;
    ASSERT_GE(keyway_device_serve(device.get()), 0);  // the host's own time
  }
  EXPECT_EQ(allocated, 0);
  EXPECT_EQ(failures, 0);
  EXPECT_GT(taken, 20);
}

}  // namespace
}  // namespace keyway::test
