// Reading the conversation and narrowing the parameters; see loop_guard.h.
#include "tools/loop_guard.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace keyway {
namespace {

// JSON with the members of every object sorted; numbers as they were written. Depth: that of the document, bounded.
std::string sorted_text(Json value) {
  if (value.is_array()) {
    std::string text = "[";
    for (size_t i = 0; i < value.size(); ++i) text += (i == 0 ? "" : ",") + sorted_text(value.at(i));
    return text + "]";
  }
  if (!value.is_object()) {
    const auto integer = value.is_number() ? value.integer() : std::nullopt;
    return integer ? std::to_string(*integer) : to_json_text(value);
  }
  std::map<std::string_view, Json> members;
  for (size_t i = 0; i < value.size(); ++i) members.emplace(value.key(i), value.at(i));
  std::string text = "{";
  for (const auto& [name, member] : members) text += (text.size() == 1 ? "" : ",") + json_quote(name) + ":" + sorted_text(member);
  return text + "}";
}

std::string text_member(Json object, std::string_view name) {
  const auto value = object.find(name);
  if (!value) return {};
  return value->is_string() ? std::string(value->string()) : to_json_text(*value);
}

struct Made {
  LoopGuard::Call call;
  std::string id;
  std::optional<std::string> result;
};

std::optional<Made> read_call(Json entry) {
  const auto function = entry.find("function");
  const Json body = function && function->is_object() ? *function : entry;
  const auto name = body.find("name");
  const auto arguments = body.find("arguments");
  if (!name || !name->is_string()) return std::nullopt;
  Made made;
  made.id = text_member(entry, "id");
  made.call.name = name->string();
  made.call.arguments = "{}";
  if (arguments && arguments->is_string()) {
    const auto document = parse_json(arguments->string());
    if (!document.ok()) return std::nullopt;  // no call that a mask lets through
    made.call.arguments = sorted_text(document->root());
  } else if (arguments) {
    made.call.arguments = sorted_text(*arguments);
  }
  return made;
}

std::vector<Made> read_calls(Json messages) {
  std::vector<Made> calls;
  size_t first_open = 0;  // of the last message with calls
  for (size_t i = 0; i < messages.size(); ++i) {
    const Json message = messages.at(i);
    if (!message.is_object()) continue;
    if (const auto made = message.find("tool_calls"); made && made->is_array() && made->size() > 0) {
      first_open = calls.size();
      for (size_t k = 0; k < made->size(); ++k) {
        if (auto call = read_call(made->at(k))) calls.push_back(std::move(*call));
      }
    }
    if (text_member(message, "role") != "tool") continue;
    const std::string id = text_member(message, "tool_call_id");
    const auto open = std::find_if(calls.begin() + static_cast<ptrdiff_t>(first_open), calls.end(), [&](const Made& call) {
      return !call.result && (id.empty() || call.id.empty() || call.id == id);
    });
    if (open != calls.end()) open->result = text_member(message, "content");
  }
  return calls;
}

// {"not": {"anyOf": [what there was, each call]}} beside the other members.
std::string without_calls(Json parameters, const std::vector<std::string>& excluded) {
  std::string text = "{";
  std::string choices;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.key(i) == "not") {
      choices = to_json_text(parameters.at(i));
      continue;
    }
    text += (text.size() == 1 ? "" : ", ") + json_quote(parameters.key(i)) + ": " + to_json_text(parameters.at(i));
  }
  for (const std::string& arguments : excluded) choices += (choices.empty() ? "" : ", ") + ("{\"const\": " + arguments + "}");
  return text + (text.size() == 1 ? "" : ", ") + "\"not\": {\"anyOf\": [" + choices + "]}}";
}

}  // namespace

std::vector<LoopGuard::Call> LoopGuard::repeated(Json messages) const {
  std::vector<Call> out;
  if (count == 0 || !messages.is_array()) return out;
  const std::vector<Made> calls = read_calls(messages);
  const size_t from = calls.size() > window ? calls.size() - window : 0;
  struct Seen {
    std::string result;
    uint32_t times = 0;
    size_t last = 0;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen;
  for (size_t i = from; i < calls.size(); ++i) {
    if (!calls[i].result) continue;
    Seen& one = seen[{calls[i].call.name, calls[i].call.arguments}];
    one.times = one.times > 0 && one.result == *calls[i].result ? one.times + 1 : 1;
    one.result = *calls[i].result;
    one.last = i;
  }
  std::map<size_t, Call> found;
  for (const auto& [call, one] : seen) {
    if (one.times >= count) found[one.last] = {call.first, call.second};
  }
  for (auto& [at, call] : found) out.push_back(std::move(call));
  return out;
}

Status exclude_calls(Registry& registry, const std::vector<LoopGuard::Call>& calls) {
  std::map<std::string, std::vector<std::string>> by_name;
  for (const LoopGuard::Call& call : calls) by_name[call.name].push_back(call.arguments);
  for (const auto& [name, excluded] : by_name) {
    const Tool* tool = registry.find(name);
    if (tool == nullptr) continue;
    auto document = parse_json(without_calls(tool->parameters, excluded));
    if (!document.ok()) return document.error();
    registry.narrow(name, std::move(*document));
  }
  return {};
}

}  // namespace keyway
