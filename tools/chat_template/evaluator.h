// Runs a Program: expressions to values, statements to output.
//
// Entry points: Evaluator::run (one render), and what filters and methods need: eval helpers, call, get_item.
// Invariant: every node, item and byte is paid for at the Heap; recursion is counted in `depth_`; `place_` is the offset
// of the node that is being evaluated, for the error.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/chat_template/arguments.h"
#include "tools/chat_template/heap.h"
#include "tools/chat_template/iterate.h"
#include "tools/chat_template/syntax.h"

namespace keyway::chat {

class Evaluator;

// The variable `loop`. The iteration goes through it, because last, nextitem and length read ahead.
struct LoopObject : Object {
  Iterator items;
  bool filtered = false;  // the loop has a test, so its length is known only at its end
  Value before;
  Value current;
  Value after;          // read ahead; missing where not
  Value changed;        // arguments of the last call of changed(), a tuple
  int64_t index0 = -1;
  int64_t length = -1;  // -1 until asked for
  int64_t depth0 = 0;
  uint32_t loop = 0;              // index into Program::loops
  Evaluator* run = nullptr;
  Activation* scope = nullptr;    // counted: where the test is evaluated, and what a recursive call goes out from
  ~LoopObject() override;
};

class Evaluator {
 public:
  Evaluator(const Program& program, const TemplateInput& input, Heap& heap);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // The whole output. Throws Failure; place() then tells where.
  std::string run();
  uint32_t place() const { return place_; }

  Heap& heap() { return heap_; }
  const TemplateInput& input() const { return input_; }

  // For filters and methods.
  Value call(const Value& callee, const Arguments& arguments);
  // environment.getitem(): the item, else the attribute, else undefined.
  Value get_item(const Value& object, const Value& key);
  // environment.getattr(): the attribute, else the item, else undefined. `name` lives as long as the template, or null.
  Value get_attribute(const Value& object, std::string_view name, Method method, const std::string* lasting_name);
  // Looks one item ahead in a loop. False at its end.
  bool peek(LoopObject& loop);
  int64_t length_of(LoopObject& loop);

  // Counts one level of recursion while it lives.
  class Depth {
   public:
    explicit Depth(Evaluator& run) : run_(run) {
      if (++run_.depth_ > run_.heap_.limits().run_depth) run_.too_deep();
    }
    ~Depth() { --run_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    Evaluator& run_;
  };

 private:
  enum class Flow : uint8_t { kOn, kBreak, kContinue };

  [[noreturn]] void too_deep();
  Value context_value(std::string_view name);
  void read_context();

  // Expressions (evaluate_expression.cc).
  Value eval(NodeId id);
  // The variable of a name where it stands; it may be missing.
  const Value& variable(const Node& node) const {
    const Activation* frame = frame_;
    for (uint32_t i = 0; i < node.b; ++i) frame = frame->outer;
    return frame->slots()[node.a];
  }
  const Value& operand(NodeId id, Value& storage);
  Value eval_name(const Node& node);
  const Value& attribute_operand(const Node& node, Value& storage);
  const Value& item_operand(const Node& node, Value& storage);
  Value eval_list(const Node& node, Kind kind);
  Value eval_dict(const Node& node);
  Value eval_concat(const Node& node);
  bool eval_compare(const Node& node);
  bool compare(Comparison comparison, const Value& left, const Value& right);
  Value eval_slice(const Node& node);
  Value eval_filter(const Node& node);
  bool eval_test(const Node& node);
  bool holds(NodeId id);
  Value eval_call(const Node& node, const Value* caller = nullptr);
  void read_arguments(const CallArguments& given, Arguments& arguments);
  void add_star_arguments(const CallArguments& given, Arguments& arguments);
  Value apply_filter(const Node& node, const Value& input);
  Value apply_filters(NodeId filter, Value input);

