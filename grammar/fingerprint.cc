// See fingerprint.h.
#include "grammar/fingerprint.h"

#include <random>

namespace keyway {
namespace {

__extension__ typedef unsigned __int128 Wide;  // ISO C++ has none

}  // namespace

Fingerprinter::Fingerprinter() {
  std::random_device random;
  const auto word = [&] { return uint64_t{random()} << 32 | random(); };
  for (Lane& lane : lanes_) {
    for (Key& key : lane) key = {word(), word()};
  }
}

// The upper half of the sum is strongly universal where keys have twice the bits of a word.
Fingerprint Fingerprinter::join(const Fingerprint& a, const Fingerprint& b) const {
  const auto hash = [&](const Lane& lane) {
    const auto key = [&](size_t i) { return Wide{lane[i].high} << 64 | lane[i].low; };
    return static_cast<uint64_t>((key(0) + key(1) * a.first + key(2) * a.second + key(3) * b.first + key(4) * b.second) >> 64);
  };
  return {hash(lanes_[0]), hash(lanes_[1])};
}

}  // namespace keyway
