// Names of 128 bits for contents, by which what two grammars have in common is known again.
//
// Entry points: Fingerprint, Fingerprinter. A name is joined from the names of the parts, so that parts are read once however many
// wholes they are in. Multilinear hashing (Lemire and Kaser, "Strongly universal string hashing is fast", 2014) under a key drawn at random:
// two contents have one name with a chance of some 2^-128, whoever chose them, since no answer of the library tells of the key.
// Invariant: names of one Fingerprinter are equal where contents are. Thread safety: immutable.
// Tested by tests/grammar/fingerprint_test.cc.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace keyway {

struct Fingerprint {
  uint64_t first = 0, second = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

struct FingerprintHash {
  size_t operator()(const Fingerprint& name) const noexcept { return static_cast<size_t>(name.first); }
};

class Fingerprinter {
 public:
  // Draws a key.
  Fingerprinter();
  // The name of a plain value.
  Fingerprint of(uint64_t first, uint64_t second = 0) const { return join({first, second}, {}); }
  // The name of a pair, in this order.
  Fingerprint join(const Fingerprint& a, const Fingerprint& b) const;

 private:
  struct Key {
    uint64_t high, low;
  };
  using Lane = std::array<Key, 5>;
  std::array<Lane, 2> lanes_;
};

}  // namespace keyway
