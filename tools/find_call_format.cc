// Calls rendered by the template and read by the formats; see find_call_format.h.
#include "tools/find_call_format.h"

#include <algorithm>

#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr std::string_view kToolName = "look_up_item";
constexpr std::string_view kTool =
    R"([{"type": "function", "function": {"name": "look_up_item", "description": "Looks an item up.", "parameters": )"
    R"({"type": "object", "properties": {"word": {"type": "string", "description": "A word."}, )"
    R"("count": {"type": "integer", "description": "How many."}}, "required": []}}}])";

// One kind of value a call: some templates quote every value, and some none.
constexpr std::string_view kArguments[] = {R"({"word": "some words"})", R"({"count": 3})"};

// What a template wrote for a call.
struct Rendering {
  std::string answer;  // from the place where the answer may begin to the end of the conversation
  std::string_view arguments;
};

// Renderings of a template by the same variables.
class TemplateRenderer {
 public:
  TemplateRenderer(const ChatTemplate& chat_template, const ModelMarks& marks)
      : template_(chat_template), tools_(*parse_json(kTool)) {
    for (const auto& [name, text] : marks.variables) extra_.emplace_back(name, *parse_json(json_quote(text)));
  }

  // Errors: the template's own.
  Result<std::string> render(const std::string& messages, bool prompt) const {
    const Result<JsonDocument> document = parse_json(messages);
    if (!document.ok()) return document.error();
    TemplateInput input;
    input.messages = document->root();
    input.tools = tools_.root();
    input.add_generation_prompt = prompt;
    for (const auto& [name, value] : extra_) input.extra.emplace_back(name, value.root());
    input.now = std::tm{};
    input.now->tm_year = 125;
    input.now->tm_mday = 1;
    return template_.render(input);
  }

 private:
  const ChatTemplate& template_;
  JsonDocument tools_;
  std::vector<std::pair<std::string, JsonDocument>> extra_;
};

// Ids as Mistral asks for them, and as Kimi K2 makes the head of a call of them.
constexpr std::string_view kIds[] = {"abcdefgh1", "functions.look_up_item:0"};

// How a call is given to the template.
struct CallSpelling {
  std::string_view arguments, id;
  bool as_text = false, null_content = false;
};

std::vector<CallSpelling> call_spellings() {
  std::vector<CallSpelling> out;
  for (std::string_view id : kIds) {
    for (std::string_view arguments : kArguments) {
      for (const bool as_text : {false, true}) {
        for (const bool null_content : {false, true}) out.push_back({arguments, id, as_text, null_content});
      }
    }
  }
  return out;
}

std::string call_message(const CallSpelling& call) {
  return std::string(R"({"role": "assistant", "content": )") + (call.null_content ? "null" : R"("")") +
         R"(, "tool_calls": [{"id": )" + json_quote(call.id) + R"(, "type": "function", "function": {"name": )" +
         json_quote(kToolName) + R"(, "arguments": )" + (call.as_text ? json_quote(call.arguments) : std::string(call.arguments)) +
         "}}]}";
}

// The answer begins where the prompt ends; where the template writes old answers otherwise than it opens new ones, after
// all that the conversation without the answer has in common with it.
// Errors: that of the template where it renders nothing at all; one that only refuses old calls is no error.
Result<std::vector<Rendering>> render_calls_of(const TemplateRenderer& renderer) {
  const std::string user = R"([{"role": "user", "content": "Hello"})";
  const auto prompt = renderer.render(user + "]", true), closed = renderer.render(user + "]", false);
  std::vector<Rendering> out;
  for (const CallSpelling& call : call_spellings()) {
    const auto whole = renderer.render(user + ", " + call_message(call) + "]", false);
    if (!whole.ok()) continue;
    size_t begin = 0;
    if (prompt.ok() && whole->starts_with(*prompt)) {
      begin = prompt->size();
    } else if (closed.ok()) {
      const size_t shorter = std::min(closed->size(), whole->size());
      begin = static_cast<size_t>(std::mismatch(whole->begin(), whole->begin() + shorter, closed->begin()).first - whole->begin());
    }
    std::string answer = whole->substr(begin);
    const bool known = std::any_of(out.begin(), out.end(), [&](const Rendering& one) { return one.answer == answer; });
    if (!known) out.push_back({std::move(answer), call.arguments});
  }
  if (out.empty() && !prompt.ok()) {
    Error error = prompt.error();
    if (error.message.empty()) error.message = "the template refuses the conversation without a word";
    return error;
  }
  return out;
}

