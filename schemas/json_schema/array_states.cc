// States of counted arrays; see array_states.h.
#include "schemas/json_schema/array_states.h"

#include <algorithm>
#include <map>

namespace keyway::json_schema {

uint32_t ArrayStates::start(ArrayShapeId id) {
  const ArrayShape& shape = shapes_.array(id);
  std::vector<uint32_t> words(equal_at(shape), 0);
  words[0] = id.value;
  words.push_back(static_cast<uint32_t>(shape.differs.size()));
  for (NodeId constant : shape.differs) words.push_back(constant.value);
  return table_.intern(std::move(words)).first;
}

bool ArrayStates::may_close(uint32_t state) const {
  const std::span<const uint32_t> at = words(state);
  const ArrayShape& shape = shapes_.array(ArrayShapeId(at[0]));
  if (at[1] < shape.min) return false;
  for (size_t i = 0; i < shape.counts.size(); ++i) {
    if (at[2 + i] < shape.counts[i].min) return false;
  }
  const size_t equal = equal_at(shape);
  for (size_t i = 0; i < at[equal]; ++i) {
    if (constants_.value(NodeId(at[equal + 1 + i])).size() == at[1]) return false;
  }
  return true;
}

uint32_t ArrayStates::with_item(uint32_t state, NodeId constant) {
  const std::span<const uint32_t> at = words(state);
  std::vector<uint32_t> next(at.begin(), at.end());
  const ArrayShape& shape = shapes_.array(ArrayShapeId(next[0]));
  const size_t used = equal_at(shape) + 1 + next[equal_at(shape)];
  next.push_back(constant.value);
  std::sort(next.begin() + static_cast<std::ptrdiff_t>(used), next.end());
  return table_.intern(std::move(next)).first;
}

std::optional<ArrayStates::PlainItem> ArrayStates::plain_item(uint32_t state) const {
  const std::span<const uint32_t> at = words(state);
  const ArrayShape& shape = shapes_.array(ArrayShapeId(at[0]));
  const size_t equal = equal_at(shape);
  const size_t written = at.size() - (equal + 1 + at[equal]);
  if (!shape.unique || !shape.counts.empty() || at[equal] > 0 || written + 2 >= kMostRemembered) return std::nullopt;
  const uint32_t index = at[1];
  if (index >= shape.max || shape.min > shape.max || shape.min >= kMostRemembered) return std::nullopt;
  const uint32_t needed_behind = shape.min > index + 1 ? shape.min - index - 1 : 0;
  if (needed_behind > 0 && index + 1 < shape.prefix.size()) return std::nullopt;
  return PlainItem{index < shape.prefix.size() ? shape.prefix[index] : shape.rest, shape.rest, needed_behind};
}

// Past this many items only a maximum still counts them.
uint32_t ArrayStates::horizon(const ArrayShape& shape) const {
  if (shape.max != kUnbounded) return shape.max;
  uint32_t most = std::max<uint32_t>({1, shape.min, static_cast<uint32_t>(shape.prefix.size())});
  for (const ItemCount& count : shape.counts) most = std::max(most, count.from);
  for (NodeId constant : shape.differs) {
    most = std::max(most, static_cast<uint32_t>(constants_.value(constant).size()) + 1);
  }
  return most;
}

std::vector<ArrayStates::Option> ArrayStates::options(uint32_t state) {
  const std::span<const uint32_t> at = words(state);
  const ArrayShape& shape = shapes_.array(ArrayShapeId(at[0]));
  const uint32_t index = at[1];
  if (index >= shape.max) return {};
  std::vector<Step> steps = {{index < shape.prefix.size() ? shape.prefix[index] : shape.rest, {at.begin(), at.end()}}};
  steps[0].words[1] = std::min(index + 1, horizon(shape));
  if (shape.unique) {
    std::vector<NodeId> written;
    for (size_t i = equal_at(shape) + 1 + at[equal_at(shape)]; i < at.size(); ++i) written.push_back(NodeId(at[i]));
    if (written.size() >= kMostRemembered || !arena_.pay(1 + written.size())) return {};
    steps[0].item = conjunctions_.conjoin(steps[0].item, constants_.other_than(written));
  }
  count(shape, at, steps);
  compare(at, steps);
  std::vector<Option> out;
  for (Step& step : steps) {
    if (step.item != Conjunctions::never()) out.push_back({step.item, table_.intern(std::move(step.words)).first});
  }
  return out;
}

// Each step becomes one where the item counts and one where it does not, for each obligation that still cares.
void ArrayStates::count(const ArrayShape& shape, std::span<const uint32_t> at, std::vector<Step>& steps) {
  for (size_t i = 0; i < shape.counts.size(); ++i) {
    const ItemCount& count = shape.counts[i];
    const bool bounded = count.max != kUnbounded || shape.unique;
    if (at[1] < count.from || (count.max == kUnbounded && at[2 + i] >= count.min)) continue;
    std::vector<ConjunctionId> fails = {Conjunctions::any()};
    if (bounded) {
      fails.clear();
      for (size_t k = 0; k < conjunctions_.literal_count(count.what); ++k) {
        fails.push_back(conjunctions_.of(conjunctions_.literal(count.what, k).negated()));
      }
    }
    std::vector<Step> next;
    for (const Step& step : steps) {
      if (!arena_.pay()) return steps.clear();
      if (at[2 + i] < count.max) {
        next.push_back({conjunctions_.conjoin(step.item, count.what), step.words});
        ++next.back().words[2 + i];
      }
      for (ConjunctionId fail : fails) next.push_back({conjunctions_.conjoin(step.item, fail), step.words});
    }
    steps = std::move(next);
  }
}

// Each step becomes one for each item that some constant has here, and one for all others.
void ArrayStates::compare(std::span<const uint32_t> at, std::vector<Step>& steps) {
  const size_t equal = equal_at(shapes_.array(ArrayShapeId(at[0])));
  if (at[equal] == 0) return;
  std::map<NodeId, std::vector<uint32_t>> groups;
  for (size_t i = 0; i < at[equal]; ++i) {
    const Json value = constants_.value(NodeId(at[equal + 1 + i]));
    if (value.size() > at[1]) groups[constants_.of(value.at(at[1]))].push_back(at[equal + 1 + i]);
  }
  std::vector<NodeId> items;
  for (const auto& [item, constants] : groups) items.push_back(item);
  const std::vector<uint32_t> written(at.begin() + static_cast<std::ptrdiff_t>(equal + 1 + at[equal]), at.end());
  std::vector<Step> next;
  for (const Step& step : steps) {
    if (!arena_.pay(1 + groups.size())) return steps.clear();
    const auto go_on = [&](ConjunctionId item, const std::vector<uint32_t>& constants) {
      Step to{conjunctions_.conjoin(step.item, item), {step.words.begin(), step.words.begin() + static_cast<std::ptrdiff_t>(equal)}};
      to.words.push_back(static_cast<uint32_t>(constants.size()));
      to.words.insert(to.words.end(), constants.begin(), constants.end());
      to.words.insert(to.words.end(), written.begin(), written.end());
      next.push_back(std::move(to));
    };
    for (const auto& [item, constants] : groups) go_on(constants_.equal_to(item), constants);
    go_on(constants_.other_than(items), {});
  }
  steps = std::move(next);
}

}  // namespace keyway::json_schema
