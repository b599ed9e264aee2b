// From the text of a tokenizer.json to a Tokenizer; see tokenizer.h.
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "runtime/tokenizer/code_point_table.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json.h"

namespace keyway {
namespace {

constexpr size_t kMaxFileBytes = size_t{128} << 20;
constexpr uint32_t kMaxJsonDepth = 64;
constexpr std::string_view kWholeFile = "the whole file";

// Spellings that end an answer, for files beside which nothing names the end token.
constexpr std::string_view kKnownEnds[] = {
    "</s>",          "<|im_end|>",     "<|eot_id|>",  "<|eom_id|>",     "<|end_of_text|>",       "<|endoftext|>",
    "<eos>",         "<end_of_turn>",  "<|end|>",     "<|return|>",     "<|END_OF_TURN_TOKEN|>", "<|eot|>",
    "<|user|>",      "<turn|>",        "<|call|>",    "<|end_of_role|>", "[EOS]",                "<|im_end|>",
    "<\xEF\xBD\x9C" "end\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>",
};

bool is_white_space(std::string_view text) {
  static const CodePointTable table(unicode_white_space());
  for (size_t at = 0; at < text.size();) {
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    if (!table.contains(point.value) && point.value != 0x2581) return false;
    at += point.length;
  }
  return true;
}

// simdjson says that a text is no JSON but not where: the strict reader of schemas/ does.
Error syntax_error(std::string_view json, simdjson::error_code code) {
  if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) {
    return fail(ErrorCode::kLimit, "there is no memory for the tokenizer file", std::string(kWholeFile));
  }
  Limits limits;
  limits.document_depth = kMaxJsonDepth;
  limits.document_bytes = kMaxFileBytes;
  const Result<JsonDocument> again = parse_json(json, limits);
  if (!again.ok()) {
    Error error = again.error();
    if (error.pointer.empty()) error.pointer = kWholeFile;  // a name twice in the outermost object
    return error;
  }
  return fail(ErrorCode::kSyntax, "the tokenizer file cannot be read", std::string(kWholeFile), {},
              simdjson::error_message(code));
}

}  // namespace

// One reading of one file. The steps of run() in their order: each uses what the ones before it left.
class TokenizerParser {
 public:
  explicit TokenizerParser(const JsonView& root) : root_(root), made_(new Tokenizer()) {}

  Result<std::shared_ptr<const Tokenizer>> run(const TokenizerExtras& extras) {
    made_->extras_ = extras;
    using Step = Status (TokenizerParser::*)();
    for (const Step step : {&TokenizerParser::read_pipeline, &TokenizerParser::read_tokens,
                            &TokenizerParser::read_added_tokens, &TokenizerParser::read_options,
                            &TokenizerParser::read_merges, &TokenizerParser::make_vocabulary}) {
      if (Status status = (this->*step)(); !status.ok()) return status.error();
    }
    made_->model_ = BpeModel::create(tokens_, merges_, options_);
    make_matchers();
    return std::shared_ptr<const Tokenizer>(std::move(made_));
  }

 private:
  Status read_pipeline();
  Status read_tokens();
  Status read_added_tokens();
  Status read_added_token(const JsonView& view);
  Status place(std::string_view text, TokenId id, const std::string& pointer);
  Status read_options();
  Status refuse_options();
  Status read_merges();
  Status read_merge(const JsonView& list, size_t index, simdjson::dom::element item);
  Result<TokenId> known(const JsonView& list, size_t index, std::string_view text) const;
  Status make_vocabulary();
  void make_matchers();
  TokenEntry make_entry(TokenId id);
  std::vector<TokenId> find_end_tokens() const;

  const JsonView& root_;
  std::shared_ptr<Tokenizer> made_;
  std::vector<BpeToken> tokens_;  // those of the model
  std::vector<BpeMerge> merges_;
  BpeOptions options_;
  std::vector<AddedToken> added_;
  std::vector<std::string_view> texts_;  // by id; data() is null where there is no token
  std::vector<uint32_t> added_by_id_;    // by id: index into added_, or kNotAdded
  static constexpr uint32_t kNotAdded = 0xFFFFFFFFu;
};

