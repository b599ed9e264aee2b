// From a format file to a CallFormat; see call_format.h. What the file's schema says of shapes is checked member by
// member; what it cannot say (the invariants of call_format.h) is checked in call_format_check.cc.
#include <re2/re2.h>

#include <algorithm>

#include "schemas/json.h"
#include "tools/call_format.h"
#include "tools/call_format_agreement.h"
#include "tools/call_format_check.h"
#include "tools/excerpt.h"
#include "tools/refuse.h"

namespace keyway {
namespace {

constexpr size_t kMaxTextBytes = 256;
constexpr int kMaxNesting = 6;       // of options in options
constexpr size_t kMaxAlternatives = 8;  // layouts, blocks, branches
constexpr size_t kMaxParts = 64;     // of one list
constexpr std::string_view kSpaceBytes = " \t\n\r";

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

FormatPart part_of(PartKind kind, std::string text = {}) {
  FormatPart part;
  part.kind = kind;
  part.text = std::move(text);
  return part;
}

// Cuts {"name": "$name", "arguments": $arguments} into texts, gaps and places. A gap is a space part between two tokens
// of JSON; the blanks that stand there are what a renderer writes.
void read_json_part(std::string_view json, std::vector<FormatPart>& out) {
  constexpr std::string_view kName = "$name";
  auto add_text = [&out](std::string_view text) {
    if (!text.empty()) out.push_back(part_of(PartKind::kText, std::string(text)));
  };
  for (bool first = true; !json.empty(); first = false) {
    const size_t gap = std::min(json.find_first_not_of(kSpaceBytes), json.size());
    if (!first) out.push_back(part_of(PartKind::kSpace, std::string(json.substr(0, gap))));
    json.remove_prefix(gap);
    if (json.empty()) return;
    const std::string_view token = json.substr(0, json_token_bytes(json));
    json.remove_prefix(token.size());
    const size_t name = token.find(kName);
    if (token == "$arguments") {
      out.push_back(part_of(PartKind::kArguments));
    } else if (name != std::string_view::npos) {
      add_text(token.substr(0, name));
      out.push_back(part_of(PartKind::kName));
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
                      &FormatReader::read_reasoning, &FormatReader::read_values, &FormatReader::read_blocks,
                      &FormatReader::read_layouts}) {
      if (Status status = (this->*step)(root); !status.ok()) return status.error();
    }
    std::shared_ptr<const CallFormat> format = std::make_shared<CallFormat>(std::move(format_));
    if (Status status = check_call_format(*format); !status.ok()) return status.error();
    return format;
  }

