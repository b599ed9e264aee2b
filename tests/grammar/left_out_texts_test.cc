// Where a trie spells texts that are left out: beside every node that the automaton steps to.
#include "grammar/left_out_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "grammar/automaton.h"
#include "grammar/text_term.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// Spellings of the characters that the names below are made of, plain and escaped, in order and cut anywhere.
TokenTrie trie_of_pieces(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {
      "a", "b", "\\u0061", "\\u00", "6", "2", "\\", "u", "\xC3\xA9", "\xC3", "\\u00e9", "\\u00E9", "\\u00Eg", "\\n", "\\\"",
      "\\\\", "/", "\\/", "\x7F", "\xF0\x9F\x98\x80", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\ud83d", "\\ude0", "0", "ab"};
  std::set<std::string> texts;
  while (texts.size() < 600) {
    std::string text;
    for (uint32_t n = 1 + random() % 4; n > 0; --n) text += kPieces[random() % kPieces.size()];
    texts.insert(text);
  }
  std::vector<TrieEntry> entries;
  for (const std::string& text : texts) entries.push_back({text, static_cast<TokenId>(entries.size())});
  return TokenTrie::create(std::move(entries)).value();
}

std::vector<std::string> random_names(std::mt19937& random) {
  static const std::vector<std::string> kLetters = {"a", "b", "\xC3\xA9", "\n", "\"", "\\", "/", "\x7F", "\xF0\x9F\x98\x80"};
  std::vector<std::string> names(1 + random() % 6);
  for (std::string& name : names) {
    for (uint32_t n = random() % 4; n > 0; --n) name += kLetters[random() % kLetters.size()];
  }
  return names;
}

// The nodes below `node` that end a JSON text which `any` has and `head` has not, by stepping both.
std::set<uint32_t> stepped(Automaton& automaton, const TokenTrie& trie, uint32_t node, TermId head, TermId any) {
  const bool root = node == TokenTrie::kNone;
  const uint32_t top = root ? 0 : trie.nodes()[node].depth();
  std::vector<State> heads(trie.max_depth() + 1), anys(trie.max_depth() + 1);
  heads[top] = {head, TermArena::epsilon()};
  anys[top] = {any, TermArena::epsilon()};
  std::set<uint32_t> found;
  for (uint32_t i = root ? 0 : node + 1; i < (root ? trie.size() : trie.nodes()[node].subtree_end()); ++i) {
    const TrieNode at = trie.nodes()[i];
    heads[at.depth()] = automaton.step(heads[at.depth() - 1], at.byte());
    anys[at.depth()] = automaton.step(anys[at.depth() - 1], at.byte());
    if (automaton.accepting(anys[at.depth()]) && !automaton.accepting(heads[at.depth()])) found.insert(i);
  }
  return found;
}

TEST(LeftOutTexts, NodesAreThoseThatStepsLeadTo) {
  std::mt19937 random(7);
  size_t nodes = 0;
  for (int round = 0; round < 60; ++round) {
    const TokenTrie trie = trie_of_pieces(random);
    TermArena arena;
    Automaton automaton(arena);
    RegexArena& regexes = arena.regexes();
    const auto all_but = [&](const std::vector<std::string>& names) {
      return regexes.complement(regexes.literals({names.begin(), names.end()}));
    };
    std::vector<RegexId> parts(1 + random() % 2);
    for (RegexId& part : parts) part = all_but(random_names(random));
    const RegexId expression = regexes.intersection(parts);
    for (const TextSpelling spelling : {TextSpelling::kJson, TextSpelling::kJsonCanonical}) {
      const TermId head = text_term(arena, expression, spelling), any = text_term(arena, regexes.all(), spelling);
      for (const uint32_t node : {TokenTrie::kNone, uint32_t(random() % trie.size()), trie.root('a'), trie.root('\\')}) {
        const bool in_point = node != TokenTrie::kNone && (trie.nodes()[node].byte() >= 0x80);
        if (in_point) continue;
        std::vector<uint32_t> found;
        uint64_t work = 0;
        ASSERT_TRUE(left_out_nodes(trie, node, regexes, expression, found, work)) << regexes.dump(expression);
        const std::set<uint32_t> expected = stepped(automaton, trie, node, head, any), is(found.begin(), found.end());
        EXPECT_TRUE(std::includes(is.begin(), is.end(), expected.begin(), expected.end())) << regexes.dump(expression);
        nodes += expected.size();
        // What is found beside those no text at all may end at, such as an escape that the spelling has no use for.
        std::set<uint32_t> ends = stepped(automaton, trie, node, TermArena::never(), any);
        for (const uint32_t at : is) EXPECT_TRUE(expected.contains(at) || !ends.contains(at)) << regexes.dump(expression);
      }
    }
  }
  EXPECT_GT(nodes, 500u);
}

TEST(LeftOutTexts, OtherExpressionsAreNotRead) {
  TermArena arena;
  RegexArena& regexes = arena.regexes();
  std::mt19937 random(1);
  const TokenTrie trie = trie_of_pieces(random);
  const RegexId letters = regexes.repeat(regexes.one_of(CodePointSet{{'a', 'z'}}), 0, kUnbounded);
  std::vector<std::string> many;
  for (uint32_t i = 0; i < 100; ++i) append_utf8(many.emplace_back(), 0x4E00 + 2 * i);
  for (const RegexId r : {regexes.all(), letters, regexes.complement(letters), regexes.literal("a"), regexes.length(2, kUnbounded),
                          regexes.complement(regexes.length(0, 3)), regexes.complement(regexes.literals({many.begin(), many.end()}))}) {
    std::vector<uint32_t> found;
    uint64_t work = 0;
    EXPECT_FALSE(left_out_nodes(trie, TokenTrie::kNone, regexes, r, found, work)) << regexes.dump(r);
  }
}

}  // namespace
}  // namespace keyway
