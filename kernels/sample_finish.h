// The block program that makes one row's outcome from its tiles.
//
// Entry point: run_finish; runs on any Block of block.h. Logits are read again only of the one tile in which an
// untruncated draw falls, or, tile by tile, where the lists do not hold all that top-k, top-p or min-p keep: what is drawn
// is the same either way, so no outcome depends on what tiles put on their lists.
// Invariant: the outcome is that of sample.h, bit for bit. Tested by tests/kernels/sample_program_test.cc.
#pragma once

#include "kernels/sample_search.h"
#include "kernels/sample_tile.h"

namespace keyway {

inline constexpr uint32_t kMostTiles = kMostSampledTokens / kTileTokens + kMostShards;
inline constexpr uint32_t kStagedCandidates = kMostTiles * sizeof(SampleTile) / sizeof(uint64_t);

struct FinishShared {
  TileShared tile;
  SearchShared search;
  union {
    SampleTile records[kMostTiles];      // of the row's tiles, until its candidates are staged
    uint64_t staged[kStagedCandidates];  // candidates of the lists
  };
  uint32_t listed[kMostTiles];  // entries of the lists
  uint32_t staged_count;
  uint32_t drawn_tile;
  uint64_t rest;
};

// The tiles of a row as one.
struct RowFigures {
  uint64_t best, floor;
  uint64_t mass_all, mass_allowed, mass_drawn;
  int32_t anchor_all, anchor_allowed, anchor_drawn;
  bool not_finite;
};

// What of a row the candidates are taken from.
struct Source {
  bool staged;
  uint32_t first_tile, tile_end;  // where not staged
};

// Token ids [first, last].
struct TokenRange {
  uint32_t first, last;
};
inline constexpr TokenRange kAllTokens = {0, kNoSampledToken};

template <LogitType kType, typename Block>
class Finish {
 public:
  KEYWAY_HOST_DEVICE Finish(Block& block, const SampleArguments& arguments, size_t row, FinishShared& shared)
      : block_(block), arguments_(arguments), row_(row), shared_(shared), rules_(rules_of(arguments, row)),
        tiles_(all_tiles(arguments)) {}

  KEYWAY_HOST_DEVICE void run() {
    const RowFigures row = combine();
    SampleOutcome outcome = {};
    outcome.fault = row.not_finite ? SampleFault::kNotFinite : row.best == 0 ? SampleFault::kEmptyMask : SampleFault::kNone;
    outcome.token = kNoSampledToken;
    if (outcome.fault == SampleFault::kNone) {
      outcome.token = candidate_token(row.best);
      if (!rules_.greedy) {
        uint64_t total = 0;
        outcome.token = rules_.truncates ? draw_truncated(row, total) : draw_from_all(row, total);
        outcome.logprob_drawn = logprob_drawn(outcome.token, row, total);
      }
      if (rules_.wants_mass) set_mass_figures(row, outcome);
    }
    block_.each([&](uint32_t thread) {
      if (thread == 0) arguments_.outcomes[row_] = outcome;
    });
  }

 private:
  KEYWAY_HOST_DEVICE const SampleTile* tile_at(uint32_t index) const {
    const TileExtent extent = extent_of(arguments_, row_, 0, index);
    return extent.shard->tiles + extent.place;
  }

  // The largest of a field over all tiles.
  template <typename Field>
  KEYWAY_HOST_DEVICE uint64_t most_of(Field field) {
    return block_.max_of([&](uint32_t thread) {
      uint64_t most = 0;
      for (uint32_t i = thread; i < tiles_; i += kBlockThreads) {
        const uint64_t one = field(shared_.records[i]);
        most = one > most ? one : most;
      }
      return most;
    });
  }
  KEYWAY_HOST_DEVICE int32_t largest_anchor(int32_t SampleTile::*anchor) {
    // Counted from kNoAnchor, which is the least.
    return static_cast<int32_t>(most_of([&](const SampleTile& tile) {
             return static_cast<uint64_t>(static_cast<int64_t>(tile.*anchor) - kNoAnchor);
           })) + kNoAnchor;
  }
  KEYWAY_HOST_DEVICE uint64_t sum_of_tiles(uint64_t SampleTile::*mass, int32_t SampleTile::*anchor, int32_t to) {
    return block_.sum_of([&](uint32_t thread) {
      uint64_t sum = 0;
      for (uint32_t i = thread; i < tiles_; i += kBlockThreads) {
        sum += rescale_mass(shared_.records[i].*mass, shared_.records[i].*anchor, to);
      }
      return sum;
    });
  }

