// Values of a running template: Python's types as far as templates can see them.
//
// Entry points: Value (16 bytes, a tag and a number or a counted pointer), the *Object structs behind it, Kind.
// Invariant: lists, tuples, dictionaries and strings never change once made (the sandbox is immutable); what can
// change (namespaces, loops, generators, cyclers, joiners, activations) is registered with the Heap, which breaks
// cycles when the render ends. Nesting is counted when a container is made, so that walks may recurse.
// Thread safety: one render at a time; only objects with kImmortal references (constants of a template) are shared.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/json.h"
#include "tools/chat_template/pool.h"

namespace keyway::chat {

class Heap;

enum class Kind : uint8_t {
  kMissing,    // no value at all: an argument not given, a variable never set
  kUndefined,  // jinja2.Undefined: prints nothing, most operations on it are errors
  kNone,
  kBool,
  kInt,
  kFloat,
  kBuiltin,  // a global function, by number
  // From here on a counted pointer.
  kBigInt,  // an integer past 64 bits
  kString,
  kList,
  kTuple,
  kDict,
  kDictView,
  kRange,
  kGenerator,
  kNamespace,
  kMacro,
  kMethod,
  kLoop,
  kCycler,
  kJoiner,
};

// Why a value is undefined, for the message.
enum class Absence : uint8_t { kName, kAttribute, kUnsafe, kEmpty, kElse, kItem };

inline constexpr uint32_t kImmortal = UINT32_MAX;

struct Object {
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  Heap* heap = nullptr;
  uint64_t charged = 0;     // bytes taken from Heap's budget, given back at the end
  uint32_t references = 0;  // kImmortal: never counted, owned by the template
  uint16_t depth = 1;       // nesting below this container, itself included
  uint8_t size_class = 0;   // of the heap's pool
};

void destroy(Object* object);

class Value {
 public:
  Value() : integer_(0) {}
  Value(const Value& other) : kind_(other.kind_), flag_(other.flag_), integer_(other.integer_) { retain(); }
  Value(Value&& other) noexcept : kind_(other.kind_), flag_(other.flag_), integer_(other.integer_) {
    other.kind_ = Kind::kMissing;
  }
  Value& operator=(Value other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(flag_, other.flag_);
    std::swap(integer_, other.integer_);
    return *this;
  }
  ~Value() { release(); }

  static Value none() { return Value(Kind::kNone); }
  static Value boolean(bool value) { return Value(Kind::kBool, value ? 1 : 0); }
  static Value integer(int64_t value) { return Value(Kind::kInt, value); }
  static Value real(double value) {
    Value result(Kind::kFloat);
    result.real_ = value;
    return result;
  }
  static Value builtin(uint32_t number) { return Value(Kind::kBuiltin, number); }
  // `name` may be null; otherwise it lives as long as the template.
  static Value undefined(Absence why, const std::string* name = nullptr) {
    Value result(Kind::kUndefined);
    result.flag_ = static_cast<uint8_t>(why);
    result.name_ = name;
    return result;
  }
  // Requires: object is of the type that belongs to kind.
  static Value object(Kind kind, Object* object) {
    Value result(kind);
    result.object_ = object;
    result.retain();
    return result;
  }
  // The same string marked as Markup, which escapes what is joined to it.
  static Value markup(Value text) {
    text.flag_ = 1;
    return text;
  }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_missing() const { return kind_ == Kind::kMissing; }
  bool is_undefined() const { return kind_ == Kind::kUndefined; }
  bool is_none() const { return kind_ == Kind::kNone; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_markup() const { return kind_ == Kind::kString && flag_ != 0; }
  // bool counts as an integer, as in Python.
  bool is_integer() const { return kind_ == Kind::kInt || kind_ == Kind::kBool; }
  bool is_number() const { return is_integer() || kind_ == Kind::kFloat; }
  // The same with integers of any size.
  bool is_any_number() const { return is_number() || kind_ == Kind::kBigInt; }
  bool is_sequence() const { return kind_ == Kind::kList || kind_ == Kind::kTuple; }

  // Requires: kBool, kInt or kBuiltin.
  int64_t as_integer() const { return integer_; }
  // Requires: kFloat.
  double as_real() const { return real_; }
  // Requires: is_string().
  std::string_view text() const;
  Absence absence() const { return static_cast<Absence>(flag_); }
  const std::string* absent_name() const { return name_; }

  // Requires: kind() >= kBigInt, and T belongs to it.
  template <typename T>
  T& as() const {
    return *static_cast<T*>(object_);
  }
  Object* pointer() const { return object_; }
  bool has_object() const { return kind_ >= Kind::kBigInt; }

 private:
  explicit Value(Kind kind, int64_t integer = 0) : kind_(kind), integer_(integer) {}
  void retain() const {
    if (has_object() && object_->references != kImmortal) ++object_->references;
  }
  void release() {
    if (has_object() && object_->references != kImmortal && --object_->references == 0) destroy(object_);
  }

  Kind kind_ = Kind::kMissing;
  uint8_t flag_ = 0;  // kString: 1 for Markup; kUndefined: Absence
  union {
    int64_t integer_;
    double real_;
    Object* object_;
    const std::string* name_;
  };
};

struct StringObject : Object {
  std::string owned;              // a long text; short ones stand behind the object, others in input or template
  std::string_view text;          // UTF-8
  uint64_t points = UINT64_MAX;   // code points; UINT64_MAX until counted
};

struct BigIntObject : Object {
  std::string digits;  // canonical decimal text: "-?[1-9][0-9]*"
};

// A list or a tuple. A list of the input is filled when it is first looked into.
struct ListObject : Object {
  PoolVector<Value> values;
  std::optional<Json> source;  // not yet filled from there
  bool group = false;          // a (grouper, list) pair of groupby, with these as attributes

