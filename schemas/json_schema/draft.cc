// Metaschema URIs to drafts; see draft.h.
#include "schemas/json_schema/draft.h"

namespace keyway {

std::optional<Draft> draft_of_uri(std::string_view uri) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (uri.starts_with(scheme)) {
      uri.remove_prefix(scheme.size());
      break;
    }
  }
  if (uri.ends_with('#')) uri.remove_suffix(1);
  if (uri == "json-schema.org/draft-04/schema") return Draft::k4;
  if (uri == "json-schema.org/draft-06/schema") return Draft::k6;
  if (uri == "json-schema.org/draft-07/schema") return Draft::k7;
  if (uri == "json-schema.org/draft/2019-09/schema") return Draft::k2019;
  if (uri == "json-schema.org/draft/2020-12/schema") return Draft::k2020;
  return std::nullopt;
}

std::string_view draft_name(Draft draft) {
  switch (draft) {
    case Draft::k4: return "draft 4";
    case Draft::k6: return "draft 6";
    case Draft::k7: return "draft 7";
    case Draft::k2019: return "2019-09";
    case Draft::k2020: return "2020-12";
  }
  return "";
}

}  // namespace keyway
