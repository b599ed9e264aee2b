// Reads the text of a regular expression into a Pattern.
//
// Entry point: read_pattern. Dialects differ in what they write, not in what a tree means: the differences are settled
// here, in regex_reader.cc (structure: groups, quantifiers, flags) and regex_classes.cc (escapes, classes, properties).
// Invariant: a construct that is not of the dialect is an error; nothing is guessed. Groups are on an explicit stack.
// Tested by tests/grammar/regex_parser_test.cc.
#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "grammar/regex_parser.h"
#include "grammar/regex_pattern.h"

namespace keyway {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

class PatternReader {
 public:
  PatternReader(std::string_view text, RegexDialect dialect, const Limits& limits);
  Result<Pattern> read();

 private:
  // The flags of (?imsxUuR).
  struct Flags {
    bool fold = false, multi_line = false, dot_all = false, verbose = false, crlf = false, unicode = true;
  };
  struct Group {
    std::vector<uint32_t> branches, items;
    Flags outer;          // to restore at the end
    size_t offset = 0;    // of the parenthesis
    PatternKind kind = PatternKind::kSequence;  // kLook for lookaround
    bool negative = false, behind = false;
  };
  // What may follow the item just read.
  enum class Repeatable : uint8_t { kNo, kYes, kRepeated };

  bool ecma() const { return dialect_ == RegexDialect::kEcma; }
  bool re2() const { return dialect_ == RegexDialect::kRe2; }
  bool rust() const { return dialect_ == RegexDialect::kRust; }

  // Cursor over code points. at(0) is the byte at the cursor, 0 at the end.
  bool done() const { return position_ >= text_.size(); }
  char at(size_t ahead) const { return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0'; }
  bool take(std::string_view expected);
  uint32_t next_code_point();
  bool refuse(ErrorCode code, std::string message, std::string allowed = {});  // keeps the first error; returns false
  bool syntax(std::string message) { return refuse(ErrorCode::kSyntax, std::move(message)); }

  // Structure.
  bool read_item();
  void skip_verbose();
  bool open_group();
  bool open_named_group();
  bool read_flags();
  bool push_group(PatternKind kind, bool negative, bool behind, const Flags& outer);
  bool close_group();
  bool read_quantifier();
  bool read_counts(uint32_t& min, uint32_t& max, bool& is_quantifier);
  void repeat_last(uint32_t min, uint32_t max);
  bool read_quoted();

  // Tree.
  uint32_t add(const PatternNode& node);
  uint32_t add_list(PatternKind kind, const std::vector<uint32_t>& list);
  uint32_t finish_branches(Group& group);
  void push(uint32_t node, Repeatable repeatable);
  void push_code_point(uint32_t code_point);
  void push_set(CodePointSet set);
  void push_place(Place place, Repeatable repeatable);

  // Escapes and classes.
  bool read_escape();
  bool read_ecma_escape(char letter);
  bool read_word_bound();
  bool read_class();
  std::optional<CodePointSet> read_set(uint32_t depth);
  bool read_set_items(std::vector<CodePointRange>& ranges, uint32_t depth, bool first);
  bool read_set_item(std::optional<uint32_t>& code_point, CodePointSet& set, uint32_t depth);
  bool read_posix_class(CodePointSet& set);
  std::optional<CodePointSet> shorthand(char letter);
  std::optional<CodePointSet> property(bool negative);
  std::optional<CodePointSet> property_by_name(std::string_view body);
  std::optional<uint32_t> escaped_code_point(bool in_class);
  std::optional<uint32_t> braced_hex(size_t digits_without_braces, bool braces);
  std::optional<uint32_t> ecma_unit_escape();
  std::optional<uint32_t> octal();
  CodePointSet folded(CodePointSet set) const;

  std::string_view text_;
  RegexDialect dialect_;
  Limits limits_;
  size_t position_ = 0;
  size_t item_offset_ = 0;  // where the item being read begins
  Flags flags_;
  Repeatable repeatable_ = Repeatable::kNo;
  bool open_text_ = false;       // the last item is a text that may grow
  bool needs_unicode_ = false;   // something that ECMA reads so only under the flag u
  bool needs_annex_ = false;     // something that ECMA reads only without it
  std::vector<Group> groups_;
  std::set<std::string, std::less<>> names_;
  Pattern pattern_;
  std::optional<Error> error_;
};

// What \w and \b call a word character, of ASCII or of Unicode.
const CodePointSet& word_characters(bool unicode);

}  // namespace keyway
