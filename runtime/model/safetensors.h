// Reader of safetensors files: eight bytes of header length, a JSON header, then the tensors' bytes.
//
// Entry points: parse_header (in memory), SafetensorsFile::open (one file), SafetensorsFolder::open (a model
// folder with model.safetensors, or shards named by model.safetensors.index.json). Invariant: every tensor
// that is handed out lies inside its file, has a known element type, as many bytes as its shape says, and
// shares no byte with another; the tensors of a file cover its data without holes. Nothing is allocated by a
// number read from the file, and no product of dimensions can wrap.
// Tested by tests/runtime/safetensors_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/model/mapped_file.h"
#include "runtime/model/tensor_type.h"

namespace keyway {

// The format allows 100 MB; a reader needs about 40 times the header for a hostile one, and the largest
// header of a published dense model is under 1 MB.
inline constexpr uint64_t kMaxSafetensorsHeaderBytes = 4u << 20;
inline constexpr size_t kMaxTensorDimensions = 8;

struct TensorInfo {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<uint64_t> shape;  // (), (n), (rows, columns), ...: row-major
  uint64_t begin_bytes = 0;     // half-open range [begin_bytes, end_bytes) inside the data section
  uint64_t end_bytes = 0;
};

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  // sorted by name
  uint64_t data_offset_bytes = 0;   // from the start of the file to the data section

  // The tensor of that name or nullptr. Complexity: O(log tensors).
  const TensorInfo* find(std::string_view name) const;
};

// Checks and reads the header. `bytes` is the file's beginning: all of it, or at least 8 bytes and the
// header; `file_bytes` is the size of the whole file. Errors name the tensor as a JSON Pointer into the
// header.
Result<SafetensorsHeader> parse_header(std::span<const std::byte> bytes, uint64_t file_bytes);

// A mapped tensor: shape and bytes, valid as long as the file it came from. The bytes need not be aligned.
struct TensorView {
  const TensorInfo* info = nullptr;
  std::span<const std::byte> bytes;  // (shape), row-major, little-endian elements of info->type
};

// One mapped file. Thread safety: immutable.
class SafetensorsFile {
 public:
  // Errors: kNotFound, kIo, and those of parse_header with the path before the JSON Pointer.
  static Result<SafetensorsFile> open(const std::filesystem::path& path);

  const SafetensorsHeader& header() const { return header_; }
  // Requires: `info` belongs to header().
  TensorView view(const TensorInfo& info) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  MappedFile file_;
  SafetensorsHeader header_;
};

// All tensors of a model folder. Thread safety: immutable.
class SafetensorsFolder {
 public:
  // Reads model.safetensors.index.json with its shards if it is there, model.safetensors otherwise. Shards
  // are plain file names; the index and the shards must name the same tensors.
  static Result<SafetensorsFolder> open(const std::filesystem::path& folder);

  const std::vector<SafetensorsFile>& files() const { return files_; }
  // The tensor of that name; empty info where there is none. Complexity: O(files * log tensors).
  TensorView find(std::string_view name) const;

 private:
  std::vector<SafetensorsFile> files_;
};

}  // namespace keyway
