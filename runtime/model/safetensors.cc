// Header checks and files of safetensors; see safetensors.h.
#include "runtime/model/safetensors.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr size_t kLengthBytes = 8;

std::string short_text(Json value) {
  return value.is_array() || value.is_object() ? std::string(json_kind_name(value.kind()))
                                               : excerpt(to_json_text(value), 100);
}

// A non-negative integer written as one: 1.0 and 1e2 are not.
std::optional<uint64_t> plain_unsigned(Json value) {
  if (!value.is_number() || value.number().find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const std::optional<int64_t> number = value.integer();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<uint64_t>(*number);
}

// The elements of a shape, or nothing when the product passes 2^64 - 1. A later 0 does not excuse a product
// that wraps.
std::optional<uint64_t> checked_product(const std::vector<uint64_t>& shape) {
  uint64_t product = 1;
  for (uint64_t dimension : shape) {
    if (dimension != 0 && product > std::numeric_limits<uint64_t>::max() / dimension) return std::nullopt;
    product *= dimension;
  }
  return product;
}

Status read_shape(Json value, const std::string& pointer, TensorInfo& tensor) {
  if (!value.is_array())
    return fail(ErrorCode::kInvalid, "a shape must be an array", pointer, short_text(value),
                "array of integers");
  if (value.size() > kMaxTensorDimensions) {
    return fail(ErrorCode::kLimit, "a tensor has too many dimensions", pointer, std::to_string(value.size()),
                std::to_string(kMaxTensorDimensions));
  }
  for (size_t i = 0; i < value.size(); ++i) {
    const std::optional<uint64_t> dimension = plain_unsigned(value.at(i));
    if (!dimension) {
      return fail(ErrorCode::kInvalid, "a dimension must be a non-negative integer below 2^63",
                  pointer_append(pointer, i), short_text(value.at(i)), "0 to 9223372036854775807");
    }
    tensor.shape.push_back(*dimension);
  }
  return {};
}

Status read_offsets(Json value, const std::string& pointer, uint64_t data_bytes, TensorInfo& tensor) {
  const bool two = value.is_array() && value.size() == 2;
  const std::optional<uint64_t> begin = two ? plain_unsigned(value.at(0)) : std::nullopt;
  const std::optional<uint64_t> end = two ? plain_unsigned(value.at(1)) : std::nullopt;
  if (!begin || !end) {
    return fail(ErrorCode::kInvalid, "data_offsets must be two non-negative integers", pointer,
                excerpt(to_json_text(value), 100), "[begin, end]");
  }
  if (*begin > *end || *end > data_bytes) {
    return fail(ErrorCode::kInvalid, "data_offsets lie outside the file", pointer,
                excerpt(to_json_text(value), 100), "0 <= begin <= end <= " + std::to_string(data_bytes));
  }
  tensor.begin_bytes = *begin;
  tensor.end_bytes = *end;
  return {};
}

Status read_type(Json value, const std::string& pointer, TensorInfo& tensor) {
  const std::optional<TensorType> type =
      value.is_string() ? tensor_type_from_name(value.string()) : std::nullopt;
  if (!type)
    return fail(ErrorCode::kUnsupported, "unknown element type", pointer, short_text(value),
                "BF16, F16, F32, ...");
  tensor.type = *type;
  return {};
}

Status check_size(const TensorInfo& tensor, const std::string& pointer) {
  const std::optional<uint64_t> elements = checked_product(tensor.shape);
  const uint64_t element_bytes = tensor_type_bytes(tensor.type);
  const uint64_t stored = tensor.end_bytes - tensor.begin_bytes;
  if (elements && *elements <= std::numeric_limits<uint64_t>::max() / element_bytes &&
      *elements * element_bytes == stored)
    return {};
  return fail(ErrorCode::kInvalid, "shape and data_offsets disagree", pointer,
              (elements ? std::to_string(*elements) : "more than 2^64") + " elements of " +
                  std::to_string(element_bytes) + " bytes",
              std::to_string(stored) + " bytes");
}

Result<TensorInfo> read_tensor(std::string_view name, Json value, uint64_t data_bytes) {
  const std::string pointer = pointer_append("", excerpt(name, 200));
  if (!value.is_object())
    return fail(ErrorCode::kInvalid, "a tensor must be an object", pointer, short_text(value), "object");
  TensorInfo tensor;
  tensor.name = name;
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string_view key = value.key(i);
    if (key == "dtype" || key == "shape" || key == "data_offsets") continue;
    return fail(ErrorCode::kInvalid, "a tensor has an unknown field",
                pointer_append(pointer, excerpt(key, 100)), {}, "dtype, shape, data_offsets");
  }
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    if (!value.find(key)) return fail(ErrorCode::kInvalid, "a tensor lacks a field", pointer, {}, key);
  }
  if (Status s = read_type(*value.find("dtype"), pointer + "/dtype", tensor); !s) return s.error();
  if (Status s = read_shape(*value.find("shape"), pointer + "/shape", tensor); !s) return s.error();
  if (Status s = read_offsets(*value.find("data_offsets"), pointer + "/data_offsets", data_bytes, tensor); !s)
    return s.error();
  if (Status s = check_size(tensor, pointer); !s) return s.error();
  return tensor;
}

