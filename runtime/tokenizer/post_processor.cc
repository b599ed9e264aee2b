// See post_processor.h.
#include "runtime/tokenizer/post_processor.h"

#include "runtime/tokenizer/component_limits.h"

namespace keyway {
namespace {

constexpr size_t kMaxTokens = 1000;

Status append_special(const JsonView& owner, const JsonView& special, size_t vocabulary_size,
                      std::vector<TokenId>& ids) {
  const Result<std::string_view> name = special.string_member("id");
  if (!name.ok()) return name.error();
  const Result<JsonView> table = owner.member("special_tokens");
  if (!table.ok()) return table.error();
  const std::optional<JsonView> entry = table->find(*name);
  if (!entry) return special.refuse(ErrorCode::kInvalid, "the template names a token that special_tokens lacks");
  const Result<JsonView> list = entry->member("ids");
  if (!list.ok()) return list.error();
  for (const JsonView& item : list->items()) {
    uint64_t id = 0;
    if (item.element().get(id) != simdjson::SUCCESS || id >= vocabulary_size) {
      return item.refuse(ErrorCode::kInvalid, "the template inserts an id that is no token",
                         "an integer below " + std::to_string(vocabulary_size));
    }
    if (ids.size() >= kMaxTokens) {
      return item.refuse(ErrorCode::kLimit, "the template inserts too many tokens", std::to_string(kMaxTokens));
    }
    ids.push_back(static_cast<TokenId>(id));
  }
  return {};
}

Status read_template(const JsonView& view, size_t vocabulary_size, PostProcessor& made) {
  const Result<JsonView> single = view.member("single");
  if (!single.ok()) return single.error();
  std::vector<TokenId> before, after;
  int sequences = 0;
  for (const JsonView& item : single->items()) {
    if (const std::optional<JsonView> special = item.find("SpecialToken")) {
      Status status = append_special(view, *special, vocabulary_size, sequences == 0 ? before : after);
      if (!status.ok()) return status;
      continue;
    }
    const Result<JsonView> sequence = item.member("Sequence");
    if (!sequence.ok()) return sequence.error();
    const Result<std::string_view> name = sequence->string_member("id");
    if (!name.ok()) return name.error();
    if (*name != "A" || ++sequences > 1) {
      return sequence->refuse(ErrorCode::kUnsupported, "a template for one text has it exactly once", "Sequence A once");
    }
  }
  if (sequences != 1) return single->refuse(ErrorCode::kUnsupported, "the template leaves the text out", "Sequence A once");
  // A later template stands around an earlier one.
  made.before.insert(made.before.begin(), before.begin(), before.end());
  made.after.insert(made.after.end(), after.begin(), after.end());
  return {};
}

Status read_steps(const JsonView& view, size_t vocabulary_size, PostProcessor& made, int depth) {
  const Result<std::string_view> type = view.type();
  if (!type.ok()) return type.error();
  if (depth > kMaxSequenceDepth) {
    return view.refuse(ErrorCode::kLimit, "post-processors are nested too deeply", std::to_string(kMaxSequenceDepth));
  }
  if (*type == "ByteLevel") return {};
  if (*type == "TemplateProcessing") return read_template(view, vocabulary_size, made);
  if (*type != "Sequence") return view.unsupported("post-processor", *type);
  const Result<JsonView> list = view.member("processors");
  if (!list.ok()) return list.error();
  for (const JsonView& item : list->items()) {
    if (Status status = read_steps(item, vocabulary_size, made, depth + 1); !status.ok()) return status;
  }
  return {};
}

}  // namespace

Result<PostProcessor> PostProcessor::read(const std::optional<JsonView>& view, size_t vocabulary_size) {
  PostProcessor made;
  if (!view) return made;
  if (Status status = read_steps(*view, vocabulary_size, made, 0); !status.ok()) return status.error();
  return made;
}

}  // namespace keyway
