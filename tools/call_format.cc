// Binding to a tokenizer, and the shipped formats; see call_format.h. The reader is in call_format_reader.cc.
#include "tools/call_format.h"

#include <map>
#include <mutex>

#include "schemas/embedded.h"
#include "tools/call_format_check.h"

namespace keyway {
namespace {

ElementKind element_kind(PartKind kind) {
  switch (kind) {
    case PartKind::kSpace: return ElementKind::kSpace;
    case PartKind::kName: return ElementKind::kName;
    case PartKind::kArguments: return ElementKind::kArguments;
    case PartKind::kId: return ElementKind::kId;
    case PartKind::kOptional: return ElementKind::kOptional;
    case PartKind::kAny: return ElementKind::kAny;
    case PartKind::kMembers: return ElementKind::kMembers;
    case PartKind::kKey: return ElementKind::kKey;
    case PartKind::kValue: return ElementKind::kValue;
    case PartKind::kText: break;
  }
  return ElementKind::kBytes;
}

using OwnedTokens = std::vector<std::pair<std::string, TokenId>>;

Element text_element(ElementKind kind, std::string bytes, TokenId token = kNoToken) {
  Element element;
  element.kind = kind;
  element.bytes = std::move(bytes);
  element.token = token;
  return element;
}

// Cuts a text at the delimiters that are tokens; where several start at one place the longest is taken.
void bind_text(std::string_view text, const OwnedTokens& owned, Elements& out) {
  std::string plain;
  auto flush = [&] {
    if (!plain.empty()) out.push_back(text_element(ElementKind::kBytes, plain));
    plain.clear();
  };
  while (!text.empty()) {
    const std::pair<std::string, TokenId>* best = nullptr;
    for (const auto& delimiter : owned) {
      if (text.starts_with(delimiter.first) && (!best || best->first.size() < delimiter.first.size())) {
        best = &delimiter;
      }
    }
    if (best) {
      flush();
      out.push_back(text_element(ElementKind::kToken, best->first, best->second));
      text.remove_prefix(best->first.size());
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  flush();
}

// Requires: the text is a delimiter or holds none; not empty.
Element bind_one(std::string_view text, const OwnedTokens& owned) {
  Elements elements;
  bind_text(text, owned, elements);
  return std::move(elements.front());
}

// The reader limits how deep branches are nested.
Elements bind_parts(const std::vector<FormatPart>& parts, const OwnedTokens& owned) {
  Elements out;
  for (const FormatPart& part : parts) {
    if (part.kind == PartKind::kText) {
      bind_text(part.text, owned, out);
      continue;
    }
    Element element = text_element(element_kind(part.kind), part.text);
    for (const auto& branch : part.branches) element.branches.push_back(bind_parts(branch, owned));
    element.min = part.min;
    element.max = part.max;
    element.digits = part.digits;
    out.push_back(std::move(element));
  }
  return out;
}

BoundLayout bind_layout(const CallLayout& layout, uint32_t space_max, const OwnedTokens& owned) {
  return {layout.where,
          layout.name_ahead,
          bind_parts(layout.section_begin, owned),
          bind_parts(layout.call, owned),
          bind_parts(layout.between_calls, owned),
          bind_parts(layout.section_end, owned),
          layout.key_ahead ? KeyAhead{layout.call[2].text, space_max} : KeyAhead{}};
}

// Sections that differ in how they write a call alone: gpt-oss's two heads may stand in one answer.
bool may_follow(const CallLayout& layout, const CallLayout& other) {
  const auto open = [](const CallLayout& one) { return one.section_begin.empty() && !one.name_ahead && !one.key_ahead; };
  return open(layout) && open(other) && layout.between_calls == other.between_calls && layout.section_end == other.section_end;
}

}  // namespace

std::shared_ptr<const BoundFormat> bind_call_format(std::shared_ptr<const CallFormat> format,
                                                    const TokenLookup& lookup, bool spelled_reasoning) {
  auto bound = std::make_shared<BoundFormat>();
  if (lookup) {
    for (const std::string& delimiter : format->delimiters) {
      if (std::optional<TokenId> id = lookup(delimiter)) bound->tokens.emplace_back(delimiter, *id);
    }
    if (!format->mark.empty()) bound->mark = lookup(format->mark);
  }
  for (const CallLayout& layout : format->layouts) {
    bound->layouts.push_back(bind_layout(layout, format->space_max, bound->tokens));
    for (uint32_t i = 0; i < format->layouts.size(); ++i) {
      if (&format->layouts[i] == &layout || may_follow(layout, format->layouts[i])) bound->layouts.back().next.push_back(i);
    }
  }
  Elements begin = bind_parts(format->reasoning_begin, bound->tokens);
  if (!begin.empty() && (begin.front().kind == ElementKind::kToken || !lookup || spelled_reasoning)) {
    bound->reasoning_begin = std::move(begin);
    bound->reasoning_end = bind_one(format->reasoning_end, bound->tokens);
  }
  for (const TextBlock& block : format->blocks) {
    bound->blocks.push_back(
        {block.reasoning, block.last, bind_parts(block.begin, bound->tokens), bind_one(block.end, bound->tokens)});
  }
  bound->between_blocks = bind_parts(format->between_blocks, bound->tokens);
  bound->format = std::move(format);
  return bound;
}

std::vector<std::string> shipped_call_format_names() {
  constexpr std::string_view kFolder = "call_formats/";
  std::vector<std::string> names;
  for (std::string_view document : embedded_document_names()) {
    if (!document.starts_with(kFolder)) continue;
    document.remove_prefix(kFolder.size());
    names.emplace_back(document.substr(0, document.rfind('.')));
  }
  return names;
}

Result<std::shared_ptr<const CallFormat>> shipped_call_format(std::string_view name) {
  // Each is read once: to compile its pattern of names takes 0.7 ms, all of one more tool 0.1.
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const CallFormat>, std::less<>> formats;
  std::lock_guard lock(mutex);
  if (const auto found = formats.find(name); found != formats.end()) return found->second;
  if (auto text = embedded_document("call_formats/" + std::string(name) + ".json")) {
    auto format = read_trusted_call_format(*text);
    if (format.ok()) formats.emplace(name, *format);
    return format;
  }
  std::string allowed;
  for (const std::string& known : shipped_call_format_names()) allowed += (allowed.empty() ? "" : ", ") + known;
  return fail(ErrorCode::kNotFound, "there is no call format of this name", "call_format", std::string(name), allowed);
}

}  // namespace keyway
