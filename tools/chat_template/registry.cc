// The table of filters; see registry.h.
#include "tools/chat_template/registry.h"

#include <vector>

namespace keyway::chat {
namespace {

const std::vector<NamedFilter>& filters() {
  static const std::vector<NamedFilter> all = [] {
    std::vector<NamedFilter> joined;
    for (const auto& part : {text_filters(), markup_filters(), number_filters(), sequence_filters(),
                             selection_filters(), order_filters()}) {
      joined.insert(joined.end(), part.begin(), part.end());
    }
    return joined;
  }();
  return all;
}

}  // namespace

uint32_t find_filter(std::string_view name) {
  const auto& all = filters();
  for (uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return i;
  }
  return UINT32_MAX;
}

FilterFunction filter_at(uint32_t number) { return filters()[number].function; }

}  // namespace keyway::chat