  std::span<const Value> items() {
    if (source) fill();
    return values;
  }
  size_t size() const { return source ? source->size() : values.size(); }

 private:
  void fill();
};

// A dictionary in insertion order.
struct DictObject : Object {
  struct Entry {
    Value key;
    Value value;
  };
  PoolVector<Entry> values;     // while there is a source: without keys, and values where they were asked for
  PoolVector<std::string_view> names;  // the keys, while there is a source and a key was asked for
  std::vector<uint32_t> index;  // open addressing over `values`, position + 1; empty while there are few
  std::optional<Json> source;   // not yet filled from there

  std::span<const Entry> entries() {
    if (source) fill();
    return values;
  }
  size_t size() const { return source ? source->size() : values.size(); }
  // The value of a key, or null. Keys that cannot be hashed are an error.
  const Value* find(const Value& key);
  const Value* find(std::string_view key);
  // Replaces the value of a key that is there; false where it is not. Requires: as set().
  bool replace(std::string_view key, const Value& value);
  // Adds or replaces. Requires: the dictionary is still being made, or belongs to a namespace.
  void set(Value key, Value value);

 private:
  void fill();
  void reserve_entries(size_t count);
  const Value* find_in_source(std::string_view key);
  template <typename Same>
  uint32_t* slot(uint64_t hash, Same same);
  void rebuild_index();
};

enum class DictPart : uint8_t { kKeys, kValues, kItems };

struct DictViewObject : Object {
  Value dict;
  DictPart part = DictPart::kItems;
};

struct RangeObject : Object {
  int64_t start = 0;
  int64_t stop = 0;
  int64_t step = 1;
  int64_t size = 0;
};

// What a lazy filter returns: read once. `error` stands for what Python would raise when the first item is taken.
struct GeneratorObject : Object {
  std::vector<Value> values;
  size_t next = 0;
  std::optional<Error> error;
};

struct NamespaceObject : Object {
  Value attributes;       // kDict
  bool printing = false;  // its repr() is being made
};

// The variables of one call of a macro, of one run of a recursive loop, or of the whole template.
struct Activation : Object {
  uint32_t count = 0;           // variables, behind the object
  Activation* outer = nullptr;  // counted
  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
  const Value* slots() const { return reinterpret_cast<const Value*>(this + 1); }
  // Sets every variable to missing.
  void clear();
  ~Activation() override;
};

struct MacroObject : Object {
  uint32_t macro = 0;             // index into Program::macros
  Activation* closure = nullptr;  // counted
  ~MacroObject() override;
};

struct MethodObject : Object {
  Value self;
  uint16_t method = 0;  // Method
};

struct CyclerObject : Object {
  std::vector<Value> values;
  size_t position = 0;
};

struct JoinerObject : Object {
  Value separator;
  bool used = false;
};

inline std::string_view Value::text() const { return as<StringObject>().text; }

}  // namespace keyway::chat