  KEYWAY_HOST_DEVICE RowFigures combine() {
    block_.each([&](uint32_t thread) {
      for (uint32_t i = thread; i < tiles_; i += kBlockThreads) {
        shared_.records[i] = Block::read_published(tile_at(i));
        shared_.listed[i] = shared_.records[i].listed;
      }
    });
    RowFigures row = {};
    row.best = most_of([](const SampleTile& tile) { return tile.best; });
    row.not_finite = most_of([](const SampleTile& tile) { return static_cast<uint64_t>(tile.not_finite); }) != 0;
    row.anchor_drawn = kNoAnchor;
    if (rules_.wants_mass) {
      row.anchor_all = largest_anchor(&SampleTile::anchor_all);
      row.anchor_allowed = largest_anchor(&SampleTile::anchor_allowed);
      row.mass_all = sum_of_tiles(&SampleTile::mass_all, &SampleTile::anchor_all, row.anchor_all);
      row.mass_allowed = sum_of_tiles(&SampleTile::mass_allowed, &SampleTile::anchor_allowed, row.anchor_allowed);
    }
    if (rules_.wants_drawn) {
      row.anchor_drawn = largest_anchor(&SampleTile::anchor_drawn);
      row.mass_drawn = sum_of_tiles(&SampleTile::mass_drawn, &SampleTile::anchor_drawn, row.anchor_drawn);
    }
    if (rules_.truncates) row.floor = most_of([](const SampleTile& tile) { return tile.floor; });
    return row;
  }

  KEYWAY_HOST_DEVICE uint64_t mass_of(uint64_t entry, int32_t anchor) const {
    return weight_mass(weigh(candidate_logit(entry), rules_.scale), anchor);
  }

  // Calls add(thread, candidate) for every candidate of the source; tiles that hold no token of the range are left out.
  template <typename Add>
  KEYWAY_HOST_DEVICE void visit(const Source& source, TokenRange range, Add add) {
    if (source.staged) {
      const uint32_t count = shared_.staged_count;
      block_.each([&](uint32_t thread) {
        for (uint32_t i = thread; i < count; i += kBlockThreads) add(thread, shared_.staged[i]);
      });
      return;
    }
    for (uint32_t index = source.first_tile; index < source.tile_end; ++index) {
      const TileExtent extent = extent_of(arguments_, row_, 0, index);
      if (extent.first > range.last || extent.first + (extent.count - 1) < range.first) continue;
      const TileWords& words = shared_.tile.words;
      prepare_words(block_, arguments_, rules_, extent, shared_.tile.words);
      block_.each([&](uint32_t thread) {
        for (uint32_t offset = thread; offset < extent.count; offset += kBlockThreads) {
          if (((words.plain[offset / kMaskWordBits] >> (offset % kMaskWordBits)) & 1u) == 0) continue;
          add(thread, candidate(read_logit<kType>(extent, offset), extent.first + offset));
        }
        for_each_adjusted<kType>(arguments_, rules_, extent, words, thread, [&](uint32_t token, float, float penalised) {
          add(thread, candidate(penalised, token));
        });
      });
    }
  }

  // Keys of ids fall with them.
  KEYWAY_HOST_DEVICE static TokenRange tokens_of(uint64_t low, uint64_t high) {
    return {~static_cast<uint32_t>(high - 1), ~static_cast<uint32_t>(low)};
  }

  // The token at which the running mass over rising ids exceeds `target`, among entries that keep() lets pass.
  template <typename Keep>
  KEYWAY_HOST_DEVICE uint32_t draw(const Source& source, uint64_t target, int32_t anchor, Keep keep) {
    const uint32_t last = static_cast<uint32_t>(arguments_.vocab_size) - 1;
    const uint64_t least = static_cast<uint32_t>(~last);
    const auto visit_ids = [&](uint64_t low, uint64_t high, auto add) {
      visit(source, tokens_of(low, high), [&](uint32_t, uint64_t entry) {
        if (keep(entry)) add(entry & 0xFFFFFFFFu, mass_of(entry, anchor));
      });
    };
    const SearchResult found = search_keys(block_, shared_.search, least, uint64_t{1} << 32, target + 1, 0, 1, visit_ids);
    block_.each([&](uint32_t thread) { block_.local(thread).sum = 0; });
    visit(source, tokens_of(found.key, found.high), [&](uint32_t thread, uint64_t entry) {
      const uint64_t key = entry & 0xFFFFFFFFu;
      if (key >= found.key && key < found.high && keep(entry)) block_.local(thread).sum = key;
    });
    return candidate_token(block_.max_of([&](uint32_t thread) { return block_.local(thread).sum; }));
  }

