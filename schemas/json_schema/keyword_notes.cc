// Notes in one block of text; see keyword_notes.h.
#include "schemas/json_schema/keyword_notes.h"

#include <algorithm>
#include <utility>

#include "schemas/json.h"

namespace keyway {
namespace {

void append_length(std::string& out, size_t length) {
  for (; length >= 0x80; length >>= 7) out += static_cast<char>((length & 0x7F) | 0x80);
  out += static_cast<char>(length);
}

void append(std::string& out, std::string_view text) {
  append_length(out, text.size());
  out += text;
}

size_t read_length(const char*& at) {
  size_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const unsigned char byte = static_cast<unsigned char>(*at++);
    length |= static_cast<size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return length;
  }
}

std::string_view read(const char*& at) {
  const size_t length = read_length(at);
  at += length;
  return {at - length, length};
}

constexpr int kParts = 6;  // texts of a note

}  // namespace

KeywordNote KeywordNotes::operator[](size_t i) const {
  const char* at = text_.data() + begins_[i];
  KeywordNote note;
  const size_t place = read_length(at);
  if (place == 0) note.pointer = read(at);
  for (std::string* text : {&note.keyword, &note.excludes, &note.given, &note.allowed, &note.message}) *text = read(at);
  if (place != 0) note.pointer = pointer_append(places_->pointer(static_cast<uint32_t>(place - 1)), note.keyword);
  return note;
}

void KeywordNotes::add(const KeywordNote& note) {
  begins_.push_back(text_.size());
  text_ += '\0';
  for (const std::string* text : {&note.pointer, &note.keyword, &note.excludes, &note.given, &note.allowed, &note.message}) {
    append(text_, *text);
  }
}

void KeywordNotes::add(uint32_t place, const Texts& texts) {
  constexpr size_t kFirstNotes = 16, kFirstBytes = 240;  // room that most schemas need
  if (begins_.empty()) {
    begins_.reserve(kFirstNotes);
    text_.reserve(kFirstBytes);
  }
  begins_.push_back(text_.size());
  append_length(text_, size_t{place} + 1);
  append(text_, texts.keyword);
  // Most notes say nothing more: told apart here, they cost a compile 2 in 100 instructions less.
  if (texts.excludes.empty() && texts.given.empty() && texts.allowed.empty() && texts.message.empty()) {
    text_.append(4, '\0');
    return;
  }
  for (std::string_view text : {texts.excludes, texts.given, texts.allowed, texts.message}) append(text_, text);
}

std::string KeywordNotes::packed() const {
  KeywordNotes out;
  for (const KeywordNote& note : *this) out.add(note);
  return std::move(out.text_);
}

std::optional<KeywordNotes> KeywordNotes::unpacked(std::string text) {
  KeywordNotes notes;
  size_t at = 0;
  while (at < text.size()) {
    notes.begins_.push_back(at);
    if (text[at++] != '\0') return std::nullopt;
    for (int part = 0; part < kParts; ++part) {
      uint64_t length = 0;
      unsigned shift = 0;
      for (bool more = true; more; shift += 7) {
        if (at == text.size() || shift > 28) return std::nullopt;
        const unsigned char byte = static_cast<unsigned char>(text[at++]);
        length |= uint64_t{byte & 0x7Fu} << shift;
        more = byte >= 0x80;
      }
      if (length > text.size() - at) return std::nullopt;
      at += length;
    }
  }
  notes.text_ = std::move(text);
  return notes;
}

void KeywordNotes::erase(uint32_t place, std::string_view keyword) {
  std::erase_if(begins_, [&](size_t begin) {
    const char* at = text_.data() + begin;
    return read_length(at) == size_t{place} + 1 && read(at) == keyword;
  });
}

}  // namespace keyway
