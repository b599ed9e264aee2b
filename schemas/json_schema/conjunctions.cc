// Interned conjunctions; see conjunctions.h.
#include "schemas/json_schema/conjunctions.h"

#include <algorithm>

namespace keyway::json_schema {

namespace {

void append_text(std::string& key, std::string_view text) {
  const uint32_t size = static_cast<uint32_t>(text.size());
  key.append(reinterpret_cast<const char*>(&size), sizeof size);
  key += text;
}

// Writes the value into a key; equal keys are equal values with members in one order. False where it is not small, or holds
// a member that refers or names: a plain one says the same everywhere in one dialect.
bool append_plain(Json value, size_t& room, std::vector<Json>& stack, std::string& key) {
  stack.assign(1, value);
  while (!stack.empty()) {
    const Json at = stack.back();
    stack.pop_back();
    if (room == 0 || at.size() > room) return false;
    --room;
    key += static_cast<char>(at.kind());
    if (at.is_string()) append_text(key, at.string());
    if (at.is_number()) append_text(key, at.number());
    if (at.is_array() || at.is_object()) key += static_cast<char>(at.size());
    for (size_t i = 0; i < at.size(); ++i) {
      if (at.is_object() && (at.key(i).starts_with('$') || at.key(i) == "id")) return false;
      if (at.is_object()) append_text(key, at.key(i));
      stack.push_back(at.at(i));
    }
  }
  return true;
}

}  // namespace

Conjunctions::Conjunctions(SchemaNodes& nodes) : nodes_(nodes) {
  intern({});
  // A list that no set of literals has: never() is told from any() by its id alone.
  constexpr uint32_t kNoLiterals[] = {0xFFFFFFFFu};
  table_.intern(std::span(kNoLiterals));
}

ConjunctionId Conjunctions::of(Literal literal) {
  literal.scope = nodes_.enter(literal.scope, literal.node);
  const uint64_t key = literal.packed() | 1;
  if (const Literal* known = targets_.find(key)) {
    literal.node = known->node;
    literal.scope = known->scope;
  } else {
    // Loops of references were refused when the nodes were read.
    while (nodes_.uses(literal.node).size() == 1 && is_reference(nodes_.uses(literal.node)[0].keyword)) {
      literal.node = nodes_.target(literal.node, nodes_.uses(literal.node)[0], literal.scope);
      literal.scope = nodes_.enter(literal.scope, literal.node);
    }
    literal.node = first_like(literal.node);
    targets_.insert(key, literal);
  }
  if (nodes_.uses(literal.node).empty()) {
    const Json json = nodes_.node(literal.node).json;
    return (json.kind() != JsonKind::kFalse) == literal.positive ? any() : never();
  }
  const uint64_t literals[] = {literal.packed()};
  return intern(literals);
}

// 26 patternProperties with one schema each made 2^26 classes of keys; where it is the same schema they are one class.
NodeId Conjunctions::first_like(NodeId node) {
  constexpr size_t kMostValues = 24;  // of a schema that is compared
  const SchemaNode& schema = nodes_.node(node);
  if (schema.is_made || nodes_.uses(node).empty()) return node;
  size_t room = kMostValues;
  like_key_.clear();
  // What a keyword means is a matter of the dialect; where the schema stands is none, for nothing in it refers.
  const Dialect& dialect = schema.dialect;
  like_key_ += static_cast<char>(dialect.draft);
  like_key_ += static_cast<char>(dialect.left_out);
  like_key_ += dialect.asserts_formats ? 'a' : 'n';
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (is_reference(use.keyword)) return node;
    like_key_ += static_cast<char>(use.keyword);
    if (!append_plain(use.value, room, like_stack_, like_key_)) return node;
  }
  const uint64_t hash = std::hash<std::string_view>()(like_key_);
  const uint32_t known = like_index_.find(hash, [&](uint32_t i) {
    return std::string_view(like_keys_).substr(likes_[i].first, likes_[i].size) == like_key_;
  });
  if (known != HashIndex::kNone) return likes_[known].node;
  const size_t first = like_keys_.size();
  like_keys_ += like_key_;
  likes_.push_back({first, like_key_.size(), node});
  like_index_.insert(hash, static_cast<uint32_t>(likes_.size() - 1));
  return node;
}

ConjunctionId Conjunctions::conjoin(ConjunctionId a, ConjunctionId b) {
  if (a == b || b == any()) return a;
  if (a == any()) return b;
  if (a == never() || b == never()) return never();
  if (b < a) std::swap(a, b);
  const uint64_t key = uint64_t{a.value} << 32 | b.value;
  if (const ConjunctionId* known = joined_.find(key)) return *known;
  const std::vector<uint64_t> left = packed(a), right = packed(b);
  std::vector<uint64_t> all;
  all.reserve(left.size() + right.size());
  std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(all));
  // A literal and its negation differ in the lowest bit only, so that they lie side by side.
  bool contradiction = false;
  for (size_t i = 1; i < all.size(); ++i) contradiction = contradiction || (all[i - 1] ^ all[i]) == 1;
  const ConjunctionId result = contradiction ? never() : intern(all);
  joined_.insert(key, result);
  return result;
}

std::vector<uint64_t> Conjunctions::packed(ConjunctionId id) const {
  std::vector<uint64_t> out;
  for (size_t i = 0; i < literal_count(id); ++i) out.push_back(packed(id, i));
  return out;
}

ConjunctionId Conjunctions::intern(std::span<const uint64_t> literals) {
  const auto low = [](uint64_t literal) { return static_cast<uint32_t>(literal); };
  const auto high = [](uint64_t literal) { return static_cast<uint32_t>(literal >> 32); };
  if (literals.size() == 1) {
    const uint32_t words[] = {low(literals[0]), high(literals[0])};
    return ConjunctionId(table_.intern(std::span(words)).first);
  }
  std::vector<uint32_t> words;
  words.reserve(literals.size() * 2);
  for (uint64_t literal : literals) {
    words.push_back(low(literal));
    words.push_back(high(literal));
  }
  return ConjunctionId(table_.intern(words).first);
}

}  // namespace keyway::json_schema
