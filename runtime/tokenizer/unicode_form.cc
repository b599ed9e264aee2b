// See unicode_form.h.
#include "runtime/tokenizer/unicode_form.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "runtime/tokenizer/code_point_table.h"

namespace keyway {
namespace {

// No character from here on decomposes, composes or combines (Unicode 16; the tags and selectors of plane 14 do not).
constexpr uint32_t kLastPlaneOfForms = 0x30000;

// What NFC may touch: marks with a combining class, what decomposes and stays so, and what is the second half of a
// composition (the last character of some full decomposition).
std::vector<bool> make_touched() {
  std::vector<bool> touched(kLastPlaneOfForms, false);
  utf8proc_int32_t parts[8];
  for (uint32_t point = 0xC0; point < kLastPlaneOfForms; ++point) {
    const auto signed_point = static_cast<utf8proc_int32_t>(point);
    const utf8proc_property_t* property = utf8proc_get_property(signed_point);
    if (property->combining_class != 0) touched[point] = true;
    int boundary = 0;
    const auto count = utf8proc_decompose_char(signed_point, parts, 8, UTF8PROC_DECOMPOSE, &boundary);
    if (count <= 0 || count > 8 || (count == 1 && parts[0] == signed_point)) continue;
    if (parts[count - 1] >= 0 && static_cast<uint32_t>(parts[count - 1]) < kLastPlaneOfForms) {
      touched[static_cast<uint32_t>(parts[count - 1])] = true;
    }
    const auto left = utf8proc_normalize_utf32(parts, count, static_cast<utf8proc_option_t>(
                                                   UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (left != 1 || parts[0] != signed_point) touched[point] = true;
  }
  return touched;
}

}  // namespace

bool is_form_c(std::string_view text) {
  static const std::vector<bool> touched = make_touched();
  for (size_t at = 0; at < text.size();) {
    if (static_cast<uint8_t>(text[at]) < 0xCC) {  // below U+0300 nothing is touched
      at += static_cast<uint8_t>(text[at]) < 0x80 ? 1 : 2;
      continue;
    }
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    if (point.value < kLastPlaneOfForms && touched[point.value]) return false;
    at += point.length;
  }
  return true;
}

std::string to_unicode_form(std::string_view text, UnicodeForm form) {
  const bool composes = form == UnicodeForm::kC || form == UnicodeForm::kKC;
  const bool compatible = form == UnicodeForm::kKC || form == UnicodeForm::kKD;
  const int options =
      UTF8PROC_STABLE | (composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) | (compatible ? UTF8PROC_COMPAT : 0);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, std::free);
  if (length < 0) return std::string(text);  // out of memory: the text is well formed
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(length));
}

}  // namespace keyway
