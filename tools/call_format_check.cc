// Invariants, and samples written and read back; see call_format_check.h.
#include "tools/call_format_check.h"

#include <re2/re2.h>

#include <algorithm>

#include "schemas/json.h"
#include "tools/call_format_agreement.h"
#include "tools/call_parser.h"
#include "tools/excerpt.h"
#include "tools/render_calls.h"

namespace keyway {
namespace {

using Parts = std::vector<FormatPart>;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

Error invalid(std::string message, std::string pointer, std::string given, std::string allowed) {
  return fail(ErrorCode::kInvalid, std::move(message), std::move(pointer), excerpt(given), std::move(allowed));
}

// Parts of a kind, those in branches too. The reader limits how deep they are nested.
size_t count(const Parts& parts, PartKind kind) {
  size_t found = 0;
  for (const FormatPart& part : parts) {
    if (part.kind == kind) ++found;
    for (const Parts& branch : part.branches) found += count(branch, kind);
  }
  return found;
}

size_t index_of(const Parts& parts, PartKind kind) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].kind == kind) return i;
  }
  return parts.size();
}

// The first bytes of what may stand from part `at` on; false where all of it may be left out.
bool first_bytes(const Parts& parts, size_t at, ArgumentStyle style, std::string& out) {
  for (; at < parts.size(); ++at) {
    const FormatPart& part = parts[at];
    switch (part.kind) {
      case PartKind::kText: out += part.text[0]; return true;
      case PartKind::kSpace: out += " \t\n\r"; break;
      case PartKind::kArguments: out += style == ArgumentStyle::kPython ? '(' : '{'; return true;
      case PartKind::kOptional:
      case PartKind::kMembers: first_bytes(part.branches[0], 0, style, out); break;
      case PartKind::kAny: {
        bool all = true;
        for (const Parts& branch : part.branches) all = first_bytes(branch, 0, style, out) && all;
        if (all) return true;
        break;
      }
      default: out += 'a'; return true;  // a letter, which stands in names
    }
  }
  return false;
}

class LayoutCheck {
 public:
  LayoutCheck(const CallFormat& format, const CallLayout& layout, std::string pointer)
      : format_(format), layout_(layout), pointer_(std::move(pointer)) {}

  Status run() const {
    for (auto step : {&LayoutCheck::places, &LayoutCheck::name_end, &LayoutCheck::members, &LayoutCheck::trigger}) {
      if (Status status = (this->*step)(); !status.ok()) return status;
    }
    return {};
  }

 private:
  Status places() const {
    const Parts& call = layout_.call;
    const size_t name = index_of(call, PartKind::kName);
    const PartKind what = format_.style == ArgumentStyle::kTagged ? PartKind::kMembers : PartKind::kArguments;
    const size_t arguments = index_of(call, what);
    const bool right = name < arguments && arguments < call.size() && count(call, PartKind::kName) == 1 &&
                       count(call, PartKind::kArguments) + count(call, PartKind::kMembers) == 1 &&
                       count(call, PartKind::kId) <= 1;
    if (!right) {
      return invalid("a call holds one name and, after it, its arguments", pointer_ + "/call", format_.name,
                     "one name and one arguments, in no option, and at most one id");
    }
    for (const Parts* parts : {&layout_.section_begin, &layout_.between_calls, &layout_.section_end}) {
      for (PartKind kind : {PartKind::kName, PartKind::kArguments, PartKind::kMembers, PartKind::kId}) {
        if (count(*parts, kind) == 0) continue;
        return invalid("names, ids and arguments stand in \"call\" only", pointer_ + "/section_begin", format_.name,
                       "texts and spaces");
      }
    }
    return {};
  }

  Status name_end() const {
    std::string follow;
    const Parts& call = layout_.call;
    first_bytes(call, index_of(call, PartKind::kName) + 1, format_.style, follow);
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(format_.name_pattern, options);
    for (char byte : follow) {
      if (static_cast<unsigned char>(byte) < 0x80 && !RE2::FullMatch(std::string("a") + byte, pattern)) continue;
      return invalid("the end of a name cannot be told", pointer_ + "/call", std::string(1, byte),
                     "after the name bytes that are ASCII and stand in no name");
    }
    return {};
  }

  Status members() const {
    const size_t at = index_of(layout_.call, PartKind::kMembers);
    if (at == layout_.call.size()) return {};
    const Parts& member = layout_.call[at].branches[0];
    const size_t key = index_of(member, PartKind::kKey), value = index_of(member, PartKind::kValue);
    const auto text = [&member](size_t i) { return i < member.size() && member[i].kind == PartKind::kText; };
    const bool right = count(member, PartKind::kKey) == 1 && count(member, PartKind::kValue) == 1 && key > 0 &&
                       key < value && value < member.size() && text(0) && text(key + 1) && text(value + 1) &&
                       count(member, PartKind::kMembers) == 0 && !is_blank(member[0].text[0]);
    if (right) return {};
    return invalid("a member is a text, its key, a text, its value and a text", pointer_ + "/call", format_.name,
                   "{\"members\": [\"<p>\", {\"key\": \"raw\"}, \"</p>\", {\"value\": \"raw\"}, \"</v>\"]}");
  }

