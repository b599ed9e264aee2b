// keyway-bench walks: random walks under the mask of schemas, each to its end, written down for a judge who does not know us.
//
// Entry point: register_walks. A walk takes allowed tokens at random, with a liking for short ones in ASCII, since real answers
// are made of them; where the text may end it ends at times. After --steps tokens it has a limit: what the shortest completion
// needs and a little more, some of them under Matcher::mask_within, so that every walk ends and every promise is put to test.
// --out has one line for each schema, {"name", "schema"}, and behind it one for each text, {"text"}, which
// tests/bench/judge_walks.py validates.
// Invariant: a mask that is empty, a token of a mask that is refused, or a limit that is not kept, is an error and exit code 1.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <fstream>
#include <random>

#include "runtime/compile/compile.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/corpus.h"

namespace keyway::bench {
namespace {

struct WalksOptions {
  std::string data, tokenizer, out, json;
  size_t walks = 10000, steps = 40, sample = 0;
  uint64_t seed = 1;
};

class Walker {
 public:
  Walker(const Tokenizer& tokenizer, const WalksOptions& options)
      : vocabulary_(*tokenizer.vocabulary()), options_(options), random_(options.seed), words_(mask_words(vocabulary_.size())) {
    for (TokenId token = 0; token < vocabulary_.size(); ++token) {
      if (is_liked(token)) liked_.push_back(token);
      if (vocabulary_.bytes(token).size() == 1) bytes_.push_back(token);
    }
  }

  // The text of one walk. Errors: of mask and accept; kInvalid where a promise is broken.
  Result<std::string> walk(const std::shared_ptr<Grammar>& grammar, State start) {
    grammar_ = grammar;
    Matcher matcher(grammar, start);
    std::string text;
    for (size_t step = 0; step < options_.steps; ++step) {
      if (Status status = matcher.mask(words_); !status.ok()) return status.error();
      if (matcher.can_end() && random_() % 8 == 0) return text;
      const std::optional<TokenId> token = choose(matcher);
      if (!token) return matcher.can_end() ? Result<std::string>(std::move(text)) : fail(ErrorCode::kInvalid, "an empty mask", {}, text);
      if (Status status = take(matcher, *token, text); !status.ok()) return status.error();
    }
    // Few walks are held to the fewest tokens: a mask close to the limit costs milliseconds.
    return random_() % 32 == 0 ? end_in_tokens(matcher, std::move(text)) : end_in_bytes(matcher, std::move(text));
  }

 private:
  static constexpr int kTries = 8;

  Status take(Matcher& matcher, TokenId token, std::string& text) {
    const Result<bool> taken = matcher.accept(token);
    if (!taken.ok()) return taken.error();
    if (!*taken) return fail(ErrorCode::kInvalid, "a token of the mask is refused", {}, text);
    text += vocabulary_.bytes(token);
    return {};
  }

  // To the end by masks within the fewest tokens and some more.
  Result<std::string> end_in_tokens(Matcher& matcher, std::string text) {
    const Result<ShortestCompletion> shortest = matcher.shortest_completion();
    if (!shortest.ok()) return shortest.error();
    for (uint32_t left = shortest->tokens + random_() % 4; left > 0; --left) {
      if (matcher.can_end() && (left == 1 || random_() % 8 == 0)) return text;
      if (Status status = matcher.mask_within(words_, left); !status.ok()) return status.error();
      const std::optional<TokenId> token = choose(matcher);
      if (!token) return matcher.can_end() ? Result<std::string>(std::move(text)) : fail(ErrorCode::kInvalid, "no way within the limit", {}, text);
      if (Status status = take(matcher, *token, text); !status.ok()) return status.error();
    }
    return fail(ErrorCode::kInvalid, "no end within the limit", {}, text);
  }

  // To the end by tokens that keep to the shortest text's bytes and some more; by its bytes where no token at hand does.
  Result<std::string> end_in_bytes(Matcher& matcher, std::string text) {
    size_t limit = text.size() + bytes_left(matcher) + random_() % 16;
    while (!matcher.can_end() || (text.size() < limit && random_() % 8 != 0)) {
      if (Status status = matcher.mask(words_); !status.ok()) return status.error();
      std::vector<TokenId> ways;
      for (int tries = 0; tries < kTries; ++tries) {
        if (const auto token = choose(matcher)) ways.push_back(*token);
      }
      for (TokenId byte : bytes_) {
        if (mask_test(words_.data(), byte)) ways.push_back(byte);
      }
      bool taken = false;
      for (size_t i = 0; i < ways.size() && !taken; ++i) {
        if (Status status = take(matcher, ways[i], text); !status.ok()) return status.error();
        taken = text.size() + bytes_left(matcher) <= limit;
        if (taken) break;
        matcher.rollback(1);
        text.resize(text.size() - vocabulary_.bytes(ways[i]).size());
      }
      if (!taken && matcher.can_end()) break;
      if (!taken) return fail(ErrorCode::kInvalid, "no byte brings the end nearer", {}, text);
    }
    return text;
  }

