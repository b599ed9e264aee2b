// The device of the C interface; see keyway_device.h. Tested by tests/runtime/c_api_device_test.cc.
#include <algorithm>
#include <cstddef>

#include "kernels/shared_word.h"
#include "kernels/step_sampler.h"
#include "runtime/c_api/handles.h"
#include "runtime/device/automaton_mirror.h"
#include "runtime/keyway_device.h"

using keyway::AdvanceArguments;
using keyway::ApplyMaskArguments;
using keyway::KernelStatus;
using keyway::Status;
using keyway::c_api::guarded;
using keyway::c_api::kFailed;
using keyway::c_api::missing;
using keyway::c_api::report_error;

struct keyway_device {
  std::shared_ptr<const keyway::Tokenizer> tokenizer;
  bool cuda = false;
  std::unique_ptr<keyway::AutomatonMirror> mirror;
};

namespace {

using Launcher = KernelStatus (*)(const AdvanceArguments& arguments, void* stream);

AdvanceArguments arguments_of(const keyway_device& device, const keyway_device_batch& batch) {
  AdvanceArguments arguments;
  arguments.tables = device.mirror->tables();
  arguments.vocabulary = device.mirror->vocabulary_tables();
  arguments.slots = batch.slots;
  arguments.tokens = batch.tokens;
  arguments.outcomes = batch.outcomes;
  arguments.mask_rows = batch.mask_rows;
  arguments.rows = batch.rows;
  return arguments;
}

static_assert(sizeof(keyway_sample_request) == sizeof(keyway::SampleRequest));
static_assert(offsetof(keyway_sample_request, seed) == offsetof(keyway::SampleParameters, seed));
static_assert(offsetof(keyway_sample_request, stream) == offsetof(keyway::SampleRequest, stream));
static_assert(offsetof(keyway_sample_request, mask_row) == offsetof(keyway::SampleRequest, mask_row));
static_assert(offsetof(keyway_sample_request, wants_mass) == offsetof(keyway::SampleRequest, wants_mass));
static_assert(sizeof(keyway_sample_outcome) == sizeof(keyway::SampleOutcome));
static_assert(offsetof(keyway_sample_outcome, log_allowed_mass) == offsetof(keyway::SampleOutcome, log_allowed_mass));
static_assert(sizeof(keyway_sample_adjustment) == sizeof(keyway::SampleAdjustment));

static_assert(KEYWAY_MOST_SHARDS == keyway::kMostShards);

// The pieces of the logits, what is past the tokens left out; tiles and lists of each behind those of the one before.
void add_shards(const keyway_device_step_batch& step, uint32_t vocabulary, const keyway::StepScratch& parts,
                keyway::SampleArguments& sample) {
  auto* tiles = reinterpret_cast<keyway::SampleTile*>(static_cast<char*>(step.scratch) + parts.tiles);
  auto* lists = reinterpret_cast<uint64_t*>(static_cast<char*>(step.scratch) + parts.lists);
  const keyway_device_shard whole = {step.logits, step.stride, 0, vocabulary};
  const keyway_device_shard* shards = step.shards != nullptr ? step.shards : &whole;
  const uint32_t count = step.shards != nullptr ? step.shard_count : 1;
  for (uint32_t s = 0; s < count && shards[s].first < vocabulary; ++s) {
    const uint32_t tokens = std::min(shards[s].count, vocabulary - shards[s].first);
    sample.shards[sample.shard_count++] = {shards[s].logits, shards[s].stride, shards[s].first, tokens, tiles, lists};
    tiles += step.batch.rows * size_t{keyway::tile_count(tokens)};
    lists += step.batch.rows * size_t{keyway::tile_count(tokens)} * keyway::kTileList;
  }
}

// Logits of a row, 0 where there are as many as tokens.
size_t columns_of(const keyway_device_step_batch& step) {
  if (step.shards == nullptr) return step.columns;
  size_t columns = 0;
  for (uint32_t s = 0; s < step.shard_count; ++s) columns += step.shards[s].count;
  return columns;
}

bool valid_pieces(const keyway_device_step_batch& step) {
  if (step.batch.rows == 0) return true;
  if (step.shards == nullptr) return step.stride >= step.columns;
  if (step.shard_count == 0 || step.shard_count > KEYWAY_MOST_SHARDS) return false;
  uint64_t next = 0;
  for (uint32_t s = 0; s < step.shard_count; ++s) {
    const keyway_device_shard& shard = step.shards[s];
    if (shard.first != next || shard.count == 0 || shard.stride < shard.count) return false;
    next += shard.count;
  }
  return true;
}

keyway::StepSampling sampling_of(const keyway_device& device, const keyway_device_step_batch& step) {
  keyway::StepSampling made;
  made.tables = device.mirror->tables();
  made.slots = step.batch.slots;
  made.requests = reinterpret_cast<keyway::SampleRequest*>(step.requests);
  const uint32_t tokens = device.mirror->vocabulary_tables().size;
  const size_t columns = columns_of(step);
  const uint32_t vocabulary = static_cast<uint32_t>(columns == 0 ? tokens : std::min<size_t>(columns, tokens));
  const uint32_t shards = step.shards != nullptr ? step.shard_count : 1;
  const keyway::StepScratch parts = keyway::step_scratch(made.tables.sequence_count, step.batch.rows, vocabulary, shards);
  add_shards(step, vocabulary, parts, made.sample);
  made.sample.type = static_cast<keyway::LogitType>(step.type);
  made.sample.rows = step.batch.rows;
  made.sample.vocab_size = vocabulary;
  made.sample.masks = made.tables.masks;
  made.sample.mask_stride = made.tables.mask_stride;
  made.sample.requests = made.requests;
  made.sample.adjustments = reinterpret_cast<const keyway::SampleAdjustment*>(step.adjustments);
  made.sample.outcomes = reinterpret_cast<keyway::SampleOutcome*>(step.outcomes);
  made.sample.tickets = reinterpret_cast<uint32_t*>(static_cast<char*>(step.scratch) + parts.kTickets);
  return made;
}

int launch(keyway_device* device, const keyway_device_batch* batch, void* stream, Launcher cuda, Launcher cpu) {
  if (device == nullptr || batch == nullptr) return kFailed;
  const AdvanceArguments arguments = arguments_of(*device, *batch);
  return (device->cuda ? cuda : cpu)(arguments, stream) == KernelStatus::kOk ? 0 : kFailed;
}

}  // namespace