  // Calls (evaluate_call.cc).
  Value call_macro(const MacroObject& macro, const Arguments& arguments);
  void fill_parameters(const Macro& macro, const Arguments& arguments, Activation& frame);
  Value call_loop(const Value& callee, const Arguments& arguments);
  Value make_macro(uint32_t index);
  void leave(Activation* frame);

  // Statements (evaluate_statement.cc).
  Flow exec_body(Run body);
  Flow exec(const Node& node);
  Flow exec_if(const Node& node);
  Flow exec_for(const Node& node);
  Flow run_loop(const Loop& loop, uint32_t index, const Value& iterable, int64_t depth0);
  Flow run_plain_loop(const Loop& loop, const Value& iterable);
  Flow run_full_loop(const Loop& loop, uint32_t index, const Value& iterable, int64_t depth0);
  Value run_recursive(uint32_t index, Activation* outer, const Value& iterable, int64_t depth0);
  bool next_item(LoopObject& loop, Value& item);
  bool passes_test(const Loop& loop, const Value& item);
  Flow exec_block(const Block& block);
  Flow exec_set_block(const Node& node);
  Flow exec_filter_block(const Node& node);
  Flow exec_with(const Node& node);
  void exec_call_block(const Node& node);
  void start_variables(Run inits);
  void assign(NodeId target, Value value);
  void assign_tuple(const Node& node, const Value& value);
  void assign_attribute(const Node& node, Value value);
  void print(NodeId id);
  bool write_sum(const Node& node, Value& sum);
  void write(std::string_view text);
  void write_value(const Value& value);
  void write_block(const Value& value);

  // Enters a function while it lives.
  class Frame {
   public:
    Frame(Evaluator& run, uint32_t function, Activation* outer);
    ~Frame();
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

   private:
    Evaluator& run_;
    Activation* saved_;
    Activation* frame_;
  };

  // Arguments whose memory is used again by the next call.
  class Lease {
   public:
    explicit Lease(Evaluator& run) : run_(run) {
      if (run.spare_.empty()) run.spare_.push_back(std::make_unique<Arguments>());
      arguments_ = std::move(run.spare_.back());
      run.spare_.pop_back();
    }
    ~Lease() {
      arguments_->positional.clear();
      arguments_->named.clear();
      arguments_->kept = Value();
      run_.spare_.push_back(std::move(arguments_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Arguments& operator*() { return *arguments_; }

   private:
    Evaluator& run_;
    std::unique_ptr<Arguments> arguments_;
  };

  // Collects output in a string of its own while it lives. The strings are used again.
  class Capture {
   public:
    explicit Capture(Evaluator& run) : run_(run), outer_(run.out_) {
      if (!run.spare_texts_.empty()) {
        text_ = std::move(run.spare_texts_.back());
        run.spare_texts_.pop_back();
        text_.clear();
      } else {
        text_.reserve(kFirst);
      }
      run_.out_ = &text_;
    }
    ~Capture() {
      close();
      if (text_.capacity() <= kKept) run_.spare_texts_.push_back(std::move(text_));
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    // Ends the capture; what was written.
    Value take() {
      close();
      return run_.heap_.copy(text_);
    }

   private:
    static constexpr size_t kFirst = 512;       // bytes
    static constexpr size_t kKept = 64 << 10;  // bytes; what is longer is rare and goes back to the system
    void close() {
      if (run_.out_ != &text_) return;
      run_.out_ = outer_;
      run_.written_ -= text_.size();
    }
    Evaluator& run_;
    std::string* outer_;
    std::string text_;
  };

  const Program& program_;
  const TemplateInput& input_;
  Heap& heap_;
  std::vector<Value> context_;  // by Program::context_names
  std::vector<std::unique_ptr<Arguments>> spare_;
  std::vector<std::string> spare_texts_;
  Activation* frame_ = nullptr;
  std::string* out_ = nullptr;
  uint64_t written_ = 0;  // bytes in all open outputs
  uint32_t depth_ = 0;
  uint32_t place_ = 0;
};

}  // namespace keyway::chat
