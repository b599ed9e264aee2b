// The automaton as device tables: states and masks of the CPU twins equal those of Matcher on random walks.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "runtime/compile/compile.h"
#include "tests/runtime/device_inputs.h"
#include "tests/support/random_term.h"

namespace keyway::test {
namespace {

DeviceWalks walks_of(const WalkOptions& options, uint32_t seed) {
  return DeviceWalks(options, tiny_vocabulary(), host_memory(), {}, seed);
}

// What the walks of all schemas of the sample came to.
struct Sum {
  size_t opened = 0, masks = 0, given = 0, stalled = 0;
  std::vector<uint64_t> counts = std::vector<uint64_t>(kCounters);

  void add(DeviceWalks& walks) {
    masks += walks.masks_compared();
    given += walks.given();
    stalled += walks.stalled_steps();
    for (uint32_t c = 0; c < kCounters; ++c) counts[c] += walks.mirror().counter(static_cast<Counter>(c));
  }
};

// Every `every`-th batch of schemas; the last row of a batch is without a constraint.
Sum walk_schemas(const WalkOptions& options, size_t steps, size_t every = 1) {
  Sum sum;
  const std::vector<std::string> schemas = sample_schemas();
  const uint32_t batch = options.sizes.sequences - 1;
  for (size_t first = 0; first < schemas.size(); first += batch * every) {
    DeviceWalks walks = walks_of(options, static_cast<uint32_t>(first));
    for (uint32_t slot = 0; slot < batch && first + slot < schemas.size(); ++slot) {
      const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", schemas[first + slot], "");
      if (compiled.ok()) sum.opened += walks.open(slot, compiled->grammar, compiled->start);
    }
    walks.run(steps);
    EXPECT_EQ(walks.wrong(), "") << "schemas from " << first;
    sum.add(walks);
    if (!walks.wrong().empty()) return sum;
  }
  EXPECT_GT(sum.masks, sum.opened * 5);
  return sum;
}

TEST(AutomatonMirror, StatesAndMasksEqualTheMatchersOnRealSchemas) {
  const Sum sum = walk_schemas({}, 60);
  EXPECT_GE(sum.opened, 56u);  // of 62
  EXPECT_GT(sum.counts[kCountMaskHits], sum.counts[kCountMaskBuilt]);
  EXPECT_GT(sum.counts[kCountMaskBuilt], 0u);
  EXPECT_GT(sum.counts[kCountRowMisses], 0u);
  EXPECT_GT(sum.counts[kCountHostTokens], 0u);  // unique arrays
}

TEST(AutomatonMirror, RollbackAndForkLeadWhereTheMatchersGo) {
  WalkOptions options;
  options.rollback = 3;
  options.fork = 7;
  walk_schemas(options, 60, 2);
}

TEST(AutomatonMirror, RowsOneByOneAndAnswersThatComeLate) {
  WalkOptions options;
  options.sizes.rows_ahead = 0;
  options.withhold = 6;
  options.rollback = 9;
  const Sum sum = walk_schemas(options, 80, 3);
  EXPECT_GT(sum.stalled, sum.given / 4);
}

TEST(AutomatonMirror, FullTablesSendSequencesToTheHostAndDropNothing) {
  WalkOptions options;
  options.rollback = 5;
  options.sizes.request_slots = 2;
  options.sizes.node_slots = 8;
  options.sizes.mask_slots = 64;
  options.sizes.mask_rows = 3;
  const Sum few_masks = walk_schemas(options, 60, 2);
  EXPECT_GT(few_masks.counts[kCountFullMasks], 0u);
  EXPECT_GT(few_masks.counts[kCountRingFull], 0u);
  options.sizes.mask_rows = 20;
  const Sum few_nodes = walk_schemas(options, 60, 2);
  EXPECT_GT(few_nodes.counts[kCountFullNodes], 0u);
  EXPECT_GT(few_nodes.counts[kCountMaskClears], 0u);
  options.sizes.terms = 120;
  const Sum few_terms = walk_schemas(options, 60, 3);
  EXPECT_GT(few_terms.counts[kCountHostTokens], 0u);
  options.sizes.terms = 1u << 16;
  options.sizes.row_words = 1500;
  walk_schemas(options, 60, 3);
}

// More rows of masks than slots for their keys: masks are dropped before the slots are full.
TEST(AutomatonMirror, SlotsOfMasksDoNotFillForGood) {
  WalkOptions options;
  options.sizes.mask_slots = 16;
  options.sizes.mask_rows = 512;
  const Sum sum = walk_schemas(options, 60, 2);
  EXPECT_GT(sum.counts[kCountMaskClears], 0u);
  EXPECT_LT(sum.counts[kCountFullMasks], sum.given / 20);
}

TEST(AutomatonMirror, SequencesGoOnWhenTablesAreBegunAnew) {
  WalkOptions options;
  options.clear = 5;
  options.rollback = 4;
  options.fork = 8;
  options.withhold = 3;
  const Sum sum = walk_schemas(options, 60, 2);
  EXPECT_EQ(sum.counts[kCountFullNodes], 0u);
}

// Grammars with special tokens, heads that may be empty, nonterminals and ambiguity, under small vocabularies.
TEST(AutomatonMirror, RandomGrammars) {
  Sum sum;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto vocabulary = toy_vocabulary(random_words(random, "abc(\")", 40, 5));
    WalkOptions options;
    options.rollback = 6;
    options.fork = 9;
    options.clear = seed % 5 == 0 ? 11 : 0;
    options.withhold = 1 + seed % 4;
    options.sizes.rows_ahead = seed % 3 * 8;
    DeviceWalks walks(options, vocabulary, host_memory(), {}, seed);
    for (uint32_t slot = 0; slot < 5; ++slot) {
      auto arena = std::make_unique<TermArena>();
      RandomTerms terms(*arena, random);
      const TermId root = terms.make(4);
      const auto grammar = Grammar::create(vocabulary, std::move(arena), root);
      if (grammar.ok()) sum.opened += walks.open(slot, *grammar, (*grammar)->start());
    }
    walks.run(50);
    ASSERT_EQ(walks.wrong(), "") << "seed " << seed;
    sum.add(walks);
  }
  EXPECT_GE(sum.opened, 250u);
  EXPECT_GT(sum.masks, 1500u);
  EXPECT_GT(sum.counts[kCountStateRequests], 40u);  // ambiguity
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
  options.rollback = 4;
  DeviceWalks walks = walks_of(options, 1);
  uint32_t slot = 0;
  for (const char* choice : {"auto", "required", "get_time", "send"}) {
    const auto compiled = compile_grammar(tiny_vocabulary(), "tools", kTools, std::string(R"({"tool_choice": ")") + choice + "\"}");
    ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
    ASSERT_TRUE(walks.open(slot++, compiled->grammar, compiled->start));
  }
  walks.run(150);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.masks_compared(), 100u);
}

