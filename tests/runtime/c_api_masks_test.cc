// Rows filled together are the rows filled one by one, on any number of threads; the first row's error is told.
#include <thread>

#include "tests/runtime/c_api_support.h"

namespace keyway::test {
namespace {

constexpr size_t kRow = 128;  // words

// Matchers at different places of several grammars, some of which share one.
std::vector<MatcherHandle> scattered(size_t count) {
  const GrammarHandle grammars[] = {compile("json_schema", R"({"type": "object", "properties": {"abc": {"maxLength": 9}, "abd": {"type": "array"}}})"),
                                    compile("regex", "([a-z]{1,40} ){2,30}"), compile("json_schema", "{}")};
  const std::string texts[] = {R"({"abc": "xyz", "abd": [1, 2, {"q": null}]})", "one two three four five six seven ",
                               R"([1, [2, {"a": "b"}], "text", -0.5e3])"};
  std::vector<MatcherHandle> matchers;
  for (size_t i = 0; i < count; ++i) {
    matchers.push_back(open(grammars[i % 3]));
    const std::string prefix = texts[i % 3].substr(0, i / 3 % texts[i % 3].size());
    EXPECT_EQ(accept_text(matchers.back(), prefix), static_cast<int>(prefix.size()));
  }
  return matchers;
}

std::vector<keyway_matcher*> pointers(const std::vector<MatcherHandle>& matchers) {
  std::vector<keyway_matcher*> out;
  for (const MatcherHandle& matcher : matchers) out.push_back(matcher.get());
  return out;
}

TEST(Masks, RowsAreThoseFilledOneByOneOnAnyNumberOfThreads) {
  for (unsigned threads : {0u, 1u, 2u, 3u, 64u}) {
    const auto matchers = scattered(120), others = scattered(120);
    std::vector<uint32_t> words(matchers.size() * kRow, 7);
    ASSERT_EQ(keyway_masks(pointers(matchers).data(), matchers.size(), words.data(), kRow, threads, nullptr), 0);
    for (size_t i = 0; i < others.size(); ++i) {
      const auto expected = mask(others[i].get());
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), words.begin() + static_cast<ptrdiff_t>(i * kRow))) << "row " << i;
    }
  }
}

TEST(Masks, TheErrorOfTheFirstRowIsTold) {
  const auto matchers = scattered(60);
  auto rows = pointers(matchers);
  rows[40] = nullptr;
  const MatcherHandle finished = open(compile("choice", R"(["a"])"));
  ASSERT_EQ(accept_text(finished, "a"), 1);
  ASSERT_EQ(keyway_accept(finished.get(), 2), 1);
  rows[30] = finished.get();
  std::vector<uint32_t> words(rows.size() * kRow);
  char* error = nullptr;
  EXPECT_LT(keyway_masks(rows.data(), rows.size(), words.data(), kRow, 4, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "finished");
  EXPECT_LT(keyway_masks(rows.data(), rows.size(), words.data(), kRow, 4, nullptr), 0);
  EXPECT_EQ(keyway_masks(nullptr, 0, nullptr, 0, 4, nullptr), 0);
}

// For the thread sanitizer: one grammar under matchers on several threads, which also compile, extend and report.
TEST(Masks, OneGrammarServesManyThreads) {
  const GrammarHandle grammar = compile("tools", R"([{"name": "ping", "input_schema": {"properties": {"a": {"maxLength": 5}}}}])");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&grammar, t] {
      const MatcherHandle matcher = open(grammar);
      for (uint32_t token : bytes_of("some text")) {
        mask(matcher.get());
        ASSERT_EQ(keyway_accept(matcher.get(), token), 1);
      }
      const std::string tool = R"([{"name": "tool)" + std::to_string(t) + R"(", "input_schema": {"type": "object"}}])";
      keyway_grammar* grown = nullptr;
      ASSERT_EQ(keyway_tools_extend(grammar.get(), tool.data(), tool.size(), &grown, nullptr), 0);
      const GrammarHandle held(grown);
      mask(open(held).get());
      keyway_free(keyway_report(held.get()));
    });
  }
}

}  // namespace
}  // namespace keyway::test
