// From a format file to a CallFormat; see call_format.h. What the file's schema says of shapes is checked member by
// member; what it cannot say (the invariants of call_format.h) is checked afterwards.
#include <re2/re2.h>

#include <algorithm>

#include "schemas/json.h"
#include "tools/call_format.h"
#include "tools/call_format_check.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr size_t kMaxTextBytes = 256;
constexpr std::string_view kSpaceBytes = " \t\n\r";

Error refuse(std::string message, std::string pointer, Json given, std::string allowed) {
  return fail(ErrorCode::kInvalid, std::move(message), std::move(pointer), excerpt(to_json_text(given)),
              std::move(allowed));
}

// Only these members may stand in an object of the file.
Status only_members(Json object, const std::string& pointer, std::initializer_list<std::string_view> names) {
  if (!object.is_object()) return refuse("an object is expected", pointer, object, "an object");
  for (size_t i = 0; i < object.size(); ++i) {
    bool known = false;
    for (std::string_view name : names) known = known || name == object.key(i);
    if (!known) {
      return fail(ErrorCode::kInvalid, "a member that call formats do not have",
                  pointer_append(pointer, object.key(i)), excerpt(object.key(i)));
    }
  }
  return {};
}

// Bytes of the token of JSON that `json` begins with. Requires: not empty, not white space.
size_t json_token_bytes(std::string_view json) {
  if (json.front() == '"') return std::min(json.find('"', 1), json.size() - 1) + 1;
  constexpr std::string_view kPunctuation = "{}[]:,";
  if (kPunctuation.find(json.front()) != std::string_view::npos) return 1;
  return std::min(json.find_first_of("{}[]:,\" \t\n\r"), json.size());
}

// Cuts {"name": "$name", "arguments": $arguments} into texts, gaps and places. A gap is a space part between two tokens
// of JSON; the blanks that stand there are what a renderer writes.
void read_json_part(std::string_view json, std::vector<FormatPart>& out) {
  constexpr std::string_view kName = "$name";
  auto add_text = [&out](std::string_view text) {
    if (!text.empty()) out.push_back({PartKind::kText, std::string(text)});
  };
  for (bool first = true; !json.empty(); first = false) {
    const size_t gap = std::min(json.find_first_not_of(kSpaceBytes), json.size());
    if (!first) out.push_back({PartKind::kSpace, std::string(json.substr(0, gap))});
    json.remove_prefix(gap);
    if (json.empty()) return;
    const std::string_view token = json.substr(0, json_token_bytes(json));
    json.remove_prefix(token.size());
    const size_t name = token.find(kName);
    if (token == "$arguments") {
      out.push_back({PartKind::kArguments, {}});
    } else if (name != std::string_view::npos) {
      add_text(token.substr(0, name));
      out.push_back({PartKind::kName, {}});
      add_text(token.substr(name + kName.size()));
    } else {
      add_text(token);
    }
  }
}

class FormatReader {
 public:
  Result<std::shared_ptr<const CallFormat>> read(Json root) {
    for (auto step : {&FormatReader::read_head, &FormatReader::read_names, &FormatReader::read_delimiters,
                      &FormatReader::read_sections, &FormatReader::check_call, &FormatReader::check_trigger,
                      &FormatReader::check_spaces}) {
      if (Status status = (this->*step)(root); !status.ok()) return status.error();
    }
    std::shared_ptr<const CallFormat> format = std::make_shared<CallFormat>(std::move(format_));
    if (Status status = check_round_trip(format); !status.ok()) return status.error();
    return format;
  }

 private:
  Status read_head(Json root) {
    if (Status s = only_members(root, "",
                                {"$schema", "keyway_call_format", "name", "description", "delimiters", "reasoning",
                                 "content_before_calls", "names", "space_max", "section_begin", "call",
                                 "between_calls", "section_end"});
        !s.ok()) {
      return s;
    }
    const auto version = root.find("keyway_call_format");
    if (!version || version->integer() != 1) {
      return refuse("this is not a call format of version 1", "/keyway_call_format", version.value_or(root), "1");
    }
    if (Status s = read_text(root, "", "name", 64, format_.name); !s.ok()) return s;
    if (auto content = root.find("content_before_calls")) {
      if (!content->is_boolean()) {
        return refuse("a boolean is expected", "/content_before_calls", *content, "true or false");
      }
      format_.content_before_calls = content->is_true();
    }
    return read_integer(root, "", "space_max", 64, format_.space_max);
  }