// Whether the first call that the format reads in `text` is the one that was rendered. What follows it (the end of the turn,
// the next prompt) is no part of an answer and may be an error.
bool reads(const std::shared_ptr<const CallParserPlan>& plan, std::string_view text, const Rendering& rendering, const ModelMarks& marks) {
  const ParsedAnswer answer =
      marks.vocabulary ? parse_answer(marks.encode(text), *marks.vocabulary, plan) : parse_answer(text, plan);
  if (answer.calls.empty() || answer.calls.front().name != kToolName) return false;
  const Result<JsonDocument> arguments = parse_json(answer.calls.front().arguments);
  return arguments.ok() && to_json_text(arguments->root()) == to_json_text(parse_json(rendering.arguments)->root());
}

// What commits to a call, for each layout.
std::vector<std::string> triggers_of(const CallFormat& format) {
  std::vector<std::string> texts;
  for (const CallLayout& layout : format.layouts) {
    texts.push_back((layout.section_begin.empty() ? layout.call : layout.section_begin).front().text);
  }
  return texts;
}

bool has_any(std::string_view text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return text.find(part) != std::string_view::npos; });
}

size_t first_of(std::string_view text, const std::vector<std::string>& parts) {
  size_t first = std::string_view::npos;
  for (const std::string& part : parts) first = std::min(first, text.find(part));
  return first;
}

bool reads_any(const std::shared_ptr<const CallFormat>& format, const std::vector<Rendering>& renderings, const ModelMarks& marks) {
  const std::vector<std::string> triggers = triggers_of(*format);
  const bool begins = std::any_of(renderings.begin(), renderings.end(),
                                  [&](const Rendering& rendering) { return has_any(rendering.answer, triggers); });
  if (!begins) return false;  // no need for its parser
  const auto bound = bind_call_format(format, marks.vocabulary ? vocabulary_lookup(*marks.vocabulary) : TokenLookup(), true);
  CallableTool tool{std::string(kToolName), {}};
  tool.parameters.push_back({"word", kStringKind});
  tool.parameters.push_back({"count", kNumberKind});
  const auto plan = CallParserPlan::create_for(bound, {tool});
  return std::any_of(renderings.begin(), renderings.end(), [&](const Rendering& rendering) {
    const std::string_view answer = rendering.answer;
    if (reads(plan, answer, rendering, marks)) return true;
    // The head of an old turn is part of the rendering where prompts go on otherwise; outside of blocks no text may stand.
    const size_t begin = format->blocks.empty() ? std::string_view::npos : first_of(answer, triggers);
    return begin != std::string_view::npos && reads(plan, answer.substr(begin), rendering, marks);
  });
}

bool is_told(const CallFormat& format, std::string_view chat_template) {
  return has_any(chat_template, format.told_by ? *format.told_by : triggers_of(format));
}

// Whether the tokenizer has every delimiter of the calls.
bool owns_delimiters(const CallFormat& format, const ModelMarks& marks) {
  if (!marks.vocabulary || format.delimiters.empty()) return false;
  const TokenLookup lookup = vocabulary_lookup(*marks.vocabulary);
  return std::all_of(format.delimiters.begin(), format.delimiters.end(),
                     [&](const std::string& delimiter) { return lookup(delimiter).has_value(); });
}

