// Texts of a format judged twice; see call_format_agreement.h.
#include "tools/call_format_agreement.h"

#include <re2/re2.h>

#include "grammar/utf8.h"
#include "schemas/json.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/excerpt.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"
#include "tools/render_calls.h"
#include "tools/text_acceptance.h"
#include "tools/tool_grammar.h"

namespace keyway {
namespace {

// Edits of one text: so many places each for a byte left out, a byte doubled, and an early end.
constexpr size_t kEditedPlaces = 24;

// Both sides of a format, for tools that take any arguments.
class Sides {
 public:
  static Result<std::unique_ptr<Sides>> create(const std::shared_ptr<const CallFormat>& format,
                                               const std::shared_ptr<const CallFormat>& read, const std::vector<std::string>& names) {
    auto sides = std::unique_ptr<Sides>(new Sides);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "[" : ", ") + ("{\"name\": " + json_quote(name) + ", \"input_schema\": {}}");
    auto registry = Registry::load(list + "]", *format);
    if (!registry.ok()) return registry.error();
    const auto bound = bind_call_format(format);
    SchemaOptions options = tool_schema_options();
    options.arguments = argument_spelling(sides->arena_, *bound);
    const auto compiled = compile_tools(sides->arena_, *registry, options);
    if (!compiled.ok()) return compiled.error();
    std::vector<TokenEntry> entries;
    for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
    entries.push_back({"end", TokenKind::kSpecial});
    const auto vocabulary = Vocabulary::create(std::move(entries), {256});
    if (!vocabulary.ok()) return vocabulary.error();
    const auto root = tool_grammar(sides->arena_, *bound, **vocabulary, compiled->terms, {});
    if (!root.ok()) return root.error();
    sides->root_ = *root;
    sides->plan_ = CallParserPlan::create_for(bind_call_format(read), callable_tools(*registry, *compiled));
    return sides;
  }

  bool grammar_takes(std::string_view text) {
    TextAcceptance reader(arena_, nullptr, root_);
    return reader.read(text) == text.size() && reader.accepted();
  }
  ParsedAnswer parse(std::string_view text) const { return parse_answer(text, plan_); }
  bool exhausted() const { return arena_.exhausted(); }

 private:
  Sides() = default;

  TermArena arena_;
  TermId root_ = TermArena::never();
  std::shared_ptr<const CallParserPlan> plan_;
};

Status judge(Sides& sides, const std::string& text) {
  const bool taken = sides.grammar_takes(text);
  const ParsedAnswer answer = sides.parse(text);
  if (sides.exhausted()) return {};  // the work of a load is bounded; what was judged until here agrees
  if (taken != answer.error.has_value()) return {};
  const std::string why = taken ? "the grammar takes it, and the reader does not: " + excerpt(answer.error->to_string(), 300)
                                : "the reader takes it, and the grammar does not";
  return fail(ErrorCode::kInvalid, "this call format is ambiguous: " + why, "/call", excerpt(text, 190),
              "a format whose grammar takes exactly what is read");
}

// `text` as it is, then with small edits that leave the first `kept` bytes as they are.
Status judge_edits(Sides& sides, const std::string& text, size_t kept) {
  if (Status status = judge(sides, text); !status.ok()) return status;
  const size_t edited = text.size() - kept, step = std::max<size_t>(1, edited / kEditedPlaces);
  for (size_t at = kept; at < text.size(); at += step) {
    std::string shorter = text, longer = text;
    shorter.erase(at, 1);
    // How many blanks stand around values is bounded in the grammar alone.
    if (std::string_view(" \n").find(text[at]) == std::string_view::npos) longer.insert(at, 1, text[at]);
    for (const std::string& one : {shorter, longer, text.substr(0, at)}) {
      if (one.empty() || !is_utf8(one)) continue;
      if (Status status = judge(sides, one); !status.ok()) return status;
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> sample_tool_names(const CallFormat& format) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 legal(format.name_pattern, options);
  std::vector<std::string> names;
  for (const char* name : {"f", "fa", "get_a", "get-b", "G", "1", "a.b/c:d"}) {
    if (std::string_view(name).size() <= format.name_max_bytes && RE2::FullMatch(name, legal)) names.emplace_back(name);
  }
  return names;
}

Status check_agreement(const std::shared_ptr<const CallFormat>& format) { return check_agreement(format, format); }

Status check_agreement(const std::shared_ptr<const CallFormat>& format, const std::shared_ptr<const CallFormat>& read) {
  const std::vector<std::string> names = sample_tool_names(*format);
  if (names.empty()) return {};
  auto sides = Sides::create(format, read, names);
  if (!sides.ok()) return sides.error();
  const std::vector<RenderedCall> calls = {{names.front(), R"({"a": [1, {"b": "x}"}], "c": null})", {}}, {names.back(), "{}", {}}};
  for (const CallLayout& layout : format->layouts) {
    CallFormat turned = *format;  // this layout as the first, which is the one that is rendered
    turned.layouts = {layout};
    for (size_t count = 1; count <= calls.size(); ++count) {
      const std::string text = render_calls(turned, {calls.begin(), calls.begin() + static_cast<ptrdiff_t>(count)});
      if (Status status = judge_edits(**sides, text, 0); !status.ok()) return status;
      if (format->reasoning_begin.size() == 1) {
        const std::string reasoning = format->reasoning_begin[0].text + "So." + format->reasoning_end;
        if (Status status = judge_edits(**sides, reasoning + text, reasoning.size()); !status.ok()) return status;
      }
      if (!format->blocks.empty() || layout.where == Where::kStart) continue;
      if (Status status = judge_edits(**sides, "Text.\n" + text + "\n", 0); !status.ok()) return status;
    }
  }
  return {};
}

}  // namespace keyway
