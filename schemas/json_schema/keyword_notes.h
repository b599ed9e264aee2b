// What a report says about the occurrences of keywords, in one block of text: a list of a thousand tools has 15,000 notes,
// which as a struct of strings each were half of the memory that the list took, and a third of its pages.
//
// Entry points: KeywordNote, KeywordNotes. A note is made when it is read. Each of its texts is written as a length (seven
// bits a byte, the lowest first) and its bytes.
// Thread safety: a value. Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyway {

// One occurrence of a keyword.
struct KeywordNote {
  std::string pointer;  // JSON Pointer from the schema's root to the keyword
  std::string keyword;
  std::string excludes;  // narrowed: which valid instances, in one sentence
  std::string given;     // refused: what stood there
  std::string allowed;   // refused: what could stand there
  std::string message;   // refused: why; ignored: as what
};

class KeywordNotes {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = KeywordNote;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = KeywordNote;
    Iterator(const KeywordNotes& notes, size_t at) : notes_(&notes), at_(at) {}
    KeywordNote operator*() const { return (*notes_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const KeywordNotes* notes_;
    size_t at_;
  };

  size_t size() const { return begins_.size(); }
  bool empty() const { return begins_.empty(); }
  // Requires: i < size().
  KeywordNote operator[](size_t i) const;
  KeywordNote front() const { return (*this)[0]; }
  KeywordNote back() const { return (*this)[size() - 1]; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  void add(const KeywordNote& note);
  // A note of the keyword that stands in the schema at `schema`, which has nothing more to say than `message`.
  void add(std::string_view schema, std::string_view keyword, std::string_view message);
  // All notes as one text, and back: nullopt where the text is no such notes.
  std::string packed() const;
  static std::optional<KeywordNotes> unpacked(std::string text);
  // Drops the notes of this place. Complexity: linear in the notes.
  void erase(std::string_view pointer);

 private:
  void append(std::string_view text);
  static std::string_view read(const char*& at);

  std::string text_;
  std::vector<size_t> begins_;  // of each note in text_
};

}  // namespace keyway
