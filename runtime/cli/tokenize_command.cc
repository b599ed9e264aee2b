// keyway tokenize: text on standard input to token ids, and back.
//
// Entry points: add_tokenize_command. Tested by tests/runtime/cli_test.py.
#include <charconv>
#include <cstdio>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"

namespace keyway::cli {
namespace {

struct TokenizeArguments {
  ModelArguments model;
  bool decode = false;
  bool plain = false;
  bool special = false;
};

// Ids between anything that JSON arrays and lists put there: blanks, commas, brackets.
Result<std::vector<TokenId>> read_ids(const std::string& text, size_t vocab_size) {
  static constexpr std::string_view kBetween = " \t\r\n,[]";
  std::vector<TokenId> ids;
  for (size_t at = text.find_first_not_of(kBetween); at != std::string::npos;
       at = text.find_first_not_of(kBetween, at)) {
    const size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    uint32_t id = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + end, id);
    if (read.ec != std::errc() || read.ptr != text.data() + end || id >= vocab_size) {
      return fail(ErrorCode::kInvalid, "this is no token id", "standard input: " + text_place(text, at),
                  text.substr(at, std::min<size_t>(end - at, 40)), "0 to " + std::to_string(vocab_size - 1));
    }
    ids.push_back(id);
    at = end;
  }
  return ids;
}

Result<int> run_tokenize(const TokenizeArguments& arguments, bool json) {
  std::filesystem::path folder = arguments.model.tokenizer;
  if (folder.empty()) {
    const auto found = find_model_folder(arguments.model.model);
    if (!found.ok()) return found.error();
    folder = *found;
  }
  const auto tokenizer = Tokenizer::open(folder);
  if (!tokenizer.ok()) return tokenizer.error();
  const auto text = read_standard_input();
  if (!text.ok()) return text.error();
  std::vector<TokenId> ids;
  if (arguments.decode) {
    auto read = read_ids(*text, (*tokenizer)->vocab_size());
    if (!read.ok()) return read.error();
    ids = std::move(*read);
  } else {
    ids = arguments.plain ? (*tokenizer)->encode_plain(*text) : (*tokenizer)->encode(*text, arguments.special);
  }
  if (json) {
    std::vector<std::string> numbers, tokens;
    for (TokenId id : ids) {
      numbers.push_back(std::to_string(id));
      tokens.push_back(json_quote(well_formed((*tokenizer)->spelling(id))));
    }
    JsonObject object;
    object.add_raw("ids", json_array(numbers)).add_raw("tokens", json_array(tokens));
    if (arguments.decode) object.add("text", (*tokenizer)->decode(ids));
    std::printf("%s\n", object.text().c_str());
  } else if (arguments.decode) {
    const std::string decoded = (*tokenizer)->decode(ids);
    std::fwrite(decoded.data(), 1, decoded.size(), stdout);
  } else {
    for (TokenId id : ids) std::printf("%u\t%s\n", id, json_quote(well_formed((*tokenizer)->spelling(id))).c_str());
  }
  return kDone;
}

}  // namespace

void add_tokenize_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<TokenizeArguments>();
  CLI::App* command = add_command(app, program, "tokenize", "Text on standard input to token ids, or back",
                                  "echo -n \"Hello\" | keyway tokenize --json");
  command->add_flag("--decode", arguments->decode, "Ids on standard input to text");
  command->add_flag("--plain", arguments->plain, "Spellings of added tokens are plain text");
  command->add_flag("--add-special-tokens", arguments->special, "With the control tokens of the post-processor");
  command->add_option("--model", arguments->model.model, "Folder of the model; without it the embedded one");
  command->add_option("--tokenizer", arguments->model.tokenizer, "Folder of the tokenizer, or a tokenizer.json");
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_tokenize(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
