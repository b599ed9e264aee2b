// The files beside tokenizer.json.
#include "runtime/tokenizer/tokenizer_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace keyway {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<TokenId>;

class TokenizerFolder : public testing::Test {
 protected:
  TokenizerFolder() {
    folder_ = fs::temp_directory_path() / ("keyway-tokenizer-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    write("tokenizer.json", R"({"added_tokens":[{"id":2,"content":"</s>","special":true},{"id":3,"content":"<|end|>"}],
                                "model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}})");
  }
  ~TokenizerFolder() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::shared_ptr<const Tokenizer> open() {
    const auto made = Tokenizer::open(folder_);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().to_string());
    return made.ok() ? *made : nullptr;
  }

  fs::path folder_;
};

TEST_F(TokenizerFolder, EndTokensByRankOfTheFiles) {
  EXPECT_EQ(open()->end_tokens(), (Ids{2, 3})) << "known spellings";
  write("tokenizer_config.json", R"({"eos_token":{"content":"<|end|>"}})");
  EXPECT_EQ(open()->end_tokens(), (Ids{3}));
  write("config.json", R"({"eos_token_id":1})");
  EXPECT_EQ(open()->end_tokens(), (Ids{1}));
  write("generation_config.json", R"({"eos_token_id":[2,0]})");
  EXPECT_EQ(open()->end_tokens(), (Ids{2, 0}));
  write("generation_config.json", R"({"eos_token_id":null})");
  EXPECT_EQ(open()->end_tokens(), (Ids{1})) << "a file that names none is no source";
}

TEST_F(TokenizerFolder, ReadsControlTokensInBothForms) {
  write("tokenizer_config.json", R"({"bos_token":"<s>","eos_token":{"content":"</s>"},"pad_token":null})");
  write("special_tokens_map.json", R"({"pad_token":"<pad>","bos_token":"other"})");
  const auto tokenizer = open();
  EXPECT_EQ(tokenizer->bos_token(), "<s>");
  EXPECT_EQ(tokenizer->eos_token(), "</s>");
  EXPECT_EQ(tokenizer->pad_token(), "<pad>");
  EXPECT_EQ(tokenizer->unk_token(), "");
}

TEST_F(TokenizerFolder, ReadsChatTemplatesInEveryForm) {
  EXPECT_EQ(open()->chat_template(), std::nullopt);
  write("tokenizer_config.json", R"({"chat_template":"one"})");
  EXPECT_EQ(open()->chat_template(), "one");
  write("tokenizer_config.json", R"({"chat_template":[{"name":"default","template":"d"},{"name":"tool_use","template":"t"}]})");
  EXPECT_EQ(open()->chat_template(), "d");
  EXPECT_EQ(open()->chat_template("tool_use"), "t");
  EXPECT_EQ(open()->chat_template("rag"), std::nullopt);
  write("chat_template.jinja", "file");
  EXPECT_EQ(open()->chat_template(), "file");
}

TEST_F(TokenizerFolder, RefusesBrokenFilesByName) {
  write("generation_config.json", "{");
  EXPECT_EQ(Tokenizer::open(folder_).error().code, ErrorCode::kSyntax);
  EXPECT_EQ(Tokenizer::open(folder_).error().pointer.substr(0, 22), "generation_config.json");
  write("generation_config.json", R"({"eos_token_id":"x"})");
  EXPECT_EQ(Tokenizer::open(folder_).error().code, ErrorCode::kInvalid);
  write("generation_config.json", R"({"eos_token_id":77})");
  EXPECT_EQ(Tokenizer::open(folder_).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(Tokenizer::open(folder_ / "nowhere").error().code, ErrorCode::kNotFound);
}

TEST_F(TokenizerFolder, OpensTheFileItselfToo) {
  const auto made = Tokenizer::open(folder_ / "tokenizer.json");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->encode("ab"), (Ids{0, 1}));
}

}  // namespace
}  // namespace keyway
