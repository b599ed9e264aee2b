/* The C interface of Keyway: one narrow door for serving engines and other languages. Plain C99, no dependency.
 *
 * Every function that returns int is negative on failure; where it has an `error` argument, *error then holds a JSON object
 * {"code", "message", "pointer", "given", "allowed"} to be freed with keyway_free. `error` may be NULL. No function prints,
 * aborts or throws. A grammar may be used from many threads; a matcher from one at a time.
 *
 * A mask is a row of 32-bit words: bit t % 32 of word t / 32 is 1 where token t may come next, words past the vocabulary
 * are 0. vLLM, SGLang, TensorRT-LLM and XGrammar's kernels read such a row as it is.
 */
#ifndef KEYWAY_H
#define KEYWAY_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define KEYWAY_API
#else
#define KEYWAY_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct keyway_tokenizer keyway_tokenizer;
typedef struct keyway_grammar keyway_grammar;
typedef struct keyway_matcher keyway_matcher;

/* major << 16, minor << 8, patch */
KEYWAY_API uint32_t keyway_version(void);

/* Opens a Hugging Face folder or a tokenizer.json. */
KEYWAY_API int keyway_tokenizer_open(const char* path, keyway_tokenizer** out, char** error);
/* Ids are 0 .. n-1, added tokens included. */
KEYWAY_API uint32_t keyway_vocab_size(const keyway_tokenizer* tokenizer);
/* Grammars that still use the tokenizer keep it alive. NULL is allowed. */
KEYWAY_API void keyway_tokenizer_close(keyway_tokenizer* tokenizer);

/* text: text_bytes bytes of UTF-8. options: a JSON object, "{}" or NULL for the defaults. By kind:
 *   json_schema     "draft" (2020-12; of a document without $schema), "formats" (assert or annotate), "documents" (an object
 *                   of URIs and schemas), "order" (any or declared), "whitespace" (flexible, json.dumps or compact),
 *                   "escapes" (exact or canonical), "numbers" (any or plain), "unknown_keywords" (ignore or refuse),
 *                   "closed_objects" (false), "max_string_length", "max_items"
 *   tools           a tool list. "call_format" (hermes; "model": found from the tokenizer's chat template), "tool_choice"
 *                   (auto, none, required, a name, or an array of names), "parallel" (true, false, or a number of calls),
 *                   "reasoning" (format, none, or open where the prompt has opened it), "max_reasoning_tokens" (of a
 *                   reasoning section, its end included), "cache" (a file that keeps what compiling told from one process to
 *                   the next; only the user should be able to write it), and those of json_schema for the arguments, where "formats" is annotate
 *   regex           a full match. "dialect" (ecma, re2 or rust)
 *   choice          a JSON list of strings
 *   gbnf, ebnf      "root" (root)
 *   lark            "dialect" (llguidance or xgrammar), "named_grammars" (an object of texts that @name refers to)
 *   structural_tag  as XGrammar reads it
 * Every kind: "stop_tokens" (ids; without it those of generation_config.json, config.json, tokenizer_config.json, or added
 * tokens spelled like a known end token), "vocab_size" (the model's padded width), "max_rollback" (tokens), "limits" (an
 * object of numbers, named as in grammar/budget.h). An option of another kind has no effect; one that no kind has is an
 * error. A schema that nothing satisfies is an error with the code "unsatisfiable", one past a limit "limit", an assertion
 * that is not enforced, or a kind that this version has no front end for, "unsupported". */
KEYWAY_API int keyway_compile(keyway_tokenizer* tokenizer, const char* kind, const char* text, size_t text_bytes,
                              const char* options, keyway_grammar** out, char** error);
/* JSON: what is enforced, narrowed, ignored and refused, by JSON Pointer. Free with keyway_free; NULL without memory. */
KEYWAY_API char* keyway_report(const keyway_grammar* grammar);
/* Memory of at most one released grammar, of at most 1 MiB, is kept until another is released or a matcher of the same
 * tokenizer, or the tokenizer, is closed. NULL is allowed. */
KEYWAY_API void keyway_grammar_release(keyway_grammar* grammar);

/* The state of one text, at the start. The matcher keeps the grammar alive. */
KEYWAY_API int keyway_matcher_open(const keyway_grammar* grammar, keyway_matcher** out, char** error);
/* An independent copy; NULL when memory is short. */
KEYWAY_API void* keyway_matcher_fork(const keyway_matcher* matcher);
KEYWAY_API void keyway_matcher_close(keyway_matcher* matcher); /* NULL is allowed */

/* words: (word_count), at least (vocabulary size + 31) / 32, or as the option vocab_size says. End tokens are allowed where the text may end. After an end
 * token: an error with the code "finished". */
KEYWAY_API int keyway_mask(keyway_matcher* matcher, uint32_t* words, size_t word_count, char** error);
/* words: (count, row_words), row-major; one row per matcher, which are all different. Fills over at most `threads` threads,
 * the caller's included, and never more than there are cores. Of several errors that of the first row is told. */
KEYWAY_API int keyway_masks(keyway_matcher* const* matchers, size_t count, uint32_t* words, size_t row_words,
                            unsigned threads, char** error);

/* 1: taken; 0: not allowed, state unchanged; negative: error. */
KEYWAY_API int keyway_accept(keyway_matcher* matcher, uint32_t token);
/* How many were taken; stops before the first that is not allowed. tokens: (count) */
KEYWAY_API int keyway_accept_many(keyway_matcher* matcher, const uint32_t* tokens, size_t count);
/* How many would be taken; state unchanged. tokens: (count) */
KEYWAY_API int keyway_validate(const keyway_matcher* matcher, const uint32_t* tokens, size_t count);
/* Takes back the last `tokens` accepted tokens; negative when there are not so many. */
KEYWAY_API int keyway_rollback(keyway_matcher* matcher, uint32_t tokens);
/* Back to the start. */
KEYWAY_API int keyway_reset(keyway_matcher* matcher);
/* The tokens that must come next, in the tokenizer's own segmentation; returns how many, 0 where there is a choice.
 * tokens: (capacity) */
KEYWAY_API int keyway_forced_tokens(keyway_matcher* matcher, uint32_t* tokens, size_t capacity);
/* 1 where the text may end here, else 0. */
KEYWAY_API int keyway_can_end(const keyway_matcher* matcher);
/* 1 once an end token was accepted, else 0. */
KEYWAY_API int keyway_is_finished(const keyway_matcher* matcher);

/* A grammar of the kind tools with the tools of one more list: costs what they cost, shares the rest, and leaves the old one
 * as it was. A tool whose name is taken, or that does not compile, is refused in the report. */
KEYWAY_API int keyway_tools_extend(const keyway_grammar* grammar, const char* tools, size_t bytes, keyway_grammar** out,
                                   char** error);

/* For error texts and reports; NULL is allowed. */
KEYWAY_API void keyway_free(void* memory);

#ifdef __cplusplus
}
#endif

#endif /* KEYWAY_H */
