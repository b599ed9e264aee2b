// What the samplers read: no logit that a mask forbids, none before or past a row. The logits lie in pages of their own, and
// those that hold nothing to be read cannot be: a read of them ends the test.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kernels/sample_cases.h"

namespace keyway {
namespace {

constexpr uint32_t kVocabulary = 128'256;

// Pages with one before and one behind that cannot be read.
class GuardedPages {
 public:
  explicit GuardedPages(size_t bytes) : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), bytes_((bytes + page_ - 1) / page_ * page_) {
    void* made = mmap(nullptr, bytes_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) return;
    base_ = static_cast<unsigned char*>(made);
    allow(0, bytes_);
  }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;
  ~GuardedPages() {
    if (base_ != nullptr) munmap(base_, bytes_ + 2 * page_);
  }
  unsigned char* begin() { return base_ + page_; }
  unsigned char* end() { return begin() + bytes_; }
  size_t page() const { return page_; }
  size_t bytes() const { return bytes_; }
  void allow(size_t from, size_t to) { mprotect(begin() + from, to - from, PROT_READ | PROT_WRITE); }
  void forbid(size_t from, size_t to) { mprotect(begin() + from, to - from, PROT_NONE); }

 private:
  size_t page_, bytes_;
  unsigned char* base_ = nullptr;
};

bool equal(const SampleOutcome& a, const SampleOutcome& b) {
  return a.fault == b.fault && a.token == b.token && a.logprob == b.logprob && a.logprob_drawn == b.logprob_drawn &&
         a.log_allowed_mass == b.log_allowed_mass;
}

void run_program(const SampleArguments& arguments) {
  for (size_t s = 0; s < arguments.shard_count; ++s) ASSERT_EQ(sample_shard_cpu(arguments, s), KernelStatus::kOk);
  ASSERT_EQ(sample_merge_cpu(arguments), KernelStatus::kOk);
}

// Forgets what the samplers have written before.
void clear(SampleBatch& batch) {
  std::fill(batch.outcomes.begin(), batch.outcomes.end(), SampleOutcome());
  std::fill(batch.tiles.begin(), batch.tiles.end(), SampleTile());
  std::fill(batch.lists.begin(), batch.lists.end(), ~uint64_t{0});
}

void expect_outcomes(const SampleBatch& batch, const std::vector<SampleOutcome>& expected, const std::string& name) {
  for (size_t r = 0; r < expected.size(); ++r) EXPECT_TRUE(equal(batch.outcomes[r], expected[r])) << name << ", row " << r;
}

// Few tokens, in few pages of each row: one, some that lie together, some of them at page ends, the first and the last.
std::vector<uint32_t> few_tokens(size_t row, std::mt19937& random) {
  std::vector<uint32_t> tokens{static_cast<uint32_t>(random() % kVocabulary)};
  if (row % 4 == 1) tokens = {0, kVocabulary - 1};
  if (row % 4 == 2) {
    for (uint32_t i = 0; i < 3; ++i) tokens.push_back((tokens[0] + i) % kVocabulary);
  }
  if (row % 4 == 3) {
    for (uint32_t page = 20; page < 23; ++page) {
      for (uint32_t i = 0; i < 200; ++i) tokens.push_back(page * 1'024 + static_cast<uint32_t>(random() % 1'024));
      tokens.insert(tokens.end(), {page * 1'024, page * 1'024 + 1'023});
    }
  }
  return tokens;
}

// Rows in pages, `offset` elements behind a page's first; pages without a token that a mask allows cannot be read.
void expect_forbidden_pages_unread(LogitType type, size_t offset, bool adjusted) {
  constexpr size_t kRows = 12;
  const std::string name = "type " + std::to_string(static_cast<int>(type)) + ", offset " + std::to_string(offset);
  std::mt19937 random(static_cast<uint32_t>(offset) + 5);
  SampleBatch batch = random_batch({kRows, kVocabulary, 0, type, {}, 3, offset}, 7);
  GuardedPages pages(batch.logits[0].size());
  std::vector<bool> readable(pages.bytes() / pages.page());
  std::fill(batch.masks.begin(), batch.masks.end(), 0u);
  for (size_t r = 0; r < kRows; ++r) {
    SampleRequest& request = batch.requests[r];
    request.mask_row = static_cast<uint32_t>(r);
    request.wants_mass = 0;
    if (!adjusted) request.adjustment_end = request.adjustment_begin;
    for (const uint32_t token : few_tokens(r, random)) {
      mask_set(batch.masks.data() + r * batch.mask_stride, token);
      readable[(offset + r * kVocabulary + token) * batch.element_bytes() / pages.page()] = true;
    }
  }
  SampleArguments arguments = batch.arguments();
  run_program(arguments);
  const std::vector<SampleOutcome> expected = batch.outcomes;
  for (const SampleOutcome& outcome : expected) EXPECT_EQ(outcome.fault, SampleFault::kNone);

  std::memcpy(pages.begin(), batch.logits[0].data(), batch.logits[0].size());
  arguments.shards[0].logits = pages.begin() + offset * batch.element_bytes();
  size_t forbidden = 0;
  for (size_t p = 0; p < readable.size(); ++p) {
    if (readable[p]) continue;
    pages.forbid(p * pages.page(), (p + 1) * pages.page());
    ++forbidden;
  }
  EXPECT_GT(forbidden * 100, readable.size() * 96);
  clear(batch);
  run_program(arguments);
  expect_outcomes(batch, expected, name + ", program");
  if (offset % kMaskWordBits != 0) return;  // the twin reads words of 32 tokens whole
  clear(batch);
  ASSERT_EQ(sample_rows_cpu(arguments), KernelStatus::kOk);
  expect_outcomes(batch, expected, name + ", twin");
}

TEST(SamplePages, PagesOfForbiddenLogitsAreNotRead) {
  for (const LogitType type : {LogitType::kFloat32, LogitType::kBfloat16, LogitType::kFloat16}) {
    for (const size_t offset : {0, 1, 3, 8, 32}) {
      for (const bool adjusted : {false, true}) expect_forbidden_pages_unread(type, offset, adjusted);
    }
  }
}

// The last element of the last row ends where memory does, or the first begins there; every logit may be looked at.
TEST(SamplePages, NothingIsReadBeforeOrPastTheRows) {
  for (const LogitType type : {LogitType::kFloat32, LogitType::kBfloat16, LogitType::kFloat16}) {
    for (const uint32_t vocabulary : {1u, 7u, 31u, 33u, 1'023u, 4'095u, 4'097u, 12'289u}) {
      for (const size_t padding : {0, 1, 3, 5}) {
        SampleBatch batch = random_batch({9, vocabulary, padding, type, {}}, vocabulary);
        const size_t bytes = batch.logits[0].size() - padding * batch.element_bytes();  // none behind the last row
        GuardedPages pages(bytes);
        SampleArguments arguments = batch.arguments();
        run_program(arguments);
        const std::vector<SampleOutcome> expected = batch.outcomes;
        for (const bool at_end : {false, true}) {
          const std::string name = std::to_string(vocabulary) + " tokens, padding " + std::to_string(padding) + (at_end ? ", at the end" : ", at the beginning");
          unsigned char* const first = at_end ? pages.end() - bytes : pages.begin();
          std::memcpy(first, batch.logits[0].data(), bytes);
          arguments.shards[0].logits = first;
          clear(batch);
          run_program(arguments);
          expect_outcomes(batch, expected, name + ", program");
          clear(batch);
          ASSERT_EQ(sample_rows_cpu(arguments), KernelStatus::kOk);
          expect_outcomes(batch, expected, name + ", twin");
          std::vector<uint64_t> sums(9);
          ASSERT_EQ(read_logits_cpu(arguments, sums.data()), KernelStatus::kOk);
        }
      }
    }
  }
}

// The same of the words of a mask, whose last row ends where memory does.
TEST(SamplePages, NothingIsReadPastTheMasks) {
  for (const uint32_t vocabulary : {1u, 33u, 4'097u, 12'289u}) {
    SampleBatch batch = random_batch({9, vocabulary, 0, LogitType::kFloat32, {}}, vocabulary + 1);
    const size_t words = 8 * batch.mask_stride + mask_words(vocabulary);
    GuardedPages pages(words * sizeof(uint32_t));
    auto* const first = reinterpret_cast<uint32_t*>(pages.end()) - words;
    std::memcpy(first, batch.masks.data(), words * sizeof(uint32_t));
    SampleArguments arguments = batch.arguments();
    run_program(arguments);
    const std::vector<SampleOutcome> expected = batch.outcomes;
    arguments.masks = first;
    clear(batch);
    run_program(arguments);
    expect_outcomes(batch, expected, "program");
    clear(batch);
    ASSERT_EQ(sample_rows_cpu(arguments), KernelStatus::kOk);
    expect_outcomes(batch, expected, "twin");
  }
}

// Plain masks write to columns alone, at any stride.
TEST(SamplePages, AppliedMasksWriteNothingOutsideTheRows) {
  for (const size_t columns : {1u, 33u, 4'097u}) {
    constexpr size_t kRows = 3;
    const size_t stride = columns + 3, elements = (kRows - 1) * stride + columns;
    GuardedPages pages(elements * sizeof(float));
    for (const bool at_end : {false, true}) {
      auto* const first = at_end ? reinterpret_cast<float*>(pages.end()) - elements : reinterpret_cast<float*>(pages.begin());
      std::fill_n(first, elements, 1.0f);
      const std::vector<uint32_t> masks(kRows * mask_words(columns), 0x55555555u);
      ApplyMaskArguments arguments;
      arguments.logits = first;
      arguments.logits_stride = stride;
      arguments.masks = masks.data();
      arguments.mask_stride = mask_words(columns);
      arguments.rows = kRows;
      arguments.columns = arguments.vocab_size = columns;
      ASSERT_EQ(apply_mask_cpu(arguments), KernelStatus::kOk);
      for (size_t i = 0; i < elements; ++i) {
        const bool forbidden = i % stride < columns && i % stride % 2 != 0;
        ASSERT_EQ(first[i] == 1.0f, !forbidden) << columns << " columns, element " << i;
      }
    }
  }
}

}  // namespace
}  // namespace keyway