  // search_keys over candidates that weigh(entry) gives a mass. Of logits that are read again, what the answer is among is
  // staged as soon as it fits, and searched there.
  template <typename Weigh>
  KEYWAY_HOST_DEVICE SearchResult search(const Source& source, uint64_t low, uint64_t high, uint64_t target, Weigh weigh_entry) {
    const auto visit_keys = [&](uint64_t, uint64_t, auto add) {
      visit(source, kAllTokens, [&](uint32_t, uint64_t entry) { add(entry, weigh_entry(entry)); });
    };
    const uint32_t enough = source.staged ? 1 : kStagedCandidates;
    const SearchResult found = search_keys(block_, shared_.search, low, high, target, 0, enough, visit_keys);
    if (source.staged || !found.found) return found;
    block_.each([&](uint32_t thread) {
      if (thread == 0) shared_.staged_count = 0;
    });
    visit(source, kAllTokens, [&](uint32_t, uint64_t entry) {
      if (entry >= found.key && entry < found.high) shared_.staged[block_.atomic_add(&shared_.staged_count, 1u)] = entry;
    });
    const auto visit_staged = [&](uint64_t, uint64_t, auto add) {
      visit({true, 0, 0}, kAllTokens, [&](uint32_t, uint64_t entry) { add(entry, weigh_entry(entry)); });
    };
    return search_keys(block_, shared_.search, found.key, found.high, target, found.above, 1, visit_staged);
  }

  KEYWAY_HOST_DEVICE uint32_t draw_from_all(const RowFigures& row, uint64_t& total) {
    total = row.mass_drawn;
    block_.each([&](uint32_t thread) {
      if (thread != 0) return;
      uint64_t rest = product_high(uniform(), row.mass_drawn);
      uint32_t index = 0;
      while (index + 1 < tiles_) {
        const SampleTile& tile = shared_.records[index];
        const uint64_t mass = rescale_mass(tile.mass_drawn, tile.anchor_drawn, row.anchor_drawn);
        if (rest < mass) break;
        rest -= mass;
        ++index;
      }
      shared_.rest = rest;
      shared_.drawn_tile = index;
    });
    const uint32_t index = shared_.drawn_tile;
    const int32_t anchor = shared_.records[index].anchor_drawn;
    const uint64_t target = shared_.rest << (row.anchor_drawn - anchor);
    return draw({false, index, index + 1}, target, anchor, [](uint64_t) { return true; });
  }

  // Lists are dealt to groups of 32 threads, four lists at a time, so that four reads are under way.
  KEYWAY_HOST_DEVICE void stage_share(uint64_t floor, uint32_t thread) {
    constexpr uint32_t kGroups = kBlockThreads / 32, kAtOnce = 4;
    for (uint32_t first = thread / 32; first < tiles_; first += kGroups * kAtOnce) {
      for (uint32_t place = thread % 32; place < kTileList; place += 32) {
        uint64_t entries[kAtOnce];
        bool any = false;
        KEYWAY_UNROLL
        for (uint32_t i = 0; i < kAtOnce; ++i) {
          const uint32_t index = first + i * kGroups;
          entries[i] = 0;
          if (index >= tiles_ || place >= shared_.listed[index]) continue;
          any = true;
          const TileExtent extent = extent_of(arguments_, row_, 0, index);
          entries[i] = Block::read_published(extent.shard->lists + extent.place * kTileList + place);
        }
        if (!any) break;
        KEYWAY_UNROLL
        for (uint32_t i = 0; i < kAtOnce; ++i) {
          if (entries[i] <= floor) continue;
          const uint32_t to = block_.atomic_add(&shared_.staged_count, 1u);
          if (to < kStagedCandidates) shared_.staged[to] = entries[i];
        }
      }
    }
  }

  // Every listed candidate above the row's floor; false where they do not fit.
  KEYWAY_HOST_DEVICE bool stage(const RowFigures& row) {
    if (row.floor == ~uint64_t{0}) return false;
    block_.each([&](uint32_t thread) {
      if (thread == 0) shared_.staged_count = 0;
    });
    block_.each([&](uint32_t thread) { stage_share(row.floor, thread); });
    return shared_.staged_count <= kStagedCandidates;
  }

  KEYWAY_HOST_DEVICE uint32_t draw_truncated(const RowFigures& row, uint64_t& total) {
    uint32_t token = kNoSampledToken;
    if (stage(row) && try_source({true, 0, 0}, row, row.floor, token, total)) return token;
    try_source({false, 0, tiles_}, row, 0, token, total);
    return token;
  }

