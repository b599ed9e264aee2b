// Outlines; see outlines.h.
#include "schemas/json_schema/outlines.h"

#include <algorithm>

#include "schemas/json_schema/values.h"

namespace keyway::json_schema {
namespace {

uint8_t bit(JsonKind kind) { return static_cast<uint8_t>(1u << static_cast<unsigned>(kind)); }

bool is_scalar(Json value) { return !value.is_array() && !value.is_object(); }

// Equal scalars have equal keys: numbers by value.
std::string scalar_key(Json value) {
  if (value.is_string()) return "s" + std::string(value.string());
  if (!value.is_number()) return std::string(1, static_cast<char>('0' + static_cast<int>(value.kind())));
  const Decimal number = decimal_of(value);
  return (number.negative ? "n-" : "n") + number.digits + "e" + std::to_string(number.exponent);
}

// The JSON text of a scalar with this key.
std::string text_of_key(const std::string& key) {
  if (key[0] == 's') return json_quote(std::string_view(key).substr(1));
  if (key[0] == 'n') return key[1] == 'e' ? "0" : key.substr(1);
  const JsonKind kind = static_cast<JsonKind>(key[0] - '0');
  return kind == JsonKind::kNull ? "null" : kind == JsonKind::kTrue ? "true" : "false";
}

JsonKind kind_of_key(const std::string& key) {
  if (key[0] == 's') return JsonKind::kString;
  return key[0] == 'n' ? JsonKind::kNumber : static_cast<JsonKind>(key[0] - '0');
}

uint8_t types_named(Json types) {
  uint8_t out = 0;
  const auto add = [&](std::string_view name) {
    if (name == "null") out |= bit(JsonKind::kNull);
    if (name == "boolean") out |= bit(JsonKind::kFalse) | bit(JsonKind::kTrue);
    if (name == "number" || name == "integer") out |= bit(JsonKind::kNumber);
    if (name == "string") out |= bit(JsonKind::kString);
    if (name == "array") out |= bit(JsonKind::kArray);
    if (name == "object") out |= bit(JsonKind::kObject);
  };
  if (types.is_string()) add(types.string());
  for (size_t i = 0; i < types.size(); ++i) add(types.at(i).string());
  return out;
}

bool names_integer(Json types) {
  bool integer = types.is_string() && types.string() == "integer";
  for (size_t i = 0; i < types.size(); ++i) integer = integer || types.at(i).string() == "integer";
  return integer;
}

// Whether the negation of the keyword is all in its outline: constants that are scalars, and types without "integer".
bool only_scalars(const KeywordUse& use) {
  if (use.keyword == Keyword::kType) return !names_integer(use.value);
  if (use.keyword == Keyword::kConst) return is_scalar(use.value);
  if (use.keyword != Keyword::kEnum) return false;
  for (size_t i = 0; i < use.value.size(); ++i) {
    if (!is_scalar(use.value.at(i))) return false;
  }
  return true;
}

// A pattern that is words: "word", "^word", "word$", "^word$", "^(one|two)$", ...
struct WordPattern {
  bool from_start = false, to_end = false;
  std::vector<std::string_view> words;
};

std::optional<WordPattern> words_of(std::string_view pattern) {
  WordPattern out;
  if (pattern.starts_with('^')) out.from_start = true, pattern.remove_prefix(1);
  if (pattern.ends_with('$')) out.to_end = true, pattern.remove_suffix(1);
  const bool grouped = pattern.size() > 1 && pattern.starts_with('(') && pattern.ends_with(')');
  if (grouped) pattern = pattern.substr(1, pattern.size() - 2);
  if (grouped && pattern.starts_with("?:")) pattern.remove_prefix(2);
  const auto plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ' || (grouped && c == '|');
  };
  if (!std::all_of(pattern.begin(), pattern.end(), plain)) return std::nullopt;
  for (size_t bar = pattern.find('|'); bar != std::string_view::npos; bar = pattern.find('|')) {
    out.words.push_back(pattern.substr(0, bar));
    pattern.remove_prefix(bar + 1);
  }
  out.words.push_back(pattern);
  return out;
}

bool matches(const std::string& pattern, std::string_view text) {
  const WordPattern read = *words_of(pattern);
  return std::any_of(read.words.begin(), read.words.end(), [&](std::string_view word) {
    if (read.from_start && read.to_end) return text == word;
    if (read.from_start) return text.starts_with(word);
    return read.to_end ? text.ends_with(word) : text.find(word) != std::string_view::npos;
  });
}

template <typename Combine>
std::vector<std::string> combine(const std::vector<std::string>& a, const std::vector<std::string>& b, Combine how) {
  std::vector<std::string> out;
  how(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

constexpr auto kUnion = [](auto... range) { return std::set_union(range...); };
constexpr auto kIntersection = [](auto... range) { return std::set_intersection(range...); };
constexpr auto kDifference = [](auto... range) { return std::set_difference(range...); };

}  // namespace

std::optional<std::vector<std::string>> Outlines::finite(const Outline& outline) {
  if (outline.types == 0) return std::vector<std::string>();
  if ((outline.types & (bit(JsonKind::kArray) | bit(JsonKind::kObject))) != 0 || !outline.listed) return std::nullopt;
  work_ += outline.listed->size() + outline.excluded.size();
  std::vector<std::string> left = combine(*outline.listed, outline.excluded, kDifference);
  std::erase_if(left, [&](const std::string& key) {
    if ((outline.types & bit(kind_of_key(key))) == 0) return true;
    return key[0] == 's' && std::any_of(outline.patterns.begin(), outline.patterns.end(), [&](const std::string& pattern) {
      return !matches(pattern, std::string_view(key).substr(1));
    });
  });
  return left;
}

bool Outlines::is_empty(const Outline& outline) {
  const std::optional<std::vector<std::string>> left = finite(outline);
  return left && left->empty();
}

void Outlines::meet(Outline& into, const Outline& other) {
  into.exact = into.exact && other.exact;
  into.types &= other.types;
  if (!into.listed) {
    into.listed = other.listed;
  } else if (other.listed) {
    into.listed = combine(*into.listed, *other.listed, kIntersection);
  }
  into.excluded = combine(into.excluded, other.excluded, kUnion);
  into.patterns = combine(into.patterns, other.patterns, kUnion);
}

void Outlines::join(Outline& into, const Outline& other) {
  into.exact = false;
  into.types |= other.types;
  if (into.listed && other.listed) {
    into.listed = combine(*into.listed, *other.listed, kUnion);
  } else {
    into.listed.reset();
  }
  into.excluded = combine(into.excluded, other.excluded, kIntersection);
  into.patterns = combine(into.patterns, other.patterns, kIntersection);
}

Outlines::Outline Outlines::of_constants(std::span<const Json> values) const {
  Outline out;
  out.exact = true;
  out.types = 0;
  out.listed.emplace();
  for (const Json& value : values) {
    out.types |= bit(value.kind());
    if (is_scalar(value)) out.listed->push_back(scalar_key(value));
  }
  std::sort(out.listed->begin(), out.listed->end());
  return out;
}

Outlines::Outline Outlines::positive(NodeId node, int depth) {
  Outline out;
  out.exact = true;
  if (nodes_.node(node).json.kind() == JsonKind::kFalse && nodes_.uses(node).empty()) out.types = 0;
  for (const KeywordUse& use : nodes_.uses(node)) {
    std::vector<Json> values;
    switch (use.keyword) {
      case Keyword::kType:
        out.types &= types_named(use.value);
        out.exact = out.exact && !names_integer(use.value);
        break;
      case Keyword::kConst: meet(out, of_constants(std::span(&use.value, 1))); break;
      case Keyword::kEnum:
        for (size_t i = 0; i < use.value.size(); ++i) values.push_back(use.value.at(i));
        meet(out, of_constants(values));
        break;
      case Keyword::kPattern:
        if (words_of(use.value.string())) {
          meet(out, of_pattern(use.value));
        } else {
          out.exact = false;
        }
        break;
      case Keyword::kAllOf:
      case Keyword::kRef:
        for (NodeId child : nodes_.children(use)) meet(out, make(Literal{child, true, 0}, depth - 1));
        break;
      case Keyword::kNot: meet(out, make(Literal{nodes_.children(use)[0], false, 0}, depth - 1)); break;
      case Keyword::kAnyOf:
      case Keyword::kOneOf: {
        Outline any = make(Literal{nodes_.children(use)[0], true, 0}, depth - 1);
        for (size_t i = 1; i < use.child_count; ++i) join(any, make(Literal{nodes_.children(use)[i], true, 0}, depth - 1));
        meet(out, any);
        break;
      }
      default: out.exact = false; break;
    }
  }
  return listed_by_patterns(std::move(out));
}

Outlines::Outline Outlines::of_pattern(Json pattern) {
  Outline out;
  out.exact = true;
  out.patterns.emplace_back(pattern.string());
  return out;
}

// Strings that a pattern lists whole are listed.
Outlines::Outline Outlines::listed_by_patterns(Outline outline) {
  if (outline.listed || outline.types != bit(JsonKind::kString)) return outline;
  for (const std::string& pattern : outline.patterns) {
    const WordPattern read = *words_of(pattern);
    if (!read.from_start || !read.to_end) continue;
    outline.listed.emplace();
    for (std::string_view word : read.words) outline.listed->push_back("s" + std::string(word));
    std::sort(outline.listed->begin(), outline.listed->end());
    outline.listed->erase(std::unique(outline.listed->begin(), outline.listed->end()), outline.listed->end());
    break;
  }
  return outline;
}

// Of a negated schema only what one keyword alone says is read: the negation of two is a union.
Outlines::Outline Outlines::make(Literal literal, int depth) {
  if (depth == 0) return {};
  if (literal.positive) return positive(literal.node, depth);
  Outline out;  // exact only where the one keyword is
  const std::span<const KeywordUse> uses = nodes_.uses(literal.node);
  if (uses.empty() && nodes_.node(literal.node).json.kind() != JsonKind::kFalse) out.types = 0;
  if (uses.size() != 1) return out;
  const KeywordUse& use = uses[0];
  if (use.keyword == Keyword::kConst && is_scalar(use.value)) out.excluded.push_back(scalar_key(use.value));
  if (use.keyword == Keyword::kEnum) {
    for (size_t i = 0; i < use.value.size(); ++i) {
      if (is_scalar(use.value.at(i))) out.excluded.push_back(scalar_key(use.value.at(i)));
    }
    std::sort(out.excluded.begin(), out.excluded.end());
  }
  if (use.keyword == Keyword::kType) {
    out.types = static_cast<uint8_t>(kAllTypes & ~types_named(use.value));
    if (names_integer(use.value)) out.types |= bit(JsonKind::kNumber);
  }
  out.exact = only_scalars(use);
  if (use.keyword == Keyword::kNot) return make(Literal{nodes_.children(use)[0], true, 0}, depth - 1);
  if (use.keyword == Keyword::kRef) return make(Literal{nodes_.children(use)[0], false, 0}, depth - 1);
  return out;
}

const Outlines::Outline& Outlines::of(Literal literal) {
  const auto [at, added] = known_.try_emplace(literal.packed());
  if (added) at->second = make(literal, kDepth);
  return at->second;
}

const Outlines::Outline& Outlines::of(ConjunctionId conjunction) {
  const bool has_literals = conjunction != Conjunctions::any() && conjunction != Conjunctions::never();
  if (has_literals && conjunctions_.literal_count(conjunction) == 1) return of(conjunctions_.literal(conjunction, 0));
  const auto found = conjunction_outlines_.find(conjunction.value);
  if (found != conjunction_outlines_.end()) return found->second;
  Outline all;
  if (has_literals) {
    all = of(conjunctions_.literal(conjunction, 0));
    for (size_t i = 1; i < conjunctions_.literal_count(conjunction); ++i) {
      meet(all, of(conjunctions_.literal(conjunction, i)));
      work_ += all.excluded.size() + all.patterns.size() + (all.listed ? all.listed->size() : 0);
    }
  }
  if (conjunction == Conjunctions::never()) all.types = 0;
  return conjunction_outlines_.emplace(conjunction.value, std::move(all)).first->second;
}

bool Outlines::is_listed(ConjunctionId conjunction) {
  const std::optional<std::vector<std::string>> left = finite(of(conjunction));
  return left && !left->empty();
}

bool Outlines::obviously_empty(ConjunctionId conjunction) { return is_empty(of(conjunction)); }

ConjunctionId Outlines::canonical(ConjunctionId conjunction) {
  constexpr size_t kMostValues = 100;  // of a set that is written anew; a single large enum is its own form
  if (conjunction == Conjunctions::any() || conjunction == Conjunctions::never()) return conjunction;
  if (const ConjunctionId* known = canonical_.find(conjunction.value)) return *known;
  ConjunctionId form = conjunction;
  const Outline& outline = of(conjunction);
  const std::optional<std::vector<std::string>> left = finite(outline);
  if (left && left->empty()) {
    form = Conjunctions::never();
  } else if (left && outline.exact && left->size() <= kMostValues) {
    std::string text;
    for (const std::string& key : *left) text += (text.empty() ? "[" : ", ") + text_of_key(key);
    const NodeId set = nodes_.enumeration(conjunctions_.literal(conjunction, 0).node, text + "]");
    if (set != kNoNode) form = conjunctions_.of(Literal{set, true, 0});
  }
  canonical_.add(conjunction.value, form);
  canonical_.add(form.value, form);
  return form;
}

bool Outlines::implies(ConjunctionId smaller, ConjunctionId larger) {
  if (smaller == larger || larger == Conjunctions::any() || smaller == Conjunctions::never()) return true;
  if (conjunctions_.conjoin(smaller, larger) == smaller) return true;
  const std::optional<std::vector<std::string>> a = finite(of(smaller));
  if (!a) return false;
  if (a->empty()) return true;
  const Outline& outline = of(larger);
  const std::optional<std::vector<std::string>> b = finite(outline);
  return b && outline.exact && std::includes(b->begin(), b->end(), a->begin(), a->end());
}

}  // namespace keyway::json_schema
