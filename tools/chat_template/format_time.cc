// strftime; see format_time.h.
#include "tools/chat_template/format_time.h"

namespace keyway::chat {
namespace {

constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};

// A number of at least `width` characters, filled as the flag or else `fill` says.
std::string number(int value, size_t width, char flag, char fill = '0') {
  std::string digits = std::to_string(value);
  if (flag == '-') return digits;
  if (flag == '_') fill = ' ';
  if (flag == '0') fill = '0';
  return digits.size() < width ? std::string(width - digits.size(), fill) + digits : digits;
}

std::string_view name_of(const std::string_view* names, int count, int index, bool shortened) {
  const std::string_view name = index >= 0 && index < count ? names[index] : "?";
  return shortened ? name.substr(0, 3) : name;
}

// Week of the year and its year by ISO 8601.
void iso_week(const std::tm& time, int& year, int& week) {
  auto is_leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  const int weekday = (time.tm_wday + 6) % 7;
  year = time.tm_year + 1900;
  week = (time.tm_yday - weekday + 10) / 7;
  auto weeks_in = [&](int y, int first_weekday) { return first_weekday == 3 || (first_weekday == 2 && is_leap(y)) ? 53 : 52; };
  const int first = ((weekday - time.tm_yday) % 7 + 7) % 7;
  if (week < 1) {
    --year;
    const int days = is_leap(year) ? 366 : 365;
    week = weeks_in(year, ((first - days) % 7 + 7) % 7);
  } else if (week > weeks_in(year, first)) {
    ++year;
    week = 1;
  }
}

std::string directive(char letter, char flag, const std::tm& time) {
  const int year = time.tm_year + 1900;
  const int hour12 = time.tm_hour % 12 == 0 ? 12 : time.tm_hour % 12;
  int week_year = 0;
  int week = 0;
  switch (letter) {
    case 'a': return std::string(name_of(kDays, 7, time.tm_wday, true));
    case 'A': return std::string(name_of(kDays, 7, time.tm_wday, false));
    case 'b':
    case 'h': return std::string(name_of(kMonths, 12, time.tm_mon, true));
    case 'B': return std::string(name_of(kMonths, 12, time.tm_mon, false));
    case 'C': return number(year / 100, 2, flag);
    case 'd': return number(time.tm_mday, 2, flag);
    case 'e': return number(time.tm_mday, 2, flag, ' ');
    case 'f': return "000000";
    case 'H': return number(time.tm_hour, 2, flag);
    case 'I': return number(hour12, 2, flag);
    case 'j': return number(time.tm_yday + 1, 3, flag);
    case 'k': return number(time.tm_hour, 2, flag, ' ');
    case 'l': return number(hour12, 2, flag, ' ');
    case 'm': return number(time.tm_mon + 1, 2, flag);
    case 'M': return number(time.tm_min, 2, flag);
    case 'p': return time.tm_hour < 12 ? "AM" : "PM";
    case 'P': return time.tm_hour < 12 ? "am" : "pm";
    case 'S': return number(time.tm_sec, 2, flag);
    case 'u': return number((time.tm_wday + 6) % 7 + 1, 1, flag);
    case 'U': return number((time.tm_yday + 7 - time.tm_wday) / 7, 2, flag);
    case 'w': return number(time.tm_wday, 1, flag);
    case 'W': return number((time.tm_yday + 7 - (time.tm_wday + 6) % 7) / 7, 2, flag);
    case 'y': return number(year % 100, 2, flag);
    case 'Y': return number(year, 1, flag);
    case 'G': iso_week(time, week_year, week); return number(week_year, 1, flag);
    case 'V': iso_week(time, week_year, week); return number(week, 2, flag);
    case 'z':
    case 'Z': return "";  // a naive local time has no zone
    case 'n': return "\n";
    case 't': return "\t";
    case '%': return "%";
    default: return "";
  }
}

// Directives that stand for several.
std::string_view expansion(char letter) {
  switch (letter) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'r': return "%I:%M:%S %p";
    case 'R': return "%H:%M";
    case 'T':
    case 'X': return "%H:%M:%S";
    default: return {};
  }
}

bool is_known(char letter) {
  return std::string_view("aAbhBCdefHIjklmMpPSuUwWyYGVzZnt%").find(letter) != std::string_view::npos;
}

}  // namespace

std::string format_time(std::string_view format, const std::tm& time) {
  std::string out;
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 >= format.size()) {
      out += format[at];
      continue;
    }
    size_t letter = at + 1;
    char flag = 0;
    if (format[letter] == '-' || format[letter] == '_' || format[letter] == '0') flag = format[letter++];
    if (letter >= format.size()) {
      out += format.substr(at);
      break;
    }
    const std::string_view several = expansion(format[letter]);
    if (!several.empty()) {
      out += format_time(several, time);  // one level: expansions hold none
    } else if (is_known(format[letter])) {
      out += directive(format[letter], flag, time);
    } else {
      out += format.substr(at, letter + 1 - at);
    }
    at = letter;
  }
  return out;
}

}  // namespace keyway::chat
