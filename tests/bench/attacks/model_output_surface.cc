// Attack surface model_output: what a model may write, read by the streaming parser of the case's call format.
//
// The parser is made before the clock starts. An answer must hold the calls and the content that the case lists, no
// forbidden name and no more calls than allowed; pieces of one byte and of random sizes must give the same.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <algorithm>
#include <memory>
#include <random>

#include "tests/bench/attacks/surfaces.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;
using Plan = std::shared_ptr<const CallParserPlan>;

Result<Plan> plan_of(const std::string& format_name, const std::string& tools) {
  const auto format = shipped_call_format(format_name);
  if (!format.ok()) return format.error();
  auto registry = Registry::load(tools, **format);
  if (!registry.ok()) return registry.error();
  const auto bound = bind_call_format(*format);
  TermArena arena;
  SchemaOptions options = tool_schema_options();
  options.arguments = argument_spelling(arena, *bound);
  auto compiled = compile_tools(arena, *registry, options);
  if (!compiled.ok()) return compiled.error();
  return CallParserPlan::create_for(bound, callable_tools(*registry, *compiled));
}

// The answer of a text that comes in pieces; 0: pieces of 1 to 2,000 bytes by the generator.
ParsedAnswer parse_in_pieces(const std::string& text, const Plan& plan, size_t piece, std::mt19937& random) {
  if (piece > 0) return parse_answer(text, plan, std::string_view(), piece);
  return parse_answer(text, plan, std::string_view(), 1 + random() % 2'000);
}

bool same(const ParsedAnswer& a, const ParsedAnswer& b) {
  const bool errors = a.error.has_value() == b.error.has_value() &&
                      (!a.error || (a.error->code == b.error->code && a.error_offset == b.error_offset));
  return errors && a.content == b.content && a.reasoning == b.reasoning &&
         std::equal(a.calls.begin(), a.calls.end(), b.calls.begin(), b.calls.end(), [](const ParsedCall& x, const ParsedCall& y) {
           return x.name == y.name && x.arguments == y.arguments && x.id == y.id;
         });
}

void check_calls(const ParsedAnswer& answer, const OrderedJson& attack, std::vector<std::string>& wrong) {
  const size_t count = answer.calls.size();
  if (attack.contains("call_count") && attack["call_count"] != count) wrong.push_back("read " + std::to_string(count) + " calls");
  if (attack.contains("max_calls") && count > attack["max_calls"].get<size_t>()) wrong.push_back("read " + std::to_string(count) + " calls");
  for (const auto& name : attack.value("forbidden_names", OrderedJson::array())) {
    for (const ParsedCall& call : answer.calls) {
      if (call.name == name) wrong.push_back("called " + call.name);
    }
  }
  if (!attack.contains("tool_calls")) return;
  const OrderedJson& expected = attack["tool_calls"];
  if (expected.size() != count) wrong.push_back("read " + std::to_string(count) + " calls");
  for (size_t i = 0; i < std::min(expected.size(), count); ++i) {
    const auto arguments = nlohmann::json::parse(answer.calls[i].arguments, nullptr, false);
    const bool equal = expected[i]["name"] == answer.calls[i].name && nlohmann::json(expected[i]["arguments"]) == arguments;
    if (!equal) wrong.push_back("read " + answer.calls[i].name + answer.calls[i].arguments.substr(0, 100));
  }
}

std::vector<std::string> check_answer(const ParsedAnswer& answer, const std::string& text, const Plan& plan, const OrderedJson& attack) {
  std::vector<std::string> wrong;
  check_calls(answer, attack, wrong);
  if (attack.contains("content")) {
    const OrderedJson content = answer.content ? OrderedJson(*answer.content) : OrderedJson();
    if (content != attack["content"]) wrong.push_back("read other content");
  }
  std::mt19937 random(7);
  for (const size_t piece : {size_t{1}, size_t{0}, size_t{0}, size_t{0}}) {
    if (!same(answer, parse_in_pieces(text, plan, piece, random))) wrong.push_back("pieces of another size give another answer");
  }
  return wrong;
}

std::string plain_output() {
  const auto plan = plan_of("hermes", R"([{"name": "ping", "input_schema": {"type": "object"}}])");
  if (!plan.ok()) return plan.error().to_string();
  const ParsedAnswer answer = parse_answer("Hi\n<tool_call>\n{\"name\": \"ping\", \"arguments\": {}}\n</tool_call>", *plan);
  return !answer.error && answer.calls.size() == 1 && answer.content == "Hi" ? "" : "the call was not read";
}

}  // namespace

Surface model_output_surface() {
  Surface surface;
  surface.name = "model_output";
  surface.prepare = [](const OrderedJson& attack, const std::string& input) -> std::function<Reading()> {
    auto plan = plan_of(attack.value("format", ""), attack.value("tools", OrderedJson::array()).dump());
    if (!plan.ok()) return [error = plan.error()] { return Reading{error, {}}; };
    return [plan = *plan, &attack, &input] {
      auto answer = std::make_shared<const ParsedAnswer>(parse_answer(input, plan));
      Reading reading;
      reading.error = answer->error;
      reading.check = [answer, plan, &attack, &input](double) { return check_answer(*answer, input, plan, attack); };
      return reading;
    };
  };
  surface.plain = plain_output;
  return surface;
}

}  // namespace keyway::bench