int keyway_device_open(keyway_tokenizer* tokenizer, int kind, uint32_t sequences, uint32_t mask_rows, keyway_device** out,
                       char** error) {
  if (tokenizer == nullptr) return missing("tokenizer", error);
  if (out == nullptr) return missing("out", error);
  return guarded(error, [&] {
    const char* why = "no such kind of device";
    auto memory = kind == KEYWAY_DEVICE_CPU ? keyway::host_memory() : kind == KEYWAY_DEVICE_CUDA ? keyway::cuda_memory(why) : nullptr;
    if (memory == nullptr) {
      return report_error({keyway::ErrorCode::kIo, std::string("no device can be used: ") + why, "kind", std::to_string(kind), {}}, error);
    }
    keyway::AutomatonSizes sizes;
    sizes.sequences = sequences;
    if (mask_rows != 0) sizes.mask_rows = mask_rows;
    auto mirror = keyway::AutomatonMirror::create(tokenizer->tokenizer->vocabulary(), sizes, std::move(memory));
    if (!mirror.ok()) return report_error(mirror.error(), error);
    *out = new keyway_device{tokenizer->tokenizer, kind == KEYWAY_DEVICE_CUDA, std::move(*mirror)};
    return 0;
  });
}

void keyway_device_close(keyway_device* device) { delete device; }

int keyway_device_begin(keyway_device* device, uint32_t sequence, const keyway_grammar* grammar, char** error) {
  if (device == nullptr) return missing("device", error);
  return guarded(error, [&] {
    if (grammar == nullptr) {
      const Status released = device->mirror->release(sequence);
      return released.ok() ? 0 : report_error(released.error(), error);
    }
    const auto parts = grammar->parts_to_open(keyway_grammar::Use::kDevice);
    const auto& compiled = parts->compiled;
    const auto number = device->mirror->add_grammar(compiled.grammar);
    if (!number.ok()) return report_error(number.error(), error);
    const Status opened = device->mirror->open(sequence, *number, compiled.start);
    return opened.ok() ? 0 : report_error(opened.error(), error);
  });
}

int keyway_device_warm(keyway_device* device, const keyway_grammar* grammar, uint32_t rows, char** error) {
  if (device == nullptr) return missing("device", error);
  if (grammar == nullptr) return missing("grammar", error);
  return guarded(error, [&] {
    const auto parts = grammar->parts_to_open(keyway_grammar::Use::kDevice);
    const auto number = device->mirror->add_grammar(parts->compiled.grammar);
    if (!number.ok()) return report_error(number.error(), error);
    const Status warmed = device->mirror->warm(*number, parts->compiled.start, rows);
    return warmed.ok() ? 0 : report_error(warmed.error(), error);
  });
}

