// Options of EBNF rules: name[lazy, max_chars=4] ::= ...; see bnf_reader.h.
//
// lazy and max_chars bound the language. capture, temperature and the hidden-marker options say nothing of the texts and
// are checked only. max_tokens counts tokens (grammar/token_count.h).
#include <charconv>
#include <cmath>

#include "schemas/grammars/bnf/bnf_reader.h"

namespace keyway::grammars {
namespace {

constexpr uint64_t kMostCount = 2'147'483'647;

}  // namespace

bool BnfReader::read_options(RuleOptions& options) {
  if (!cursor_.take("[")) return true;
  std::set<std::string, std::less<>> seen;
  do {
    skip_space(true);
    if (!read_option(options, seen)) return false;
    skip_space(true);
  } while (cursor_.take(","));
  return cursor_.take("]") || cursor_.syntax("expected the end of the options", "]");
}

bool BnfReader::read_option(RuleOptions& options, std::set<std::string, std::less<>>& seen) {
  const size_t offset = cursor_.position();
  const std::string name(read_name());
  if (!seen.insert(name).second) return cursor_.refuse(ErrorCode::kInvalid, "an option that is given twice", offset);
  skip_space(true);
  const bool has_value = cursor_.take("=");
  skip_space(true);
  if (name == "lazy") {
    options.lazy = true;
    return !has_value || cursor_.syntax("lazy takes no value");
  }
  if (name == "capture" || name == "stop_capture") {
    if (!has_value) return name == "capture" || cursor_.syntax("expected a value", "=\"name\"");
    std::string value;
    if (cursor_.at() != '"') return cursor_.syntax("expected a quoted name", "\"name\"");
    return read_text(value) && (!value.empty() || cursor_.syntax("a name that is empty"));
  }
  const bool counts = name == "max_tokens" || name == "max_chars" || name.starts_with("capture_hidden_");
  if (!counts && name != "temperature") {
    return cursor_.refuse(ErrorCode::kInvalid, "an option that rules do not have", offset,
                          "lazy, max_chars, max_tokens, capture, stop_capture or temperature");
  }
  if (!has_value) return cursor_.syntax("expected a value", "=");
  if (counts) {
    const std::optional<uint64_t> value = cursor_.decimal();
    const uint64_t least = name == "max_tokens" ? 1 : 0;
    if (!value.has_value() || *value < least || *value > kMostCount) {
      return cursor_.refuse(ErrorCode::kInvalid, "expected a count", offset, std::to_string(least) + " to 2147483647");
    }
    if (name == "max_chars") options.max_chars = static_cast<uint32_t>(*value);
    if (name == "max_tokens") options.max_tokens = static_cast<uint32_t>(*value);
    return true;
  }
  double value = -1;
  const char* end = cursor_.text().data() + cursor_.text().size();
  const auto [stop, code] = std::from_chars(cursor_.text().data() + cursor_.position(), end, value);
  if (code != std::errc() || !std::isfinite(value) || value < 0) {
    return cursor_.refuse(ErrorCode::kInvalid, "a temperature that is not a finite number of at least 0", offset);
  }
  cursor_.move_to(static_cast<size_t>(stop - cursor_.text().data()));
  return true;
}

bool BnfReader::apply_options(const RuleOptions& options, size_t offset, NodeId& body) {
  if (options.max_chars.has_value()) {
    bounded_.push_back({graph_.declare("bounded"), body, *options.max_chars, offset});
    body = graph_.rule(bounded_.back().rule);
  }
  if (options.lazy) body = graph_.lazy(body);
  if (options.max_tokens) body = graph_.counted(body, *options.max_tokens);
  return true;
}

}  // namespace keyway::grammars
