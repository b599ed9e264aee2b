// Folders that are not the model that their config describes: each is refused with the tensor or file in the
// error.
#include "runtime/model/weights.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/model/model.h"

namespace keyway {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A copy of a miniature that a test may spoil.
class SpoiltModel : public testing::Test {
 protected:
  SpoiltModel() {
    std::string name = (fs::temp_directory_path() / "keyway-weights-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::copy(KEYWAY_SOURCE_DIR "/tests/runtime/data/miniatures/qwen3", folder_, fs::copy_options::recursive);
  }
  ~SpoiltModel() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  // Replaces every `from` in the file, which must hold it; lengths stay, so that offsets do.
  void replace(const std::string& name, const std::string& from, const std::string& to) {
    std::string bytes = read(folder_ / name);
    size_t at = bytes.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    for (; at != std::string::npos; at = bytes.find(from, at + to.size())) bytes.replace(at, from.size(), to);
    write(name, bytes);
  }

  Error error() {
    const Result<std::shared_ptr<const Model>> model = Model::load(folder_);
    EXPECT_FALSE(model.ok());
    return model.ok() ? Error{} : model.error();
  }

  fs::path folder_;
};

TEST_F(SpoiltModel, UnspoiltLoads) {
  const Result<std::shared_ptr<const Model>> model = Model::load(folder_);
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  EXPECT_EQ((*model)->config().architecture, Architecture::kQwen3);
  EXPECT_GT((*model)->step_bytes(), 0u);
}

TEST_F(SpoiltModel, EveryTruncationOfTheWeightsIsRefused) {
  const std::string bytes = read(folder_ / "model.safetensors");
  for (const size_t size :
       {size_t{0}, size_t{7}, size_t{8}, size_t{500}, bytes.size() / 2, bytes.size() - 1}) {
    write("model.safetensors", bytes.substr(0, size));
    const Error e = error();
    EXPECT_EQ(e.code, ErrorCode::kInvalid) << size;
    EXPECT_NE(e.pointer.find("model.safetensors"), std::string::npos) << e.to_string();
  }
}

TEST_F(SpoiltModel, AMissingTensorIsNamed) {
  replace("model.safetensors", "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.xx_proj.weight");
  EXPECT_EQ(error().code, ErrorCode::kNotFound);
  EXPECT_EQ(error().pointer, "model.layers.1.mlp.up_proj.weight");
}

TEST_F(SpoiltModel, AShapeThatIsNotTheConfigsIsNamed) {
  replace("config.json", "\"vocab_size\": 97", "\"vocab_size\": 96");
  EXPECT_EQ(error().code, ErrorCode::kMismatch);
  EXPECT_EQ(error().pointer, "model.embed_tokens.weight");
  EXPECT_EQ(error().given, "(97, 32)");
  EXPECT_EQ(error().allowed, "(96, 32)");
}

TEST_F(SpoiltModel, AnotherElementTypeIsNamed) {
  replace("model.safetensors", "\"BF16\"", "\"I16\" ");
  EXPECT_EQ(error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(error().given, "I16");
  EXPECT_EQ(error().pointer, "model.embed_tokens.weight");
}

TEST_F(SpoiltModel, ATensorThatTheConfigDoesNotKnowIsNamed) {
  replace("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1");
  EXPECT_EQ(error().code, ErrorCode::kMismatch);
  EXPECT_EQ(error().pointer.rfind("model.layers.1.", 0), 0u) << error().pointer;
}

TEST_F(SpoiltModel, AbsurdDimensionsAllocateNothing) {
  for (const char* field : {"\"vocab_size\": 97", "\"intermediate_size\": 80", "\"hidden_size\": 32",
                            "\"num_hidden_layers\": 2"}) {
    const std::string good = read(folder_ / "config.json");
    const std::string name = std::string(field).substr(0, std::string(field).find(' '));
    replace("config.json", field, name + " 1000000000000");
    EXPECT_EQ(error().code, ErrorCode::kLimit) << field;
    write("config.json", good);
  }
  replace("config.json", "\"vocab_size\": 97", "\"vocab_size\": 4194304");
  EXPECT_EQ(error().code, ErrorCode::kMismatch);
}

TEST_F(SpoiltModel, MissingFilesAreNamed) {
  fs::remove(folder_ / "model.safetensors");
  EXPECT_EQ(error().code, ErrorCode::kNotFound);
  EXPECT_EQ(error().pointer, (folder_ / "model.safetensors").string());
  fs::remove(folder_ / "config.json");
  EXPECT_EQ(error().pointer, (folder_ / "config.json").string());
}

}  // namespace
}  // namespace keyway
