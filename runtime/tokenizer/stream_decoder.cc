// See stream_decoder.h.
#include "runtime/tokenizer/stream_decoder.h"

#include "grammar/utf8.h"
#include "runtime/tokenizer/tokenizer.h"

namespace keyway {
namespace {

struct Beginning {
  size_t length;    // bytes that begin a well-formed character, at least 1
  bool may_go_on;   // the text ends there and further bytes could complete it
};

// Of a text that starts with no whole character: how much of it one U+FFFD stands for (Unicode, "maximal subpart").
Beginning broken_beginning(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t whole = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  size_t length = 1;
  while (length < whole && length < text.size()) {
    const uint8_t least = length == 1 ? low : 0x80, most = length == 1 ? high : 0xBF;
    if (byte(length) < least || byte(length) > most) return {length, false};
    ++length;
  }
  return {length, length < whole};
}

}  // namespace

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, bool skip_special_tokens)
    : tokenizer_(tokenizer), skip_special_tokens_(skip_special_tokens) {
  finish();
}

std::string StreamDecoder::push(TokenId id) {
  std::string out;
  const bool present = id < tokenizer_.vocab_size() && (tokenizer_.flags_[id] & Tokenizer::kPresentFlag) != 0;
  if (!present || (skip_special_tokens_ && tokenizer_.is_special(id))) return out;
  const bool is_first = first_;
  first_ = false;
  if (tokenizer_.flags_[id] & Tokenizer::kByteFlag) {
    if (run_.empty()) run_is_first_ = is_first;
    run_ += tokenizer_.token_bytes(id);
    return out;
  }
  end_run(out);
  const TokenDecoder& decoder = tokenizer_.decoder_;
  if (decoder.joins_with_blanks() && !is_first) out += ' ';
  if (is_first && decoder.first_differs()) {
    emit(decoder.piece(tokenizer_.spelling(id), true), out);
  } else {
    emit(tokenizer_.token_bytes(id), out);
  }
  return out;
}

std::string StreamDecoder::finish() {
  std::string out;
  end_run(out);
  emit_characters(out, true);
  held_.clear();
  first_ = true;
  const auto& strip = tokenizer_.decoder_.final_strip();
  strip_left_ = strip ? strip->start : 0;
  return out;
}

void StreamDecoder::end_run(std::string& out) {
  if (run_.empty()) return;
  const std::string text = tokenizer_.decoder_.run_piece(run_, run_is_first_);
  run_.clear();
  emit(text, out);
}

void StreamDecoder::emit(std::string_view piece, std::string& out) {
  if (!tokenizer_.decoder_.joins_bytes()) return emit_text(piece, out);
  unfinished_ += piece;
  emit_characters(out, false);
}

void StreamDecoder::emit_characters(std::string& out, bool at_end) {
  std::string text;
  size_t at = 0;
  while (at < unfinished_.size()) {
    const std::string_view rest = std::string_view(unfinished_).substr(at);
    if (const size_t length = utf8_length(rest)) {
      text += rest.substr(0, length);
      at += length;
      continue;
    }
    const Beginning broken = broken_beginning(rest);
    if (broken.may_go_on && !at_end) break;
    text += kReplacementCharacter;
    at += broken.length;
  }
  unfinished_.erase(0, at);
  emit_text(text, out);
}

void StreamDecoder::emit_text(std::string_view text, std::string& out) {
  const auto& strip = tokenizer_.decoder_.final_strip();
  if (!strip) {
    out += text;
    return;
  }
  const std::string& taken = strip->text;
  while (strip_left_ > 0 && !text.empty()) {
    const bool starts = text.substr(0, taken.size()) == taken;
    strip_left_ = starts ? strip_left_ - 1 : 0;
    if (starts) text.remove_prefix(taken.size());
  }
  held_ += text;
  size_t keep = held_.size();
  for (uint64_t i = 0; i < strip->stop && keep >= taken.size(); ++i) {
    if (held_.compare(keep - taken.size(), taken.size(), taken) != 0) break;
    keep -= taken.size();
  }
  out.append(held_, 0, keep);
  held_.erase(0, keep);
}

}  // namespace keyway
