// What is kept of compiled tools between processes: the same calls, whatever happens to the file.
#include "tools/compiled_cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "grammar/derivative.h"
#include "tests/tools/shared_data.h"
#include "tools/call_format.h"
#include "tools/compile_tools.h"

namespace keyway {
namespace {

constexpr const char* kTools = R"([
  {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "minimum": 3}},
    "required": ["a"], "additionalProperties": false}},
  {"name": "none", "parameters": {"type": "object", "properties": {"s": {"type": "string", "pattern": "(a)\\1"}}}},
  {"name": "say", "parameters": {"type": "object", "title": "said", "properties": {"text": {"enum": ["yes", "no"]}}, "required": ["text"]}},
  {"name": "never", "parameters": {"type": "object", "required": ["x"], "properties": {"x": false}}}])";

class CompiledCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("keyway-cache-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    file_ = folder_ / "tools.cache";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Made {
    std::unique_ptr<TermArena> arena;
    std::vector<ToolTerm> terms;
    std::string told;  // names, verdicts and reports
    size_t known = 0;  // of the cache before
  };
  Made compile(const std::string& binding, bool cached = true) const {
    Made made;
    made.arena = std::make_unique<TermArena>();
    const auto format = shipped_call_format("hermes");
    Result<Registry> registry = Registry::load(kTools, **format);
    EXPECT_TRUE(registry.ok());
    CompiledCache cache = CompiledCache::open(file_, binding);
    made.known = cache.size();
    Result<CompiledTools> compiled = compile_tools(*made.arena, *registry, tool_schema_options(), cached ? &cache : nullptr);
    EXPECT_TRUE(compiled.ok());
    if (cached) {
      const Status saved = cache.save();
      EXPECT_TRUE(saved.ok()) << saved.error().to_string();
    }
    std::ostringstream told;
    for (const RegistryEntry& entry : registry->entries()) {
      told << entry.tool.name << ' ' << static_cast<int>(entry.status) << ' ' << entry.error.to_string() << '\n';
    }
    for (const ToolReport& report : compiled->reports) {
      for (const KeywordNotes* notes : {&report.report.enforced, &report.report.narrowed, &report.report.ignored, &report.report.refused}) {
        for (const KeywordNote& note : *notes) told << report.name << note.pointer << note.keyword << note.message << note.given << '\n';
      }
    }
    made.told = told.str();
    made.terms = std::move(compiled->terms);
    return made;
  }

  static std::string judged(Made& made) {
    std::string out;
    for (const ToolTerm& tool : made.terms) {
      out += tool.name + std::to_string(made.arena->shortest(tool.arguments));
      for (const char* text : {R"({"a": 1})", R"({"a": 1, "b": 3})", R"({"a": 1, "b": 2})", "{}", R"({"text": "no"})", R"({"text": "maybe"})"}) {
        TermId at = tool.arguments;
        for (const char* c = text; *c != '\0'; ++c) at = derivative(*made.arena, at, static_cast<uint8_t>(*c));
        out += made.arena->nullable(at) ? '+' : '-';
      }
    }
    return out;
  }

  std::string bytes() const { return read_file(file_); }
  void write(std::string_view bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }

  std::filesystem::path folder_, file_;
};

TEST_F(CompiledCacheTest, ASecondProcessIsToldTheSame) {
  Made plain = compile("b", false), first = compile("b"), second = compile("b");
  EXPECT_EQ(first.known, 0u);
  EXPECT_EQ(second.known, 4u);
  EXPECT_EQ(plain.told, first.told);
  EXPECT_EQ(plain.told, second.told);
  EXPECT_NE(plain.told.find("never"), std::string::npos);
  EXPECT_EQ(judged(plain), judged(first));
  EXPECT_EQ(judged(plain), judged(second));
}

TEST_F(CompiledCacheTest, AnotherBindingAndAnotherVersionStartAnew) {
  compile("b");
  EXPECT_EQ(compile("c").known, 0u);
  EXPECT_EQ(compile("c").known, 4u);
  std::string other = bytes();
  other[7] = static_cast<char>(other[7] + 1);
  write(other);
  EXPECT_EQ(compile("c").known, 0u);
  SchemaOptions options;
  const std::optional<std::string> plain = cache_binding(options, Limits{});
  options.closed_objects = true;
  EXPECT_NE(plain, cache_binding(options, Limits{}));
  options.closed_objects = false;
  options.order = PropertyOrder::kDeclared;
  EXPECT_NE(plain, cache_binding(options, Limits{}));
}

// Cut at every length, and with any byte changed: read as nothing, and written whole again.
TEST_F(CompiledCacheTest, AFileThatIsNotWholeCountsAsNone) {
  const std::string told = compile("b").told, whole = bytes();
  std::mt19937 random(3);
  for (size_t step = 0; step < 200; ++step) {
    std::string broken = whole;
    if (step % 2 == 0) {
      broken.resize(random() % whole.size());
    } else {
      broken[random() % whole.size()] ^= static_cast<char>(1 + random() % 255);
    }
    write(broken);
    ASSERT_EQ(CompiledCache::open(file_, "b").size(), 0u) << step;
  }
  EXPECT_EQ(compile("b").told, told);
  EXPECT_EQ(bytes(), whole);
}

