// Names are told to repeat exactly where the reader of JSON refuses the text for it, with little memory.
#include "tools/repeated_name.h"

#include <gtest/gtest.h>

#include <random>

#include "schemas/json.h"
#include "tools/call_parser.h"

namespace keyway {
namespace {

class Texts {
 public:
  explicit Texts(uint32_t seed) : random_(seed) {}
  std::string value(int depth) {
    switch (below(depth > 3 ? 3 : 5)) {
      case 0: return "[]";
      case 1: return "-1.5e3";
      case 2: return name();
      case 3: return "[" + value(depth + 1) + " , " + value(depth + 1) + "]";
      default: break;
    }
    std::string out;
    for (uint32_t i = 0, n = below(4); i < n; ++i) out += (i > 0 ? ", " : " ") + name() + " : " + value(depth + 1);
    return "{" + out + "}";
  }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

 private:
  std::string name() {
    static const char* const kNames[] = {"\"a\"", "\"\\u0061\"", "\"a\\\"\"", "\"\\u00e4{,\"", "\"\xC3\xA4{,\"", "\"\"", "\"\\\\\"",
                                         "\"b\"", "\"long enough for eight\"", "\"]\""};
    return kNames[below(std::size(kNames))];
  }
  std::mt19937 random_;
};

TEST(RepeatedName, IsToldWhereTheReaderRefuses) {
  size_t repeated = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    const std::string text = Texts(seed).value(0);
    const bool told = find_repeated_name(text).has_value();
    EXPECT_EQ(told, !parse_json(text).ok()) << text;
    repeated += told;
  }
  EXPECT_GT(repeated, 150u);
  const auto name = find_repeated_name(R"({"b": {"a": 1, "b": "{", "\u0061": 2}})");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->name, "a");
  EXPECT_EQ(name->offset, 25u);
}

// More values than a document of them could hold in the memory that an answer may cost, and more bytes than a document may have.
TEST(RepeatedName, ALongAnswerOfSmallValuesIsReadWithoutADocument) {
  const auto plan = CallParserPlan::create(bind_call_format(*shipped_call_format("hermes")), {"f"});
  std::string list;
  for (int i = 0; i < 35'000'000; ++i) list += "1,";
  for (const bool twice : {false, true}) {
    const std::string tail = twice ? R"(1], "a": {"x": 1, "\u0078": 2}})" : "1]}";
    const std::string text = R"(<tool_call>{"name": "f", "arguments": {"l": [)" + list + tail + "}</tool_call>";
    const ParsedAnswer answer = parse_answer(text, plan);
    EXPECT_EQ(answer.error.has_value(), twice);
    EXPECT_EQ(answer.calls.size(), twice ? 0u : 1u);
  }
}

}  // namespace
}  // namespace keyway