TEST(AutomatonMirror, TextsThatWereWalkedBeforeMissNothing) {
  WalkOptions options;
  options.sizes.rows_ahead = 500;
  options.withhold = 1;
  DeviceWalks walks = walks_of(options, 7);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", R"({"type": "object", "properties": {
      "name": {"enum": ["one", "two"]}, "flag": {"type": "boolean"}}, "required": ["name", "flag"]})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  walks.run(60);
  const uint64_t before = walks.mirror().counter(kCountRowMisses), tokens = walks.mirror().counter(kCountTokens);
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  walks.run(60);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_EQ(walks.mirror().counter(kCountRowMisses), before);
  EXPECT_GT(walks.mirror().counter(kCountTokens), tokens + 20);
}

// Idle time fills all that a small schema leads to: no text of it misses a row or a mask.
TEST(AutomatonMirror, RowsThatAreForeseenAreNotMissed) {
  WalkOptions options;
  options.sizes.rows_ahead = 0;
  options.withhold = 1;
  DeviceWalks walks = walks_of(options, 8);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", R"({"type": "object", "properties": {
      "name": {"type": "string", "maxLength": 9}, "kind": {"enum": ["one", "two"]}, "flag": {"type": "boolean"}}, "required": ["kind"]})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  while (walks.mirror().foresee(1000) > 0) continue;
  walks.run(60);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.mirror().counter(kCountTokens), 30u);
  EXPECT_EQ(walks.mirror().counter(kCountRowMisses), 0u);
  EXPECT_EQ(walks.mirror().counter(kCountMaskRequests), 0u);
}