int keyway_device_serve(keyway_device* device) {
  if (device == nullptr) return kFailed;
  return guarded(nullptr, [&] { return static_cast<int>(device->mirror->serve()); });
}

int keyway_device_advance(keyway_device* device, const keyway_device_batch* batch, void* stream) {
  return launch(device, batch, stream, keyway::advance_cuda, keyway::advance_cpu);
}

int keyway_device_masks(keyway_device* device, const keyway_device_batch* batch, void* stream) {
  return launch(device, batch, stream, keyway::masks_cuda, keyway::masks_cpu);
}

int keyway_device_rollback(keyway_device* device, const keyway_device_batch* batch, void* stream) {
  return launch(device, batch, stream, keyway::rollback_cuda, keyway::rollback_cpu);
}

int keyway_device_fork(keyway_device* device, const keyway_device_batch* batch, void* stream) {
  return launch(device, batch, stream, keyway::fork_cuda, keyway::fork_cpu);
}

size_t keyway_device_scratch_bytes(const keyway_device* device, uint32_t rows, uint32_t shards) {
  if (device == nullptr || shards == 0 || shards > KEYWAY_MOST_SHARDS) return 0;
  return keyway::step_scratch(device->mirror->tables().sequence_count, rows, device->mirror->vocabulary_tables().size, shards).end;
}

int keyway_device_step(keyway_device* device, const keyway_device_step_batch* step, void* stream) {
  if (device == nullptr || step == nullptr || step->scratch == nullptr || step->type < 0 || step->type > 2) return kFailed;
  if (!valid_pieces(*step)) return kFailed;
  keyway::StepSampling sampling = sampling_of(*device, *step);
  keyway::StepArguments arguments;
  arguments.advance = arguments_of(*device, step->batch);
  arguments.tokens = step->tokens;
  arguments.sample = device->cuda ? keyway::sample_step_cuda : keyway::sample_step_cpu;
  arguments.sampler = &sampling;
  return (device->cuda ? keyway::step_cuda : keyway::step_cpu)(arguments, stream) == KernelStatus::kOk ? 0 : kFailed;
}

const uint32_t* keyway_device_mask_table(const keyway_device* device, size_t* row_words) {
  if (device == nullptr) return nullptr;
  if (row_words != nullptr) *row_words = device->mirror->tables().mask_stride;
  return device->mirror->tables().masks;
}

int keyway_device_apply_mask(keyway_device* device, const keyway_device_batch* batch, void* logits, int type, size_t columns,
                             size_t stride, void* stream) {
  if (device == nullptr || batch == nullptr || type < 0 || type > 2) return kFailed;
  ApplyMaskArguments arguments;
  arguments.logits = logits;
  arguments.type = static_cast<keyway::LogitType>(type);
  arguments.logits_stride = stride;
  arguments.masks = device->mirror->tables().masks;
  arguments.mask_stride = device->mirror->tables().mask_stride;
  arguments.mask_rows = batch->mask_rows;
  arguments.rows = batch->rows;
  arguments.columns = columns;
  arguments.vocab_size = std::min<size_t>(columns, device->mirror->vocabulary_tables().size);
  return (device->cuda ? keyway::apply_mask_cuda : keyway::apply_mask_cpu)(arguments, stream) == KernelStatus::kOk ? 0 : kFailed;
}

int keyway_device_tokens(const keyway_device* device, uint32_t sequence, uint32_t first, uint32_t* tokens, size_t capacity) {
  if (device == nullptr || (tokens == nullptr && capacity > 0)) return kFailed;
  const keyway::AutomatonTables& tables = device->mirror->tables();
  if (sequence >= tables.sequence_count) return kFailed;
  size_t found = 0;
  for (; found < capacity; ++found) {
    const uint32_t number = first + static_cast<uint32_t>(found);
    const uint64_t taken = keyway::load_word(
        &tables.taken_tokens[size_t{sequence} * tables.taken_length + (number & (tables.taken_length - 1))]);
    if (static_cast<uint32_t>(taken >> 32) != number + 1) break;
    tokens[found] = static_cast<uint32_t>(taken);
  }
  return static_cast<int>(found);
}

int keyway_device_counters(keyway_device* device, keyway_device_counts* out) {
  static_assert(sizeof(keyway_device_counts) == keyway::kCounters * sizeof(uint64_t));
  if (device == nullptr || out == nullptr) return kFailed;
  return guarded(nullptr, [&] {
    auto* counts = reinterpret_cast<uint64_t*>(out);
    for (uint32_t c = 0; c < keyway::kCounters; ++c) counts[c] = device->mirror->counter(static_cast<keyway::Counter>(c));
    return 0;
  });
}
