/* Uses the installed C interface: the first mask of a choice. Exit code 0 only when it allows just what the choice says. */
#include <keyway.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  keyway_tokenizer* tokenizer = NULL;
  keyway_grammar* grammar = NULL;
  keyway_matcher* matcher = NULL;
  char* error = NULL;
  int allowed = 0;
  if (keyway_tokenizer_open(MODEL_DIR, &tokenizer, &error) < 0 ||
      keyway_compile(tokenizer, "choice", "[\"0\", \"1\"]", 10, NULL, &grammar, &error) < 0 ||
      keyway_matcher_open(grammar, &matcher, &error) < 0) {
    fprintf(stderr, "%s\n", error == NULL ? "" : error);
    return 1;
  }
  const size_t words = (keyway_vocab_size(tokenizer) + 31) / 32;
  uint32_t* mask = calloc(words, sizeof *mask);
  if (mask == NULL || keyway_mask(matcher, mask, words, NULL) < 0) return 1;
  for (size_t token = 0; token < words * 32; ++token) allowed += (int)(mask[token / 32] >> token % 32 & 1u);
  free(mask);
  keyway_matcher_close(matcher);
  keyway_grammar_release(grammar);
  keyway_tokenizer_close(tokenizer);
  printf("%d tokens\n", allowed);
  return allowed == 2 ? 0 : 1;
}