Status TokenizerParser::read_pipeline() {
  const Result<JsonView> model = root_.member("model");
  if (!model.ok()) return model.error();
  if (!model->is_object()) return model->refuse(ErrorCode::kInvalid, "expected an object");
  if (const std::optional<JsonView> type = model->find("type")) {
    const Result<std::string_view> name = type->string();
    if (!name.ok()) return name.error();
    if (*name != "BPE") return type->refuse(ErrorCode::kUnsupported, "this model is not supported", "BPE");
  }
  Result<Normalizer> normalizer = Normalizer::read(root_.find("normalizer"));
  if (!normalizer.ok()) return normalizer.error();
  Result<PreTokenizer> pre_tokenizer = PreTokenizer::read(root_.find("pre_tokenizer"));
  if (!pre_tokenizer.ok()) return pre_tokenizer.error();
  Result<TokenDecoder> decoder = TokenDecoder::read(root_.find("decoder"));
  if (!decoder.ok()) return decoder.error();
  made_->normalizer_ = std::move(*normalizer);
  made_->pre_tokenizer_ = std::move(*pre_tokenizer);
  made_->decoder_ = std::move(*decoder);
  return {};
}

// Gives `id` to `text`. The texts live in the document.
Status TokenizerParser::place(std::string_view text, TokenId id, const std::string& pointer) {
  if (id >= texts_.size()) {
    texts_.resize(id + 1);
    added_by_id_.resize(id + 1, kNotAdded);
  }
  if (texts_[id].data() != nullptr) {
    return fail(ErrorCode::kInvalid, "two tokens have one id", pointer, std::to_string(id),
                "the id belongs to " + json_quote(texts_[id].substr(0, 80)));
  }
  texts_[id] = text;
  return {};
}

Status TokenizerParser::read_tokens() {
  const Result<JsonView> model = root_.member("model");
  const Result<JsonView> vocabulary = model->member("vocab");
  if (!vocabulary.ok()) return vocabulary.error();
  simdjson::dom::object entries;
  if (vocabulary->element().get(entries) != simdjson::SUCCESS) {
    return vocabulary->refuse(ErrorCode::kInvalid, "expected an object of tokens and ids");
  }
  size_t total_bytes = 0;
  for (const simdjson::dom::key_value_pair entry : entries) {
    const auto pointer = [&] { return pointer_append(vocabulary->pointer(), entry.key); };
    uint64_t id = 0;
    if (entry.value.get(id) != simdjson::SUCCESS || id >= kMaxVocabularySize) {
      return JsonView(entry.value, pointer())
          .refuse(ErrorCode::kInvalid, "this is no token id", "an integer from 0 to " + std::to_string(kMaxVocabularySize - 1));
    }
    if (Status status = place(entry.key, static_cast<TokenId>(id), pointer()); !status.ok()) return status;
    tokens_.push_back({entry.key, static_cast<TokenId>(id)});
    total_bytes += entry.key.size();
  }
  const std::optional<JsonView> added = root_.find("added_tokens");
  const size_t added_count = added ? added->items().size() : 0;
  made_->ids_by_spelling_.reserve(tokens_.size() + added_count, total_bytes);
  for (const BpeToken& token : tokens_) {
    if (made_->ids_by_spelling_.find(token.text) != StringTable::kNone) {
      return fail(ErrorCode::kInvalid, "one token stands twice in the vocabulary",
                  pointer_append(vocabulary->pointer(), token.text));
    }
    made_->ids_by_spelling_.insert(token.text, token.id);
  }
  if (tokens_.empty()) return vocabulary->refuse(ErrorCode::kInvalid, "the vocabulary is empty");
  return {};
}