 private:
  Status read_head(Json root) {
    if (Status s = only_members(root, "",
                                {"$schema", "keyway_call_format", "name", "description", "delimiters", "turn_end",
                                 "told_by", "reasoning", "blocks", "between_blocks", "names", "space_max", "values", "id_form",
                                 "layouts", "where", "name_ahead", "key_ahead", "section_begin", "call", "between_calls",
                                 "section_end"});
        !s.ok()) {
      return s;
    }
    for (const std::string_view name : {"$schema", "description"}) {
      if (const auto text = root.find(name); text && !text->is_string()) {
        return refuse("a text is expected", pointer_append("", name), *text, "a string");
      }
    }
    const auto version = root.find("keyway_call_format");
    if (!version || version->integer() != 1) {
      return refuse("this is not a call format of version 1", "/keyway_call_format", version.value_or(root), "1");
    }
    if (Status s = read_text(root, "", "name", 64, format_.name); !s.ok()) return s;
    if (root.find("id_form")) {
      if (Status s = read_text(root, "", "id_form", kMaxTextBytes, format_.id_form); !s.ok()) return s;
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

  Status read_boolean(Json object, const std::string& pointer, std::string_view name, bool& out) {
    const auto value = object.find(name);
    if (!value) return {};
    if (!value->is_boolean()) {
      return refuse("a boolean is expected", pointer_append(pointer, name), *value, "true or false");
    }
    out = value->is_true();
    return {};
  }

  Status read_names(Json root) {
    const auto names = root.find("names");
    if (!names) return refuse("a call format says which names it can write", "/names", root, "\"names\"");
    if (Status s = only_members(*names, "/names", {"pattern", "max_bytes"}); !s.ok()) return s;
    if (Status s = read_text(*names, "/names", "pattern", 1000, format_.name_pattern); !s.ok()) return s;
    if (Status s = read_integer(*names, "/names", "max_bytes", kMostNameBytes, format_.name_max_bytes); !s.ok()) return s;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    if (RE2 pattern(format_.name_pattern, options); !pattern.ok()) {
      return fail(ErrorCode::kSyntax, "the pattern of names: " + pattern.error(), "/names/pattern",
                  excerpt(format_.name_pattern), "RE2 syntax");
    }
    return {};
  }

  Status read_texts(Json root, std::string_view name, std::vector<std::string>& out) {
    const auto list = root.find(name);
    if (!list) return {};
    const std::string pointer = pointer_append("", name);
    if (!list->is_array() || list->size() > kMaxParts) {
      return refuse("an array is expected", pointer, *list, "an array of at most 64 strings");
    }
    for (size_t i = 0; i < list->size(); ++i) {
      const Json text = list->at(i);
      if (!text.is_string() || text.string().empty() || text.string().size() > kMaxTextBytes) {
        return refuse("a delimiter is a text", pointer_append(pointer, i), text, "a string of 1 to 256 bytes");
      }
      out.emplace_back(text.string());
    }
    return {};
  }

  Status read_delimiters(Json root) {
    if (Status s = read_texts(root, "delimiters", format_.delimiters); !s.ok()) return s;
    if (root.find("told_by")) {
      if (Status s = read_texts(root, "told_by", format_.told_by.emplace()); !s.ok()) return s;
    }
    return read_texts(root, "turn_end", format_.turn_end);
  }

  // A text that is one element for every tokenizer.
  Status read_mark(Json object, const std::string& pointer, std::string_view name, std::string& out) {
    if (Status s = read_text(object, pointer, name, kMaxTextBytes, out); !s.ok()) return s;
    for (const std::string& delimiter : format_.delimiters) {
      if (out == delimiter || out.find(delimiter) == std::string::npos) continue;
      return refuse("a text has a delimiter as a part", pointer_append(pointer, name), *object.find(name),
                    "a delimiter, or a text without one");
    }
    return {};
  }

  Status read_reasoning(Json root) {
    const auto reasoning = root.find("reasoning");
    if (!reasoning) return {};
    if (Status s = only_members(*reasoning, "/reasoning", {"begin", "end"}); !s.ok()) return s;
    const auto begin = reasoning->find("begin");
    if (begin && begin->is_array()) {
      if (Status s = read_parts(*begin, "/reasoning/begin", format_.reasoning_begin, 0); !s.ok()) return s;
    } else {
      format_.reasoning_begin.push_back(part_of(PartKind::kText));
      Status s = read_mark(*reasoning, "/reasoning", "begin", format_.reasoning_begin.back().text);
      if (!s.ok()) return s;
    }
    return read_mark(*reasoning, "/reasoning", "end", format_.reasoning_end);
  }

  Status read_values(Json root) {
    const auto values = root.find("values");
    if (!values) return {};
    if (Status s = only_members(*values, "/values", {"mark", "python_words"}); !s.ok()) return s;
    if (values->find("mark")) {
      if (Status s = read_mark(*values, "/values", "mark", format_.mark); !s.ok()) return s;
    }
    return read_boolean(*values, "/values", "python_words", format_.python_words);
  }

  Status read_blocks(Json root) {
    if (Status s = read_list(root, "", "between_blocks", format_.between_blocks); !s.ok()) return s;
    const auto list = root.find("blocks");
    if (!list) return {};
    if (!list->is_array() || list->size() == 0 || list->size() > kMaxAlternatives) {
      return refuse("an array of blocks is expected", "/blocks", *list, "an array of 1 to 8 objects");
    }
    for (size_t i = 0; i < list->size(); ++i) {
      const std::string pointer = pointer_append("/blocks", i);
      if (Status s = only_members(list->at(i), pointer, {"begin", "end", "reasoning", "last"}); !s.ok()) return s;
      TextBlock block;
      if (Status s = read_list(list->at(i), pointer, "begin", block.begin); !s.ok()) return s;
      if (Status s = read_mark(list->at(i), pointer, "end", block.end); !s.ok()) return s;
      if (Status s = read_boolean(list->at(i), pointer, "reasoning", block.reasoning); !s.ok()) return s;
      if (Status s = read_boolean(list->at(i), pointer, "last", block.last); !s.ok()) return s;
      format_.blocks.push_back(std::move(block));
    }
    return {};
  }

  Status read_layouts(Json root) {
    const auto list = root.find("layouts");
    if (!list) return read_layout(root, "");
    if (!list->is_array() || list->size() == 0 || list->size() > kMaxAlternatives) {
      return refuse("an array of layouts is expected", "/layouts", *list, "an array of 1 to 8 objects");
    }
    if (root.find("call")) return refuse("a call stands in its layout", "/call", *root.find("call"), "\"layouts\" alone");
    for (size_t i = 0; i < list->size(); ++i) {
      const std::string pointer = pointer_append("/layouts", i);
      if (Status s = only_members(list->at(i), pointer,
                                  {"where", "name_ahead", "key_ahead", "section_begin", "call", "between_calls", "section_end"});
          !s.ok()) {
        return s;
      }
      if (Status s = read_layout(list->at(i), pointer); !s.ok()) return s;
    }
    return {};
  }

  Status read_layout(Json object, const std::string& pointer) {
    CallLayout layout;
    if (object.find("where")) {
      std::string where;
      if (Status s = read_text(object, pointer, "where", 64, where); !s.ok()) return s;
      if (where == "start") layout.where = Where::kStart;
      else if (where == "line_start") layout.where = Where::kLineStart;
      else if (where != "anywhere") {
        return refuse("calls cannot begin there", pointer_append(pointer, "where"), *object.find("where"),
                      "start, line_start or anywhere");
      }
    }
    if (Status s = read_boolean(object, pointer, "name_ahead", layout.name_ahead); !s.ok()) return s;
    if (Status s = read_boolean(object, pointer, "key_ahead", layout.key_ahead); !s.ok()) return s;
    const std::pair<std::string_view, std::vector<FormatPart>*> sections[] = {{"section_begin", &layout.section_begin},
                                                                              {"call", &layout.call},
                                                                              {"between_calls", &layout.between_calls},
                                                                              {"section_end", &layout.section_end}};
    for (const auto& [name, parts] : sections) {
      if (Status s = read_list(object, pointer, name, *parts); !s.ok()) return s;
    }
    format_.layouts.push_back(std::move(layout));
    return {};
  }

  Status read_list(Json object, const std::string& pointer, std::string_view name, std::vector<FormatPart>& out) {
    const auto list = object.find(name);
    return list ? read_parts(*list, pointer_append(pointer, name), out, 0) : Status{};
  }

  Status read_parts(Json list, const std::string& pointer, std::vector<FormatPart>& out, int depth) {
    if (!list.is_array() || list.size() > kMaxParts || depth > kMaxNesting) {
      return refuse("an array of parts is expected", pointer, list, "an array of at most 64 parts, 6 deep");
    }
    for (size_t i = 0; i < list.size(); ++i) {
      if (Status s = read_part(list.at(i), pointer_append(pointer, i), out, depth); !s.ok()) return s;
    }
    return {};
  }

  Status read_part(Json part, const std::string& pointer, std::vector<FormatPart>& out, int depth) {
    if (part.is_string() && !part.string().empty() && part.string().size() <= kMaxTextBytes) {
      out.push_back(part_of(PartKind::kText, std::string(part.string())));
      return {};
    }
    if (part.is_object() && part.size() == 1) {
      const std::string_view key = part.key(0);
      const Json value = part.at(0);
      if (value.is_string() && read_simple(key, value.string(), out)) return {};
      if (key == "id") return read_id(value, pointer + "/id", out);
      if (key == "members") format_.style = ArgumentStyle::kTagged;
      if (key == "optional" || key == "members") {
        out.push_back(part_of(key == "optional" ? PartKind::kOptional : PartKind::kMembers));
        return read_branch(value, pointer_append(pointer, key), out.back(), depth);
      }
      if (key == "any" && value.is_array() && value.size() > 0 && value.size() <= kMaxAlternatives) {
        out.push_back(part_of(PartKind::kAny));
        for (size_t i = 0; i < value.size(); ++i) {
          if (Status s = read_branch(value.at(i), pointer_append(pointer + "/any", i), out.back(), depth); !s.ok()) return s;
        }
        return {};
      }
    }
    return refuse("this is no part of a call format", pointer, part,
                  "a text, or {\"space\"}, {\"json\"}, {\"name\": \"raw\"}, {\"arguments\": \"json\"}, {\"id\"}, "
                  "{\"optional\"}, {\"any\"}, {\"members\"}, {\"key\": \"raw\"}, {\"value\": \"raw\"}");
  }

  Status read_branch(Json list, const std::string& pointer, FormatPart& part, int depth) {
    part.branches.emplace_back();
    std::vector<FormatPart> branch;
    Status status = read_parts(list, pointer, branch, depth + 1);
    part.branches.back() = std::move(branch);
    return status;
  }

  // Parts whose member is a string.
  bool read_simple(std::string_view key, std::string_view value, std::vector<FormatPart>& out) {
    if (key == "space" && (value.empty() || value == " " || value == "\n" || value == "\n    ")) {
      out.push_back(part_of(PartKind::kSpace, std::string(value)));
      return true;
    }
    if (key == "json" && !value.empty() && value.size() <= kMaxTextBytes) {
      read_json_part(value, out);
      return true;
    }
    const std::pair<std::string_view, PartKind> raw[] = {
        {"name", PartKind::kName}, {"key", PartKind::kKey}, {"value", PartKind::kValue}};
    for (const auto& [name, kind] : raw) {
      if (key != name || value != "raw") continue;
      out.push_back(part_of(kind));
      return true;
    }
    const std::pair<std::string_view, ArgumentStyle> styles[] = {
        {"json", ArgumentStyle::kJson}, {"python", ArgumentStyle::kPython}, {"marked", ArgumentStyle::kMarked}};
    for (const auto& [name, style] : styles) {
      if (key != "arguments" || value != name) continue;
      out.push_back(part_of(PartKind::kArguments));
      format_.style = style;
      return true;
    }
    return false;
  }

  Status read_id(Json id, const std::string& pointer, std::vector<FormatPart>& out) {
    if (Status s = only_members(id, pointer, {"characters", "min", "max"}); !s.ok()) return s;
    FormatPart part = part_of(PartKind::kId);
    std::string characters;
    if (Status s = read_text(id, pointer, "characters", 64, characters); !s.ok()) return s;
    if (Status s = read_integer(id, pointer, "min", 64, part.min); !s.ok()) return s;
    if (Status s = read_integer(id, pointer, "max", 64, part.max); !s.ok()) return s;
    part.digits = characters == "digits";
    if ((!part.digits && characters != "alphanumeric") || part.min > part.max) {
      return refuse("an id of this kind is not known", pointer, id, "digits or alphanumeric, min at most max");
    }
    out.push_back(std::move(part));
    return {};
  }

  CallFormat format_;
};

}  // namespace

namespace {

Result<std::shared_ptr<const CallFormat>> read_members(std::string_view text, const Limits& limits) {
  Result<JsonDocument> document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  if (!document->root().is_object()) return refuse("a call format is an object", "line 1, column 1", document->root(), "an object");
  return FormatReader().read(document->root());
}

}  // namespace

Result<std::shared_ptr<const CallFormat>> read_call_format(std::string_view text, const Limits& limits) {
  auto format = read_members(text, limits);
  if (!format.ok()) return format;
  if (Status status = check_round_trip(*format); !status.ok()) return status.error();
  if (Status status = check_agreement(*format); !status.ok()) return status.error();
  return format;
}

Result<std::shared_ptr<const CallFormat>> read_trusted_call_format(std::string_view text) { return read_members(text, {}); }

}  // namespace keyway
