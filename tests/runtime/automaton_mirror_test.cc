// The automaton as device tables: states and masks of the CPU twins equal those of Matcher on random walks.
#include "tests/runtime/device_walks.h"

namespace keyway {
namespace {

AutomatonSizes small_sizes() {
  AutomatonSizes sizes;
  sizes.terms = 1u << 17;
  sizes.row_words = 1u << 21;
  sizes.class_maps = 4096;
  sizes.node_slots = 1u << 14;
  sizes.mask_slots = 1u << 12;
  sizes.mask_rows = 1u << 11;
  sizes.sequences = 6;
  sizes.request_slots = 64;
  sizes.grammars = 128;
  return sizes;
}

// What the walks of all schemas of the sample came to.
struct Sum {
  size_t opened = 0, masks = 0, given = 0, stalled = 0;
  std::vector<uint64_t> counts = std::vector<uint64_t>(kCounters);
};

Sum walk_all(const WalkOptions& options, size_t steps, size_t every = 1) {
  Sum sum;
  const std::vector<std::string> schemas = walk_schemas();
  const uint32_t batch = options.sizes.sequences - 1;  // one row is without a constraint
  for (size_t first = 0; first < schemas.size(); first += batch * every) {
    DeviceWalks walks(options, static_cast<uint32_t>(first));
    for (uint32_t slot = 0; slot < batch && first + slot < schemas.size(); ++slot) {
      const auto compiled = compile_grammar(walk_vocabulary(), "json_schema", schemas[first + slot], "");
      if (compiled.ok()) sum.opened += walks.open(slot, *compiled);
    }
    walks.run(steps);
    if (::testing::Test::HasFailure()) return sum;
    sum.masks += walks.masks_compared();
    sum.given += walks.given();
    sum.stalled += walks.stalled_steps();
    for (uint32_t c = 0; c < kCounters; ++c) sum.counts[c] += walks.mirror().counter(static_cast<Counter>(c));
  }
  EXPECT_GT(sum.masks, sum.opened * 5);
  return sum;
}

TEST(AutomatonMirror, StatesAndMasksEqualTheMatchersOnRealSchemas) {
  WalkOptions options;
  options.sizes = small_sizes();
  const Sum sum = walk_all(options, 60);
  EXPECT_GE(sum.opened, 56u);  // of 62
  EXPECT_GT(sum.counts[kCountMaskHits], sum.counts[kCountMaskBuilt]);
  EXPECT_GT(sum.counts[kCountMaskBuilt], 0u);
  EXPECT_GT(sum.counts[kCountRowMisses], 0u);
  EXPECT_GT(sum.counts[kCountHostTokens], 0u);  // unique arrays
}

TEST(AutomatonMirror, RollbackAndForkLeadWhereTheMatchersGo) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.rollback = 3;
  options.fork = 7;
  walk_all(options, 60, 2);
}

TEST(AutomatonMirror, RowsOneByOneAndAnswersThatComeLate) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.sizes.rows_ahead = 0;
  options.withhold = 6;
  options.rollback = 9;
  const Sum sum = walk_all(options, 80, 3);
  EXPECT_GT(sum.stalled, sum.given / 4);
}

TEST(AutomatonMirror, FullTablesSendSequencesToTheHostAndDropNothing) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.rollback = 5;
  options.sizes.request_slots = 2;
  options.sizes.node_slots = 8;
  options.sizes.mask_slots = 64;
  options.sizes.mask_rows = 12;
  const Sum few_masks = walk_all(options, 60, 2);
  EXPECT_GT(few_masks.counts[kCountFullNodes], 0u);
  EXPECT_GT(few_masks.counts[kCountFullMasks], 0u);
  EXPECT_GT(few_masks.counts[kCountRingFull], 0u);
  options.sizes.terms = 120;
  const Sum few_terms = walk_all(options, 60, 3);
  EXPECT_GT(few_terms.counts[kCountHostTokens], 0u);
  options.sizes.terms = 1u << 16;
  options.sizes.row_words = 1500;
  walk_all(options, 60, 3);
}

constexpr char kTools[] = R"([
  {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {
    "city": {"type": "string", "maxLength": 30}, "days": {"type": "integer", "minimum": 1, "maximum": 14},
    "unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["city"]}}},
  {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {
    "zones": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}}}}},
  {"type": "function", "function": {"name": "send", "parameters": {"type": "object", "properties": {
    "to": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+@[a-z]+$"}}, "body": {"type": "string"}},
    "required": ["to", "body"], "additionalProperties": false}}}])";

TEST(AutomatonMirror, ToolListsWithEveryChoice) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.rollback = 4;
  DeviceWalks walks(options, 1);
  uint32_t slot = 0;
  for (const char* choice : {"auto", "required", "get_time", "send"}) {
    const auto compiled = compile_grammar(walk_vocabulary(), "tools", kTools, std::string(R"({"tool_choice": ")") + choice + "\"}");
    ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
    ASSERT_TRUE(walks.open(slot++, *compiled));
  }
  walks.run(150);
  EXPECT_GT(walks.masks_compared(), 100u);
}

TEST(AutomatonMirror, TextsThatWereWalkedBeforeMissNothing) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.sizes.rows_ahead = 500;
  options.withhold = 1;
  DeviceWalks walks(options, 7);
  const auto compiled = compile_grammar(walk_vocabulary(), "json_schema", R"({"type": "object", "properties": {
      "name": {"enum": ["one", "two"]}, "flag": {"type": "boolean"}}, "required": ["name", "flag"]})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, *compiled));
  walks.run(60);
  const uint64_t before = walks.mirror().counter(kCountRowMisses), tokens = walks.mirror().counter(kCountTokens);
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, *compiled));
  walks.run(60);
  EXPECT_EQ(walks.mirror().counter(kCountRowMisses), before);
  EXPECT_GT(walks.mirror().counter(kCountTokens), tokens + 20);
}

TEST(AutomatonMirror, RefusesWhatIsNotItsOwn) {
  WalkOptions options;
  options.sizes = small_sizes();
  options.sizes.mask_slots = 3;
  EXPECT_EQ(AutomatonMirror::create(walk_vocabulary(), options.sizes, host_memory()).error().code, ErrorCode::kInvalid);
  options.sizes.mask_slots = 4;
  DeviceWalks walks(options, 1);
  const auto compiled = compile_grammar(walk_vocabulary(), "json_schema", "{}", "");
  const auto number = walks.mirror().add_grammar(compiled->grammar);
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(walks.mirror().open(options.sizes.sequences, *number, compiled->start).error().code, ErrorCode::kInvalid);
  AdvanceArguments arguments;
  arguments.rows = 1;
  EXPECT_EQ(advance_cpu(arguments), KernelStatus::kBadArgument);
  EXPECT_EQ(masks_cuda(arguments), KernelStatus::kBadArgument);
}

}  // namespace
}  // namespace keyway
