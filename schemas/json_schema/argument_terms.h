// The outermost object as terms, in the forms of value_spelling.h: its members are written in their own way, and between
// tags their values are raw.
//
// Entry points: ArgumentTerms. A raw value is a string as it stands, if the reader (tools/raw_value_reader.h) takes the text
// for a string, or JSON; what it would take for something else is left out of the strings.
// Thread safety: one thread at a time. Tested by tests/tools/call_round_trip_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "schemas/json_schema/value_terms.h"

namespace keyway::json_schema {

class ArgumentTerms {
 public:
  // Requires: all outlive this.
  ArgumentTerms(TermArena& arena, Expander& expander, ShapeStore& shapes, Members& members, Differing& differing,
                Facts& facts, NumberAlgebra& numbers, const ValueSpelling& spelling, Whitespace policy,
                uint32_t max_whitespace, PropertyOrder order, ValueTerms& values);

  // What the form cannot write of values inside the arguments.
  void limit(Expander::ValueLimits& limits);
  // The objects of the conjunction; never() where there is none.
  TermId value(ConjunctionId conjunction);
  // What each declared member may be.
  std::vector<ParameterKinds> parameters(ConjunctionId conjunction);
  void define(const std::shared_ptr<void>& owner);

 private:
  // The values of members.
  class MemberValues : public ChildTerms {
   public:
    explicit MemberValues(ArgumentTerms& owner) : owner_(owner) {}
    TermId value(ConjunctionId conjunction) override { return owner_.member(conjunction); }
    Fact fact(ConjunctionId conjunction) override;

   private:
    ArgumentTerms& owner_;
  };

  TermId member(ConjunctionId conjunction);
  TermId raw(ConjunctionId conjunction);
  TermId python_words(const ValueSum& sum);
  TermId raw_text(RegexId strings, ValueKinds kinds);
  TermId make_raw_text(RegexId strings, ValueKinds kinds);
  RegexId raw_strings(ValueKinds kinds);
  ValueKinds kinds(const ValueSum& sum) const;
  RegexId legal_keys();
  RegexId without(std::string_view text);

  TermArena& arena_;
  Expander& expander_;
  ShapeStore& shapes_;
  Facts& facts_;
  NumberAlgebra& numbers_;
  const ValueSpelling& spelling_;
  ValueTerms& values_;
  Spacing spacing_;
  ScalarTerms raw_scalars_;
  MemberValues children_;
  MemberPresences presences_;
  ObjectTerms objects_;
  CountedObjectTerms counted_objects_;
  std::unordered_map<uint32_t, TermId> raw_values_;
  FlatMap<TermId> raw_texts_;  // by strings and kinds
};

}  // namespace keyway::json_schema
