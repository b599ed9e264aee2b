// Verdicts over a tool list; see registry.h.
#include "tools/registry.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "tools/excerpt.h"
#include "tools/name_pattern.h"
#include "tools/registry_file.h"

namespace keyway {
namespace {

// The pattern of names, compiled. The last small one is kept, for lists that grow tool by tool: to compile the 64 counted
// characters of a shipped format takes 0.7 ms, the rest of one more tool 0.1 ms.
std::shared_ptr<const RE2> name_pattern(const std::string& text) {
  constexpr int kSmallProgram = 10'000;  // instructions of 16 bytes
  static std::mutex mutex;
  static std::shared_ptr<const RE2> last;
  {
    std::lock_guard lock(mutex);
    if (last != nullptr && last->pattern() == text) return last;
  }
  const auto made = std::make_shared<const RE2>(text, name_pattern_options());
  if (made->ok() && made->ProgramSize() <= kSmallProgram) {
    std::lock_guard lock(mutex);
    last = made;
  }
  return made;
}

// The place of the name in the entry: an OpenAI entry has it one level down.
std::string name_pointer(const Tool& tool) {
  const std::string body =
      tool.dialect == ToolDialect::kOpenAi ? pointer_append(tool.pointer, "function") : tool.pointer;
  return pointer_append(body, "name");
}

std::optional<Error> check_name(const Tool& tool, const RE2& legal, const CallFormat& format) {
  if (tool.name.size() > format.name_max_bytes) {
    return fail(ErrorCode::kInvalid, "the name of a tool is too long", name_pointer(tool), excerpt(tool.name),
                "at most " + std::to_string(format.name_max_bytes) + " bytes");
  }
  if (RE2::FullMatch(tool.name, legal)) return std::nullopt;
  return fail(ErrorCode::kInvalid, "the call format " + format.name + " cannot write this name of a tool",
              name_pointer(tool), json_quote(excerpt(tool.name)), format.name_pattern);
}

}  // namespace

std::string_view tool_status_name(ToolStatus status) {
  switch (status) {
    case ToolStatus::kCallable: return "callable";
    case ToolStatus::kRefused: return "refused";
    case ToolStatus::kDisabled: return "disabled";
    case ToolStatus::kExcluded: return "excluded";
  }
  return "unknown";
}

Result<Registry> Registry::read(std::string_view text, const CallFormat& format, const Limits& limits,
                                const RegistryUse& use) {
  Result<ToolList> list = read_tool_list(text, limits);
  if (!list.ok()) return list.error();
  RegistryFile file;
  if (list->is_registry) {
    Result<RegistryFile> read_file = read_registry_file(*list);
    if (!read_file.ok()) return read_file.error();
    file = std::move(*read_file);
  }
  Registry registry;
  registry.options_ = file.options;
  registry.place_ = list->place;
  registry.incomplete_ = std::move(list->incomplete);
  registry.entries_.reserve(list->entries.size());
  for (ToolListEntry& entry : list->entries) {
    RegistryEntry& added = registry.entries_.emplace_back();
    added.tool = std::move(entry.tool);
    if (entry.error) registry.refuse(added, std::move(*entry.error));
  }
  if (Status status = registry.judge(format); !status.ok()) return status.error();
  if (Status status = registry.apply_rules(file, use); !status.ok()) return status.error();
  registry.index_names();
  if (Status status = registry.first_refusal(); registry.options_.strict && !status.ok()) return status.error();
  return registry;
}

Result<Registry> Registry::load(std::string_view text, const CallFormat& format, const Limits& limits,
                                const RegistryUse& use) {
  Result<Registry> registry = read(text, format, limits, use);
  if (!registry.ok()) return registry;
  if (Status status = registry->usable(); !status.ok()) return status.error();
  return registry;
}

Status Registry::judge(const CallFormat& format) {
  const std::shared_ptr<const RE2> legal = name_pattern(format.name_pattern);
  if (!legal->ok()) {
    return fail(ErrorCode::kSyntax, "the pattern of names in the call format: " + legal->error(), "/names/pattern",
                excerpt(format.name_pattern), "RE2 syntax");
  }
  refuse_duplicates();
  for (RegistryEntry& entry : entries_) {
    if (entry.status != ToolStatus::kCallable) continue;
    if (auto error = check_name(entry.tool, *legal, format)) {
      refuse(entry, std::move(*error));
    } else if (!entry.tool.enabled) {
      entry.status = ToolStatus::kDisabled;
    }
  }
  return {};
}

// Counts every bearer, the disabled and the faulty too: switching a fault off must not make another tool callable.
void Registry::refuse_duplicates() {
  std::map<std::string_view, uint32_t> bearers;
  for (const RegistryEntry& entry : entries_) {
    if (!entry.tool.name.empty()) ++bearers[entry.tool.name];
  }
  for (RegistryEntry& entry : entries_) {
    const auto found = bearers.find(entry.tool.name);
    if (found == bearers.end() || found->second < 2 || entry.status != ToolStatus::kCallable) continue;
    refuse(entry, fail(ErrorCode::kInvalid, "a name that " + std::to_string(found->second) + " tools bear",
                       name_pointer(entry.tool), excerpt(entry.tool.name), "every name once"));
  }
}

// The rules of all, then those of the caller, then those of each tool.
Status Registry::apply_rules(const RegistryFile& file, const RegistryUse& use) {
  if (file.has_allow) {
    if (Status status = exclude(file.allow, true); !status.ok()) return status;
  }
  if (Status status = exclude(file.deny, false); !status.ok()) return status;
  const auto rules = std::find_if(file.callers.begin(), file.callers.end(),
                                  [&](const CallerRules& one) { return one.caller == use.caller; });
  if (rules != file.callers.end()) {
    const std::string place = pointer_append("/callers", use.caller);
    if (rules->has_allow) {
      if (Status status = exclude(rules->allow, true, place); !status.ok()) return status;
    }
    if (Status status = exclude(rules->deny, false, place); !status.ok()) return status;
  } else if (file.has_callers && !use.caller.empty()) {
    return fail(ErrorCode::kNotFound, "a caller that the registry has no rules for", "/callers", excerpt(use.caller));
  }
  return exclude_other_callers(use.caller);
}

// Tools with callers of their own are for those alone.
Status Registry::exclude_other_callers(const std::string& caller) {
  for (RegistryEntry& entry : entries_) {
    if (entry.status != ToolStatus::kCallable || entry.tool.callers.empty()) continue;
    const std::string place = pointer_append(entry.tool.pointer, "callers");
    bool may_call = false;
    for (const std::string& text : entry.tool.callers) {
      const RE2 pattern(text, name_pattern_options());
      if (!pattern.ok()) {
        refuse(entry, fail(ErrorCode::kSyntax, "a pattern that RE2 does not read: " + pattern.error(), place, excerpt(text),
                           "RE2 syntax"));
        break;
      }
      may_call = may_call || RE2::FullMatch(caller, pattern);
    }
    if (may_call || entry.status != ToolStatus::kCallable) continue;
    entry.status = ToolStatus::kExcluded;
    entry.error = fail(ErrorCode::kNotAllowed, "the tool is for other callers", place, excerpt(caller));
  }
  return {};
}

Status Registry::exclude(const std::vector<std::string>& patterns, bool allow, const std::string& place) {
  std::vector<std::unique_ptr<RE2>> compiled;
  for (size_t i = 0; i < patterns.size(); ++i) {
    compiled.push_back(std::make_unique<RE2>(patterns[i], name_pattern_options()));
    if (compiled.back()->ok()) continue;
    return fail(ErrorCode::kSyntax, "a pattern that RE2 does not read: " + compiled.back()->error(),
                pointer_append(place + (allow ? "/allow" : "/deny"), i), excerpt(patterns[i]), "RE2 syntax");
  }
  for (RegistryEntry& entry : entries_) {
    if (entry.status != ToolStatus::kCallable) continue;
    auto matches = [&](const std::unique_ptr<RE2>& pattern) { return RE2::FullMatch(entry.tool.name, *pattern); };
    const auto hit = std::find_if(compiled.begin(), compiled.end(), matches);
    if ((hit != compiled.end()) == allow) continue;
    entry.status = ToolStatus::kExcluded;
    entry.error = allow ? fail(ErrorCode::kNotAllowed, "no allow pattern matches this name", place + "/allow",
                               excerpt(entry.tool.name))
                        : fail(ErrorCode::kNotAllowed, "a deny pattern matches this name",
                               pointer_append(place + "/deny", static_cast<size_t>(hit - compiled.begin())),
                               excerpt(entry.tool.name));
  }
  return {};
}

Status Registry::refuse_unless(const std::function<Status(const Tool&)>& check) {
  for (RegistryEntry& entry : entries_) {
    if (entry.status != ToolStatus::kCallable) continue;
    if (Status status = check(entry.tool); !status.ok()) refuse(entry, status.error());
  }
  index_names();
  if (Status status = first_refusal(); options_.strict && !status.ok()) return status;
  return usable();
}

void Registry::narrow(std::string_view name, JsonDocument parameters) {
  for (RegistryEntry& entry : entries_) {
    if (entry.status != ToolStatus::kCallable || entry.tool.name != name) continue;
    entry.tool.parameters_document = std::move(parameters);
    entry.tool.parameters = entry.tool.parameters_document.root();
    return;
  }
}

void Registry::set_place(size_t entry, std::string pointer, std::string parameters_pointer) {
  entries_[entry].tool.pointer = std::move(pointer);
  entries_[entry].tool.parameters_pointer = std::move(parameters_pointer);
}

Status Registry::usable() const {
  if (!by_name_.empty()) return {};
  if (Status status = first_refusal(); !status.ok()) {
    Error error = status.error();
    error.message = "no tool is callable; " + error.message;
    return error;
  }
  return fail(ErrorCode::kInvalid,
              entries_.empty() ? "the list holds no tool" : "every tool is disabled or excluded", place_, "",
              "at least one callable tool");
}

std::vector<const Tool*> Registry::callable() const {
  std::vector<const Tool*> tools;
  for (const RegistryEntry& entry : entries_) {
    if (entry.status == ToolStatus::kCallable) tools.push_back(&entry.tool);
  }
  return tools;
}

const Tool* Registry::find(std::string_view name) const {
  const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name, [this](uint32_t i, std::string_view n) {
    return entries_[i].tool.name < n;
  });
  if (at == by_name_.end() || entries_[*at].tool.name != name) return nullptr;
  return &entries_[*at].tool;
}

// Says whom it refuses: pointers alone do not tell a reader which tool of a hundred it is.
void Registry::refuse(RegistryEntry& entry, Error error) {
  entry.status = ToolStatus::kRefused;
  error.message = "tool " + json_quote(excerpt(entry.tool.name, 64)) + ": " + error.message;
  entry.error = std::move(error);
}

Status Registry::first_refusal() const {
  for (const RegistryEntry& entry : entries_) {
    if (entry.status == ToolStatus::kRefused) return entry.error;
  }
  return {};
}

void Registry::index_names() {
  by_name_.clear();
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].status == ToolStatus::kCallable) by_name_.push_back(i);
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [this](uint32_t a, uint32_t b) { return entries_[a].tool.name < entries_[b].tool.name; });
}

}  // namespace keyway