Status check_metadata(Json value) {
  if (!value.is_object())
    return fail(ErrorCode::kInvalid, "metadata must be an object", "/__metadata__", short_text(value),
                "object");
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.at(i).is_string()) continue;
    return fail(ErrorCode::kInvalid, "metadata must be texts",
                pointer_append("/__metadata__", excerpt(value.key(i), 100)), short_text(value.at(i)),
                "string");
  }
  return {};
}

// Tensors in the order of their bytes must follow each other without hole or overlap and end with the file.
Status check_cover(const std::vector<TensorInfo>& tensors, uint64_t data_bytes) {
  std::vector<const TensorInfo*> order;
  for (const TensorInfo& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorInfo* a, const TensorInfo* b) {
    return a->begin_bytes != b->begin_bytes ? a->begin_bytes < b->begin_bytes : a->end_bytes < b->end_bytes;
  });
  uint64_t covered = 0;
  for (const TensorInfo* tensor : order) {
    if (tensor->begin_bytes != covered) {
      return fail(
          ErrorCode::kInvalid,
          tensor->begin_bytes < covered ? "two tensors overlap" : "bytes between two tensors belong to none",
          pointer_append("", excerpt(tensor->name, 200)) + "/data_offsets",
          "begins at " + std::to_string(tensor->begin_bytes), "begins at " + std::to_string(covered));
    }
    covered = tensor->end_bytes;
  }
  if (covered == data_bytes) return {};
  return fail(ErrorCode::kInvalid, "bytes after the last tensor belong to none", {},
              std::to_string(data_bytes) + " bytes of data", std::to_string(covered) + " bytes");
}

// The header's JSON text, or what is wrong with its length.
Result<std::string_view> header_text(std::span<const std::byte> bytes, uint64_t file_bytes) {
  if (bytes.size() < kLengthBytes) {
    return fail(ErrorCode::kInvalid, "not a safetensors file: no room for the header length", "byte 0",
                std::to_string(bytes.size()) + " bytes", "8 bytes or more");
  }
  uint64_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  if (length > file_bytes - kLengthBytes || length > bytes.size() - kLengthBytes) {
    return fail(ErrorCode::kInvalid, "the header is longer than the file", "byte 0",
                std::to_string(length) + " bytes", std::to_string(file_bytes - kLengthBytes) + " bytes");
  }
  if (length > kMaxSafetensorsHeaderBytes) {
    return fail(ErrorCode::kLimit, "the header is too long", "byte 0", std::to_string(length) + " bytes",
                std::to_string(kMaxSafetensorsHeaderBytes) + " bytes");
  }
  return std::string_view(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
}

Error with_path(Error error, const std::filesystem::path& path) {
  error.pointer = path.string() + (error.pointer.empty() ? "" : ": " + error.pointer);
  return error;
}

}  // namespace

const TensorInfo* SafetensorsHeader::find(std::string_view name) const {
  auto it = std::lower_bound(tensors.begin(), tensors.end(), name,
                             [](const TensorInfo& t, std::string_view n) { return t.name < n; });
  return it != tensors.end() && it->name == name ? &*it : nullptr;
}

Result<SafetensorsHeader> parse_header(std::span<const std::byte> bytes, uint64_t file_bytes) {
  const Result<std::string_view> text = header_text(bytes, file_bytes);
  if (!text) return text.error();
  if (text->empty() || text->front() != '{') {
    return fail(ErrorCode::kSyntax, "the header does not begin with '{'", "byte 8",
                json_quote(text->substr(0, 20)), "{");
  }
  Limits limits;
  limits.document_bytes = kMaxSafetensorsHeaderBytes;
  limits.document_depth = 4;  // header, tensor, shape, and one to spare
  const Result<JsonDocument> document = parse_json(*text, limits);
  if (!document) return document.error();
  const Json root = document->root();

  SafetensorsHeader header;
  header.data_offset_bytes = kLengthBytes + text->size();
  const uint64_t data_bytes = file_bytes - header.data_offset_bytes;
  for (size_t i = 0; i < root.size(); ++i) {
    if (root.key(i) == "__metadata__") {
      if (Status s = check_metadata(root.at(i)); !s) return s.error();
      continue;
    }
    Result<TensorInfo> tensor = read_tensor(root.key(i), root.at(i), data_bytes);
    if (!tensor) return tensor.error();
    header.tensors.push_back(std::move(*tensor));
  }
  if (Status s = check_cover(header.tensors, data_bytes); !s) return s.error();
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorInfo& a, const TensorInfo& b) { return a.name < b.name; });
  return header;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
  Result<MappedFile> mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  Result<SafetensorsHeader> header = parse_header(mapped->bytes(), mapped->bytes().size());
  if (!header) return with_path(header.error(), path);
  SafetensorsFile file;
  file.path_ = path;
  file.file_ = std::move(*mapped);
  file.header_ = std::move(*header);
  return file;
}

TensorView SafetensorsFile::view(const TensorInfo& info) const {
  return {&info, file_.bytes().subspan(header_.data_offset_bytes + info.begin_bytes,
                                       info.end_bytes - info.begin_bytes)};
}

}  // namespace keyway