// A head whose row is not to be had, for its mask is the host's, keeps no other row of its grammar from being foreseen.
TEST(AutomatonMirror, RowsBesideWhatIsTheHostsAreForeseen) {
  WalkOptions options;
  options.withhold = 1;
  options.sizes.rows_ahead = 0;
  DeviceWalks walks = walks_of(options, 18);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", R"({"type": "object", "minProperties": 2, "properties": {
      "u": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}, "s": {"type": "string"}}})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  walks.run(100);
  EXPECT_EQ(walks.wrong(), "");
  while (walks.mirror().foresee(1000) > 0) continue;
  EXPECT_GT(walks.mirror().terms().rows(), 200u);  // 1,276; 35 where the first of these heads ends it
}

// A blank behind an item stands in front of a comma or of the bracket; a mask allows what either reading does.
TEST(AutomatonMirror, MasksOfTextsThatCanBeReadInTwoWaysAreMadeOnTheDevice) {
  WalkOptions options;
  options.withhold = 1;
  DeviceWalks walks = walks_of(options, 9);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", R"({"type": "array", "minItems": 40, "items": {"type": "array",
      "items": {"enum": [1, "a"]}}})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  while (walks.mirror().foresee(1000) > 0) continue;
  walks.run(200);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.mirror().counter(kCountMaskBuilt), 30u);
  EXPECT_EQ(walks.mirror().counter(kCountMaskRequests), 0u);
}

// Names in any order have more rows than are filled ahead of all texts: those about where texts are come first. The host keeps
// few rows of its own of them.
DeviceWalks walk_names(const std::string& compile_options, size_t most_bytes) {
  WalkOptions options;
  options.withhold = 1;
  options.sizes.rows_ahead = 0;
  options.sizes.rows_foreseen = 64;
  std::string names;
  for (const char* name : {"alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "theta", "zeta", "lambda"}) {
    names += (names.empty() ? "\"" : ", \"") + std::string(name) + R"(": {"type": "boolean"})";
  }
  const std::string head = R"({"type": "object", "additionalProperties": false, "minProperties": 8, "properties": {)";
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", head + names + "}}", compile_options);
  EXPECT_TRUE(compiled.ok());
  DeviceWalks walks = walks_of(options, 10);
  for (uint32_t slot = 0; slot < 5; ++slot) EXPECT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  while (walks.mirror().foresee(1000) > 0) continue;
  const size_t before = walks.mirror().terms().rows();
  walks.run(300);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.mirror().terms().rows(), before);
  EXPECT_GT(walks.mirror().counter(kCountTokens), 500u);
  EXPECT_EQ(walks.mirror().counter(kCountRowMisses), 0u);
  EXPECT_LT(compiled->grammar->bytes(), most_bytes);
  return walks;
}

TEST(AutomatonMirror, RowsAboutTextsAreForeseenFirst) {
  DeviceWalks walks = walk_names("", size_t{192} << 20);
  EXPECT_EQ(walks.mirror().counter(kCountMaskRequests), 0u);
}

// What is far may take a quarter of a grammar's memory, which it does here; what is near goes on, beyond half of it.
TEST(AutomatonMirror, RowsAboutTextsAreForeseenWhereMemoryIsShort) {
  walk_names(R"({"limits": {"arena_bytes": 800000}})", 800'000);
}

// Forty names in any order: each that is written leaves another set, whose rows are needed a few tokens later. What stands behind the
// value of a member is filled before it comes, and before all that texts only might come to.
TEST(AutomatonMirror, NamesBehindTheNextValueAreForeseenFirst) {
  WalkOptions options;
  options.withhold = 1;
  options.sizes.rows_ahead = 0;
  options.sizes.rows_foreseen = 16;
  std::string names;
  std::vector<std::string> words = {"\\u", "\\u00", "\":", "\": ", "\":true,\"", ",\"", "true", "false", "true,\"", "false,\"", "false, \""};
  for (const char* first : {"ka", "lo", "mi", "nu", "re"}) {
    words.push_back(first);
    for (const char* second : {"bar", "dot", "fin", "gol", "han", "jun", "pes", "tav"}) {
      if (words.size() < 20) words.push_back(second);
      names += (names.empty() ? "\"" : ", \"") + std::string(first) + second + R"(": {"type": "boolean"})";
    }
  }
  const auto vocabulary = toy_vocabulary(words);
  const std::string head = R"({"type": "object", "additionalProperties": false, "minProperties": 30, "properties": {)";
  const auto compiled = compile_grammar(vocabulary, "json_schema", head + names + "}}", "");
  ASSERT_TRUE(compiled.ok());
  DeviceWalks walks(options, vocabulary, host_memory(), {}, 10);
  ASSERT_TRUE(walks.open(0, compiled->grammar, compiled->start));
  walks.run(250);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.mirror().counter(kCountTokens), 150u);
  EXPECT_LE(walks.mirror().counter(kCountMaskRequests), 2u);  // 1; 7 where rows come by distance alone
}

