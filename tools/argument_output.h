// The JSON text of arguments as it is made from another form, checked while it is made.
//
// Entry points: ArgumentOutput. Whatever a reader of Python, marked or tagged arguments writes goes through a JsonScanner,
// so that a client never sees what is not JSON, and UTF-8, numbers, words and depth are checked in one place.
// Thread safety: one thread at a time. Tested by tests/tools/argument_readers_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "tools/json_scanner.h"

namespace keyway {

class ArgumentOutput {
 public:
  explicit ArgumentOutput(uint32_t max_depth) : scanner_(max_depth) {}

  void reset() {
    scanner_.reset();
    piece_.clear();
  }
  // Appends JSON. False where it cannot stand there; what came before the wrong byte is kept.
  bool put(std::string_view json) {
    const size_t taken = scanner_.feed(json);
    piece_.append(json, 0, taken);
    return taken == json.size();
  }
  // Reads JSON that the caller gives out itself; as JsonScanner::feed.
  size_t follow(std::string_view json) { return scanner_.feed(json); }
  // Appends one byte of a string, escaped.
  bool put_text(char byte);
  // Appends bytes of a string that need no escape: no controls, quotes, backslashes.
  bool put_plain(std::string_view bytes) { return put(bytes); }
  bool put_code_point(uint32_t value);

  const JsonScanner& scanner() const { return scanner_; }
  std::string& piece() { return piece_; }  // what has not been given out

 private:
  JsonScanner scanner_;
  std::string piece_;
};

// Bytes from the front of `text` that are ASCII, printable, and neither quote, backslash nor `other`.
size_t plain_run(std::string_view text, char other);

}  // namespace keyway
