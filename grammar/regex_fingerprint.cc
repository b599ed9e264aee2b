// What an expression is, in a name that means the same in every arena; see RegexArena::fingerprint in regex.h.
// Tested by tests/grammar/fingerprint_test.cc.
#include <algorithm>

#include "grammar/regex_store.h"

namespace keyway {
namespace {

constexpr size_t kMostNodes = 1024;  // that one call reads for the first time, and parts of one
constexpr uint64_t kClasses = uint64_t{1} << 32;

}  // namespace

Fingerprint RegexArena::Impl::class_fingerprint(ClassId c, const Fingerprinter& names) {
  if (const Fingerprint* known = fingerprints.find(kClasses | c.value)) return *known;
  Fingerprint made;
  for (const CodePointRange& range : set(c).ranges()) made = names.join(made, {range.first, range.last});
  pay(set(c).ranges().size() / 8);
  fingerprints.insert(kClasses | c.value, made);
  return made;
}

// Nullopt where a part of it is not known yet: those are put on the stack.
std::optional<Fingerprint> RegexArena::Impl::join_fingerprints(RegexId r, const Fingerprinter& names, std::vector<RegexId>& stack) {
  const Node n = node(r);
  bool whole = true;
  const auto of_part = [&](RegexId part) {
    if (const Fingerprint* known = fingerprints.find(part.value)) return *known;
    stack.push_back(part);
    whole = false;
    return Fingerprint{};
  };
  Fingerprint made = names.of(static_cast<uint64_t>(n.kind));
  switch (n.kind) {
    case RegexKind::kNever:
    case RegexKind::kEpsilon: break;
    case RegexKind::kClass: made = names.join(made, class_fingerprint(class_of(r), names)); break;
    case RegexKind::kSequence: made = names.join(names.join(made, of_part(head(r))), of_part(tail(r))); break;
    case RegexKind::kComplement: made = names.join(made, of_part(part(r))); break;
    case RegexKind::kRepeat: made = names.join(names.join(made, {n.y, n.z}), of_part(part(r))); break;
    case RegexKind::kDeferred: made = names.join(made, families[n.x]->identity(n.y)); break;
    case RegexKind::kKnot: break;  // not come to
    case RegexKind::kAlternative:
    case RegexKind::kIntersection: {
      // By their names: the order of numbers is another in every arena.
      std::vector<Fingerprint> parts_named;
      for (RegexId part : parts_of(r)) parts_named.push_back(of_part(part));
      std::sort(parts_named.begin(), parts_named.end());
      for (const Fingerprint& part : parts_named) made = names.join(made, part);
      break;
    }
  }
  return whole ? std::optional(made) : std::nullopt;
}

std::optional<Fingerprint> RegexArena::Impl::fingerprint(RegexId r, const Fingerprinter& names) {
  std::vector<RegexId> stack{r};
  for (size_t read = 0; !stack.empty();) {
    const RegexId at = stack.back();
    if (fingerprints.find(at.value) != nullptr) {
      stack.pop_back();
      continue;
    }
    const Node& n = node(at);
    const bool is_list = n.kind == RegexKind::kAlternative || n.kind == RegexKind::kIntersection;
    const bool nameless = n.kind == RegexKind::kKnot || (n.kind == RegexKind::kDeferred && families[n.x]->identity(n.y) == Fingerprint{});
    if (nameless || (is_list && n.y > kMostNodes) || ++read > 2 * kMostNodes || !pay(is_list ? 1 + n.y / 8 : 1)) return std::nullopt;
    if (const auto made = join_fingerprints(at, names, stack)) {
      fingerprints.insert(at.value, *made);
      stack.pop_back();
    }
  }
  return *fingerprints.find(r.value);
}

std::optional<Fingerprint> RegexArena::fingerprint(RegexId r, const Fingerprinter& names) { return impl_->fingerprint(r, names); }

}  // namespace keyway
