// URI references; see uri.h. The algorithm is the one of RFC 3986, section 5.2.
#include "schemas/json_schema/uri.h"

#include <cctype>

#include "grammar/utf8.h"

namespace keyway {
namespace {

struct Parts {
  std::optional<std::string_view> scheme, authority, query, fragment;
  std::string_view path;
};

bool is_scheme(std::string_view text) {
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (char c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

Parts split(std::string_view uri) {
  Parts parts;
  if (const size_t at = uri.find('#'); at != std::string_view::npos) {
    parts.fragment = uri.substr(at + 1);
    uri = uri.substr(0, at);
  }
  if (const size_t at = uri.find('?'); at != std::string_view::npos) {
    parts.query = uri.substr(at + 1);
    uri = uri.substr(0, at);
  }
  if (const size_t at = uri.find(':'); at != std::string_view::npos && is_scheme(uri.substr(0, at))) {
    parts.scheme = uri.substr(0, at);
    uri = uri.substr(at + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const size_t at = uri.find('/');
    parts.authority = uri.substr(0, at);
    uri = at == std::string_view::npos ? std::string_view() : uri.substr(at);
  }
  parts.path = uri;
  return parts;
}

// Section 5.2.4.
std::string remove_dot_segments(std::string_view in) {
  std::string out;
  while (!in.empty()) {
    if (in.starts_with("../")) {
      in.remove_prefix(3);
    } else if (in.starts_with("./")) {
      in.remove_prefix(2);
    } else if (in.starts_with("/./")) {
      in.remove_prefix(2);
    } else if (in == "/.") {
      in = "/";
    } else if (in.starts_with("/../") || in == "/..") {
      in = in.size() > 3 ? in.substr(3) : std::string_view("/");
      out.erase(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
    } else if (in == "." || in == "..") {
      in = {};
    } else {
      const size_t end = in.find('/', 1);
      out += in.substr(0, end);
      in = end == std::string_view::npos ? std::string_view() : in.substr(end);
    }
  }
  return out;
}

std::string merge_paths(const Parts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const size_t slash = base.path.rfind('/');
  if (slash == std::string_view::npos) return std::string(path);
  return std::string(base.path.substr(0, slash + 1)) + std::string(path);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  const Parts base = split(base_text);
  const Parts reference = split(reference_text);
  Parts target = reference;
  std::string path;
  if (reference.scheme || reference.authority) {
    path = remove_dot_segments(reference.path);
    if (!reference.scheme) target.scheme = base.scheme;
  } else {
    target.scheme = base.scheme;
    target.authority = base.authority;
    if (reference.path.empty()) {
      path = base.path;
      if (!reference.query) target.query = base.query;
    } else if (reference.path.starts_with('/')) {
      path = remove_dot_segments(reference.path);
    } else {
      path = remove_dot_segments(merge_paths(base, reference.path));
    }
  }
  std::string out;
  if (target.scheme) out += std::string(*target.scheme) + ":";
  if (target.authority) out += "//" + std::string(*target.authority);
  out += path;
  if (target.query) out += "?" + std::string(*target.query);
  if (target.fragment) out += "#" + std::string(*target.fragment);
  return out;
}

std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri) {
  const size_t at = uri.find('#');
  if (at == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, at), uri.substr(at + 1)};
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace keyway