Status TokenizerParser::read_added_tokens() {
  const std::optional<JsonView> list = root_.find("added_tokens");
  if (!list) return {};
  if (!list->is_array()) return list->refuse(ErrorCode::kInvalid, "expected an array");
  for (const JsonView& item : list->items()) {
    if (Status status = read_added_token(item); !status.ok()) return status;
  }
  return {};
}

Status TokenizerParser::read_added_token(const JsonView& view) {
  const Result<std::string_view> content = view.string_member("content");
  if (!content.ok()) return content.error();
  const Result<JsonView> id_view = view.member("id");
  if (!id_view.ok()) return id_view.error();
  uint64_t id = 0;
  if (id_view->element().get(id) != simdjson::SUCCESS || id >= kMaxVocabularySize) {
    return id_view->refuse(ErrorCode::kInvalid, "this is no token id",
                           "an integer from 0 to " + std::to_string(kMaxVocabularySize - 1));
  }
  AddedToken token;
  token.content = *content;
  for (const auto& [name, flag] : {std::pair<const char*, bool*>{"single_word", &token.single_word},
                                   {"lstrip", &token.lstrip},
                                   {"rstrip", &token.rstrip},
                                   {"normalized", &token.normalized},
                                   {"special", &token.special}}) {
    const Result<bool> value = view.boolean_member(name, false);
    if (!value.ok()) return value.error();
    *flag = *value;
  }
  if (content->empty()) return {};  // as in the `tokenizers` package, which leaves it out
  // A token that the vocabulary has keeps the id that it has there.
  token.id = made_->ids_by_spelling_.find(*content);
  if (token.id == StringTable::kNone) {
    token.id = static_cast<TokenId>(id);
    if (Status status = place(*content, token.id, view.pointer()); !status.ok()) return status;
    made_->ids_by_spelling_.insert(*content, token.id);
  }
  std::string normalized;
  if (token.normalized && made_->normalizer_.apply(token.content, normalized) && normalized.empty()) {
    return view.refuse(ErrorCode::kUnsupported, "nothing is left of the token in normalized text");
  }
  if (added_by_id_[token.id] == kNotAdded) {
    added_by_id_[token.id] = static_cast<uint32_t>(added_.size());
    added_.push_back(std::move(token));
  } else {
    added_[added_by_id_[token.id]] = std::move(token);
  }
  return {};
}

Status TokenizerParser::refuse_options() {
  const Result<JsonView> model = root_.member("model");
  for (const char* name : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const std::optional<JsonView> affix = model->find(name);
    if (!affix) continue;
    const Result<std::string_view> text = affix->string();
    if (!text.ok()) return text.error();
    if (!text->empty()) return affix->refuse(ErrorCode::kUnsupported, "this option of BPE is not supported", "\"\"");
  }
  if (const std::optional<JsonView> dropout = model->find("dropout")) {
    double value = 0;
    if (dropout->element().get(value) != simdjson::SUCCESS || value != 0) {
      return dropout->refuse(ErrorCode::kUnsupported, "dropping merges at random is for training", "null or 0");
    }
  }
  return {};
}

Status TokenizerParser::read_options() {
  if (Status status = refuse_options(); !status.ok()) return status;
  const Result<JsonView> model = root_.member("model");
  options_.byte_level = made_->pre_tokenizer_.byte_level();
  for (const auto& [name, flag] : {std::pair<const char*, bool*>{"byte_fallback", &options_.byte_fallback},
                                   {"fuse_unk", &options_.fuse_unknown},
                                   {"ignore_merges", &options_.ignore_merges}}) {
    const Result<bool> value = model->boolean_member(name, false);
    if (!value.ok()) return value.error();
    *flag = *value;
  }
  if (const std::optional<JsonView> unknown = model->find("unk_token")) {
    const Result<std::string_view> text = unknown->string();
    if (!text.ok()) return text.error();
    const TokenId id = made_->ids_by_spelling_.find(*text);
    if (id == StringTable::kNone) return unknown->refuse(ErrorCode::kInvalid, "the unknown token is not in the vocabulary");
    options_.unknown = made_->unknown_ = id;
    if (made_->extras_.unk.empty()) made_->extras_.unk = *text;
  }
  Result<PostProcessor> post_processor = PostProcessor::read(root_.find("post_processor"), texts_.size());
  if (!post_processor.ok()) return post_processor.error();
  made_->post_processor_ = std::move(*post_processor);
  return {};
}

