// Notes in one block of text; see keyword_notes.h.
#include "schemas/json_schema/keyword_notes.h"

#include <algorithm>

namespace keyway {
namespace {

void append_length(std::string& out, size_t length) {
  for (; length >= 0x80; length >>= 7) out += static_cast<char>((length & 0x7F) | 0x80);
  out += static_cast<char>(length);
}

constexpr int kParts = 6;  // texts of a note

size_t escapes(std::string_view token) {
  return static_cast<size_t>(std::count_if(token.begin(), token.end(), [](char c) { return c == '~' || c == '/'; }));
}

}  // namespace

void KeywordNotes::append(std::string_view text) {
  append_length(text_, text.size());
  text_ += text;
}

std::string_view KeywordNotes::read(const char*& at) {
  size_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const unsigned char byte = static_cast<unsigned char>(*at++);
    length |= static_cast<size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  const std::string_view text(at, length);
  at += length;
  return text;
}

KeywordNote KeywordNotes::operator[](size_t i) const {
  const char* at = text_.data() + begins_[i];
  KeywordNote note;
  for (std::string* text : {&note.pointer, &note.keyword, &note.excludes, &note.given, &note.allowed, &note.message}) {
    *text = read(at);
  }
  return note;
}

void KeywordNotes::add(const KeywordNote& note) {
  begins_.push_back(text_.size());
  for (const std::string* text : {&note.pointer, &note.keyword, &note.excludes, &note.given, &note.allowed, &note.message}) {
    append(*text);
  }
}

void KeywordNotes::add(std::string_view schema, std::string_view keyword, std::string_view message) {
  constexpr size_t kFirstNotes = 16, kFirstBytes = 512;  // room that most schemas need
  if (begins_.empty()) {
    begins_.reserve(kFirstNotes);
    text_.reserve(kFirstBytes);
  }
  begins_.push_back(text_.size());
  append_length(text_, schema.size() + 1 + keyword.size() + escapes(keyword));
  text_ += schema;
  text_ += '/';
  for (char c : keyword) {
    if (c == '~') text_ += "~0";
    else if (c == '/') text_ += "~1";
    else text_ += c;
  }
  append(keyword);
  text_.append(3, '\0');  // nothing excluded, given or allowed
  append(message);
}

std::string KeywordNotes::packed() const {
  std::string out;
  for (size_t i = 0; i < begins_.size(); ++i) {
    const char* at = text_.data() + begins_[i];
    for (int part = 0; part < kParts; ++part) read(at);
    out.append(text_.data() + begins_[i], at);
  }
  return out;
}

std::optional<KeywordNotes> KeywordNotes::unpacked(std::string text) {
  KeywordNotes notes;
  size_t at = 0;
  while (at < text.size()) {
    notes.begins_.push_back(at);
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

void KeywordNotes::erase(std::string_view pointer) {
  std::erase_if(begins_, [&](size_t begin) {
    const char* at = text_.data() + begin;
    return read(at) == pointer;
  });
}

}  // namespace keyway
