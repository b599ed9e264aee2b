// A call format as data: how the models of a family write tool calls. One description drives the grammar
// (tool_grammar.h), the streaming parser (call_parser.h) and the renderer (render_calls.h), so that they cannot disagree.
//
//   free answer     = [reasoning] [content] [section]             the section begins with a trigger in the text
//   answer of blocks = (block between_blocks)* (block | section)  every text stands between marks
//   section         = section_begin call (between_calls call)* section_end, in one of the layouts of the family; layouts
//                     that differ in their call alone, and commit by nothing but its trigger, may follow one another
//
// Entry points: read_call_format, shipped_call_format, bind_call_format.
// Invariants of a format that was read: each layout begins with a text, its trigger, which in free answers does not start
// with white space; a call holds one name and, after it, its arguments, both outside of options; what comes after a name
// begins with an ASCII byte that no name holds; no trigger is a part of the text that opens reasoning; what the format
// writes is read back.
// Thread safety: immutable once read.
// Tested by tests/tools/call_format_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammar/budget.h"
#include "grammar/error.h"
#include "grammar/ids.h"

namespace keyway {

enum class PartKind : uint8_t {
  kText,       // these bytes
  kSpace,      // up to space_max bytes of JSON white space
  kName,       // the name of a tool, as it is
  kArguments,  // the arguments as one value, its brackets included
  kId,         // letters and digits that the model makes up for the call
  kOptional,   // branches[0], or nothing
  kAny,        // one of the branches
  kMembers,    // branches[0], once for each argument; holds one kKey and, after it, one kValue
  kKey,        // the name of an argument, as it is
  kValue,      // its value: a string as it is, other values as JSON
};

struct FormatPart {
  PartKind kind = PartKind::kText;
  std::string text;  // kText: the bytes; kSpace: what a renderer writes
  std::vector<std::vector<FormatPart>> branches;
  uint32_t min = 0, max = 0;  // kId: characters
  bool digits = false;        // kId: only digits

  friend bool operator==(const FormatPart&, const FormatPart&) = default;
};

// JSON containers that are open at once in arguments: what a parser reads. A grammar with the default Limits::arena_bytes is full
// before so many, so what it lets through is read: the cheapest level known (a list between marks) costs it over 120 bytes, and
// the parser one bit.
inline constexpr uint32_t kMostArgumentDepth = 1u << 21;
inline constexpr uint32_t kMostNameBytes = 4096;  // of a tool in any format

enum class ArgumentStyle : uint8_t {
  kJson,    // a JSON object
  kPython,  // (key=value, ...) with Python literals
  kMarked,  // {key:value,...} with bare keys, and strings between two marks
  kTagged,  // members: each argument between texts of its own
};

// Where a section may begin.
enum class Where : uint8_t {
  kStart,      // as the first thing but white space, of the answer or after the reasoning
  kLineStart,  // there, or with nothing but blanks before it in its line
  kAnywhere,
};

// The first name of the object that a trigger opens, in quotes: another name makes the answer a text. Empty: none is asked for.
struct KeyAhead {
  std::string key;
  uint32_t blanks = 0;  // at most so many before it

  friend bool operator==(const KeyAhead&, const KeyAhead&) = default;
};

struct CallLayout {
  Where where = Where::kAnywhere;
  bool name_ahead = false;  // the trigger commits only where a name and an opening parenthesis follow it
  bool key_ahead = false;   // the trigger, a brace, does not commit where the name of another member follows it
  std::vector<FormatPart> section_begin, call, between_calls, section_end;
};

// A text between marks.
struct TextBlock {
  bool reasoning = false;
  bool last = false;  // nothing comes after it, and its end may be missing
  std::vector<FormatPart> begin;
  std::string end;  // a delimiter, or a text without one
};

struct CallFormat {
  std::string name;
  std::vector<std::string> delimiters;   // taken as one token where the tokenizer has them
  std::vector<std::string> turn_end;     // tokens that end the turn
  // Texts of which one in a chat template tells that its model is of this family; without them what commits to a call.
  std::optional<std::vector<std::string>> told_by;
  std::vector<FormatPart> reasoning_begin;  // empty: no reasoning section
  std::string reasoning_end;
  std::vector<TextBlock> blocks;         // not empty: the answer is made of blocks
  std::vector<FormatPart> between_blocks;
  std::string name_pattern;  // RE2, the whole name
  uint32_t name_max_bytes = 0;  // at most kMostNameBytes
  uint32_t space_max = 0;  // bytes of white space at each space
  ArgumentStyle style = ArgumentStyle::kJson;
  std::string mark;           // kMarked: before and after a string
  bool python_words = false;  // kTagged: True, False and None stand for their JSON words
  std::string id_form;        // the id of a call, with $name and $id in it; empty: the id part as it is
  std::vector<CallLayout> layouts;  // a renderer writes the first
};

// Reads a format file (schemas/call_format.schema.json). Errors: kSyntax, kInvalid with a JSON Pointer.
// Ensures: what the format writes is read back, and on texts made from it its grammar takes what its reader reads.
Result<std::shared_ptr<const CallFormat>> read_call_format(std::string_view text, const Limits& limits = {});

// A format that Keyway ships, for example "hermes"; its samples are judged by the tests, not at every load. Errors:
// kNotFound, with the names that there are.
Result<std::shared_ptr<const CallFormat>> shipped_call_format(std::string_view name);
std::vector<std::string> shipped_call_format_names();

// The id of the added token with that spelling, if the tokenizer has one.
using TokenLookup = std::function<std::optional<TokenId>(std::string_view)>;

enum class ElementKind : uint8_t {
  kBytes, kToken, kSpace, kName, kArguments, kId, kOptional, kAny, kMembers, kKey, kValue
};

// A part as one tokenizer sees it: a delimiter that it owns is a token, never its spelling.
struct Element {
  ElementKind kind = ElementKind::kBytes;
  std::string bytes;         // kBytes: the bytes; kToken: its spelling; kSpace: what a renderer writes
  TokenId token = kNoToken;  // kToken
  std::vector<std::vector<Element>> branches;
  uint32_t min = 0, max = 0;  // kId
  bool digits = false;        // kId
};
using Elements = std::vector<Element>;

struct BoundLayout {
  Where where = Where::kAnywhere;
  bool name_ahead = false;
  Elements section_begin, call, between_calls, section_end;
  KeyAhead key_ahead{};
  std::vector<uint32_t> next{};  // the layouts of the call behind between_calls: this one, and those that may follow it

  // What commits to a call: kBytes or kToken.
  const Element& trigger() const { return section_begin.empty() ? call.front() : section_begin.front(); }
};

struct BoundBlock {
  bool reasoning = false, last = false;
  Elements begin;
  Element end;
};

struct BoundFormat {
  std::shared_ptr<const CallFormat> format;
  std::vector<BoundLayout> layouts;
  // Around the section that begins the answer; empty where the model has none.
  Elements reasoning_begin;
  Element reasoning_end;
  std::vector<BoundBlock> blocks;
  Elements between_blocks;
  std::optional<TokenId> mark;  // CallFormat::mark as a token
  std::vector<std::pair<std::string, TokenId>> tokens;  // the delimiters that are tokens

  bool reasons() const { return !reasoning_begin.empty(); }
};

// Without a lookup every delimiter is spelled. A model whose tokenizer has no token for the begin of reasoning is taken to
// have no reasoning section, unless `spelled_reasoning`.
std::shared_ptr<const BoundFormat> bind_call_format(std::shared_ptr<const CallFormat> format,
                                                    const TokenLookup& lookup = {}, bool spelled_reasoning = false);

}  // namespace keyway
