// str() and repr(); see represent.h.
#include "tools/chat_template/represent.h"

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

void append_checked(Heap& heap, std::string& out, std::string_view text) {
  heap.require(out.size() + text.size());
  heap.step_bytes(text.size());
  out += text;
}

void append_items(Heap& heap, std::string& out, std::span<const Value> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    heap.step();
    if (i > 0) append_checked(heap, out, ", ");
    append_repr(heap, out, values[i]);
  }
}

void append_dict(Heap& heap, std::string& out, DictObject& dict) {
  out += '{';
  bool first = true;
  for (const auto& entry : dict.entries()) {
    heap.step();
    if (!first) append_checked(heap, out, ", ");
    first = false;
    append_repr(heap, out, entry.key);
    out += ": ";
    append_repr(heap, out, entry.value);
  }
  out += '}';
}

void append_view(Heap& heap, std::string& out, const Value& value) {
  append_checked(heap, out, type_name(value));
  out += "([";
  append_items(heap, out, to_vector(heap, value));
  out += "])";
}

void append_range(std::string& out, const RangeObject& range) {
  out += "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop);
  if (range.step != 1) out += ", " + std::to_string(range.step);
  out += ')';
}

// Marks a namespace while it is printed: it may hold itself.
class Printing {
 public:
  explicit Printing(NamespaceObject& space) : space_(space) { space_.printing = true; }
  ~Printing() { space_.printing = false; }
  Printing(const Printing&) = delete;
  Printing& operator=(const Printing&) = delete;

 private:
  NamespaceObject& space_;
};

// What has no text of its own in Python prints an address there; here only its kind.
void append_opaque(std::string& out, const Value& value) {
  if (value.is(Kind::kBuiltin)) {
    out += "<function " + std::string(global_name(static_cast<uint32_t>(value.as_integer()))) + ">";
  } else if (value.is(Kind::kLoop)) {
    auto& loop = value.as<LoopObject>();
    const int64_t length = loop.run->length_of(loop);
    out += "<LoopContext " + std::to_string(loop.index0 + 1) + "/" + std::to_string(length) + ">";
  } else {
    out += "<" + std::string(type_name(value)) + " object>";
  }
}

}  // namespace

void append_repr(Heap& heap, std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined: return append_checked(heap, out, "Undefined");
    case Kind::kString:
      if (value.is_markup()) out += "Markup(";
      append_checked(heap, out, quote_python(value.text()));
      if (value.is_markup()) out += ')';
      return;
    case Kind::kList:
      out += '[';
      append_items(heap, out, value.as<ListObject>().items());
      out += ']';
      return;
    case Kind::kTuple: {
      const auto values = value.as<ListObject>().items();
      out += '(';
      append_items(heap, out, values);
      out += values.size() == 1 ? ",)" : ")";
      return;
    }
    case Kind::kDict: return append_dict(heap, out, value.as<DictObject>());
    case Kind::kDictView: return append_view(heap, out, value);
    case Kind::kNamespace: {
      const Heap::Nesting nesting(heap);
      auto& space = value.as<NamespaceObject>();
      if (space.printing) return append_checked(heap, out, "<Namespace {...}>");
      const Printing printing(space);
      out += "<Namespace ";
      append_repr(heap, out, space.attributes);
      out += '>';
      return;
    }
    default: return append_str(heap, out, value);
  }
}

void append_str(Heap& heap, std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kUndefined: return;
    case Kind::kNone: out += "None"; return;
    case Kind::kBool: out += value.as_integer() != 0 ? "True" : "False"; return;
    case Kind::kInt: out += std::to_string(value.as_integer()); return;
    case Kind::kFloat: out += float_repr(value.as_real()); return;
    case Kind::kBigInt: return append_checked(heap, out, value.as<BigIntObject>().digits);
    case Kind::kString: return append_checked(heap, out, value.text());
    case Kind::kRange: return append_range(out, value.as<RangeObject>());
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kDictView:
    case Kind::kNamespace: return append_repr(heap, out, value);
    default: return append_opaque(out, value);
  }
}

Value to_text(Heap& heap, const Value& value) {
  if (value.is_string()) return value;
  std::string text;
  append_str(heap, text, value);
  return heap.string(std::move(text));
}

}  // namespace keyway::chat
