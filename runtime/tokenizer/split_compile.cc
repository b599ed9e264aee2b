// From the text of a pattern to items, and from items to the nodes of a program; see split_compile.h.
#include "runtime/tokenizer/split_compile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "grammar/utf8.h"
#include "runtime/tokenizer/split_class.h"

namespace keyway {
namespace {

constexpr uint32_t kNoLimit = 0xFFFFFFFFu;
constexpr uint32_t kMaxDepth = 250;
constexpr size_t kMaxNodes = 20'000;

// One term of a pattern with its quantifier.
struct Item {
  enum class Kind { kClass, kGroup, kLook };
  Kind kind = Kind::kClass;
  bool negative = false;    // kLook
  bool possessive = false;
  CodePointSet set;         // kClass, kLook
  uint32_t least = 1;
  uint32_t most = 1;
  std::vector<std::vector<Item>> alternatives;  // kGroup
};
using Sequence = std::vector<Item>;

// Reads by descent; the depth of groups is counted. Any failure sets outside_ (leave it to PCRE2) or error_.
class SplitReader {
 public:
  SplitReader(std::string_view text, const std::string& pointer) : text_(text), pointer_(pointer) {}

  std::vector<Sequence> read() {
    std::vector<Sequence> alternatives = read_alternatives(0);
    if (at_ != text_.size()) outside_ = true;
    return alternatives;
  }
  bool outside() const { return outside_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool stopped() const { return outside_ || error_.has_value(); }
  bool eat(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  std::vector<Sequence> read_alternatives(uint32_t depth) {
    std::vector<Sequence> alternatives(1);
    if (depth > kMaxDepth) {
      error_ = fail(ErrorCode::kLimit, "the groups of the pattern are nested too deeply", pointer_, {},
                    "depth " + std::to_string(kMaxDepth));
    }
    while (!stopped() && at_ < text_.size() && text_[at_] != ')') {
      if (eat("|")) {
        alternatives.emplace_back();
        continue;
      }
      Item item;
      read_term(item, depth);
      if (!stopped()) read_quantifier(item);
      alternatives.back().push_back(std::move(item));
    }
    return alternatives;
  }

  void read_term(Item& item, uint32_t depth) {
    if (text_[at_] == '(') return read_group(item, depth);
    if (text_[at_] == '[') {
      if (!read_split_class(text_, at_, item.set) || ignore_case_) outside_ = true;
      return;
    }
    if (text_[at_] == '\\') {
      const bool is_letter = at_ + 1 < text_.size() && is_ascii_letter(text_[at_ + 1]);
      if (!read_split_escape(text_, at_, false, item.set) || (ignore_case_ && is_letter)) outside_ = true;
      return;
    }
    if (std::string_view("^$.*+?{}").find(text_[at_]) != std::string_view::npos) {
      outside_ = true;
      return;
    }
    const DecodedCodePoint point = decode_utf8(text_.data() + at_);
    at_ += point.length;
    item.set = literal(point.value);
  }

  static bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  CodePointSet literal(uint32_t point) {
    CodePointSet set = code_points(point, point);
    if (!ignore_case_) return set;
    if (point >= 0x80) outside_ = true;
    if (point >= 0x80 || !is_ascii_letter(static_cast<char>(point))) return set;
    set = set.unite(code_points(point ^ 0x20, point ^ 0x20));
    // The letters past ASCII that fold to ASCII: long s and the Kelvin sign.
    if ((point | 0x20) == 's') set = set.unite(code_points(0x17F, 0x17F));
    if ((point | 0x20) == 'k') set = set.unite(code_points(0x212A, 0x212A));
    return set;
  }

  void read_group(Item& item, uint32_t depth) {
    const bool outer_ignore_case = ignore_case_;
    item.kind = Item::Kind::kGroup;
    if (eat("(?i:")) {
      ignore_case_ = true;
    } else if (eat("(?=") || eat("(?!")) {
      item.kind = Item::Kind::kLook;
      item.negative = text_[at_ - 1] == '!';
    } else if (!eat("(?:")) {
      ++at_;
      if (at_ < text_.size() && text_[at_] == '?') {
        outside_ = true;
        return;
      }
    }
    item.alternatives = read_alternatives(depth + 1);
    ignore_case_ = outer_ignore_case;
    if (!stopped() && !eat(")")) outside_ = true;
    if (!stopped() && item.kind == Item::Kind::kLook) make_look(item);
  }

  // A lookahead of exactly one character becomes a test of one set.
  void make_look(Item& item) {
    const bool plain = item.alternatives.size() == 1 && item.alternatives[0].size() == 1 &&
                       item.alternatives[0][0].kind == Item::Kind::kClass && item.alternatives[0][0].least == 1;
    if (!plain) {
      outside_ = true;
      return;
    }
    item.set = item.alternatives[0][0].set;
    item.alternatives.clear();
  }

  void read_quantifier(Item& item) {
    if (eat("?")) {
      item.least = 0;
    } else if (eat("*")) {
      item.least = 0, item.most = kNoLimit;
    } else if (eat("+")) {
      item.most = kNoLimit;
    } else if (at_ < text_.size() && text_[at_] == '{') {
      return read_interval(item);
    } else {
      return;
    }
    item.possessive = eat("+");
    check_quantifier(item);
  }

  void read_interval(Item& item) {
    ++at_;
    const std::optional<uint32_t> least = read_count();
    std::optional<uint32_t> most = least;
    if (eat(",")) most = at_ < text_.size() && text_[at_] == '}' ? kNoLimit : read_count();
    if (!least || !most || !eat("}") || *most < *least) {
      outside_ = true;
      return;
    }
    item.least = *least, item.most = *most;
    if (eat("+")) {
      // To Oniguruma a second quantifier, to PCRE2 a possessive one. (x{m,n})+ is x{m,} where m is at most 1.
      if (item.least > 1 || item.most == 0) {
        error_ = fail(ErrorCode::kUnsupported, "a plus after an interval is read in two ways", pointer_,
                      std::string(text_.substr(0, at_)), "an interval from 0 or 1");
        return;
      }
      item.most = kNoLimit;
    }
    check_quantifier(item);
  }

  std::optional<uint32_t> read_count() {
    uint32_t value = 0;
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - start < 6) {
      value = value * 10 + static_cast<uint32_t>(text_[at_++] - '0');
    }
    if (at_ == start) return std::nullopt;
    return value;
  }

  void check_quantifier(const Item& item) {
    const bool stacked = at_ < text_.size() && std::string_view("?*+{").find(text_[at_]) != std::string_view::npos;
    const bool once = item.least <= 1 && item.most == 1;
    const bool fits = item.kind == Item::Kind::kClass || (item.kind == Item::Kind::kGroup && once && !item.possessive);
    if (stacked || !fits) outside_ = true;
  }

  std::string_view text_;
  const std::string& pointer_;
  size_t at_ = 0;
  bool ignore_case_ = false;
  bool outside_ = false;
  std::optional<Error> error_;
};

// Items to nodes, from the end to the front. The recursion is as deep as the groups were.
class Builder {
 public:
  uint32_t build(const Sequence& sequence, uint32_t next) {
    for (auto item = sequence.rbegin(); item != sequence.rend(); ++item) next = build(*item, next);
    return next;
  }

