// Text as Python sees it, over UTF-8: code points, white space, lines, searching, repr.
//
// Entry points: next_point, count_points, byte_offset, strip_space, strip_set, split_lines, find_text, quote_python, escape_ascii.
// Invariant: texts are well-formed UTF-8, and so is every result; positions are bytes unless called points.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyway::chat {

// Bytes of the character that starts at `at`. Requires: at < text.size(), a character starts there.
inline size_t width_at(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

// The code point at `at`, which is moved past it. Requires: as width_at.
uint32_t next_point(std::string_view text, size_t& at);
// The code point before `at`, which is moved to its start. Requires: at > 0.
uint32_t previous_point(std::string_view text, size_t& at);

size_t count_points(std::string_view text);
// The byte where the code point with this number starts; text.size() past the end. Complexity: O(result).
size_t byte_offset(std::string_view text, size_t point);

// str.isspace() of one code point.
bool is_space(uint32_t point);
// Position of the first character from `from` on that is no white space.
size_t skip_space(std::string_view text, size_t from);

std::string_view strip_space(std::string_view text, bool left = true, bool right = true);
// str.strip(characters).
std::string_view strip_set(std::string_view text, std::string_view characters, bool left, bool right);

// str.splitlines(keepends).
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends);

// Number of places where `needle` stands without overlap; an empty needle stands around every character.
size_t count_text(std::string_view text, std::string_view needle);
// str.replace(old, new, count); count < 0 means all. Requires: the size of the result has been checked.
std::string replace_text(std::string_view text, std::string_view old_text, std::string_view new_text, int64_t count);

// repr() of a string.
std::string quote_python(std::string_view text);
// What ascii() makes of a repr(): characters past ASCII as \xhh, \uhhhh and \Uhhhhhhhh.
std::string escape_ascii(std::string_view text);

}  // namespace keyway::chat