// Tokens of 30 bytes lead past the rows that are foreseen by bytes; what their masks walk is foreseen token by token.
TEST(AutomatonMirror, WalksBehindTheNextTokenAreForeseen) {
  std::mt19937 random(11);
  std::vector<std::string> words;
  std::string choices;  // as an expression: each place in it is a head of its own
  for (int i = 0; i < 300; ++i) {
    std::string text;
    while (text.size() < 60) text.push_back(static_cast<char>('a' + random() % 16));
    words.push_back(text.substr(0, 30));
    words.push_back(text.substr(30));
    choices += (choices.empty() ? "" : "|") + text;
  }
  const auto vocabulary = toy_vocabulary(words);
  const auto compiled = compile_grammar(vocabulary, "regex", choices, "");
  ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
  WalkOptions options;
  options.withhold = 1;
  options.sizes.rows_ahead = 0;
  DeviceWalks walks(options, vocabulary, host_memory(), {}, 11);
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  while (walks.mirror().foresee(1000) > 0) continue;
  walks.run(100);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GE(walks.mirror().counter(kCountTokens), 15u);
  EXPECT_EQ(walks.mirror().counter(kCountRowMisses), 0u);
  EXPECT_EQ(walks.mirror().counter(kCountMaskRequests), 0u);
}

// A device on which nothing is done until somebody waits for it.
struct LateDevice {
  static std::vector<std::function<KernelStatus()>>& queue() {
    static std::vector<std::function<KernelStatus()>> held;
    return held;
  }
  template <auto Launcher>
  static KernelStatus launch(const AdvanceArguments& arguments, void*) {
    queue().push_back([arguments] { return Launcher(arguments, nullptr); });
    return KernelStatus::kOk;
  }
  class Memory final : public DeviceMemory {
   public:
    void* allocate(size_t bytes) override { return host_->allocate(bytes); }
    void* allocate_shared(size_t bytes) override { return host_->allocate_shared(bytes); }
    bool write(void* device, const void* host, size_t bytes) override { return host_->write(device, host, bytes); }
    bool read(void* host, const void* device, size_t bytes) override { return host_->read(host, device, bytes); }
    bool wait() override {
      bool done = true;
      for (const auto& work : queue()) done = work() == KernelStatus::kOk && done;
      queue().clear();
      return done;
    }

   private:
    std::unique_ptr<DeviceMemory> host_ = host_memory();
  };
};

