// See substring.h.
#include "schemas/grammars/substring.h"

namespace keyway::grammars {

RegexId substring_regex(RegexArena& regexes, const std::vector<std::string>& chunks) {
  RegexId rest = regexes.epsilon();  // what may follow from the current chunk on
  std::vector<RegexId> starts = {rest};
  for (size_t i = chunks.size(); i-- > 0;) {
    const RegexId parts[] = {regexes.epsilon(), regexes.sequence(regexes.literal(chunks[i]), rest)};
    rest = regexes.alternative(parts);
    starts.push_back(rest);
    if (regexes.exhausted()) break;
  }
  return regexes.alternative(starts);
}

}  // namespace keyway::grammars