  Status read_text(Json object, const std::string& pointer, std::string_view name, size_t max_bytes,
                   std::string& out) {
    const auto value = object.find(name);
    if (!value || !value->is_string() || value->string().empty() || value->string().size() > max_bytes) {
      return refuse("a text is expected", pointer_append(pointer, name), value.value_or(object),
                    "a string of 1 to " + std::to_string(max_bytes) + " bytes");
    }
    out = std::string(value->string());
    return {};
  }

  Status read_integer(Json object, const std::string& pointer, std::string_view name, int64_t max, uint32_t& out) {
    const auto value = object.find(name);
    const std::optional<int64_t> number = value ? value->integer() : std::nullopt;
    if (!number || *number < 1 || *number > max) {
      return refuse("a number is expected", pointer_append(pointer, name), value.value_or(object),
                    "an integer from 1 to " + std::to_string(max));
    }
    out = static_cast<uint32_t>(*number);
    return {};
  }

  Status read_names(Json root) {
    const auto names = root.find("names");
    if (!names) return refuse("a call format says which names it can write", "/names", root, "\"names\"");
    if (Status s = only_members(*names, "/names", {"pattern", "max_bytes"}); !s.ok()) return s;
    if (Status s = read_text(*names, "/names", "pattern", 1000, format_.name_pattern); !s.ok()) return s;
    if (Status s = read_integer(*names, "/names", "max_bytes", 4096, format_.name_max_bytes); !s.ok()) return s;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    if (RE2 pattern(format_.name_pattern, options); !pattern.ok()) {
      return fail(ErrorCode::kSyntax, "the pattern of names: " + pattern.error(), "/names/pattern",
                  excerpt(format_.name_pattern), "RE2 syntax");
    }
    return {};
  }

  Status read_delimiters(Json root) {
    if (auto list = root.find("delimiters")) {
      if (!list->is_array()) return refuse("an array is expected", "/delimiters", *list, "an array of strings");
      for (size_t i = 0; i < list->size(); ++i) {
        const Json text = list->at(i);
        if (!text.is_string() || text.string().empty() || text.string().size() > kMaxTextBytes) {
          return refuse("a delimiter is a text", pointer_append("/delimiters", i), text, "a string of 1 to 256 bytes");
        }
        format_.delimiters.emplace_back(text.string());
      }
    }
    const auto reasoning = root.find("reasoning");
    if (!reasoning) return {};
    if (Status s = only_members(*reasoning, "/reasoning", {"begin", "end"}); !s.ok()) return s;
    Status begin = read_text(*reasoning, "/reasoning", "begin", kMaxTextBytes, format_.reasoning_begin);
    if (!begin.ok()) return begin;
    if (Status s = read_text(*reasoning, "/reasoning", "end", kMaxTextBytes, format_.reasoning_end); !s.ok()) return s;
    for (const std::string& delimiter : format_.delimiters) {
      for (const std::string& text : {format_.reasoning_begin, format_.reasoning_end}) {
        if (text == delimiter || text.find(delimiter) == std::string::npos) continue;
        return refuse("a text around reasoning has a delimiter as a part", "/reasoning", *reasoning,
                      "a delimiter, or a text without one");
      }
    }
    return {};
  }

  Status read_sections(Json root) {
    const std::pair<std::string_view, std::vector<FormatPart>*> sections[] = {
        {"section_begin", &format_.section_begin}, {"call", &format_.call},
        {"between_calls", &format_.between_calls}, {"section_end", &format_.section_end}};
    for (const auto& [name, parts] : sections) {
      const auto list = root.find(name);
      if (!list) continue;
      const std::string pointer = pointer_append("", name);
      if (!list->is_array()) return refuse("an array of parts is expected", pointer, *list, "an array");
      for (size_t i = 0; i < list->size(); ++i) {
        if (Status s = read_part(list->at(i), pointer_append(pointer, i), *parts); !s.ok()) return s;
      }
    }
    return {};
  }