// The walks of tests/gpu read what kernels wrote only once they have waited for them.
TEST(AutomatonMirror, WalksWaitForTheDevice) {
  WalkOptions options;
  options.rollback = 3;
  options.fork = 5;
  const DeviceLaunchers late = {LateDevice::launch<advance_cpu>, LateDevice::launch<masks_cpu>, LateDevice::launch<rollback_cpu>,
                                LateDevice::launch<fork_cpu>};
  DeviceWalks walks(options, tiny_vocabulary(), std::make_unique<LateDevice::Memory>(), late, 15);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", R"({"type": "array", "items": {"type": "integer"}})", "");
  ASSERT_TRUE(compiled.ok());
  for (uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(walks.open(slot, compiled->grammar, compiled->start));
  walks.run(60);
  EXPECT_EQ(walks.wrong(), "");
  EXPECT_GT(walks.masks_compared(), 50u);
  EXPECT_TRUE(LateDevice::queue().empty());
}

// A mirror with the buffers of a step, one launch at a time.
struct Rows {
  explicit Rows(const AutomatonSizes& sizes, std::shared_ptr<const Vocabulary> words = tiny_vocabulary())
      : vocabulary(std::move(words)), tokens(sizes.sequences, kNoToken32), outcomes(sizes.sequences), mask_rows(sizes.sequences) {
    mirror = *AutomatonMirror::create(vocabulary, sizes, host_memory());
    arguments.tables = mirror->tables();
    arguments.vocabulary = mirror->vocabulary_tables();
    arguments.outcomes = outcomes.data();
    arguments.mask_rows = mask_rows.data();
    arguments.rows = sizes.sequences;
  }
  CompiledGrammar open(uint32_t slot, const char* kind, const char* text) {
    auto compiled = *compile_grammar(vocabulary, kind, text, "");
    EXPECT_TRUE(mirror->open(slot, *mirror->add_grammar(compiled.grammar), compiled.start).ok());
    return compiled;
  }
  void advance() {
    arguments.tokens = tokens.data();
    EXPECT_EQ(advance_cpu(arguments), KernelStatus::kOk);
    std::fill(tokens.begin(), tokens.end(), kNoToken32);
  }
  uint64_t built() { return mirror->counter(kCountMaskBuilt); }

  std::shared_ptr<const Vocabulary> vocabulary;
  std::unique_ptr<AutomatonMirror> mirror;
  std::vector<uint32_t> tokens, outcomes, mask_rows;
  AdvanceArguments arguments;
};

TokenId byte_token(char byte) {
  const TokenTrie& trie = tiny_vocabulary()->trie();
  return trie.tokens_at(trie.root(static_cast<uint8_t>(byte)))[0];
}

TEST(AutomatonMirror, EqualMasksOfABatchAreBuiltOnce) {
  Rows rows(small_device());
  const CompiledGrammar compiled = rows.open(0, "json_schema", R"({"type": "array", "items": {"type": "boolean"}})");
  for (uint32_t slot = 1; slot < 6; ++slot) ASSERT_TRUE(rows.mirror->open(slot, 0, compiled.start).ok());
  while (rows.mirror->foresee(1000) > 0) continue;
  rows.advance();
  ASSERT_EQ(masks_cpu(rows.arguments), KernelStatus::kOk);
  EXPECT_EQ(rows.built(), 1u);
  for (uint32_t row : rows.mask_rows) EXPECT_EQ(row, rows.mask_rows[0]);
  for (uint32_t slot = 0; slot < 3; ++slot) rows.tokens[slot] = byte_token('[');
  rows.advance();
  ASSERT_EQ(masks_cpu(rows.arguments), KernelStatus::kOk);
  EXPECT_EQ(rows.built(), 2u);
  EXPECT_NE(rows.mask_rows[0], rows.mask_rows[3]);
}

// A row that nobody fills holds up its own sequence and no other.
TEST(AutomatonMirror, AMissingRowStallsItsSequenceAlone) {
  AutomatonSizes sizes = small_device();
  sizes.sequences = 2;
  Rows rows(sizes);
  const CompiledGrammar warm = rows.open(0, "regex", "[ab]{200}");
  ASSERT_TRUE(rows.mirror->warm(0, warm.start, 1000).ok());
  rows.open(1, "regex", "c[ab]{200}");
  rows.advance();  // both begin
  rows.tokens = {byte_token('a'), byte_token('c')};
  for (int step = 0; step < 20; ++step) {  // and serve() is not called
    rows.advance();
    EXPECT_EQ(rows.outcomes[0], uint32_t{kAdvanceTaken});
    EXPECT_EQ(rows.outcomes[1], uint32_t{kAdvanceStalled});
    ASSERT_EQ(masks_cpu(rows.arguments), KernelStatus::kOk);
    EXPECT_NE(rows.mask_rows[0], kEmptyMaskRow);
    EXPECT_EQ(rows.mask_rows[1], kEmptyMaskRow);
    rows.tokens[0] = byte_token(step % 3 == 0 ? 'b' : 'a');
  }
  EXPECT_EQ(rows.mirror->record(0).position, 20u);
  rows.mirror->serve();
  rows.advance();
  EXPECT_EQ(rows.outcomes[1], uint32_t{kAdvanceTaken});
}

// What a mask of a string body is made of: bodies by slices, of all other tokens their ends alone.
TEST(AutomatonMirror, StringBodiesAreCoveredBySlicesAndSuffixes) {
  std::vector<std::string> words = {"ab", "cd efg", "h-i", "7", "42", "\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "a\xC3\xA9z",
                                    "\xC3\xA9-\xC3\xA9-\xC3\xA9-", "x\"", "yz\",", "a\\n"};
  Rows rows(small_device(), toy_vocabulary(words));
  rows.open(0, "json_schema", R"({"type": "string"})");
  while (rows.mirror->foresee(1000) > 0) continue;
  rows.advance();
  rows.tokens[0] = '"';
  rows.advance();
  const AutomatonTables& tables = rows.arguments.tables;
  const uint32_t row = tables.row_of[rows.mirror->record(0).head];
  ASSERT_GE(row, kFirstRowWord);
  const uint32_t covered = tables.row_words[row + 4], loops = tables.row_words[row + 5];
  EXPECT_EQ(loops & 1, 1u);  // any body leads back
  const VocabularyTables& vocabulary = rows.arguments.vocabulary;
  uint32_t by_slice = 0;
  for (uint32_t slice = 0; slice < kMostSlices; ++slice) {
    const uint32_t tokens = vocabulary.group_first[size_t{slice} * 257 + 256] - vocabulary.group_first[size_t{slice} * 257];
    EXPECT_EQ((covered >> slice & 1) != 0, tokens > 0) << slice;
    by_slice += tokens;
  }
  EXPECT_EQ(by_slice, 0x60u - 2 + 9);  // bytes of ASCII but those that end a body, and nine words
  const auto tokens_in = [&](uint32_t group) {
    return vocabulary.group_first[size_t{group} * 257 + 256] - vocabulary.group_first[size_t{group} * 257];
  };
  EXPECT_EQ(tokens_in(kSuffixGroup), 0x20u + 2 + 3);  // walked from where their body ends
  EXPECT_EQ(tokens_in(kFragmentGroup), 128u);
}

TEST(AutomatonMirror, RefusesWhatIsNotItsOwn) {
  WalkOptions options;
  options.sizes.mask_slots = 3;
  EXPECT_EQ(AutomatonMirror::create(tiny_vocabulary(), options.sizes, host_memory()).error().code, ErrorCode::kInvalid);
  options.sizes.mask_slots = 4;
  DeviceWalks walks = walks_of(options, 1);
  const auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", "{}", "");
  const auto number = walks.mirror().add_grammar(compiled->grammar);
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(walks.mirror().open(options.sizes.sequences, *number, compiled->start).error().code, ErrorCode::kInvalid);
  AdvanceArguments arguments;
  arguments.rows = 1;
  EXPECT_EQ(advance_cpu(arguments), KernelStatus::kBadArgument);
  // Sequences that there are not.
  const uint32_t slot = options.sizes.sequences, none = kNoToken32;
  uint32_t outcome = kAdvanceTaken, mask_row = kNoMaskRow;
  arguments.tables = walks.mirror().tables();
  arguments.vocabulary = walks.mirror().vocabulary_tables();
  arguments.slots = &slot;
  arguments.tokens = &none;
  arguments.outcomes = &outcome;
  arguments.mask_rows = &mask_row;
  for (const auto launch : {advance_cpu, rollback_cpu, fork_cpu}) {
    outcome = kAdvanceTaken;
    EXPECT_EQ(launch(arguments, nullptr), KernelStatus::kOk);
    EXPECT_EQ(outcome, kAdvanceRejected);
  }
  EXPECT_EQ(masks_cpu(arguments), KernelStatus::kOk);
  EXPECT_EQ(mask_row, kEmptyMaskRow);
  arguments = {};
  arguments.rows = 1;
  EXPECT_EQ(masks_cuda(arguments), KernelStatus::kBadArgument);
}

}  // namespace
}  // namespace keyway::test
