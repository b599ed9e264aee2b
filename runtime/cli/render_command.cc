// keyway render: a chat template on a case from standard input.
//
// Entry points: add_render_command. A case is an object with "messages" and, if wanted, "tools", "documents",
// "add_generation_prompt", "extra" (further variables) and "strftime_now" (local time, 2025-06-15T09:30:00); "tools"
// that are left out are undefined in the template, null is None. Tested by tests/runtime/cli_test.py.
#include <cstdio>
#include <ctime>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/terminal.h"
#include "tools/chat_template/chat_template.h"

namespace keyway::cli {
namespace {

Result<TemplateInput> read_case(Json root) {
  TemplateInput input;
  const auto messages = root.find("messages");
  if (!messages || !messages->is_array()) {
    return fail(ErrorCode::kInvalid, "a case has messages", "standard input", {}, "\"messages\": an array");
  }
  input.messages = *messages;
  input.tools = root.find("tools");
  input.documents = root.find("documents");
  if (const auto generate = root.find("add_generation_prompt")) input.add_generation_prompt = generate->is_true();
  if (const auto extra = root.find("extra"); extra && extra->is_object()) {
    for (size_t i = 0; i < extra->size(); ++i) input.extra.emplace_back(std::string(extra->key(i)), extra->at(i));
  }
  if (const auto now = root.find("strftime_now"); now && now->is_string()) {
    const std::string text(now->string());
    std::tm time = {};
    const char* end = strptime(text.c_str(), text.find('T') == std::string::npos ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%S", &time);
    if (end == nullptr || *end != '\0') {
      return fail(ErrorCode::kInvalid, "this is no local time", "standard input: /strftime_now",
                  std::string(now->string()), "for example 2025-06-15T09:30:00");
    }
    input.now = time;
  }
  return input;
}

Result<int> run_render(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text.ok()) return text.error();
  const auto chat_template = ChatTemplate::parse(*text);
  if (!chat_template.ok()) return in_file(chat_template.error(), path);
  const auto given = read_standard_input();
  if (!given.ok()) return given.error();
  const auto document = parse_json(*given);
  if (!document.ok()) return in_file(document.error(), "standard input");
  const auto input = read_case(document->root());
  if (!input.ok()) return input.error();
  const auto rendered = chat_template->render(*input);
  if (!rendered.ok()) return in_file(rendered.error(), path);
  std::fwrite(rendered->data(), 1, rendered->size(), stdout);
  return kDone;
}

}  // namespace

void add_render_command(CLI::App& app, Program& program) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = add_command(app, program, "render", "Run a chat template on a case from standard input",
                                  "keyway render --template chat_template.jinja < case.json");
  command->add_option("--template", *path, "A file with the template")->required();
  command->callback([path, &program] { program.action = [path] { return run_render(*path); }; });
}

}  // namespace keyway::cli
