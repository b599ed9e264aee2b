// The two calls of a chat template; see chat_template.h.
#include "tools/chat_template/chat_template.h"

#include <new>
#include <stdexcept>

#include "grammar/utf8.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/parser.h"
#include "tools/chat_template/scopes.h"
#include "tools/chat_template/text.h"

namespace keyway {
namespace {

Error out_of_memory() { return fail(ErrorCode::kLimit, "out of memory while a chat template was at work"); }

// Messages come from templates and values; they stay readable and short.
Error shortened(Error error) {
  constexpr size_t kLongest = 1'500;
  if (error.message.size() > kLongest) {
    error.message.resize(chat::byte_offset(error.message, chat::count_points(error.message.substr(0, kLongest)) - 1));
    error.message += "...";
  }
  if (error.given.size() > 200) error.given.resize(200);
  while (!is_utf8(error.given)) error.given.pop_back();
  return error;
}

}  // namespace

ChatTemplate::ChatTemplate(std::shared_ptr<const chat::Program> program) : program_(std::move(program)) {}

Result<ChatTemplate> ChatTemplate::parse(std::string_view text, const TemplateLimits& limits) {
  if (text.size() > limits.template_bytes) {
    return fail(ErrorCode::kLimit, "the template is too long", {}, std::to_string(text.size()) + " bytes",
                "template_bytes " + std::to_string(limits.template_bytes));
  }
  if (!is_utf8(text)) return fail(ErrorCode::kSyntax, "the template is not UTF-8");
  try {
    std::unique_ptr<chat::Program> program = chat::parse_program(text, limits);
    chat::resolve_scopes(*program);
    return ChatTemplate(std::shared_ptr<const chat::Program>(std::move(program)));
  } catch (const chat::Failure& failure) {
    return shortened(failure.error);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();
  }
}

Result<std::string> ChatTemplate::render(const TemplateInput& input) const {
  uint32_t place = 0;
  try {
    chat::Heap heap(program_->limits);
    chat::Evaluator evaluator(*program_, input, heap);
    try {
      return evaluator.run();
    } catch (...) {
      place = evaluator.place();
      throw;
    }
  } catch (const chat::Failure& failure) {
    Error error = shortened(failure.error);
    if (error.pointer.empty()) error.pointer = text_place(program_->text->source, place);
    return error;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();
  }
}

}  // namespace keyway