  size_t bytes_left(const Matcher& matcher) const {
    size_t bytes = 0;
    (void)grammar_->use([&](Automaton& automaton) { bytes = automaton.shortest(matcher.state()); });
    return bytes;
  }

  // A text token of the mask in words_.
  std::optional<TokenId> choose(const Matcher& matcher) {
    for (TokenId end : matcher.grammar().end_tokens()) mask_clear(words_.data(), end);
    if (random_() % 10 < 7) {
      if (const auto token = pick(true)) return token;
    }
    return pick(false);
  }

  // Probes first: in a mask that allows much, as of strings, counting what it allows costs more than the mask.
  std::optional<TokenId> pick(bool liked) {
    const size_t among = liked ? liked_.size() : vocabulary_.size();
    for (int probe = 0; probe < 32; ++probe) {
      const TokenId token = liked ? liked_[random_() % among] : static_cast<TokenId>(random_() % among);
      if (mask_test(words_.data(), token)) return token;
    }
    allowed_.clear();
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint32_t bits = words_[i]; bits != 0; bits &= bits - 1) {
        const TokenId token = static_cast<TokenId>(i * kMaskWordBits + static_cast<size_t>(std::countr_zero(bits)));
        if (!liked || is_liked(token)) allowed_.push_back(token);
      }
    }
    if (allowed_.empty()) return std::nullopt;
    return allowed_[random_() % allowed_.size()];
  }

  bool is_liked(TokenId token) const {
    const std::string_view bytes = vocabulary_.bytes(token);
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return !bytes.empty() && bytes.size() <= 4 && std::all_of(bytes.begin(), bytes.end(), ascii);
  }

  const Vocabulary& vocabulary_;
  const WalksOptions& options_;
  std::shared_ptr<Grammar> grammar_;
  std::mt19937_64 random_;
  std::vector<TokenId> liked_, bytes_, allowed_;  // short tokens in ASCII; of one byte; those of the mask at hand
  std::vector<uint32_t> words_;                   // (mask words): the mask at hand
};

int run_walks(const WalksOptions& options) {
  auto tokenizer = Tokenizer::open(options.tokenizer);
  auto cases = read_corpus(options.data, options.sample, options.seed);
  std::ofstream out(options.out, std::ios::binary);
  if (!tokenizer.ok() || !cases.ok() || !out) {
    const Error error = !tokenizer.ok() ? tokenizer.error() : !cases.ok() ? cases.error() : fail(ErrorCode::kIo, "cannot be written", options.out);
    std::fprintf(stderr, "%s\n", error.to_string().c_str());
    return 2;
  }
  Walker walker(**tokenizer, options);
  size_t refused = 0, ended = 0, errors = 0, limits = 0;
  for (size_t i = 0; i < cases->size(); ++i) {
    const CorpusCase& c = (*cases)[i];
    const size_t walks = options.walks * (i + 1) / cases->size() - options.walks * i / cases->size();
    auto compiled = compile_grammar((*tokenizer)->vocabulary(), "json_schema", c.schema, "");
    if (!compiled.ok()) {
      ++refused;
      continue;
    }
    out << nlohmann::ordered_json{{"name", c.name}, {"schema", c.schema}}.dump() << '\n';
    for (size_t k = 0; k < walks; ++k) {
      const Result<std::string> text = walker.walk(compiled->grammar, compiled->start);
      if (!text.ok()) {
        std::fprintf(stderr, "%s: %s\n", c.name.c_str(), text.error().to_string().c_str());
        ++(text.error().code == ErrorCode::kLimit ? limits : errors);
        break;
      }
      ++ended;
      out << nlohmann::ordered_json{{"text", *text}}.dump() << '\n';
    }
    if ((i + 1) % 500 == 0) std::fprintf(stderr, "%zu/%zu schemas, %zu walks\n", i + 1, cases->size(), ended);
  }
  const nlohmann::ordered_json report{{"schemas", cases->size()}, {"refused", refused}, {"ended", ended}, {"past_a_limit", limits}, {"errors", errors}};
  std::printf("%s\n", report.dump().c_str());
  if (!options.json.empty() && !write_json(report, options.json).ok()) return 2;
  return errors == 0 ? 0 : 1;
}

}  // namespace

void register_walks(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<WalksOptions>();
  CLI::App* command = app.add_subcommand("walks", "Random walks under the masks of schemas, for judge_walks.py");
  command->add_option("--data", options->data, "folder of .jsonl files")->required();
  command->add_option("--tokenizer", options->tokenizer, "Hugging Face folder or tokenizer.json")->required();
  command->add_option("--out", options->out, "schemas and texts go here, a JSON line each")->required();
  command->add_option("--walks", options->walks, "over all schemas");
  command->add_option("--steps", options->steps, "tokens before a walk is bound to end");
  command->add_option("--sample", options->sample, "so many schemas, chosen by --seed");
  command->add_option("--seed", options->seed, "of the sample and the walks");
  command->add_option("--json", options->json, "the counts go here");
  command->callback([options, &exit_code] { exit_code = run_walks(*options); });
}

}  // namespace keyway::bench
