// The refusal of a part of a document: where it stands, what was given, what is allowed.
//
// Entry points: refuse. Tested by tests/tools/registry_test.cc and call_format_test.cc.
#pragma once

#include <string>
#include <utility>

#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {

inline Error refuse(std::string message, std::string pointer, Json given, std::string allowed) {
  return fail(ErrorCode::kInvalid, std::move(message), std::move(pointer), excerpt(to_json_text(given)),
              std::move(allowed));
}

}  // namespace keyway
