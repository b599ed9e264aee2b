// Filters of marked-up text and JSON; see registry.h.
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/write_json.h"

namespace keyway::chat {
namespace {

Value escape(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("escape", arguments);
  run.heap().require(input.is_string() ? input.text().size() : 0, 5);
  return escape_markup(run.heap(), input);
}

Value force_escape(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("forceescape", arguments);
  Heap& heap = run.heap();
  const Value text = to_text(heap, input);
  heap.require(text.text().size(), 5);
  return escape_markup(heap, heap.string(std::string(text.text())));
}

Value safe(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("safe", arguments);
  return Value::markup(to_text(run.heap(), input));
}

// Takes out every "<!-- ... -->" or "<...>".
std::string without(Heap& heap, std::string_view text, std::string_view open, std::string_view close) {
  std::string out;
  while (true) {
    heap.step_bytes(text.size());
    const size_t start = text.find(open);
    const size_t end = start == std::string_view::npos ? start : text.find(close, start);
    if (end == std::string_view::npos) return out += text;
    out += text.substr(0, start);
    text.remove_prefix(end + close.size());
  }
}

// The character of "&name;" or "&#number;", and its length in `used`.
std::string entity(std::string_view text, size_t& used) {
  constexpr size_t kLongest = 8;  // of the known names, with "&" and ";"
  const size_t end = text.substr(0, kLongest).find(';');
  const std::string_view name = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"#34", '"'}, {"#39", '\''}, {"apos", '\''}};
  used = name.size() + 2;
  for (const auto& [known, character] : kNamed) {
    if (known == name) return std::string(1, character);
  }
  const bool plain = text.size() < 2 || (text[1] != '#' && !(text[1] >= 'A' && text[1] <= 'z'));
  if (!plain) raise(ErrorCode::kUnsupported, "striptags() knows no such entity", std::string(text.substr(0, 12)));
  used = 1;
  return "&";
}

Value strip_tags(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("striptags", arguments);
  Heap& heap = run.heap();
  const Value value = to_text(heap, input);
  heap.step(value.text().size() / 2);
  const std::string text = without(heap, without(heap, value.text(), "<!--", "-->"), "<", ">");
  std::string out;
  for (size_t at = skip_space(text, 0); at < text.size();) {
    size_t next = at;
    if (is_space(next_point(text, next))) {
      at = skip_space(text, at);
      if (at < text.size()) out += ' ';
      continue;
    }
    if (text[at] == '&') {
      size_t used = 1;
      out += entity(std::string_view(text).substr(at), used);
      at += used;
      continue;
    }
    out += text.substr(at, next - at);
    at = next;
  }
  return heap.string(std::move(out));
}

// A list of the attributes of a tag.
Value xml_attributes(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("xmlattr", arguments, {"autospace"});
  Heap& heap = run.heap();
  if (input.is_undefined()) raise_undefined(input);
  if (!input.is(Kind::kDict)) raise_invalid("xmlattr() needs a mapping", std::string(type_name(input)));
  std::string out;
  for (const auto& entry : input.as<DictObject>().entries()) {
    if (entry.value.is_none() || entry.value.is_undefined()) continue;
    if (!entry.key.is_string()) raise_invalid("an attribute name must be a string");
    if (entry.key.text().find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos) {
      raise_invalid("invalid character in attribute name", std::string(entry.key.text()));
    }
    if (!out.empty()) out += ' ';
    out += escape_markup(heap, entry.key).text();
    out += "=\"";
    out += escape_markup(heap, entry.value).text();
    out += '"';
    heap.require(out.size());
  }
  if (!out.empty() && truth_or(given[0], true)) out.insert(0, 1, ' ');
  return heap.string(std::move(out));
}

JsonFormat json_format(Heap& heap, const std::array<Value, 4>& given) {
  JsonFormat format;
  format.ascii = truth_or(given[0], false);
  format.sort_keys = truth_or(given[3], false);
  if (!absent(given[1])) {
    format.indents = true;
    if (given[1].is_string()) {
      format.indent = given[1].text();
    } else {
      const int64_t width = std::max<int64_t>(integer_or(given[1], 0, "tojson"), 0);
      heap.require(static_cast<uint64_t>(width));
      format.indent.assign(static_cast<size_t>(width), ' ');
    }
    format.item_separator = ",";
  }
  if (!absent(given[2])) {
    const std::vector<Value> separators = to_vector(heap, given[2]);
    if (separators.size() != 2) raise_invalid("separators must be a pair of strings");
    format.item_separator = text_or(separators[0], {}, "tojson");
    format.key_separator = text_or(separators[1], {}, "tojson");
  }
  return format;
}

// json.dumps as transformers calls it, without HTML escapes.
Value to_json(Evaluator& run, const Value& input, const Arguments& arguments) {
  Heap& heap = run.heap();
  if (arguments.empty()) return write_json(heap, input, JsonFormat());
  const auto given = bind<4>("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
  return write_json(heap, input, json_format(heap, given));
}

constexpr NamedFilter kMarkupFilters[] = {
    {"e", escape}, {"escape", escape}, {"forceescape", force_escape}, {"safe", safe}, {"tojson", to_json},
    {"striptags", strip_tags}, {"xmlattr", xml_attributes},
};

}  // namespace

std::span<const NamedFilter> markup_filters() { return kMarkupFilters; }

}  // namespace keyway::chat
