// See left_out_texts.h.
#include "grammar/left_out_texts.h"

#include <string>
#include <string_view>

#include "grammar/trie_child.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr size_t kMostPlaces = 512;  // more than the states that stepping would come to in most tries

struct Place {
  RegexId rest;  // what is listed from here on
  uint32_t node;
};

// The letter behind the backslash of a short escape; 0 where the code point has none.
char short_escape(uint32_t code_point) {
  switch (code_point) {
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '"':
    case '\\':
    case '/': return static_cast<char>(code_point);
    default: return 0;
  }
}

uint32_t child_of_plain(const TokenTrie& trie, uint32_t node, uint32_t code_point) {
  if (code_point < 0x20 || code_point == '"' || code_point == '\\') return TokenTrie::kNone;
  if (code_point < 0x80) return child_of(trie, node, static_cast<uint8_t>(code_point));
  std::string bytes;
  append_utf8(bytes, code_point);
  for (const char c : bytes) {
    node = child_of(trie, node, static_cast<uint8_t>(c));
    if (node == TokenTrie::kNone) break;
  }
  return node;
}

// Puts those nodes in the place of `nodes` that are behind them by the four digits, in either case.
void read_digits(const TokenTrie& trie, uint32_t unit, std::vector<uint32_t>& nodes) {
  static constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
  for (const uint32_t shift : {12u, 8u, 4u, 0u}) {
    std::vector<uint32_t> next;
    const uint32_t digit = unit >> shift & 15;
    for (const uint32_t node : nodes) {
      for (const std::string_view digits : {kLower, kUpper}) {
        const uint32_t child = child_of(trie, node, static_cast<uint8_t>(digits[digit]));
        if (child != TokenTrie::kNone) next.push_back(child);
        if (digit < 10) break;
      }
    }
    nodes = std::move(next);
  }
}

// Behind `\u`: where the digits of the code point are over.
std::vector<uint32_t> numbered_escapes(const TokenTrie& trie, uint32_t behind_u, uint32_t code_point) {
  std::vector<uint32_t> nodes{behind_u};
  if (code_point < 0x10000) {
    read_digits(trie, code_point, nodes);
    return nodes;
  }
  read_digits(trie, 0xD800 + ((code_point - 0x10000) >> 10), nodes);
  std::vector<uint32_t> low;
  for (const uint32_t node : nodes) {
    const uint32_t backslash = child_of(trie, node, '\\');
    const uint32_t u = backslash == TokenTrie::kNone ? TokenTrie::kNone : child_of(trie, backslash, 'u');
    if (u != TokenTrie::kNone) low.push_back(u);
  }
  read_digits(trie, 0xDC00 + ((code_point - 0x10000) & 0x3FF), low);
  return low;
}

}  // namespace

bool left_out_nodes(const TokenTrie& trie, uint32_t node, const RegexArena& regexes, RegexId expression,
                    std::vector<uint32_t>& found, uint64_t& work) {
  std::vector<RegexId> languages;
  if (!regexes.all_but(expression, languages)) return false;
  std::vector<Place> places;
  for (const RegexId language : languages) places.push_back({language, node});
  std::vector<RegexArena::Letter> letters;
  for (size_t at = 0; at < places.size(); ++at) {
    const Place place = places[at];
    letters.clear();
    if (places.size() > kMostPlaces || !regexes.first_letters(place.rest, letters)) return false;
    if (at >= languages.size() && regexes.nullable(place.rest)) found.push_back(place.node);
    const uint32_t backslash = child_of(trie, place.node, '\\');
    const uint32_t u = backslash == TokenTrie::kNone ? TokenTrie::kNone : child_of(trie, backslash, 'u');
    for (const RegexArena::Letter& letter : letters) {
      const auto go_on = [&](uint32_t below) {
        if (below != TokenTrie::kNone) places.push_back({letter.rest, below});
      };
      go_on(child_of_plain(trie, place.node, letter.code_point));
      const char short_letter = backslash == TokenTrie::kNone ? char{0} : short_escape(letter.code_point);
      if (short_letter != 0) go_on(child_of(trie, backslash, static_cast<uint8_t>(short_letter)));
      if (u == TokenTrie::kNone) continue;
      for (const uint32_t below : numbered_escapes(trie, u, letter.code_point)) go_on(below);
    }
  }
  work = places.size();
  return true;
}

}  // namespace keyway
