// Readings of a text side by side, by the place that each has come to; see text_acceptance.h.
#include "tools/text_acceptance.h"

#include <algorithm>
#include <map>

#include "grammar/derivative.h"
#include "grammar/token_count.h"

namespace keyway {
namespace {

void add(std::vector<TermId>& states, TermId state) {
  if (state == TermArena::never()) return;
  if (std::find(states.begin(), states.end(), state) == states.end()) states.push_back(state);
}

}  // namespace

TermId TextAcceptance::ended(TermId state) { return counts_ ? after_token(arena_, state) : state; }

size_t TextAcceptance::read(std::string_view text) {
  std::map<size_t, std::vector<TermId>> at_place;
  at_place[0] = states_;
  while (true) {
    const auto [place, states] = *at_place.begin();
    states_ = states;
    if (place == text.size()) return place;
    for (TermId state : states) {
      add(at_place[place + 1], ended(derivative(arena_, state, static_cast<uint8_t>(text[place]))));
      if (!vocabulary_) continue;
      for (TokenId token : next_tokens(arena_, state)) {
        const std::string_view spelling = vocabulary_->bytes(token);
        if (spelling.empty() || !text.substr(place).starts_with(spelling)) continue;
        add(at_place[place + spelling.size()], ended(token_derivative(arena_, state, token)));
      }
    }
    if (at_place[place + 1].empty()) at_place.erase(place + 1);
    at_place.erase(place);
    if (at_place.empty()) return place;
  }
}

bool TextAcceptance::read_token(TokenId token) {
  const std::string_view bytes = vocabulary_->bytes(token);
  std::vector<TermId> after;
  for (TermId state : states_) {
    add(after, ended(token_derivative(arena_, state, token)));
    if (vocabulary_->kind(token) != TokenKind::kText || bytes.empty()) continue;
    for (char byte : bytes) state = derivative(arena_, state, static_cast<uint8_t>(byte));
    add(after, ended(state));
  }
  if (after.empty()) return false;
  states_ = std::move(after);
  return true;
}

bool TextAcceptance::read_bytes(std::string_view bytes) {
  std::vector<TermId> after;
  for (TermId state : states_) {
    for (char byte : bytes) state = ended(derivative(arena_, state, static_cast<uint8_t>(byte)));
    add(after, state);
  }
  if (after.empty()) return false;
  states_ = std::move(after);
  return true;
}

bool TextAcceptance::accepted() const {
  return std::any_of(states_.begin(), states_.end(), [this](TermId state) { return arena_.nullable(state); });
}

std::vector<std::string> TextAcceptance::next_texts(size_t most) {
  std::vector<std::string> texts;
  auto take = [&](std::string text) {
    if (texts.size() < most && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  };
  for (TermId state : states_) {
    if (!vocabulary_) break;
    for (TokenId token : next_tokens(arena_, state)) take(std::string(vocabulary_->bytes(token)));
  }
  for (TermId state : states_) {
    const ByteSet bytes = first_bytes(arena_, state);
    for (unsigned byte = 0x20; byte < 0x7F; ++byte) {
      if (bytes.contains(static_cast<uint8_t>(byte))) take(std::string(1, static_cast<char>(byte)));
    }
    if (bytes.contains('\n')) take("\n");
  }
  return texts;
}

}  // namespace keyway
