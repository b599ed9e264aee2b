/* keyway.h and keyway_device.h are C99: this file is compiled as such, and calls what needs no tokenizer. */
#include "keyway_device.h"

unsigned keyway_header_version(void);

unsigned keyway_header_version(void) {
  keyway_tokenizer* tokenizer = NULL;
  char* error = NULL;
  if (keyway_tokenizer_open("/nowhere", &tokenizer, &error) >= 0) return 0;
  keyway_free(error);
  keyway_tokenizer_close(tokenizer);
  return (unsigned)keyway_version();
}
