// Deferred parts: expressions that are made when a text reaches them; see RegexArena::deferred in regex.h.
//
// The formats of JSON Schema are such parts: a schema with a date-time pays for its grammar when a value begins, and a
// leap second under each of an offset costs the one that is written.
// Tested by tests/grammar/regex_test.cc.
#include "grammar/regex_store.h"

namespace keyway {
namespace {

constexpr uint16_t kMostDeferredDepth = 96;  // of a meaning, in head position

}  // namespace

FamilyId RegexArena::add_family(std::shared_ptr<RegexFamily> family) {
  impl_->families.push_back(std::move(family));
  return FamilyId(static_cast<uint32_t>(impl_->families.size() - 1));
}

RegexId RegexArena::deferred(FamilyId family, uint32_t key, const DeferredFacts& facts) {
  return impl_->intern({RegexKind::kDeferred, facts.nullable, facts.positive, kMostDeferredDepth,
                        facts.nullable ? 0 : facts.shortest, kHeaviest, family.value, key, 0});
}

RegexId RegexArena::Impl::meaning_of_deferred(RegexId r) {
  if (const auto known = deferred_meanings.find(r.value); known != deferred_meanings.end()) return known->second;
  const Node n = node(r);
  const std::shared_ptr<RegexFamily> family = families[n.x];
  const RegexId made = family->meaning(*face, n.y);
  over_depth = over_depth || node(made).depth >= kMostDeferredDepth;
  if (exhausted()) return kNever;  // made again when there is a budget
  deferred_meanings.emplace(r.value, made);
  return made;
}

}  // namespace keyway
