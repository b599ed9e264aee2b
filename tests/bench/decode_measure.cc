// Clocks around the forward pass; see decode_measure.h.
#include "tests/bench/decode_measure.h"

#include <chrono>
#include <cstring>

#include "runtime/model/mapped_file.h"
#include "schemas/json.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

constexpr size_t kDecodedTokens = 32;

double now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

// The sum of a matrix's words: it must be used, or the reading could be left out.
uint64_t sum_words(const WeightMatrix& matrix) {
  const size_t words = matrix.rows * matrix.columns * element_bytes(matrix.type) / sizeof(uint64_t);
  uint64_t sums[8] = {};
  for (size_t i = 0; i + 8 <= words; i += 8) {
    uint64_t block[8];
    std::memcpy(block, matrix.data + i * sizeof(uint64_t), sizeof(block));
    for (size_t lane = 0; lane < 8; ++lane) sums[lane] += block[lane];
  }
  uint64_t total = 0;
  for (uint64_t sum : sums) total += sum;
  return total;
}

double read_weights_ms(const ModelWeights& weights) {
  const double begin = now_ms();
  uint64_t total = sum_words(weights.lm_head);
  for (const LayerWeights& layer : weights.layers) {
    for (const WeightMatrix* m :
         {&layer.query, &layer.key, &layer.value, &layer.output, &layer.gate, &layer.up, &layer.down}) {
      total += sum_words(*m);
    }
  }
  const double end = now_ms();
  return total == 0 ? 0.0 : end - begin;
}

TokenId best_token(std::span<const float> logits) {
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// Fills one cache per sequence and times each fill; leaves the token after the prompt in `next`.
Status prefill(const Model& model, const std::vector<TokenId>& prompt, std::vector<KvCache>& caches,
               TokenId& next, ModelWorkspace& workspace, std::vector<double>& times) {
  std::vector<float> logits(model.config().vocab_size);
  for (KvCache& cache : caches) {
    const SequenceChunk chunk{&cache, prompt};
    const double begin = now_ms();
    if (Status s = model.forward({&chunk, 1}, logits, workspace); !s) return s;
    times.push_back(now_ms() - begin);
    next = best_token(logits);
  }
  return {};
}

Status decode(const Model& model, std::vector<KvCache>& caches, TokenId first, ModelWorkspace& workspace,
              std::vector<double>& times) {
  const size_t vocab = model.config().vocab_size;
  std::vector<float> logits(caches.size() * vocab);
  std::vector<TokenId> tokens(caches.size(), first);
  for (size_t step = 0; step < kDecodedTokens; ++step) {
    std::vector<SequenceChunk> chunks;
    for (size_t i = 0; i < caches.size(); ++i) chunks.push_back({&caches[i], {&tokens[i], 1}});
    const double begin = now_ms();
    if (Status s = model.forward(chunks, logits, workspace); !s) return s;
    times.push_back(now_ms() - begin);
    for (size_t i = 0; i < caches.size(); ++i)
      tokens[i] = best_token(std::span(logits).subspan(i * vocab, vocab));
  }
  return {};
}

}  // namespace

Result<std::vector<ReferencePrompt>> reference_prompts(const std::filesystem::path& folder) {
  std::vector<ReferencePrompt> prompts;
  const Result<std::string> text = read_text_file(folder / "reference.json", 16u << 20);
  if (!text) return text.error().code == ErrorCode::kNotFound ? Result(prompts) : text.error();
  const Result<JsonDocument> document = parse_json(*text);
  if (!document) return document.error();
  const std::optional<Json> list = document->root().find("prompts");
  for (size_t i = 0; list && i < list->size(); ++i) {
    const std::optional<Json> ids = list->at(i).find("prompt_ids"), greedy = list->at(i).find("greedy_ids");
    if (!ids || !greedy || greedy->size() == 0)
      return fail(ErrorCode::kInvalid, "a prompt without ids", "/prompts/" + std::to_string(i));
    ReferencePrompt& prompt = prompts.emplace_back();
    for (size_t k = 0; k < ids->size(); ++k)
      prompt.tokens.push_back(static_cast<TokenId>(ids->at(k).integer().value_or(0)));
    prompt.next = static_cast<TokenId>(greedy->at(0).integer().value_or(0));
  }
  return prompts;
}

Result<DecodeTimes> measure_decode(const Model& model, const std::vector<TokenId>& prompt,
                                   TokenId expected_next, size_t batch, size_t repeats) {
  std::vector<double> prefill_times, decode_times, floor_times;
  ModelWorkspace workspace;
  for (size_t repeat = 0; repeat < repeats; ++repeat) {
    std::vector<KvCache> caches(batch, model.make_cache());
    TokenId next = 0;
    if (Status s = prefill(model, prompt, caches, next, workspace, prefill_times); !s) return s.error();
    if (expected_next != kNoToken && next != expected_next) {
      return fail(ErrorCode::kMismatch, "the token after the prompt is not the reference's", {},
                  std::to_string(next), std::to_string(expected_next));
    }
    if (Status s = decode(model, caches, next, workspace, decode_times); !s) return s.error();
    floor_times.push_back(read_weights_ms(model.weights()));
  }
  return DecodeTimes{.batch = batch,
                     .context = prompt.size(),
                     .prefill_ms = median(prefill_times),
                     .prefill_least_ms = *std::min_element(prefill_times.begin(), prefill_times.end()),
                     .decode_ms = median(decode_times),
                     .decode_least_ms = *std::min_element(decode_times.begin(), decode_times.end()),
                     .floor_ms = *std::min_element(floor_times.begin(), floor_times.end())};
}

}  // namespace keyway::bench