// With the checksum made right again every length is still checked.
TEST_F(CompiledCacheTest, EntriesThatAreNoneAreCompiledAnew) {
  CompiledCache cache = CompiledCache::open(file_, "b");
  CachedTool tool;
  tool.report.enforced.add({"/type", "type", "", "", "", ""});
  cache.add("{}", tool);
  ASSERT_TRUE(cache.save().ok());
  CompiledCache read = CompiledCache::open(file_, "b");
  ASSERT_TRUE(read.find("{}").has_value());
  EXPECT_EQ(read.find("{}")->report.enforced.size(), 1u);
  EXPECT_FALSE(read.find("{ }").has_value());
  for (const std::string& text : {std::string("\x05" "ab"), std::string("\xFF\xFF\xFF\xFF\x7F"), std::string("\x80"), std::string(6, '\0'), "\x01" + std::string(6, '\0')}) {
    EXPECT_FALSE(KeywordNotes::unpacked(text).has_value());
  }
  EXPECT_TRUE(KeywordNotes::unpacked(std::string(14, '\0')).has_value());
}

TEST_F(CompiledCacheTest, ItIsBoundedInBytesAndKeepsWhatIsUsed) {
  CompiledCache cache = CompiledCache::open(file_, "b", 4000);
  for (int i = 0; i < 100; ++i) cache.add("{\"title\":\"" + std::to_string(i) + std::string(50, 'x') + "\"}", {});
  ASSERT_TRUE(cache.save().ok());
  EXPECT_LE(bytes().size(), 4000u);
  CompiledCache next = CompiledCache::open(file_, "b", 4000);
  const size_t kept = next.size();
  EXPECT_GT(kept, 10u);
  next.add("{\"new\":true}", {});
  ASSERT_TRUE(next.save().ok());
  EXPECT_LE(bytes().size(), 4000u);
  EXPECT_TRUE(CompiledCache::open(file_, "b", 4000).find("{\"new\":true}").has_value());
  EXPECT_EQ(CompiledCache::open(file_, "b", 100).size(), 0u);  // larger than is allowed now
}

TEST_F(CompiledCacheTest, AFolderThatCannotBeWrittenIsAnErrorWithItsPlace) {
  CompiledCache cache = CompiledCache::open(folder_ / "missing" / "tools.cache", "b");
  cache.add("{}", {});
  const Status saved = cache.save();
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kIo);
  EXPECT_NE(saved.error().pointer.find("missing"), std::string::npos);
}

// Processes that write at once: who reads meanwhile and afterwards finds one whole file, and nothing is left beside it.
TEST_F(CompiledCacheTest, ProcessesThatWriteAtOnceLeaveOneWholeFile) {
  std::vector<pid_t> children;
  for (int writer = 0; writer < 4; ++writer) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0; i < 50; ++i) {
        CompiledCache cache = CompiledCache::open(file_, "b");
        for (int k = 0; k < 100; ++k) cache.add("{\"title\":\"" + std::to_string(writer * 50 + i) + "-" + std::to_string(k) + "\"}", {});
        if (!cache.save().ok()) ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (int i = 0; i < 200; ++i) {
    const bool there = std::filesystem::exists(file_);
    EXPECT_TRUE(!there || CompiledCache::open(file_, "b").size() >= 100u);
  }
  for (const pid_t child : children) {
    int state = 0;
    ::waitpid(child, &state, 0);
    EXPECT_TRUE(WIFEXITED(state) && WEXITSTATUS(state) == 0) << "of two that write at once one does, and none fails";
  }
  EXPECT_GE(CompiledCache::open(file_, "b").size(), 100u);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) EXPECT_EQ(entry.path().filename().string().rfind("tools.cache", 0), 0u);
  EXPECT_LE(std::distance(std::filesystem::directory_iterator(folder_), {}), 2) << "the file, and at most a lock";
}

// Files of two sizes take turns in one place: who reads finds the one or the other, never the size of one and the bytes of the other.
TEST_F(CompiledCacheTest, AFileThatIsReplacedWhileItIsReadIsReadWhole) {
  const std::filesystem::path sizes[] = {folder_ / "small", folder_ / "large"};
  for (size_t i = 0; i < 2; ++i) {
    CompiledCache cache = CompiledCache::open(sizes[i], "b");
    for (size_t k = 0; k < 10 + 90 * i; ++k) cache.add(std::to_string(k), {});
    ASSERT_TRUE(cache.save().ok());
  }
  std::filesystem::create_hard_link(sizes[0], file_);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (size_t i = 1; !done; i ^= 1) {
      std::filesystem::create_hard_link(sizes[i], folder_ / "next");
      std::filesystem::rename(folder_ / "next", file_);
    }
  });
  size_t neither = 0;
  for (int i = 0; i < 5'000; ++i) {
    const size_t size = CompiledCache::open(file_, "b").size();
    neither += size != 10 && size != 100;
  }
  done = true;
  writer.join();
  EXPECT_EQ(neither, 0u);
}

// Writers that are killed at any time: who reads finds a whole file, an old one or a new one.
TEST_F(CompiledCacheTest, AKilledWriterLeavesTheOldFileOrTheNew) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0;; ++i) {
        CompiledCache cache = CompiledCache::open(file_, "b");
        for (int k = 0; k < 200; ++k) cache.add("{\"title\":\"" + std::to_string(i) + "-" + std::to_string(k) + "\"}", {});
        if (!cache.save().ok()) ::_exit(1);
      }
    }
    ::usleep(1000 + random() % 10000);
    ::kill(child, SIGKILL);
    int state = 0;
    ::waitpid(child, &state, 0);
    ASSERT_TRUE(WIFSIGNALED(state));
    if (!std::filesystem::exists(file_)) continue;
    ASSERT_GE(CompiledCache::open(file_, "b").size(), 200u);
  }
}

}  // namespace
}  // namespace keyway