  Status read_part(Json part, const std::string& pointer, std::vector<FormatPart>& out) {
    if (part.is_object() && part.size() == 1 && part.at(0).is_string()) {
      const std::string_view key = part.key(0);
      const std::string_view value = part.at(0).string();
      if (key == "space" && (value.empty() || value == " " || value == "\n")) {
        out.push_back({PartKind::kSpace, std::string(value)});
        return {};
      }
      if (key == "json" && !value.empty() && value.size() <= kMaxTextBytes) {
        read_json_part(value, out);
        return {};
      }
      if (key == "name" && value == "raw") {
        out.push_back({PartKind::kName, {}});
        return {};
      }
      if (key == "arguments" && value == "json") {
        out.push_back({PartKind::kArguments, {}});
        return {};
      }
    }
    if (part.is_string() && !part.string().empty() && part.string().size() <= kMaxTextBytes) {
      out.push_back({PartKind::kText, std::string(part.string())});
      return {};
    }
    return refuse("this is no part of a call format", pointer, part,
                  "a text, {\"space\"}, {\"json\"}, {\"name\": \"raw\"} or {\"arguments\": \"json\"}");
  }

  Status check_call(Json root) {
    size_t names = 0, arguments = 0, name_at = 0, arguments_at = 0;
    for (size_t i = 0; i < format_.call.size(); ++i) {
      const PartKind kind = format_.call[i].kind;
      if (kind == PartKind::kName) ++names, name_at = i;
      if (kind == PartKind::kArguments) ++arguments, arguments_at = i;
    }
    if (names != 1 || arguments != 1 || arguments_at < name_at) {
      return refuse("a call holds one name and, after it, its arguments", "/call", root.find("call").value_or(root),
                    "one name and one arguments");
    }
    for (const auto* parts : {&format_.section_begin, &format_.between_calls, &format_.section_end}) {
      for (const FormatPart& part : *parts) {
        if (part.kind == PartKind::kName || part.kind == PartKind::kArguments) {
          return refuse("names and arguments stand in \"call\" only", "/section_begin", root, "texts and spaces");
        }
      }
    }
    const FormatPart& next = format_.call[name_at + 1];  // exists: the arguments come after the name
    const bool text = next.kind == PartKind::kText && static_cast<unsigned char>(next.text[0]) < 0x80;
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(format_.name_pattern, options);
    if (!text || RE2::FullMatch("a" + next.text.substr(0, 1), pattern)) {
      return refuse("the end of a name cannot be told", "/call", root.find("call").value_or(root),
                    "after the name a text whose first byte is ASCII and stands in no name");
    }
    return {};
  }

  Status check_trigger(Json root) {
    const auto& first = format_.section_begin.empty() ? format_.call : format_.section_begin;
    const std::string first_pointer = format_.section_begin.empty() ? "/call/0" : "/section_begin/0";
    if (first.front().kind != PartKind::kText) {
      return refuse("a section begins with a text, which commits to a call", first_pointer, root, "a text as first part");
    }
    const std::string& trigger = first.front().text;
    if (format_.reasoning_begin.find(trigger) != std::string::npos) {
      return fail(ErrorCode::kInvalid, "the text that opens reasoning has what commits to a call as a part",
                  "/reasoning/begin", format_.reasoning_begin, "a text without " + trigger);
    }
    for (size_t length = 1; length < trigger.size(); ++length) {
      if (trigger.ends_with(std::string_view(trigger).substr(0, length))) {
        return fail(ErrorCode::kInvalid, "the text that commits to a call overlaps itself", first_pointer, trigger,
                    "a text whose beginning is not also its end");
      }
    }
    return {};
  }

  Status check_spaces(Json root) {
    for (const auto* parts : {&format_.section_begin, &format_.call, &format_.between_calls, &format_.section_end}) {
      for (const FormatPart& part : *parts) {
        if (part.kind == PartKind::kText && kSpaceBytes.find(part.text[0]) != std::string_view::npos) {
          return refuse("a text of a call format starts with white space", "/call", root, "a space part there");
        }
      }
    }
    return {};
  }

  CallFormat format_;
};

}  // namespace

Result<std::shared_ptr<const CallFormat>> read_call_format(std::string_view text, const Limits& limits) {
  Result<JsonDocument> document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  if (!document->root().is_object()) return refuse("a call format is an object", "line 1, column 1", document->root(), "an object");
  return FormatReader().read(document->root());
}

}  // namespace keyway
