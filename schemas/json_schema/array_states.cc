// States of counted arrays; see array_states.h.
#include "schemas/json_schema/array_states.h"

#include <algorithm>

namespace keyway::json_schema {

uint32_t ArrayStates::start(ArrayShapeId shape) {
  std::vector<uint32_t> words(2 + shapes_.array(shape).counts.size(), 0);
  words[0] = shape.value;
  return table_.intern(std::move(words)).first;
}

bool ArrayStates::may_close(uint32_t state) const {
  const std::vector<uint32_t>& at = words(state);
  const ArrayShape& shape = shapes_.array(ArrayShapeId(at[0]));
  if (at[1] < shape.min) return false;
  for (size_t i = 0; i < shape.counts.size(); ++i) {
    if (at[2 + i] < shape.counts[i].min) return false;
  }
  return true;
}

std::vector<ArrayStates::Option> ArrayStates::options(uint32_t state) {
  const std::vector<uint32_t>& at = words(state);
  const ArrayShape& shape = shapes_.array(ArrayShapeId(at[0]));
  const uint32_t index = at[1];
  if (index >= shape.max) return {};
  // Past this many items only a maximum still counts them.
  uint32_t horizon = std::max<uint32_t>({1, shape.min, static_cast<uint32_t>(shape.prefix.size())});
  for (const ItemCount& count : shape.counts) horizon = std::max(horizon, count.from);
  if (shape.max != kUnbounded) horizon = shape.max;
  struct Draft {
    ConjunctionId item;
    std::vector<uint32_t> words;
  };
  std::vector<Draft> drafts = {{index < shape.prefix.size() ? shape.prefix[index] : shape.rest, at}};
  drafts[0].words[1] = std::min(index + 1, horizon);
  for (size_t i = 0; i < shape.counts.size(); ++i) {
    const ItemCount& count = shape.counts[i];
    const bool bounded = count.max != kUnbounded;
    if (index < count.from || (!bounded && at[2 + i] >= count.min)) continue;
    std::vector<ConjunctionId> fails = {Conjunctions::any()};
    if (bounded) {
      fails.clear();
      for (size_t k = 0; k < conjunctions_.literal_count(count.what); ++k) {
        fails.push_back(conjunctions_.of(conjunctions_.literal(count.what, k).negated()));
      }
    }
    std::vector<Draft> next;
    for (const Draft& draft : drafts) {
      if (!arena_.pay()) return {};
      if (at[2 + i] < count.max) {
        next.push_back({conjunctions_.conjoin(draft.item, count.what), draft.words});
        ++next.back().words[2 + i];
      }
      for (ConjunctionId fail : fails) next.push_back({conjunctions_.conjoin(draft.item, fail), draft.words});
    }
    drafts = std::move(next);
  }
  std::vector<Option> out;
  for (Draft& draft : drafts) {
    if (draft.item != Conjunctions::never()) out.push_back({draft.item, table_.intern(std::move(draft.words)).first});
  }
  return out;
}

}  // namespace keyway::json_schema
