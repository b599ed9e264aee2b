// The subset construction over a few delimiters; see trigger_search.h.
#include "tools/trigger_search.h"

#include <algorithm>
#include <map>

namespace keyway {
namespace {

constexpr uint16_t kInKey = 0xFE00;   // and the bytes of the key ahead that have come
constexpr uint16_t kInName = 0xFFFE;  // progress of a trigger with a name ahead: inside the name

bool is_name_byte(uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '.' || byte == '-';
}
bool begins_name(uint8_t byte) { return is_name_byte(byte) && !(byte >= '0' && byte <= '9') && byte != '.' && byte != '-'; }

}  // namespace

// A place and the triggers that have begun, each with the bytes that have come.
struct TriggerSearch::Builder {
  struct Key {
    Where place;
    std::vector<std::pair<uint16_t, uint16_t>> begun;  // (trigger, progress), sorted
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  explicit Builder(TriggerSearch& made) : search(made) {}

  // Places that no trigger asks for are one.
  Where useful(Where place) const {
    for (const Trigger& trigger : search.triggers_) {
      if (trigger.where == place || (place == Where::kStart && trigger.where == Where::kLineStart)) return place;
    }
    return Where::kAnywhere;
  }

  uint16_t number(Key key) {
    key.place = useful(key.place);
    const auto [at, added] = known.try_emplace(key, static_cast<uint16_t>(keys.size()));
    if (added) keys.push_back(key);
    return at->second;
  }

  // How far a trigger has come after the byte; nothing where it has not.
  std::optional<uint16_t> advance(uint16_t trigger, uint16_t progress, uint8_t byte) const {
    const Trigger& at = search.triggers_[trigger];
    if (progress == kInName) {
      if (is_name_byte(byte)) return kInName;
      return byte == '(' ? std::optional<uint16_t>(kFound) : std::nullopt;
    }
    if (!at.key_ahead.key.empty() && progress >= at.text.size()) return advance_to_key(at, progress, byte);
    if (progress == at.text.size()) return begins_name(byte) ? std::optional<uint16_t>(kInName) : std::nullopt;
    if (static_cast<uint8_t>(at.text[progress]) != byte) return std::nullopt;
    if (progress + 1u == at.text.size() && !at.name_ahead && at.key_ahead.key.empty()) return kFound;
    return static_cast<uint16_t>(progress + 1);
  }

  // Behind the text of a trigger: blanks, then the key.
  static std::optional<uint16_t> advance_to_key(const Trigger& at, uint16_t progress, uint8_t byte) {
    const std::string& key = at.key_ahead.key;
    if (progress >= kInKey) {
      const size_t come = progress - kInKey;
      if (static_cast<uint8_t>(key[come]) != byte) return std::nullopt;
      return come + 1 == key.size() ? kFound : static_cast<uint16_t>(progress + 1);
    }
    if (static_cast<uint8_t>(key[0]) == byte) return static_cast<uint16_t>(kInKey + 1);
    const bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    if (blank && progress < at.text.size() + at.key_ahead.blanks) return static_cast<uint16_t>(progress + 1);
    return kFound;
  }

  static Where place_after(Where place, uint8_t byte) {
    if (byte == '\n' && place != Where::kStart) return Where::kLineStart;
    const bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    return blank ? place : Where::kAnywhere;
  }

  uint16_t target(const Key& key, uint8_t byte) {
    Key next{place_after(key.place, byte), {}};
    std::optional<uint16_t> found;
    auto take = [&](uint16_t trigger, uint16_t progress) {
      const std::optional<uint16_t> after = advance(trigger, progress, byte);
      if (!after) return;
      if (*after == kFound) found = std::min(found.value_or(trigger), trigger);
      else next.begun.emplace_back(trigger, *after);
    };
    for (const auto& [trigger, progress] : key.begun) take(trigger, progress);
    for (uint16_t trigger = 0; trigger < search.triggers_.size(); ++trigger) {
      const Where where = search.triggers_[trigger].where;
      if (search.triggers_[trigger].text.empty()) continue;
      if (static_cast<uint8_t>(where) >= static_cast<uint8_t>(key.place)) take(trigger, 0);
    }
    if (found) return static_cast<uint16_t>(kFound + *found);
    std::sort(next.begun.begin(), next.begun.end());
    next.begun.erase(std::unique(next.begun.begin(), next.begun.end()), next.begun.end());
    return number(next);
  }

  void run() {
    number({Where::kStart, {}});
    search.middle_ = number({Where::kAnywhere, {}});
    for (size_t i = 0; i < keys.size(); ++i) {
      StateData data;
      const Key key = keys[i];
      data.place = key.place;
      data.begun = key.begun;
      for (const auto& [trigger, progress] : key.begun) {
        if (progress >= kInKey) data.grows = true;
        else data.held = std::max<uint32_t>(data.held, progress);
      }
      for (unsigned byte = 0; byte < 256; ++byte) data.next[byte] = target(key, static_cast<uint8_t>(byte));
      search.states_.push_back(data);
    }
  }

  TriggerSearch& search;
  std::map<Key, uint16_t> known;
  std::vector<Key> keys;
};

TriggerSearch::TriggerSearch(std::vector<Trigger> triggers) : triggers_(std::move(triggers)) {
  Builder(*this).run();  // the start is number 0
  for (unsigned byte = 0; byte < 256; ++byte) interesting_[byte] = states_[middle_].next[byte] != middle_;
}

uint32_t TriggerSearch::progress(State state, uint32_t trigger) const {
  uint32_t most = 0;
  for (const auto& [which, bytes] : states_[state].begun) {
    if (which == trigger) most = std::max<uint32_t>(most, bytes);
  }
  return most;
}

size_t TriggerSearch::plain_bytes(std::string_view text) const {
  size_t at = 0;
  while (at < text.size() && !interesting_[static_cast<uint8_t>(text[at])]) ++at;
  return at;
}

}  // namespace keyway