Status TokenizerParser::read_merges() {
  const Result<JsonView> model = root_.member("model");
  const Result<JsonView> list = model->member("merges");
  if (!list.ok()) return list.error();
  simdjson::dom::array items;
  if (list->element().get(items) != simdjson::SUCCESS) return list->refuse(ErrorCode::kInvalid, "expected an array");
  size_t index = 0;
  for (const simdjson::dom::element item : items) {
    if (Status status = read_merge(*list, index++, item); !status.ok()) return status;
  }
  return {};
}

Result<TokenId> TokenizerParser::known(const JsonView& list, size_t index, std::string_view text) const {
  const TokenId id = made_->ids_by_spelling_.find(text);
  if (id != StringTable::kNone) return id;
  return fail(ErrorCode::kInvalid, "a merge needs a token that the vocabulary lacks",
              pointer_append(list.pointer(), index), json_quote(text.substr(0, 100)));
}

// "a b", or ["a", "b"].
Status TokenizerParser::read_merge(const JsonView& list, size_t index, simdjson::dom::element item) {
  std::string_view parts[2];
  size_t count = 0;
  simdjson::dom::array pair;
  if (item.get(parts[0]) == simdjson::SUCCESS) {
    if (parts[0].substr(0, 8) == "#version") return {};
    const std::string_view text = parts[0];
    const size_t blank = text.find(' ');
    count = blank == std::string_view::npos ? 1 : text.find(' ', blank + 1) == std::string_view::npos ? 2 : 3;
    if (count == 2) parts[0] = text.substr(0, blank), parts[1] = text.substr(blank + 1);
  } else if (item.get(pair) == simdjson::SUCCESS) {
    for (const simdjson::dom::element part : pair) {
      if (count < 2 && part.get(parts[count]) != simdjson::SUCCESS) count = 2;
      ++count;
    }
  }
  if (count != 2) {
    return JsonView(item, pointer_append(list.pointer(), index))
        .refuse(ErrorCode::kInvalid, "this is no merge", "two tokens: \"a b\" or [\"a\", \"b\"]");
  }
  BpeMerge merge;
  const std::string joined = std::string(parts[0]) + std::string(parts[1]);
  for (const auto& [text, id] : {std::pair<std::string_view, TokenId*>{parts[0], &merge.left},
                                 {parts[1], &merge.right},
                                 {joined, &merge.result}}) {
    const Result<TokenId> found = known(list, index, text);
    if (!found.ok()) return found.error();
    *id = *found;
  }
  merges_.push_back(merge);
  return {};
}

// Fills the tables by id on the way: spelling, piece, flags.
TokenEntry TokenizerParser::make_entry(TokenId id) {
  const std::string_view text = texts_[id];
  const uint32_t added_index = added_by_id_[id];
  std::string normalized;  // what a token that is looked for in normalized text decodes to, as in the package
  const bool changes = added_index != kNotAdded && added_[added_index].normalized &&
                       made_->normalizer_.apply(text, normalized);
  made_->spellings_.add(changes ? std::string_view(normalized) : text);
  if (text.data() == nullptr) {
    made_->pieces_.add({});
    made_->flags_.push_back(0);
    return {{}, TokenKind::kAbsent};
  }
  uint8_t flags = Tokenizer::kPresentFlag;
  std::string piece;
  if (const std::optional<uint8_t> byte = made_->decoder_.fallback_byte(made_->spellings_.at(id))) {
    flags |= Tokenizer::kByteFlag;
    piece = std::string(1, static_cast<char>(*byte));
  } else {
    piece = made_->decoder_.piece(made_->spellings_.at(id), false);
  }
  TokenKind kind = options_.unknown == id ? TokenKind::kSpecial : TokenKind::kText;
  if (added_index != kNotAdded) {
    const AddedToken& added = added_[added_index];
    if (added.special) flags |= Tokenizer::kSpecialFlag;
    // Runs of white space that some vocabularies add are text, only spelled out.
    kind = added.special ? TokenKind::kSpecial : is_white_space(text) ? TokenKind::kText : TokenKind::kAdded;
  }
  made_->pieces_.add(piece);
  made_->flags_.push_back(flags);
  return {kind == TokenKind::kText ? std::move(piece) : std::string(text), kind};
}

