// The order of expansion; see expand.h.
#include "schemas/json_schema/expand.h"

#include <algorithm>

namespace keyway::json_schema {

Expander::Expander(SchemaNodes& nodes, Conjunctions& conjunctions, ShapeStore& shapes, NumberAlgebra& numbers,
                   SumAlgebra& sums, TrackedAlgebra& tracked_algebra, Constants& constants, KeywordValues& values,
                   RegexArena& regexes)
    : nodes_(nodes),
      conjunctions_(conjunctions),
      shapes_(shapes),
      numbers_(numbers),
      sums_(sums),
      tracked_algebra_(tracked_algebra),
      constants_(constants),
      values_(values),
      regexes_(regexes) {}

const ValueSum& Expander::sum(ConjunctionId conjunction) {
  const bool limited_values =
      limits_.closed_objects || limits_.max_string_length != kUnbounded || limits_.max_items != kUnbounded ||
      limits_.strings || limits_.keys || limits_.excluded;
  if (conjunction == Conjunctions::any() && !limited_values) return sums_.any();
  if (conjunction == Conjunctions::never()) return sums_.none();
  if (const ValueSum* const* known = conjunction_sums_.find(conjunction.value)) return **known;
  const size_t count = conjunction == Conjunctions::any() ? 0 : conjunctions_.literal_count(conjunction);
  const ValueSum* result = count == 0 ? &sums_.any() : &literal_sum(conjunctions_.literal(conjunction, 0));
  for (size_t i = 1; i < count; ++i) {
    const ValueSum& next = literal_sum(conjunctions_.literal(conjunction, i));
    storage_.push_back(sums_.intersect(*result, next));
    if (stopped_at_ == kNoNode && sums_.exhausted()) stopped_at_ = conjunctions_.literal(conjunction, i).node;
    result = &storage_.back();
  }
  if (limited_values) {
    storage_.push_back(limited(*result));
    result = &storage_.back();
  }
  for (ObjectShapeId id : result->objects) {
    if (!has_mixed_clauses(shapes_.object(id))) continue;
    storage_.push_back(without_mixed_clauses(*result));
    result = &storage_.back();
    break;
  }
  for (ObjectShapeId id : result->objects) {
    if (shapes_.object(id).differs.empty() || !is_counted(shapes_.object(id))) continue;
    storage_.push_back(without_mixed_differs(*result));
    result = &storage_.back();
    break;
  }
  conjunction_sums_.add(conjunction.value, result);
  return *result;
}

// A subset of the values: what the limits take away is gone before anything is decided about emptiness.
ValueSum Expander::limited(ValueSum sum) {
  if (limits_.max_string_length != kUnbounded) {
    const RegexId parts[] = {sum.strings, regexes_.length(0, limits_.max_string_length)};
    sum.strings = regexes_.intersection(parts);
  }
  if (limits_.strings) {
    const RegexId parts[] = {sum.strings, *limits_.strings};
    sum.strings = regexes_.intersection(parts);
  }
  if (limits_.excluded && !sum.described) exclude_constants(sum);
  std::vector<ArrayShapeId> arrays;
  for (ArrayShapeId id : sum.arrays) {
    ArrayShape shape = shapes_.array(id);
    shape.max = std::min(shape.max, limits_.max_items);
    if (shapes_.intern(std::move(shape), id)) arrays.push_back(id);
  }
  std::vector<ObjectShapeId> objects;
  for (ObjectShapeId id : sum.objects) {
    ObjectShape shape = shapes_.object(id);
    const bool open = !shape.named.empty() && shape.rules.empty();
    if (limits_.closed_objects && open) shape.rules.push_back({regexes_.all(), Conjunctions::never()});
    if (limits_.keys) limit_keys(shape);
    for (NamedProperty& property : shape.named) {
      if (limits_.excluded && holds_excluded(shapes_.name_text(property.name))) property.value = Conjunctions::never();
    }
    if (shapes_.intern(std::move(shape), id)) objects.push_back(id);
  }
  std::sort(arrays.begin(), arrays.end());
  arrays.erase(std::unique(arrays.begin(), arrays.end()), arrays.end());
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  sum.arrays = std::move(arrays);
  sum.objects = std::move(objects);
  return sum;
}

// As the text is written by whoever writes it without need.
bool Expander::holds_excluded(std::string_view text) const {
  const std::string quoted = json_quote(text);
  return limits_.excluded->stands_in(std::string_view(quoted).substr(1, quoted.size() - 2));
}

// Constants are held against what is excluded one by one, in one spelling; of other strings the spellings are (scalar_terms.h).
void Expander::exclude_constants(ValueSum& sum) {
  constexpr size_t kMostConstants = 10'000;
  if (sum.strings == regexes_.never() || regexes_.any_bounds(sum.strings)) return;
  const std::optional<std::vector<std::string>> texts = regexes_.enumerate(sum.strings, kMostConstants);
  if (!texts || texts->size() >= kMostConstants) return;
  std::vector<std::string_view> left;
  for (const std::string& text : *texts) {
    if (!holds_excluded(text)) left.push_back(text);
  }
  if (left.size() < texts->size()) sum.strings = regexes_.literals(std::move(left));
}

// Members whose keys cannot be written do not exist.
void Expander::limit_keys(ObjectShape& shape) {
  for (NamedProperty& property : shape.named) {
    if (!regexes_.matches(*limits_.keys, shapes_.name_text(property.name))) property.value = Conjunctions::never();
  }
  shape.rules.push_back({regexes_.complement(*limits_.keys), Conjunctions::never()});
}

bool Expander::is_known(const Task& task) const {
  if (task.want == Want::kSum) return literal_sums_.find(task.literal.packed()) != nullptr;
  return tracked_.contains(tracked_key(task.literal, task.want == Want::kTrackedExactly));
}

void Expander::make(const Task& task) {
  const Literal at = task.literal;
  if (task.want == Want::kSum) {
    storage_.push_back(at.positive ? positive(at) : negative(at));
    literal_sums_.add(at.packed(), &storage_.back());
    return;
  }
  const bool exact = task.want == Want::kTrackedExactly;
  TrackedSum made;
  made.base = tracked_base(at, exact);
  made.settled = settled(made.base, at);
  tracked_.emplace(tracked_key(at, exact), std::move(made));
}

const ValueSum& Expander::literal_sum(Literal literal) {
  std::vector<Task> stack = {{literal, Want::kSum}};
  std::vector<Task> needed;
  while (!stack.empty()) {
    const Task at = stack.back();
    if (is_known(at)) {
      stack.pop_back();
      continue;
    }
    needed.clear();
    needed_tasks(at, needed);
    const size_t before = stack.size();
    for (const Task& task : needed) {
      if (!is_known(task)) stack.push_back(task);
    }
    if (stack.size() > before) continue;
    stack.pop_back();
    make(at);
    if (stopped_at_ == kNoNode && sums_.exhausted()) stopped_at_ = at.literal.node;
  }
  return **literal_sums_.find(literal.packed());
}

void Expander::needed_tasks(const Task& task, std::vector<Task>& out) {
  const Literal literal = task.literal;
  for (const KeywordUse& use : nodes_.uses(literal.node)) {
    if (use.keyword == Keyword::kOneOf) {
      needed_by_one_of(use, literal, out);
      if (task.want == Want::kSum) continue;
    }
    needed_children(use, task, out);
  }
  if (task.want == Want::kSum && asks_for_unevaluated(literal.node)) {
    const Want want = literal.positive ? Want::kTracked : Want::kTrackedExactly;
    out.push_back({Literal{literal.node, true, literal.scope}, want});
  }
}

void Expander::needed_children(const KeywordUse& use, const Task& task, std::vector<Task>& out) {
  const Literal literal = task.literal;
  const bool tracked = task.want != Want::kSum;
  const auto need = [&](NodeId node, bool sign) {
    if (node != kNoNode) out.push_back({inner(node, sign, literal), Want::kSum});
  };
  const auto need_alike = [&](NodeId node) {
    if (node != kNoNode) out.push_back({inner(node, literal.positive, literal), task.want});
  };
  switch (use.keyword) {
    case Keyword::kAnyOf:
      for (NodeId child : nodes_.children(use)) {
        need_alike(child);
        if (task.want == Want::kTrackedExactly) need(child, false);
      }
      break;
    case Keyword::kOneOf:  // of tracked alternatives: their sums are asked for by needed_by_one_of
    case Keyword::kAllOf:
    case Keyword::kThen:
    case Keyword::kElse:
    case Keyword::kDependentSchemas:
    case Keyword::kDependencies:
      for (NodeId child : nodes_.children(use)) need_alike(child);
      break;
    case Keyword::kRef:
    case Keyword::kDynamicRef:
    case Keyword::kRecursiveRef: need_alike(nodes_.target(literal.node, use, literal.scope)); break;
    case Keyword::kNot: need(nodes_.children(use)[0], !literal.positive); break;
    case Keyword::kIf:
      if (tracked) need_alike(nodes_.children(use)[0]);
      need(nodes_.children(use)[0], true);
      need(nodes_.children(use)[0], false);
      break;
    case Keyword::kPropertyNames: need(nodes_.children(use)[0], true); break;
    default: break;
  }
}

void Expander::add(ArrayShape shape, std::vector<ArrayShapeId>& to) {
  ArrayShapeId id;
  if (shapes_.intern(std::move(shape), id) && !shapes_.obviously_empty(id)) to.push_back(id);
}

void Expander::add(ObjectShape shape, std::vector<ObjectShapeId>& to) {
  ObjectShapeId id;
  if (shapes_.intern(std::move(shape), id) && !shapes_.obviously_empty(id)) to.push_back(id);
}

// Nothing is made of the keywords of a type that the schema does not allow. Receipt: README.md, "Schema to first mask".
ValueSum Expander::typed_assertions(Literal literal) {
  const NodeId node = literal.node;
  ValueSum out = sums_.any();
  if (const KeywordUse* type = nodes_.find(node, Keyword::kType)) restrict_types(node, type->value, out);
  if (out.numbers != numbers_.none()) {
    const NumberSet parts[] = {number_assertions(node), out.numbers};
    out.numbers = numbers_.intersect(parts);
  }
  if (out.strings != regexes_.never()) {
    out.strings = string_assertions(node, FormatBound::kCertain, out.described);
    out.possible_strings = has_exact_format(node) ? out.strings : string_assertions(node, FormatBound::kPossible, out.described);
  }
  if (!out.arrays.empty()) {
    out.arrays.clear();
    add(array_assertions(literal), out.arrays);
  }
  if (!out.objects.empty()) {
    out.objects.clear();
    add(object_assertions(literal), out.objects);
  }
  return out;
}

ValueSum Expander::assertions(Literal literal) {
  const NodeId node = literal.node;
  ValueSum out = typed_assertions(literal);
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (use.keyword == Keyword::kConst) {
      out = sums_.intersect(out, constants(std::span(&use.value, 1)));
    } else if (use.keyword == Keyword::kEnum) {
      std::vector<Json> values;
      for (size_t i = 0; i < use.value.size(); ++i) values.push_back(use.value.at(i));
      out = sums_.intersect(out, constants(values));
    }
  }
  return out;
}

}  // namespace keyway::json_schema
