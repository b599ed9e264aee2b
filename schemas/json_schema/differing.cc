// Members of objects that must differ; see differing.h.
#include "schemas/json_schema/differing.h"

#include <map>

namespace keyway::json_schema {

std::vector<Differing::Branch> Differing::branches(const std::vector<NodeId>& equal, std::string_view name,
                                                   ConjunctionId value) {
  std::map<NodeId, std::vector<NodeId>> groups;
  for (NodeId constant : equal) {
    const std::optional<Json> member = constants_.value(constant).find(name);
    if (member) groups[constants_.of(*member)].push_back(constant);
  }
  std::vector<Branch> out;
  std::vector<NodeId> values;
  for (auto& [member, constants] : groups) {
    values.push_back(member);
    out.push_back({conjunctions_.conjoin(value, constants_.equal_to(member)), std::move(constants)});
  }
  out.push_back({conjunctions_.conjoin(value, constants_.other_than(values)), {}});
  return out;
}

std::vector<NodeId> Differing::without(std::vector<NodeId> equal, std::string_view name) const {
  std::erase_if(equal, [&](NodeId constant) { return constants_.value(constant).find(name).has_value(); });
  return equal;
}

bool Differing::is_one(const std::vector<NodeId>& equal, size_t members) const {
  for (NodeId constant : equal) {
    if (constants_.value(constant).size() == members) return true;
  }
  return false;
}

}  // namespace keyway::json_schema
