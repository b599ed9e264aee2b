// What a report says about the occurrences of keywords, in one block of text: a list of a thousand tools has 15,000 notes,
// which as a struct of strings each were half of the memory that the list took, and a third of its pages.
//
// Entry points: KeywordNote, KeywordNotes. A note is made when it is read. It is written as the number of its place, from 1 on, or
// 0 and its pointer; then its other texts. A text is its length and its bytes; numbers have seven bits a byte, the lowest first.
// Thread safety: a value. Tested by tests/schemas/json_schema/keyword_notes_test.cc.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/json_schema/schema_places.h"

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
  // With the places that they name, which other notes may name too.
  size_t bytes() const { return text_.size() + begins_.size() * sizeof(size_t) + (places_ ? places_->bytes() : 0); }
  // Requires: i < size().
  KeywordNote operator[](size_t i) const;
  KeywordNote front() const { return (*this)[0]; }
  KeywordNote back() const { return (*this)[size() - 1]; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  // Beside the pointer, as in KeywordNote.
  struct Texts {
    std::string_view keyword, excludes, given, allowed, message;
  };
  void add(const KeywordNote& note);
  // A note of the keyword that stands in the schema at `place`. Requires: name_places was called, and its places will hold it.
  void add(uint32_t place, const Texts& texts);
  void name_places(std::shared_ptr<const SchemaPlaces> places) { places_ = std::move(places); }
  // All notes as one text, and back: nullopt where the text is no such notes.
  std::string packed() const;
  static std::optional<KeywordNotes> unpacked(std::string text);
  // Drops the notes of this keyword of the schema at `place`. Complexity: linear in the notes.
  void erase(uint32_t place, std::string_view keyword);

 private:
  std::shared_ptr<const SchemaPlaces> places_;
  std::string text_;
  std::vector<size_t> begins_;  // of each note in text_
};

}  // namespace keyway
