// Conversations that repeat themselves: the same call with the same result, again and again.
//
// Entry points: LoopGuard::repeated (which calls repeat), exclude_calls (a registry without exactly these).
// A call is the same when its name is and its arguments are equal as JSON, whatever their order and spelling; a result is
// the text of the tool message that answers it, by id where there are ids, else in order.
// Invariant: only the calls of the last `window` are looked at, and one with another result between starts the count anew.
// Tested by tests/tools/loop_guard_test.cc.
#pragma once

#include <string>
#include <vector>

#include "schemas/json.h"
#include "tools/registry.h"

namespace keyway {

struct LoopGuard {
  uint32_t count = 3;    // the same call with the same result so often is a loop; 0 switches the guard off
  uint32_t window = 12;  // the last calls of the conversation that are looked at

  struct Call {
    std::string name;
    std::string arguments;  // JSON, members sorted
  };
  // The calls that repeat, each once, in the order of their last occurrence. `messages` is a conversation as OpenAI
  // writes it; messages of other shapes are passed over. Arguments may be an object or its text.
  std::vector<Call> repeated(Json messages) const;
};

// Takes exactly these calls out of what the tools of the registry may be called with: a "not" beside what the parameters
// say. A name that the registry does not have is passed over. Errors: none but those of parse_json.
Status exclude_calls(Registry& registry, const std::vector<LoopGuard::Call>& calls);

}  // namespace keyway
