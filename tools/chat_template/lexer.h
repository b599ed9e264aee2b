// Template text to tokens, by the rules of Jinja2's lexer with trim_blocks and lstrip_blocks.
//
// Entry points: tokenize -> TokenList; Token.
// Invariant: white-space control, raw blocks and comments are settled here; what is left is text, tag delimiters and
// the tokens of expressions. Token texts point into TokenList::source or TokenList::strings.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyway::chat {

enum class TokenKind : uint8_t {
  kText,
  kPrintBegin,
  kPrintEnd,
  kTagBegin,
  kTagEnd,
  kName,
  kString,   // text: the value, escapes resolved
  kInteger,  // text: as written, without underscores
  kFloat,
  kOperator,
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t offset = 0;  // bytes from the start of the normalised source
  std::string_view text;
};

struct TokenList {
  std::string source;              // line ends made "\n", one trailing line end dropped
  std::deque<std::string> strings;  // values of literals; addresses are stable
  std::vector<Token> tokens;       // ends with kEnd
};

// Throws Failure with kSyntax and "line L, column C". Requires: well-formed UTF-8.
// Complexity: O(text). `max_tokens` bounds the list.
std::unique_ptr<TokenList> tokenize(std::string_view text, uint64_t max_tokens);

}  // namespace keyway::chat
