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
  bool put(std::string_view json) { return put_some(json) == json.size(); }
  // Returns the bytes that were appended.
  size_t put_some(std::string_view json) {
    const size_t taken = scanner_.feed(json);
    piece_.append(json, 0, taken);
    return taken;
  }
  bool put_byte(char json) {
    if (!scanner_.take(json)) return false;
    piece_.push_back(json);
    return true;
  }
  // Appends JSON up to where fewer than `least_depth` containers are open. Returns the bytes that were appended; fewer than all
  // with that depth still open: the next one cannot stand there.
  size_t put_within(std::string_view json, uint32_t least_depth) {
    const size_t taken = scanner_.feed_within(json, least_depth);
    piece_.append(json, 0, taken);
    return taken;
  }
  // Reads JSON that the caller gives out itself; as JsonScanner::feed.
  size_t follow(std::string_view json) { return scanner_.feed(json); }
  // Appends one byte of a string, escaped.
  bool put_text(char byte);
  // Appends ASCII of a string that needs no escape: no controls, quotes, backslashes. False, and nothing appended, where no
  // such text can stand.
  bool put_plain(std::string_view bytes) {
    if (!scanner_.in_plain_string()) return bytes.empty();
    piece_.append(bytes);
    return true;
  }
  // Appends a whole string or key of such text, quoted. False where none can stand.
  bool put_plain_string(std::string_view bytes) {
    if (!put_byte('"')) return false;
    piece_.append(bytes);
    return put_byte('"');
  }
  bool put_code_point(uint32_t value);

  const JsonScanner& scanner() const { return scanner_; }
  std::string& piece() { return piece_; }  // what has not been given out
  // Memory that a long piece has left is given back: parsers wait by the thousand.
  void release() {
    if (piece_.empty() && piece_.capacity() > kKeptBytes) std::string().swap(piece_);
  }

 private:
  static constexpr size_t kKeptBytes = 256;

  JsonScanner scanner_;
  std::string piece_;
};

// Bytes from the front of `text` that are ASCII, printable, and neither quote, backslash nor `other`.
size_t plain_run(std::string_view text, char other);

}  // namespace keyway
