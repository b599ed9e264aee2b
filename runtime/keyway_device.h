/* Masks and states of a whole batch on a device, for serving engines: C99, beside keyway.h.
 *
 * A device holds tables for sequences 0 .. n-1. An engine opens a sequence under a grammar, and per decode step queues
 *
 *   keyway_device_advance(batch without tokens)  rows that waited go on with what keyway_device_serve has answered
 *   keyway_device_masks                          mask_rows[r]: the row of masks that row r of the batch is to be sampled by
 *   its sampler, or keyway_device_apply_mask and then its sampler
 *   keyway_device_advance(tokens)                each row by its token
 *   keyway_device_masks                          may run beside the next forward pass
 *
 * or keyway_device_step, which is all of it with Keyway's own sampler. These calls queue kernels on the stream and return: nothing is allocated and nothing waited for, so that they can be
 * captured in a CUDA graph once and replayed. A row that waits has mask row 0, which allows no token: give it none, and
 * compute its position again in the next step. Any thread calls keyway_device_serve as often as it likes, best whenever
 * it has nothing else to do: rows that are new to the device, and sequences of the host lane, wait for it.
 *
 * Pointers in a batch are device pointers for KEYWAY_DEVICE_CUDA and host pointers for KEYWAY_DEVICE_CPU, the twin.
 * Functions that return int are negative on failure; errors are those of keyway.h. The host's functions (open, release,
 * serve, tokens, counters) are for one thread at a time; open and release need the stream of the steps to be idle.
 * KEYWAY_DEVICE_CUDA is the device that is current in the thread that opens it, best in every thread that makes a call too: what
 * queues kernels needs it, and the rest makes it current meanwhile. */
#ifndef KEYWAY_DEVICE_H
#define KEYWAY_DEVICE_H

#include "keyway.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct keyway_device keyway_device;

#define KEYWAY_DEVICE_CPU 0
#define KEYWAY_DEVICE_CUDA 1
#define KEYWAY_NO_TOKEN 0xFFFFFFFFu
#define KEYWAY_NO_MASK_ROW 0xFFFFFFFFu /* of a row without a constraint, unless ids of the tokenizer have no token */

/* What became of a row: see keyway_device_batch. */
#define KEYWAY_ROW_IDLE 0     /* no token was given */
#define KEYWAY_ROW_TAKEN 1    /* the token, or the one that waited, is taken */
#define KEYWAY_ROW_STALLED 2  /* waits for keyway_device_serve */
#define KEYWAY_ROW_REJECTED 3 /* not allowed: the state is as it was */
#define KEYWAY_ROW_FAILED 4   /* the host cannot go on: a budget ran out */

typedef struct keyway_device_batch {
  const uint32_t* slots;  /* (rows) sequence of the row, each at most once; NULL: row r is sequence r */
  const uint32_t* tokens; /* (rows), KEYWAY_NO_TOKEN for none; NULL: none */
  uint32_t* outcomes;     /* (rows) KEYWAY_ROW_*; may be NULL */
  uint32_t* mask_rows;    /* (rows) rows of keyway_device_mask_table; written by keyway_device_masks */
  uint32_t rows;
} keyway_device_batch;

/* How a row is sampled. Without constraints mask_row is KEYWAY_NO_MASK_ROW. */
typedef struct keyway_sample_request {
  float temperature; /* 0: the largest logit */
  uint32_t top_k;    /* 0: off */
  float top_p, min_p; /* 1 and 0: off */
  float repetition_penalty, presence_penalty, frequency_penalty; /* 1, 0, 0: off */
  uint32_t reserved;
  uint64_t seed, stream; /* random numbers depend on both and on the position; stream: best a number of the answer */
  uint64_t position;     /* written by each step: tokens of the sequence so far */
  uint32_t mask_row;     /* written by each step */
  uint32_t adjustment_begin, adjustment_end; /* of keyway_device_step_batch.adjustments */
  uint32_t wants_mass;   /* 0: logprob and log_allowed_mass stay 0, and logits that the mask forbids are not read */
} keyway_sample_request;

/* A token whose logit differs from the model's: by the penalties, then by `bias`. */
typedef struct keyway_sample_adjustment {
  uint32_t token, count, repeated; /* count: occurrences in the answer; repeated: 1 where it occurs in the prompt or answer */
  float bias;
} keyway_sample_adjustment;

typedef struct keyway_sample_outcome {
  uint8_t fault;  /* 0: none; 1: no token is allowed, as while the row waits; 2: a logit is NaN or infinite */
  uint32_t token; /* KEYWAY_NO_TOKEN of a fault */
  double logprob, logprob_drawn, log_allowed_mass; /* natural logarithms */
} keyway_sample_outcome;

/* A piece of the vocabulary, as a tensor parallel engine has gathered it: ids first .. first + count - 1. Pieces follow each other from
 * id 0 on; first is a multiple of 32. */
