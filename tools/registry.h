// The registry: the tools that a model may call, each with its verdict.
//
// Entry points: Registry::load (what a request uses), Registry::read (what a report uses), Registry::refuse_unless.
// Invariants: every entry of the list is here, in order; a tool is callable or there is a reason why not; no two
// callable tools have one name: of a name used twice all bearers are refused, for which of them was meant is a guess.
// Allow and deny patterns match a name as a whole.
// Thread safety: immutable once refuse_unless has run.
// Tested by tests/tools/registry_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tools/call_format.h"
#include "tools/registry_options.h"
#include "tools/tool_list.h"

namespace keyway {

struct RegistryFile;

enum class ToolStatus : uint8_t {
  kCallable,
  kRefused,   // a fault, told in RegistryEntry::error
  kDisabled,  // "enabled": false
  kExcluded,  // by allow or deny, of all, of the caller or of the tool
};

// "callable", "refused", "disabled", "excluded".
std::string_view tool_status_name(ToolStatus status);

struct RegistryEntry {
  Tool tool;
  ToolStatus status = ToolStatus::kCallable;
  Error error;  // kRefused: what is wrong; kExcluded: by which pattern
};

// Who asks. Rules of callers hold for a caller that is named; without a name only what all may call is callable.
struct RegistryUse {
  std::string caller;
};

class Registry {
 public:
  // Reads any list that read_tool_list reads and judges each tool by what `format` can write as a name.
  // Errors: the text is no tool list, or its options are bad; with "strict", the first refused tool; kNotFound for a
  // caller that the registry has no rules for while it has rules for others.
  // Complexity: O(n log n) in the bytes of the text.
  static Result<Registry> read(std::string_view text, const CallFormat& format, const Limits& limits = {},
                               const RegistryUse& use = {});

  // read(), and the error of usable().
  static Result<Registry> load(std::string_view text, const CallFormat& format, const Limits& limits = {},
                               const RegistryUse& use = {});

  // Refuses every callable tool whose parameters `check` does not accept, for example those that do not compile.
  // Errors: that of usable(); with "strict", the first refusal.
  Status refuse_unless(const std::function<Status(const Tool&)>& check);

  // Replaces the parameters of a callable tool; a name that is not there is passed over.
  void narrow(std::string_view name, JsonDocument parameters);

  // Where the entry of that number stands for who reads errors, if not where it was read: its own place and that of its
  // parameters. Requires: entry < entries().size().
  void set_place(size_t entry, std::string pointer, std::string parameters_pointer);

  // An error where no tool is callable; it tells the first reason.
  Status usable() const;

  const std::vector<RegistryEntry>& entries() const { return entries_; }
  const RegistryOptions& options() const { return options_; }
  // Set where the list says itself that it is not whole; what it holds is judged all the same.
  const std::optional<Error>& incomplete() const { return incomplete_; }
  // The callable tools in the order of the list.
  std::vector<const Tool*> callable() const;
  // The callable tool of that name, or null. Complexity: O(log size).
  const Tool* find(std::string_view name) const;

 private:
  Status judge(const CallFormat& format);
  Status exclude(const std::vector<std::string>& patterns, bool allow, const std::string& place = {});
  Status apply_rules(const RegistryFile& file, const RegistryUse& use);
  Status exclude_other_callers(const std::string& caller);
  void refuse_duplicates();
  void refuse(RegistryEntry& entry, Error error);
  Status first_refusal() const;
  void index_names();

  std::vector<RegistryEntry> entries_;
  std::vector<uint32_t> by_name_;  // callable entries sorted by name
  RegistryOptions options_;
  std::string place_;  // of the list
  std::optional<Error> incomplete_;
};

}  // namespace keyway