  // Steps 4 to 7 on the candidates above `floor`; false where what is kept may go on below it.
  KEYWAY_HOST_DEVICE bool try_source(const Source& source, const RowFigures& row, uint64_t floor, uint32_t& token,
                                     uint64_t& total) {
    const SampleParameters& parameters = rules_.request->parameters;
    const int32_t anchor = weigh(candidate_logit(row.best), rules_.scale).exponent;
    const uint64_t high = row.best + 1;
    uint64_t cut = floor + 1;
    bool closed = floor == 0;  // nothing is kept below the cut
    if (rules_.top_k > 0) {
      const SearchResult found = search(source, cut, high, rules_.top_k, [](uint64_t) { return uint64_t{1}; });
      if (!found.found && !closed) return false;
      closed = true;
      if (found.found) cut = found.key;
    }
    uint64_t least = 0, reached = 0;  // reached: the mass from the cut on, where it is known
    if (parameters.min_p > 0) {
      const float share = parameters.min_p < 1 ? parameters.min_p : 1.0f;
      least = share_of(share, mass_of(row.best, anchor));
    }
    if (parameters.top_p < 1) {
      const float share = parameters.top_p > 0 ? parameters.top_p : 0.0f;
      const uint64_t whole = rules_.top_k > 0 ? kept_mass(source, cut, 0, anchor) : row.mass_drawn;
      const uint64_t target = share_of(share, whole);
      const SearchResult found = search(source, cut, high, target > 0 ? target : 1,
                                        [&](uint64_t entry) { return mass_of(entry, anchor); });
      if (found.found) {
        closed = true;
        cut = found.key;
        reached = found.reached;
      }
    }
    // Masses fall with logits: where the floor is too light for min-p, all below it is.
    if (!closed && (least == 0 || mass_of(floor, anchor) >= least)) return false;
    total = least == 0 && reached > 0 ? reached : kept_mass(source, cut, least, anchor);
    token = draw(source, product_high(uniform(), total), anchor,
                 [&](uint64_t entry) { return entry >= cut && mass_of(entry, anchor) >= least; });
    return true;
  }

  KEYWAY_HOST_DEVICE uint64_t kept_mass(const Source& source, uint64_t cut, uint64_t least, int32_t anchor) {
    block_.each([&](uint32_t thread) { block_.local(thread).sum = 0; });
    visit(source, kAllTokens, [&](uint32_t thread, uint64_t entry) {
      const uint64_t mass = mass_of(entry, anchor);
      if (entry >= cut && mass >= least) block_.local(thread).sum += mass;
    });
    return block_.sum_of([&](uint32_t thread) { return block_.local(thread).sum; });
  }

  KEYWAY_HOST_DEVICE uint64_t uniform() const {
    return uniform_bits_at(rules_.request->parameters.seed, rules_.request->stream, rules_.request->position);
  }

  KEYWAY_HOST_DEVICE float model_logit(uint32_t token) const {
    const SampleShard* shard = arguments_.shards;
    while (token - shard->first_token >= shard->token_count) ++shard;
    const TileExtent extent = {shard, 0, row_ * shard->logits_stride, shard->first_token, shard->token_count};
    return read_logit<kType>(extent, token - shard->first_token);
  }

  KEYWAY_HOST_DEVICE double logprob_drawn(uint32_t token, const RowFigures& row, uint64_t total) {
    const float logit = model_logit(token);
    const uint64_t adjusted = block_.max_of([&](uint32_t thread) {
      uint64_t entry = 0;
      for (uint32_t i = rules_.adjustment_begin + thread; i < rules_.adjustment_end; i += kBlockThreads) {
        const SampleAdjustment a = arguments_.adjustments[i];
        if (a.token == token) entry = candidate(penalise(logit, a.repeated != 0, a.count, a.bias, rules_.penalties), token);
      }
      return entry;
    });
    const TokenWeight weight = weigh(adjusted != 0 ? candidate_logit(adjusted) : logit, rules_.scale);
    const int32_t anchor = weigh(candidate_logit(row.best), rules_.scale).exponent;
    const double difference = log_of_mass(weight_mass(weight, weight.exponent), weight.exponent) - log_of_mass(total, anchor);
    return difference < 0 ? difference : 0;
  }

  KEYWAY_HOST_DEVICE void set_mass_figures(const RowFigures& row, SampleOutcome& outcome) const {
    const double log_all = log_of_mass(row.mass_all, row.anchor_all);
    outcome.logprob = static_cast<double>(model_logit(outcome.token)) - log_all;
    const double difference = log_of_mass(row.mass_allowed, row.anchor_allowed) - log_all;
    outcome.log_allowed_mass = difference < 0 ? difference : 0;
  }

  Block& block_;
  const SampleArguments& arguments_;
  size_t row_;
  FinishShared& shared_;
  RowRules rules_;
  uint32_t tiles_;
};

template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE void run_finish(Block& block, const SampleArguments& arguments, size_t row, FinishShared& shared) {
  Finish<kType, Block>(block, arguments, row, shared).run();
}

}  // namespace keyway