typedef struct keyway_device_shard {
  const void* logits; /* (rows, count), row r at element r * stride; never written. Read by the device, wherever it lies */
  size_t stride;      /* elements, at least `count` */
  uint32_t first, count;
} keyway_device_shard;
#define KEYWAY_MOST_SHARDS 16

typedef struct keyway_device_step_batch {
  keyway_device_batch batch;   /* its tokens are not looked at */
  uint32_t* tokens;            /* (rows) written: what was sampled, or KEYWAY_NO_TOKEN */
  const void* logits;          /* (rows, columns), row r at element r * stride; never written */
  int type;                    /* 0 fp32, 1 bf16, 2 fp16 */
  size_t stride;               /* elements, at least `columns` */
  size_t columns;              /* logits of a row, which may be more or fewer than there are tokens; 0: as many. Ids that lack one of
                                  the two are never sampled */
  keyway_sample_request* requests;              /* (rows) */
  const keyway_sample_adjustment* adjustments;  /* may be NULL */
  keyway_sample_outcome* outcomes;              /* (rows) */
  void* scratch;               /* keyway_device_scratch_bytes(device, rows, shards) bytes, zero before the first step, 256-byte
                                  aligned; one for the largest batch does for all of them in turn */
  const keyway_device_shard* shards; /* (shard_count), host memory, read by the call; NULL: the logits are one piece, as above.
                                  Otherwise `logits`, `stride` and `columns` are not looked at */
  uint32_t shard_count;        /* at most KEYWAY_MOST_SHARDS */
} keyway_device_step_batch;

typedef struct keyway_device_counts {
  uint64_t tokens, stalls, row_misses, state_requests, host_tokens, mask_hits, masks_built, mask_requests, full_nodes,
      full_masks, ring_full, mask_clears;
} keyway_device_counts;

/* Tables for the vocabulary of a tokenizer. sequences: of a batch at most. mask_rows: masks that are kept, each of
 * vocabulary / 8 bytes; 0 for 4,096. Error "io" with the reason where no device can be used. */
KEYWAY_API int keyway_device_open(keyway_tokenizer* tokenizer, int kind, uint32_t sequences, uint32_t mask_rows,
                                  keyway_device** out, char** error);
KEYWAY_API void keyway_device_close(keyway_device* device); /* NULL is allowed */

/* The sequence begins a text of the grammar; NULL: it has no constraint. */
KEYWAY_API int keyway_device_begin(keyway_device* device, uint32_t sequence, const keyway_grammar* grammar, char** error);
/* Publishes at most so many rows that texts of the grammar can reach, before the first of them begins. */
KEYWAY_API int keyway_device_warm(keyway_device* device, const keyway_grammar* grammar, uint32_t rows, char** error);
/* Answers what was asked, then publishes some rows that texts may come to; how many requests that were. */
KEYWAY_API int keyway_device_serve(keyway_device* device);

/* Queued on the stream, a cudaStream_t or NULL. */
KEYWAY_API int keyway_device_advance(keyway_device* device, const keyway_device_batch* batch, void* stream);
KEYWAY_API int keyway_device_masks(keyway_device* device, const keyway_device_batch* batch, void* stream);
/* tokens[r] tokens of sequence slots[r] are taken back; one that waits is dropped first. */
KEYWAY_API int keyway_device_rollback(keyway_device* device, const keyway_device_batch* batch, void* stream);
/* Sequence slots[r] becomes a copy of sequence tokens[r]; stalled where the source waits. */
KEYWAY_API int keyway_device_fork(keyway_device* device, const keyway_device_batch* batch, void* stream);

/* A whole step, queued on the stream: rows that waited go on and get their masks, each row is sampled by its mask, and takes its
 * token, and the masks of the next step are made. The logits of a row whose token waits are those behind that token. */
KEYWAY_API size_t keyway_device_scratch_bytes(const keyway_device* device, uint32_t rows, uint32_t shards); /* 1: one piece */
KEYWAY_API int keyway_device_step(keyway_device* device, const keyway_device_step_batch* step, void* stream);

/* The masks that mask_rows of a batch name: words, and words from row to row. */
KEYWAY_API const uint32_t* keyway_device_mask_table(const keyway_device* device, size_t* row_words);
/* Logits that the masks do not allow become -infinity, in place. type: 0 fp32, 1 bf16, 2 fp16. logits: (rows, columns),
 * row r at element r * stride; columns past the vocabulary become -infinity too, masks past the columns are not looked at. */
KEYWAY_API int keyway_device_apply_mask(keyway_device* device, const keyway_device_batch* batch, void* logits, int type,
                                        size_t columns, size_t stride, void* stream);

/* Tokens of the sequence from number `first` on that were taken, at most `capacity`; how many. Waits for nothing. */
KEYWAY_API int keyway_device_tokens(const keyway_device* device, uint32_t sequence, uint32_t first, uint32_t* tokens,
                                    size_t capacity);
KEYWAY_API int keyway_device_counters(keyway_device* device, keyway_device_counts* out);

#ifdef __cplusplus
}
#endif

#endif
