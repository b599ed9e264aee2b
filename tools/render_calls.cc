// From calls to text; see render_calls.h. Values are walked with an explicit stack.
#include "tools/render_calls.h"

#include "schemas/json.h"

namespace keyway {
namespace {

// A string of Python in double quotes: JSON's escapes mean the same there but for \/ and pairs of surrogates, which
// json_quote does not write.
std::string python_word(Json value) {
  if (value.is_null()) return "None";
  return value.is_true() ? "True" : "False";
}

class CallRenderer {
 public:
  explicit CallRenderer(const CallFormat& format) : format_(format) {}

  void parts(const std::vector<FormatPart>& list, const RenderedCall& call, size_t index) {
    for (const FormatPart& part : list) one(part, call, index);
  }
  std::string take() { return std::move(out_); }

 private:
  void one(const FormatPart& part, const RenderedCall& call, size_t index) {
    switch (part.kind) {
      case PartKind::kText:
      case PartKind::kSpace: out_ += part.text; break;
      case PartKind::kName: out_ += call.name; break;
      case PartKind::kArguments: arguments(call.arguments); break;
      case PartKind::kId: out_ += id(part, call, index); break;
      case PartKind::kOptional:
        if (!call.id.empty() && holds_id(part.branches[0])) parts(part.branches[0], call, index);
        break;
      case PartKind::kAny: parts(part.branches[0], call, index); break;
      case PartKind::kMembers: members(part, call); break;
      case PartKind::kKey:
      case PartKind::kValue: break;  // members() writes them
    }
  }

  static bool holds_id(const std::vector<FormatPart>& list) {
    for (const FormatPart& part : list) {
      if (part.kind == PartKind::kId) return true;
    }
    return false;
  }

  static std::string id(const FormatPart& part, const RenderedCall& call, size_t index) {
    if (!call.id.empty()) return call.id;
    std::string text = std::to_string(index);
    if (text.size() < part.min) text.insert(0, part.min - text.size(), '0');
    return text;
  }

  static Result<JsonDocument> read(const std::string& json) {
    Limits limits;
    limits.document_depth = kMostArgumentDepth;
    return parse_json(json, limits);
  }

  void arguments(const std::string& json) {
    if (format_.style == ArgumentStyle::kJson) {
      out_ += json;
      return;
    }
    const Result<JsonDocument> document = read(json);
    if (document.ok()) value(document->root());
  }

  void members(const FormatPart& part, const RenderedCall& call) {
    const Result<JsonDocument> document = read(call.arguments);
    if (!document.ok()) return;
    const Json root = document->root();
    for (size_t i = 0; i < root.size(); ++i) {
      for (const FormatPart& piece : part.branches[0]) {
        if (piece.kind == PartKind::kKey) out_ += root.key(i);
        else if (piece.kind == PartKind::kValue) out_ += root.at(i).is_string() ? std::string(root.at(i).string()) : to_json_text(root.at(i));
        else one(piece, call, 0);
      }
    }
  }

  void scalar(Json value) {
    const bool python = format_.style == ArgumentStyle::kPython;
    if (value.is_string()) {
      out_ += python ? json_quote(value.string()) : format_.mark + std::string(value.string()) + format_.mark;
    } else if (python && (value.is_null() || value.is_boolean())) {
      out_ += python_word(value);
    } else {
      out_ += to_json_text(value);
    }
  }

  void key(std::string_view name, bool outermost) {
    const bool python = format_.style == ArgumentStyle::kPython;
    if (python && !outermost) out_ += json_quote(name) + ": ";
    else out_ += std::string(name) + (python ? "=" : ":");
  }

  struct Open {
    Json container;
    size_t next;
  };

  void open(Json value, std::vector<Open>& stack) {
    if (!value.is_object() && !value.is_array()) return scalar(value);
    const bool python_call = stack.empty() && format_.style == ArgumentStyle::kPython;
    out_ += value.is_array() ? "[" : python_call ? "(" : "{";
    stack.push_back({value, 0});
  }

  void value(Json root) {
    std::vector<Open> stack;
    open(root, stack);
    while (!stack.empty()) {
      const Json container = stack.back().container;
      const size_t at = stack.back().next++;
      if (at == container.size()) {
        const bool python_call = stack.size() == 1 && format_.style == ArgumentStyle::kPython;
        out_ += container.is_array() ? "]" : python_call ? ")" : "}";
        stack.pop_back();
        continue;
      }
      if (at > 0) out_ += format_.style == ArgumentStyle::kPython ? ", " : ",";
      if (container.is_object()) key(container.key(at), stack.size() == 1);
      open(container.at(at), stack);
    }
  }

  const CallFormat& format_;
  std::string out_;
};

}  // namespace

std::string render_calls(const CallFormat& format, const std::vector<RenderedCall>& calls) {
  if (calls.empty()) return {};
  const CallLayout& layout = format.layouts.front();
  CallRenderer renderer(format);
  renderer.parts(layout.section_begin, calls.front(), 0);
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) renderer.parts(layout.between_calls, calls[i], i);
    renderer.parts(layout.call, calls[i], i);
  }
  renderer.parts(layout.section_end, calls.back(), calls.size());
  return renderer.take();
}

}  // namespace keyway
