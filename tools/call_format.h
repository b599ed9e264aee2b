// A call format as data: how the models of a family write tool calls. One description drives the grammar
// (tool_grammar.h), the streaming parser (call_parser.h) and the renderer, so that they cannot disagree.
//
//   answer  = [reasoning] [content] [section]
//   section = section_begin call (between_calls call)* section_end
//
// Entry points: read_call_format, shipped_call_format, bind_call_format, render_calls.
// Invariants of a format that was read: the first part of a section is a text, the trigger, and no proper prefix of it
// is also its end; no text starts with white space, so a space ends at the first byte that is none; `call` holds one
// name and one arguments, in this order; the text after the name starts with an ASCII byte that no name holds; the texts
// around reasoning are a delimiter or hold none, so that each is one element, and the trigger is no part of them.
// Thread safety: immutable once read.
// Tested by tests/tools/call_format_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/budget.h"
#include "grammar/error.h"
#include "grammar/ids.h"

namespace keyway {

enum class PartKind : uint8_t {
  kText,       // these bytes
  kSpace,      // up to space_max bytes of JSON white space
  kName,       // the name of a tool, as it is
  kArguments,  // the arguments, a JSON object
};

struct FormatPart {
  PartKind kind = PartKind::kText;
  std::string text;  // kText: the bytes; kSpace: what a renderer writes
};

struct CallFormat {
  std::string name;
  std::vector<std::string> delimiters;  // taken as one token where the tokenizer has them
  std::string reasoning_begin;          // empty: no reasoning section
  std::string reasoning_end;
  bool content_before_calls = true;  // false: a call begins at the start of the answer only
  std::string name_pattern;  // RE2, the whole name
  uint32_t name_max_bytes = 0;
  uint32_t space_max = 0;  // bytes of white space at each space
  std::vector<FormatPart> section_begin, call, between_calls, section_end;
};

// Reads a format file (schemas/call_format.schema.json). Errors: kSyntax, kInvalid with a JSON Pointer.
Result<std::shared_ptr<const CallFormat>> read_call_format(std::string_view text, const Limits& limits = {});

// A format that Keyway ships, for example "hermes". Errors: kNotFound, with the names that there are.
Result<std::shared_ptr<const CallFormat>> shipped_call_format(std::string_view name);

// The id of the added token with that spelling, if the tokenizer has one.
using TokenLookup = std::function<std::optional<TokenId>(std::string_view)>;

enum class ElementKind : uint8_t { kBytes, kToken, kSpace, kName, kArguments };

// A part as one tokenizer sees it: a delimiter that it owns is a token, never its spelling.
struct Element {
  ElementKind kind = ElementKind::kBytes;
  std::string bytes;         // kBytes: the bytes; kToken: its spelling; kSpace: what a renderer writes
  TokenId token = kNoToken;  // kToken
};

struct BoundFormat {
  std::shared_ptr<const CallFormat> format;
  std::vector<Element> section_begin, call, between_calls, section_end;
  // Around the section that begins the answer, kBytes or kToken; nothing where the model has none.
  std::optional<Element> reasoning_begin, reasoning_end;
  std::vector<std::pair<std::string, TokenId>> tokens;  // the delimiters that are tokens

  // What commits to a call. Its first element is kBytes or kToken.
  const Element& trigger() const { return section_begin.empty() ? call.front() : section_begin.front(); }
};

// Without a lookup every delimiter is spelled. A model whose tokenizer has no token for the begin of reasoning is taken to
// have no reasoning section, unless `spelled_reasoning`.
std::shared_ptr<const BoundFormat> bind_call_format(std::shared_ptr<const CallFormat> format,
                                                    const TokenLookup& lookup = {}, bool spelled_reasoning = false);

struct RenderedCall {
  std::string name;
  std::string arguments;  // JSON text of an object
};

// The section that holds these calls, as the family's chat template writes it. Empty for no calls.
std::string render_calls(const CallFormat& format, const std::vector<RenderedCall>& calls);

}  // namespace keyway
