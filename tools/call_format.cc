// Binding to a tokenizer and rendering; see call_format.h. The reader is in call_format_reader.cc.
#include "tools/call_format.h"

#include "schemas/embedded.h"

namespace keyway {
namespace {

ElementKind element_kind(PartKind kind) {
  switch (kind) {
    case PartKind::kSpace: return ElementKind::kSpace;
    case PartKind::kName: return ElementKind::kName;
    case PartKind::kArguments: return ElementKind::kArguments;
    case PartKind::kText: break;
  }
  return ElementKind::kBytes;
}

using OwnedTokens = std::vector<std::pair<std::string, TokenId>>;

// Cuts a text at the delimiters that are tokens; where several start at one place the longest is taken.
void bind_text(std::string_view text, const OwnedTokens& owned, std::vector<Element>& out) {
  std::string plain;
  auto flush = [&] {
    if (!plain.empty()) out.push_back({ElementKind::kBytes, std::move(plain), kNoToken});
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
      out.push_back({ElementKind::kToken, best->first, best->second});
      text.remove_prefix(best->first.size());
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  flush();
}

// Requires: the text is a delimiter or holds none.
std::optional<Element> bind_one(std::string_view text, const OwnedTokens& owned) {
  std::vector<Element> elements;
  bind_text(text, owned, elements);
  if (elements.empty()) return std::nullopt;
  return std::move(elements.front());
}

std::vector<Element> bind_parts(const std::vector<FormatPart>& parts, const OwnedTokens& owned) {
  std::vector<Element> out;
  for (const FormatPart& part : parts) {
    if (part.kind == PartKind::kText) {
      bind_text(part.text, owned, out);
    } else {
      out.push_back({element_kind(part.kind), part.text, kNoToken});
    }
  }
  return out;
}

void render_parts(const std::vector<FormatPart>& parts, const RenderedCall& call, std::string& out) {
  for (const FormatPart& part : parts) {
    switch (part.kind) {
      case PartKind::kText:
      case PartKind::kSpace: out += part.text; break;
      case PartKind::kName: out += call.name; break;
      case PartKind::kArguments: out += call.arguments; break;
    }
  }
}

}  // namespace

std::shared_ptr<const BoundFormat> bind_call_format(std::shared_ptr<const CallFormat> format,
                                                    const TokenLookup& lookup, bool spelled_reasoning) {
  auto bound = std::make_shared<BoundFormat>();
  if (lookup) {
    for (const std::string& delimiter : format->delimiters) {
      if (std::optional<TokenId> id = lookup(delimiter)) bound->tokens.emplace_back(delimiter, *id);
    }
  }
  bound->section_begin = bind_parts(format->section_begin, bound->tokens);
  bound->call = bind_parts(format->call, bound->tokens);
  bound->between_calls = bind_parts(format->between_calls, bound->tokens);
  bound->section_end = bind_parts(format->section_end, bound->tokens);
  std::optional<Element> begin = bind_one(format->reasoning_begin, bound->tokens);
  if (begin && (begin->kind == ElementKind::kToken || !lookup || spelled_reasoning)) {
    bound->reasoning_begin = std::move(begin);
    bound->reasoning_end = bind_one(format->reasoning_end, bound->tokens);
  }
  bound->format = std::move(format);
  return bound;
}

Result<std::shared_ptr<const CallFormat>> shipped_call_format(std::string_view name) {
  if (auto text = embedded_document("call_formats/" + std::string(name) + ".json")) return read_call_format(*text);
  std::string allowed;
  for (std::string_view document : embedded_document_names()) {
    if (!document.starts_with("call_formats/")) continue;
    document.remove_prefix(sizeof("call_formats/") - 1);
    allowed += (allowed.empty() ? "" : ", ") + std::string(document.substr(0, document.find('.')));
  }
  return fail(ErrorCode::kNotFound, "there is no call format of this name", "call_format", std::string(name), allowed);
}

std::string render_calls(const CallFormat& format, const std::vector<RenderedCall>& calls) {
  std::string out;
  if (calls.empty()) return out;
  render_parts(format.section_begin, calls.front(), out);
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) render_parts(format.between_calls, calls[i], out);
    render_parts(format.call, calls[i], out);
  }
  render_parts(format.section_end, calls.back(), out);
  return out;
}

}  // namespace keyway