  uint32_t add(SplitNode node) {
    program->nodes.push_back(std::move(node));
    return static_cast<uint32_t>(program->nodes.size() - 1);
  }

  // The characters that a match from `node` on can begin with; false as well where it can be empty.
  bool first_set(uint32_t at, CodePointSet& set) const {
    for (;;) {
      const SplitNode& node = program->nodes[at];
      if (node.kind == SplitNode::Kind::kAccept) return false;
      if (node.kind == SplitNode::Kind::kChoice) {
        bool consumes = true;
        for (uint32_t choice : node.choices) consumes &= first_set(choice, set);
        return consumes;
      }
      if (node.kind == SplitNode::Kind::kRepeat) {
        set = set.unite(sets[node.table]);
        if (node.least > 0) return true;
      }
      at = node.next;
    }
  }

  std::shared_ptr<SplitProgram> program = std::make_shared<SplitProgram>();
  std::vector<CodePointSet> sets;  // parallel to program->tables

 private:
  uint32_t build(const Item& item, uint32_t next) {
    SplitNode node;
    node.next = next;
    if (item.kind == Item::Kind::kGroup) {
      node.kind = SplitNode::Kind::kChoice;
      for (const Sequence& alternative : item.alternatives) node.choices.push_back(build(alternative, next));
      if (item.least == 0) node.choices.push_back(next);
      return add(std::move(node));
    }
    node.table = intern(item.set);
    if (item.kind == Item::Kind::kLook) {
      node.kind = SplitNode::Kind::kLook;
      node.negative = item.negative;
      return add(std::move(node));
    }
    node.kind = SplitNode::Kind::kRepeat;
    node.least = item.least;
    node.most = item.most;
    node.give_back = !item.possessive && may_need_less(item.set, next);
    return add(std::move(node));
  }

