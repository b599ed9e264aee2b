// keyway-tokenizer-bench: encodes a file of texts, for tokenizer_compare.py.
//
//   keyway-tokenizer-bench FOLDER TEXTS.jsonl --ids      one line {"ids": [..], "text": ".."} for each text
//   keyway-tokenizer-bench FOLDER TEXTS.jsonl --time N   {"load_ms", "trie_nodes", "encode_s": [..], "bytes", "tokens"}
// A line of TEXTS.jsonl is a JSON string. --time encodes text after text, N rounds, on one thread.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json.h"

namespace keyway {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int report(const Error& error) {
  std::cerr << error.to_string() << "\n";
  return 2;
}

void print_ids(const Tokenizer& tokenizer, const std::string& text) {
  const std::vector<TokenId> ids = tokenizer.encode(text);
  std::string line = "{\"ids\": [";
  for (size_t i = 0; i < ids.size(); ++i) line += (i ? "," : "") + std::to_string(ids[i]);
  line += "], \"text\": " + json_quote(tokenizer.decode(ids), true) + "}\n";
  std::fputs(line.c_str(), stdout);
}

void print_times(const Tokenizer& tokenizer, const std::vector<std::string>& texts, double load_seconds, int rounds) {
  std::string times;
  size_t bytes = 0, tokens = 0;
  for (int round = 0; round < rounds; ++round) {
    bytes = tokens = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& text : texts) {
      tokens += tokenizer.encode(text).size();
      bytes += text.size();
    }
    times += (round ? ", " : "") + std::to_string(seconds_since(start));
  }
  std::printf("{\"load_ms\": %.1f, \"trie_nodes\": %u, \"bytes\": %zu, \"tokens\": %zu, \"encode_s\": [%s]}\n",
              load_seconds * 1e3, tokenizer.vocabulary()->trie().size(), bytes, tokens, times.c_str());
}

int run(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: keyway-tokenizer-bench FOLDER TEXTS.jsonl --ids | --time N\n";
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto tokenizer = Tokenizer::open(argv[1]);
  const double load_seconds = seconds_since(start);
  if (!tokenizer.ok()) return report(tokenizer.error());
  std::ifstream file(argv[2]);
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) {
    const Result<JsonDocument> document = parse_json(line);
    if (!document.ok()) return report(document.error());
    if (document->root().is_string()) texts.emplace_back(document->root().string());
  }
  if (std::string_view(argv[3]) == "--ids") {
    for (const std::string& text : texts) print_ids(**tokenizer, text);
    return 0;
  }
  print_times(**tokenizer, texts, load_seconds, argc > 4 ? std::stoi(argv[4]) : 3);
  return 0;
}

}  // namespace
}  // namespace keyway

int main(int argc, char** argv) { return keyway::run(argc, argv); }