std::vector<TokenId> TokenizerParser::find_end_tokens() const {
  const TokenizerExtras& extras = made_->extras_;
  if (!extras.end_ids.empty()) return extras.end_ids;
  std::vector<TokenId> found;
  for (const std::string& spelling : extras.end_spellings) {
    if (const auto id = made_->id_of(spelling)) found.push_back(*id);
  }
  for (const AddedToken& token : added_) {
    const bool known_end = std::find(std::begin(kKnownEnds), std::end(kKnownEnds), token.content) != std::end(kKnownEnds);
    if (extras.end_spellings.empty() && known_end) found.push_back(token.id);
  }
  return found;
}

Status TokenizerParser::make_vocabulary() {
  std::vector<TokenEntry> entries;
  entries.reserve(texts_.size());
  for (TokenId id = 0; id < texts_.size(); ++id) entries.push_back(make_entry(id));
  auto vocabulary = Vocabulary::create(std::move(entries), find_end_tokens());
  if (!vocabulary.ok()) return vocabulary.error();
  made_->vocabulary_ = std::move(*vocabulary);
  return {};
}

void TokenizerParser::make_matchers() {
  std::vector<AddedToken> raw, normalized, blank_raw, blank_normalized;
  // Of two that read the same once normalized, a control token is found, as in the package.
  std::stable_partition(added_.begin(), added_.end(), [](const AddedToken& token) { return token.special; });
  for (AddedToken token : added_) {
    const bool blank = !token.special && is_white_space(token.content);
    if (token.normalized) {
      std::string changed;
      if (made_->normalizer_.apply(token.content, changed)) token.content = changed;
    }
    if (blank) (token.normalized ? blank_normalized : blank_raw).push_back(token);
    (token.normalized ? normalized : raw).push_back(std::move(token));
  }
  made_->added_raw_ = AddedTokenMatcher(std::move(raw));
  made_->added_normalized_ = AddedTokenMatcher(std::move(normalized));
  made_->blank_raw_ = AddedTokenMatcher(std::move(blank_raw));
  made_->blank_normalized_ = AddedTokenMatcher(std::move(blank_normalized));
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::parse(std::string_view json, const TokenizerExtras& extras) {
  if (json.size() > kMaxFileBytes) {
    return fail(ErrorCode::kLimit, "the tokenizer file is too large", std::string(kWholeFile),
                std::to_string(json.size()) + " bytes", std::to_string(kMaxFileBytes) + " bytes");
  }
  simdjson::dom::parser parser(kMaxFileBytes);
  simdjson::dom::element root;
  simdjson::error_code code = parser.allocate(std::max(json.size(), size_t{64}), kMaxJsonDepth);
  if (code == simdjson::SUCCESS) code = parser.parse(json.data(), json.size()).get(root);
  if (code != simdjson::SUCCESS) return syntax_error(json, code);
  const JsonView view(root, "");
  if (!view.is_object()) return view.refuse(ErrorCode::kInvalid, "a tokenizer file is an object");
  return TokenizerParser(view).run(extras);
}

}  // namespace keyway