  // Giving characters back cannot help where what follows succeeds at once or cannot begin with any of them.
  bool may_need_less(const CodePointSet& set, uint32_t next) const {
    if (program->nodes[next].kind == SplitNode::Kind::kAccept) return false;
    CodePointSet following;
    if (!first_set(next, following)) return true;
    return !set.intersect(following).empty();
  }

  uint32_t intern(const CodePointSet& set) {
    for (size_t i = 0; i < sets.size(); ++i) {
      if (sets[i] == set) return static_cast<uint32_t>(i);
    }
    sets.push_back(set);
    program->tables.emplace_back(set);
    return static_cast<uint32_t>(sets.size() - 1);
  }
};

void mark_viable(SplitProgram& program, uint32_t start, const CodePointSet& first) {
  for (const CodePointRange range : first.ranges()) {
    for (uint32_t point = range.first; point <= range.last;) {
      std::string lead;
      const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
      if (!surrogate) {
        append_utf8(lead, point);
        program.viable[static_cast<uint8_t>(lead[0])] |= 1u << start;
      }
      // Past ASCII one lead byte covers at least 64 aligned code points.
      point = point < 0x80 ? point + 1 : (point | 63) + 1;
    }
  }
}

size_t count_items(const std::vector<Sequence>& alternatives) {
  size_t count = 0;
  for (const Sequence& sequence : alternatives) {
    for (const Item& item : sequence) count += 1 + count_items(item.alternatives);
  }
  return count;
}

}  // namespace

Result<std::shared_ptr<const SplitProgram>> compile_split_program(std::string_view pattern,
                                                                  const std::string& pointer) {
  const std::shared_ptr<const SplitProgram> none;
  if (!is_utf8(pattern)) return fail(ErrorCode::kSyntax, "the pattern is not UTF-8", pointer);
  SplitReader reader(pattern, pointer);
  const std::vector<Sequence> alternatives = reader.read();
  if (reader.error()) return *reader.error();
  if (reader.outside() || alternatives.size() > 32 || count_items(alternatives) > kMaxNodes) return none;

  Builder builder;
  const uint32_t accept = builder.add({});
  for (const Sequence& alternative : alternatives) {
    const uint32_t start = builder.build(alternative, accept);
    CodePointSet first;
    if (!builder.first_set(start, first)) return none;
    mark_viable(*builder.program, static_cast<uint32_t>(builder.program->starts.size()), first);
    builder.program->starts.push_back(start);
  }
  return std::shared_ptr<const SplitProgram>(std::move(builder.program));
}

}  // namespace keyway