// Whether the template writes calls between delimiters of other families.
bool writes_otherwise(const CallFormat& format, const CallFormats& formats, const std::vector<Rendering>& renderings) {
  return std::any_of(formats.begin(), formats.end(), [&](const std::shared_ptr<const CallFormat>& other) {
    std::vector<std::string> theirs;
    for (const std::string& trigger : triggers_of(*other)) {
      if (has_any(trigger, other->delimiters) && !has_any(trigger, format.delimiters)) theirs.push_back(trigger);
    }
    return std::any_of(renderings.begin(), renderings.end(), [&](const Rendering& one) { return has_any(one.answer, theirs); });
  });
}

// What speaks for a format.
struct Candidate {
  std::shared_ptr<const CallFormat> format;
  bool told = false, reads = false, owns = false;
};

using Candidates = std::vector<Candidate>;

Candidates those(const Candidates& all, const std::function<bool(const Candidate&)>& wanted) {
  Candidates out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), wanted);
  return out;
}

std::string names_of(const Candidates& candidates) {
  std::string out;
  for (const Candidate& candidate : candidates) out += (out.empty() ? "" : ", ") + candidate.format->name;
  return out;
}

}  // namespace

Result<FoundFormat> find_call_format(const ModelMarks& marks, const CallFormats& formats) {
  const Result<ChatTemplate> parsed = ChatTemplate::parse(marks.chat_template);
  if (!parsed.ok()) return parsed.error();
  const auto rendered = render_calls_of(TemplateRenderer(*parsed, marks));
  if (!rendered.ok()) return rendered.error();
  const std::vector<Rendering>& renderings = *rendered;
  Candidates all;
  for (const auto& format : formats) {
    all.push_back({format, is_told(*format, marks.chat_template), reads_any(format, renderings, marks), owns_delimiters(*format, marks)});
  }
  const Candidates told = those(all, [](const Candidate& c) { return c.told; });
  const Candidates told_readers = those(told, [](const Candidate& c) { return c.reads; });
  const bool writes = std::any_of(renderings.begin(), renderings.end(), [](const Rendering& rendering) {
    return rendering.answer.find(kToolName) != std::string::npos;
  });
  const auto tells_alone = [&](const Candidate& c) {
    return !writes || (c.format->told_by.has_value() && !writes_otherwise(*c.format, formats, renderings));
  };
  // In this order: told and read back; told alone, where the template writes no call, or where the file says by what and the
  // template does not write as another family does; read back alone; told, and the only one whose delimiters are all tokens. A step that fits several leaves it to the next.
  const Candidates steps[] = {
      told_readers,
      told_readers.empty() ? those(told, tells_alone) : Candidates{},
      told_readers.empty() ? those(all, [](const Candidate& c) { return c.reads; }) : Candidates{},
      those(told_readers.empty() && !writes ? told : told_readers, [](const Candidate& c) { return c.owns; }),
  };
  for (const Candidates& step : steps) {
    if (step.size() == 1) return FoundFormat{step.front().format, step.front().reads};
  }
  const bool several = told_readers.size() > 1 || (!writes && told.size() > 1);
  std::string sample = renderings.empty() ? "no call could be rendered" : excerpt(renderings.front().answer, 190);
  return fail(ErrorCode::kNotFound,
              several ? "several call formats fit this chat template: " + names_of(told_readers.empty() ? told : told_readers)
                      : "no call format reads back what this chat template writes for a call",
              "chat_template", std::move(sample), "a call format by name: " + names_of(all));
}

Result<FoundFormat> find_call_format(const ModelMarks& marks) {
  CallFormats formats;
  for (const std::string& name : shipped_call_format_names()) {
    auto format = shipped_call_format(name);
    if (!format.ok()) return format.error();
    formats.push_back(std::move(*format));
  }
  return find_call_format(marks, formats);
}

}  // namespace keyway
