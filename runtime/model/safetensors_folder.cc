// A model folder's tensors: one file, or shards named by an index; see safetensors.h.
#include <algorithm>
#include <map>
#include <set>

#include "runtime/model/safetensors.h"
#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr uint64_t kMaxIndexBytes = 4u << 20;
constexpr size_t kMaxShards = 1'000;

using ShardOfTensor = std::map<std::string, std::string, std::less<>>;  // tensor name -> file name

Error index_error(const std::filesystem::path& path, std::string message, const std::string& pointer,
                  std::string given, std::string allowed) {
  return fail(ErrorCode::kInvalid, std::move(message), path.string() + ": " + pointer, std::move(given),
              std::move(allowed));
}

// A shard stands beside its index: a name with a folder in it would reach outside.
bool plain_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

Result<ShardOfTensor> read_index(const std::filesystem::path& path) {
  const Result<std::string> text = read_text_file(path, kMaxIndexBytes);
  if (!text) return text.error();
  const Result<JsonDocument> document = parse_json(*text);
  if (!document) {
    Error error = document.error();
    error.pointer = path.string() + ": " + error.pointer;
    return error;
  }
  const std::optional<Json> names = document->root().find("weight_map");
  if (!names || !names->is_object())
    return index_error(path, "the index has no weight_map", "/weight_map", {}, "object");
  ShardOfTensor shards;
  for (size_t i = 0; i < names->size(); ++i) {
    const Json file = names->at(i);
    const std::string pointer = pointer_append("/weight_map", excerpt(names->key(i), 200));
    if (!file.is_string() || !plain_file_name(file.string())) {
      return index_error(path, "a shard must be a file beside the index", pointer,
                         excerpt(to_json_text(file), 100), "a file name");
    }
    shards.emplace(names->key(i), file.string());
  }
  return shards;
}

// The index and the shards must tell the same tensors.
Status check_index(const std::filesystem::path& path, const ShardOfTensor& shards,
                   const std::vector<SafetensorsFile>& files) {
  size_t stored = 0;
  for (const SafetensorsFile& file : files) {
    for (const TensorInfo& tensor : file.header().tensors) {
      const auto it = shards.find(tensor.name);
      if (it == shards.end() || it->second != file.path().filename()) {
        return fail(ErrorCode::kMismatch, "a shard holds a tensor that the index does not place there",
                    file.path().string() + ": " + pointer_append("", excerpt(tensor.name, 200)),
                    it == shards.end() ? "not in the index" : it->second, file.path().filename().string());
      }
      ++stored;
    }
  }
  if (stored == shards.size()) return {};
  for (const auto& entry : shards) {
    const bool found = std::any_of(files.begin(), files.end(), [&entry](const SafetensorsFile& file) {
      return file.header().find(entry.first) != nullptr;
    });
    if (found) continue;
    return index_error(path, "the index names a tensor that its shard does not hold",
                       pointer_append("/weight_map", entry.first), entry.second, {});
  }
  return {};
}

}  // namespace

Result<SafetensorsFolder> SafetensorsFolder::open(const std::filesystem::path& folder) {
  SafetensorsFolder result;
  const std::filesystem::path index = folder / "model.safetensors.index.json";
  std::error_code ignored;
  if (!std::filesystem::exists(index, ignored)) {
    Result<SafetensorsFile> file = SafetensorsFile::open(folder / "model.safetensors");
    if (!file) return file.error();
    result.files_.push_back(std::move(*file));
    return result;
  }
  const Result<ShardOfTensor> shards = read_index(index);
  if (!shards) return shards.error();
  std::set<std::string> names;
  for (const auto& [tensor, shard] : *shards) names.insert(shard);
  if (names.size() > kMaxShards) {
    return fail(ErrorCode::kLimit, "the index names too many files", index.string(),
                std::to_string(names.size()), std::to_string(kMaxShards));
  }
  for (const std::string& name : names) {
    Result<SafetensorsFile> file = SafetensorsFile::open(folder / name);
    if (!file) return file.error();
    result.files_.push_back(std::move(*file));
  }
  if (Status s = check_index(index, *shards, result.files_); !s) return s.error();
  return result;
}

TensorView SafetensorsFolder::find(std::string_view name) const {
  for (const SafetensorsFile& file : files_) {
    if (const TensorInfo* info = file.header().find(name)) return file.view(*info);
  }
  return {};
}

}  // namespace keyway
