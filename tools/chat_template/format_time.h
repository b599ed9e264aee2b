// datetime.strftime in the C locale.
//
// Entry points: format_time. Why not std::strftime: it follows the process's locale, which a prompt must not.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace keyway::chat {

// Directives as glibc knows them, with the flags '-', '_' and '0' before the letter; unknown ones stay as they are.
// At most 16 bytes for each byte of the format.
std::string format_time(std::string_view format, const std::tm& time);

}  // namespace keyway::chat
