// See tokenizer_folder.h.
#include "runtime/tokenizer/tokenizer_folder.h"

#include <fstream>
#include <system_error>
#include <utility>

#include "schemas/json.h"

namespace keyway {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxSideFileBytes = size_t{64} << 20;
constexpr size_t kMaxTokenizerBytes = size_t{128} << 20;
constexpr size_t kMaxTemplates = 100;

Error in_file(const fs::path& file, Error error) {
  error.pointer = file.filename().string() + (error.pointer.empty() ? "" : " ") + error.pointer;
  return error;
}

// A document, or none where the file is missing.
Result<JsonDocument> read_document(const fs::path& file) {
  Result<std::string> text = read_tokenizer_file(file, kMaxSideFileBytes);
  if (!text.ok()) {
    if (text.error().code == ErrorCode::kNotFound) return JsonDocument();
    return text.error();
  }
  Result<JsonDocument> document = parse_json(*text);
  if (!document.ok()) return in_file(file, document.error());
  return document;
}

// An id, or a list of ids.
Status read_end_ids(const fs::path& file, Json root, std::vector<TokenId>& ids) {
  std::optional<Json> value = root.find("eos_token_id");
  if (const std::optional<Json> inner = root.find("text_config"); (!value || value->is_null()) && inner) {
    value = inner->find("eos_token_id");
  }
  if (!value || value->is_null()) return {};
  const size_t count = value->is_array() ? value->size() : 1;
  for (size_t i = 0; i < count; ++i) {
    const std::optional<int64_t> id = (value->is_array() ? value->at(i) : *value).integer();
    if (!id || *id < 0 || *id >= static_cast<int64_t>(kMaxVocabularySize)) {
      return fail(ErrorCode::kInvalid, "an end token is no id", file.filename().string() + " /eos_token_id");
    }
    ids.push_back(static_cast<TokenId>(*id));
  }
  return {};
}

// "<s>", or {"content": "<s>", ...}.
std::string read_spelling(Json root, std::string_view name) {
  std::optional<Json> value = root.find(name);
  if (value && value->is_object()) value = value->find("content");
  return value && value->is_string() ? std::string(value->string()) : std::string();
}

void read_spellings(Json root, TokenizerExtras& extras) {
  for (const auto& [name, text] : {std::pair<const char*, std::string*>{"bos_token", &extras.bos},
                                   {"eos_token", &extras.eos},
                                   {"pad_token", &extras.pad},
                                   {"unk_token", &extras.unk}}) {
    if (text->empty()) *text = read_spelling(root, name);
  }
}

// One text, or a list of {"name", "template"}.
void read_templates(Json root, TokenizerExtras& extras) {
  const std::optional<Json> value = root.find("chat_template");
  if (!value) return;
  if (value->is_string()) extras.chat_templates.push_back({"default", std::string(value->string())});
  for (size_t i = 0; value->is_array() && i < value->size() && i < kMaxTemplates; ++i) {
    const std::optional<Json> name = value->at(i).find("name"), text = value->at(i).find("template");
    if (!name || !text || !name->is_string() || !text->is_string()) continue;
    extras.chat_templates.push_back({std::string(name->string()), std::string(text->string())});
  }
}

Status read_template_files(const fs::path& folder, TokenizerExtras& extras) {
  Result<std::string> text = read_tokenizer_file(folder / "chat_template.jinja", kMaxSideFileBytes);
  if (!text.ok()) return text.error().code == ErrorCode::kNotFound ? Status() : Status(text.error());
  extras.chat_templates.insert(extras.chat_templates.begin(), {"default", std::move(*text)});
  return {};
}

}  // namespace

Result<std::string> read_tokenizer_file(const fs::path& file, size_t limit_bytes) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return fail(ErrorCode::kNotFound, "there is no such file", file.string());
  const uintmax_t size = fs::file_size(file, error);
  if (error) return fail(ErrorCode::kIo, "the file cannot be read", file.string());
  if (size > limit_bytes) {
    return fail(ErrorCode::kLimit, "the file is too large", file.string(), std::to_string(size) + " bytes",
                std::to_string(limit_bytes) + " bytes");
  }
  std::string text(static_cast<size_t>(size), '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(text.data(), static_cast<std::streamsize>(size))) {
    return fail(ErrorCode::kIo, "the file cannot be read", file.string());
  }
  return text;
}

Result<TokenizerExtras> read_tokenizer_extras(const fs::path& folder) {
  TokenizerExtras extras;
  for (const char* name : {"generation_config.json", "config.json"}) {
    const Result<JsonDocument> document = read_document(folder / name);
    if (!document.ok()) return document.error();
    if (!*document || !extras.end_ids.empty()) continue;
    if (Status status = read_end_ids(folder / name, document->root(), extras.end_ids); !status.ok()) {
      return status.error();
    }
  }
  if (Status status = read_template_files(folder, extras); !status.ok()) return status.error();
  for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const Result<JsonDocument> document = read_document(folder / name);
    if (!document.ok()) return document.error();
    if (!*document) continue;
    read_spellings(document->root(), extras);
    if (extras.chat_templates.empty()) read_templates(document->root(), extras);
  }
  if (!extras.eos.empty()) extras.end_spellings.push_back(extras.eos);
  return extras;
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::open(const fs::path& path) {
  std::error_code error;
  const fs::path file = fs::is_directory(path, error) ? path / "tokenizer.json" : path;
  Result<std::string> text = read_tokenizer_file(file, kMaxTokenizerBytes);
  if (!text.ok()) return text.error();
  const Result<TokenizerExtras> extras = read_tokenizer_extras(file.parent_path());
  if (!extras.ok()) return extras.error();
  auto made = parse(*text, *extras);
  if (!made.ok()) return in_file(file, made.error());
  return made;
}

}  // namespace keyway
