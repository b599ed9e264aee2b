// The work that the build takes a profile of: schemas, expressions, grammars and tool lists compiled as the C interface does, and
// random texts walked through each under its masks.
//
//   keyway-train FILE...   JSON Lines: a schema with "schema", a grammar with "kind" and "grammar", a tool list with "tools".
//
// Entry point: main. What the walks say is not looked at, tests do that; that a file could be read and compiled is.
// Not part of any product: built by cmake/training.cmake, and run once. README.md says why.
#include <cstdio>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/matcher.h"
#include "grammar/token_mask.h"
#include "runtime/compile/compile.h"
#include "schemas/embedded.h"
#include "schemas/json.h"

namespace keyway {
namespace {

struct Lesson {
  std::string kind, text, options;
};

// Every shipped call format, for a list of tools.
std::vector<std::string> call_formats() {
  std::vector<std::string> names;
  constexpr std::string_view kFolder = "call_formats/", kEnd = ".json";
  for (std::string_view name : embedded_document_names()) {
    if (name.starts_with(kFolder)) names.emplace_back(name.substr(kFolder.size(), name.size() - kFolder.size() - kEnd.size()));
  }
  return names;
}

Status read_lessons(const char* path, std::vector<Lesson>& lessons) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(ErrorCode::kNotFound, "cannot be read", {}, path);
  for (std::string line; std::getline(stream, line);) {
    const Result<JsonDocument> document = parse_json(line);
    if (!document.ok()) return document.error();
    const Json root = document->root();
    const auto options = root.find("options");
    const std::string given = options ? to_json_text(*options) : "";
    if (const auto schema = root.find("schema")) {
      lessons.push_back({"json_schema", to_json_text(*schema), given});
    } else if (const auto tools = root.find("tools")) {
      for (const std::string& format : call_formats()) {
        for (const char* choice : {"required", "auto"}) {
          lessons.push_back({"tools", to_json_text(*tools), "{\"call_format\": \"" + format + "\", \"tool_choice\": \"" + choice + "\"}"});
        }
      }
    } else if (const auto grammar = root.find("grammar"), kind = root.find("kind"); grammar && kind) {
      lessons.push_back({std::string(kind->string()), grammar->is_string() ? std::string(grammar->string()) : to_json_text(*grammar), given});
    } else {
      return fail(ErrorCode::kInvalid, "a lesson names none of schema, tools, grammar", {}, line);
    }
  }
  return {};
}

// Every byte, the pieces of the lessons that come often, and an end: a vocabulary that shares prefixes as a trained one does.
Result<std::shared_ptr<const Vocabulary>> vocabulary_of(const std::vector<Lesson>& lessons) {
  constexpr size_t kMostTokens = 20000, kLongest = 9;
  std::vector<TokenEntry> entries;
  for (int byte = 0; byte < 256; ++byte) entries.push_back({std::string(1, static_cast<char>(byte))});
  std::set<std::string> pieces;
  for (size_t length = 2; length <= kLongest; ++length) {
    for (const Lesson& lesson : lessons) {
      for (size_t i = 0; i + length <= lesson.text.size() && pieces.size() < kMostTokens * (length - 1) / (kLongest - 1); i += length - 1) {
        pieces.insert(lesson.text.substr(i, length));
      }
    }
  }
  for (const std::string& piece : pieces) entries.push_back({piece});
  const TokenId end = static_cast<TokenId>(entries.size());
  entries.push_back({"<end>", TokenKind::kSpecial});
  return Vocabulary::create(std::move(entries), {end});
}

class Walker {
 public:
  explicit Walker(const Vocabulary& vocabulary) : vocabulary_(vocabulary), words_(mask_words(vocabulary.size())) {}

  // One text, some of it chosen at random and then to its end.
  Status walk(const CompiledGrammar& compiled) {
    constexpr size_t kSteps = 40, kMostBytes = 400;
    Matcher matcher(compiled.grammar, compiled.start);
    for (size_t step = 0; step < kSteps && !matcher.is_finished(); ++step) {
      if (Status status = matcher.mask(words_); !status.ok()) return status;
      if (!take_any(matcher)) break;
      if (step % 16 == 5) {
        matcher.rollback(1);
        if (Result<ForcedText> forced = matcher.forced(); !forced.ok()) return forced.error();
      }
    }
    for (size_t bytes = 0; bytes < kMostBytes && !matcher.is_finished() && !matcher.can_end(); ++bytes) {
      if (Status status = matcher.mask(words_); !status.ok()) return status;
      if (!take_nearer(matcher)) break;
    }
    return {};
  }

 private:
  bool take(Matcher& matcher, TokenId token) {
    const Result<bool> taken = matcher.accept(token);
    return taken.ok() && *taken;
  }
  // The first allowed token behind a random one.
  bool take_any(Matcher& matcher) {
    const TokenId from = static_cast<TokenId>(random_() % vocabulary_.size());
    for (TokenId i = 0; i < vocabulary_.size(); ++i) {
      const TokenId token = (from + i) % vocabulary_.size();
      if (mask_test(words_.data(), token)) return take(matcher, token);
    }
    return false;
  }
  // A byte that brings the end nearer.
  bool take_nearer(Matcher& matcher) {
    const uint32_t before = left(matcher);
    for (TokenId byte = 0; byte < 256; ++byte) {
      if (!mask_test(words_.data(), byte) || !take(matcher, byte)) continue;
      if (left(matcher) < before) return true;
      matcher.rollback(1);
    }
    return false;
  }
  static uint32_t left(const Matcher& matcher) {
    uint32_t bytes = 0;
    (void)const_cast<Grammar&>(matcher.grammar()).use([&](Automaton& automaton) { bytes = automaton.shortest(matcher.state()); });
    return bytes;
  }

  const Vocabulary& vocabulary_;
  std::vector<uint32_t> words_;
  std::mt19937 random_{1};
};

Status train(const std::vector<Lesson>& lessons) {
  const auto vocabulary = vocabulary_of(lessons);
  if (!vocabulary.ok()) return vocabulary.error();
  Walker walker(**vocabulary);
  size_t compiled = 0;
  for (const Lesson& lesson : lessons) {
    const Result<CompiledGrammar> grammar = compile_grammar(*vocabulary, lesson.kind, lesson.text, lesson.options);
    if (!grammar.ok()) continue;  // refusals are worth learning, too
    ++compiled;
    for (int walk = 0; walk < 2; ++walk) (void)walker.walk(*grammar);
  }
  std::printf("keyway-train: %zu of %zu compiled and walked\n", compiled, lessons.size());
  if (compiled * 10 < lessons.size() * 9) return fail(ErrorCode::kInvalid, "a tenth of the lessons do not compile");
  return {};
}

}  // namespace
}  // namespace keyway

int main(int argc, char** argv) {
  std::vector<keyway::Lesson> lessons;
  for (int i = 1; i < argc; ++i) {
    if (const keyway::Status status = keyway::read_lessons(argv[i], lessons); !status.ok()) {
      std::fprintf(stderr, "keyway-train: %s: %s\n", argv[i], status.error().to_string().c_str());
      return 1;
    }
  }
  if (const keyway::Status status = keyway::train(lessons); !status.ok()) {
    std::fprintf(stderr, "keyway-train: %s\n", status.error().to_string().c_str());
    return 1;
  }
  return 0;
}