  Status trigger() const {
    const Parts& first = layout_.section_begin.empty() ? layout_.call : layout_.section_begin;
    const std::string place = pointer_ + (layout_.section_begin.empty() ? "/call/0" : "/section_begin/0");
    const bool free = format_.blocks.empty();
    if (first.front().kind != PartKind::kText || (free && is_blank(first.front().text[0]))) {
      return invalid("a section begins with a text, which commits to a call", place, format_.name,
                     "a text as first part, which does not start with white space");
    }
    const std::string& trigger = first.front().text;
    const auto is_key = [&first] {
      return first.size() > 2 && first[1].kind == PartKind::kSpace && first[2].kind == PartKind::kText &&
             first[2].text.size() > 2 && first[2].text.front() == '"' && first[2].text.back() == '"';
    };
    if (layout_.key_ahead && (!layout_.section_begin.empty() || layout_.name_ahead || trigger != "{" || !is_key())) {
      return invalid("a key ahead needs an object whose first name is known", pointer_ + "/key_ahead", trigger,
                     "a call that begins with {\"json\": \"{\\\"name\\\": ...\"}");
    }
    for (const FormatPart& part : format_.reasoning_begin) {
      if (part.kind != PartKind::kText || part.text.find(trigger) == std::string::npos) continue;
      return invalid("the text that opens reasoning has what commits to a call as a part", "/reasoning/begin", part.text,
                     "a text without " + trigger);
    }
    for (size_t length = 1; free && length < trigger.size(); ++length) {
      if (!trigger.ends_with(std::string_view(trigger).substr(0, length))) continue;
      return invalid("the text that commits to a call overlaps itself", place, trigger,
                     "a text whose beginning is not also its end");
    }
    return {};
  }

  const CallFormat& format_;
  const CallLayout& layout_;
  std::string pointer_;
};

bool is_plain(const Parts& parts) {
  return std::all_of(parts.begin(), parts.end(), [](const FormatPart& part) {
    return part.kind == PartKind::kText || part.kind == PartKind::kSpace || part.kind == PartKind::kOptional ||
           part.kind == PartKind::kAny;
  });
}

// Around texts there are only texts and spaces, and a text first.
Status check_marks(const CallFormat& format) {
  for (size_t i = 0; i < format.blocks.size(); ++i) {
    const Parts& begin = format.blocks[i].begin;
    if (!begin.empty() && begin.front().kind == PartKind::kText && is_plain(begin)) continue;
    return invalid("a block begins with a text", "/blocks/" + std::to_string(i) + "/begin", format.name, "texts and spaces");
  }
  const Parts& begin = format.reasoning_begin;
  if (!begin.empty() && (begin.front().kind != PartKind::kText || !is_plain(begin))) {
    return invalid("reasoning begins with a text", "/reasoning/begin", format.name, "texts and spaces");
  }
  if (!is_plain(format.between_blocks)) {
    return invalid("between blocks there are only texts and spaces", "/between_blocks", format.name, "texts and spaces");
  }
  if (!format.blocks.empty() && !begin.empty()) {
    return invalid("in an answer of blocks reasoning is a block", "/reasoning", format.name, "a block with \"reasoning\"");
  }
  if (format.style == ArgumentStyle::kMarked && format.mark.empty()) {
    return invalid("marked arguments need the mark around strings", "/values", format.name, "{\"mark\": \"<escape>\"}");
  }
  return {};
}

// The text as JSON is written by to_json_text, so that layouts do not count.
std::string compact(const std::string& json) {
  const Result<JsonDocument> document = parse_json(json);
  return document.ok() ? to_json_text(document->root()) : json;
}

bool same_calls(const ParsedAnswer& answer, const std::vector<RenderedCall>& calls) {
  if (answer.error || answer.calls.size() != calls.size()) return false;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (answer.calls[i].name != calls[i].name) return false;
    if (compact(answer.calls[i].arguments) != compact(calls[i].arguments)) return false;
  }
  return true;
}

}  // namespace

Status check_call_format(const CallFormat& format) {
  if (Status status = check_marks(format); !status.ok()) return status;
  const bool alone = format.layouts.size() == 1;
  for (size_t i = 0; i < format.layouts.size(); ++i) {
    const std::string pointer = alone ? "" : "/layouts/" + std::to_string(i);
    if (Status status = LayoutCheck(format, format.layouts[i], pointer).run(); !status.ok()) return status;
  }
  return {};
}

Status check_round_trip(const std::shared_ptr<const CallFormat>& format) {
  const std::vector<std::string> names = sample_tool_names(*format);
  if (names.empty()) return {};
  const auto plan = CallParserPlan::create(bind_call_format(format), names);
  std::vector<std::string> before = {""};
  const bool free = format->blocks.empty();
  if (free && format->layouts.front().where != Where::kStart) before.push_back("Text.\n");
  if (format->reasoning_begin.size() == 1) {
    before.push_back(format->reasoning_begin[0].text + "So." + format->reasoning_end);
  }
  const char* arguments[] = {"{}", R"({"a": [1, {"b": "}\"]"}], "c": null})"};
  for (size_t layout = 0; layout < format->layouts.size(); ++layout) {
    CallFormat turned = *format;  // each layout as the first, which is the one that is rendered
    std::swap(turned.layouts.front(), turned.layouts[layout]);
    std::vector<RenderedCall> calls;
    for (size_t i = 0; i < names.size() + 1; ++i) {
      calls.push_back({names[i % names.size()], arguments[i % 2], {}});
      for (const std::string& start : before) {
        if (!start.empty() && turned.layouts.front().where == Where::kStart && start == "Text.\n") continue;
        const std::string text = start + render_calls(turned, calls);
        const ParsedAnswer answer = parse_answer(text, plan);
        if (same_calls(answer, calls)) continue;
        const std::string why = answer.error ? answer.error->to_string() : "other calls were read";
        return fail(ErrorCode::kInvalid, "what this call format writes is not what it reads: " + excerpt(why, 300), "/call",
                    excerpt(text, 190), "a format whose calls are read back as they were written");
      }
    }
  }
  return {};
}

}  // namespace keyway
