// Scripts of Unicode 18.0. Made by make_tables.py: do not edit.
//
// Entry point: unicode_scripts_2, see grammar/unicode/tables.h for the form of the numbers.
#include "grammar/unicode/tables.h"

namespace keyway {
namespace {

constexpr uint32_t kScript142[] = {  // Sunu / Sunuwar
    72640, 33, 14, 9,
};
constexpr uint32_t kScript143[] = {  // Sylo / Syloti_Nagri
    43008, 44,
};
constexpr uint32_t kScript144[] = {  // Syrc / Syriac
    1792, 13, 1, 59, 2, 2, 272, 10,
};
constexpr uint32_t kScript145[] = {  // Tagb / Tagbanwa
    5984, 12, 1, 2, 1, 1,
};
constexpr uint32_t kScript146[] = {  // Takr / Takri
    71296, 57, 6, 9,
};
constexpr uint32_t kScript147[] = {  // Tale / Tai_Le
    6480, 29, 2, 4,
};
constexpr uint32_t kScript148[] = {  // Talu / New_Tai_Lue
    6528, 43, 4, 25, 6, 10, 3, 1,
};
constexpr uint32_t kScript149[] = {  // Taml / Tamil
    2946, 1, 1, 5, 3, 2, 1, 3, 3, 1, 1, 0, 1, 1, 3, 1, 3, 2, 3, 11, 4, 4, 3, 2, 1, 3, 2, 0, 6, 0, 14, 20,
    70597, 49, 13, 0,
};
constexpr uint32_t kScript150[] = {  // Tang / Tangut
    94176, 0, 31, 6911, 512, 32, 95, 114,
};
constexpr uint32_t kScript151[] = {  // Tavt / Tai_Viet
    43648, 66, 24, 4,
};
constexpr uint32_t kScript152[] = {  // Tayo / Tai_Yo
    124608, 30, 1, 21, 8, 1,
};
constexpr uint32_t kScript153[] = {  // Telu / Telugu
    3072, 12, 1, 2, 1, 22, 1, 15, 2, 8, 1, 2, 1, 3, 7, 1, 1, 2, 1, 1, 2, 3, 2, 9, 7, 8,
};
constexpr uint32_t kScript154[] = {  // Tfng / Tifinagh
    11568, 55, 7, 1, 14, 0,
};
constexpr uint32_t kScript155[] = {  // Tglg / Tagalog
    5888, 21, 9, 0,
};
constexpr uint32_t kScript156[] = {  // Thaa / Thaana
    1920, 49,
};
constexpr uint32_t kScript157[] = {  // Thai / Thai
    3585, 57, 5, 27,
};
constexpr uint32_t kScript158[] = {  // Tibt / Tibetan
    3840, 71, 1, 35, 4, 38, 1, 35, 1, 14, 1, 6, 4, 1,
};
constexpr uint32_t kScript159[] = {  // Tirh / Tirhuta
    70784, 71, 8, 9,
};
constexpr uint32_t kScript160[] = {  // Tnsa / Tangsa
    92784, 78, 1, 9,
};
constexpr uint32_t kScript161[] = {  // Todr / Todhri
    67008, 51,
};
constexpr uint32_t kScript162[] = {  // Tols / Tolong_Siki
    73136, 43, 4, 9,
};
constexpr uint32_t kScript163[] = {  // Toto / Toto
    123536, 30,
};
constexpr uint32_t kScript164[] = {  // Tutg / Tulu_Tigalari
    70528, 9, 1, 0, 2, 0, 1, 37, 1, 9, 1, 0, 2, 0, 1, 3, 1, 9, 1, 1, 8, 1,
};
constexpr uint32_t kScript165[] = {  // Ugar / Ugaritic
    66432, 29, 1, 0,
};
constexpr uint32_t kScript166[] = {  // Vaii / Vai
    42240, 299,
};
constexpr uint32_t kScript167[] = {  // Vith / Vithkuqi
    66928, 10, 1, 14, 1, 6, 1, 1, 1, 10, 1, 14, 1, 6, 1, 1,
};
constexpr uint32_t kScript168[] = {  // Wara / Warang_Citi
    71840, 82, 12, 0,
};
constexpr uint32_t kScript169[] = {  // Wcho / Wancho
    123584, 57, 5, 0,
};
constexpr uint32_t kScript170[] = {  // Xpeo / Old_Persian
    66464, 35, 4, 13,
};
constexpr uint32_t kScript171[] = {  // Xsux / Cuneiform
    73728, 921, 102, 323, 12, 87, 164, 58,
};
constexpr uint32_t kScript172[] = {  // Yezi / Yezidi
    69248, 41, 1, 2, 2, 1,
};
constexpr uint32_t kScript173[] = {  // Yiii / Yi
    40960, 1164, 3, 54,
};
constexpr uint32_t kScript174[] = {  // Zanb / Zanabazar_Square
    72192, 71,
};
constexpr uint32_t kScript175[] = {  // Zinh / Inherited / Qaai
    768, 111, 277, 1, 452, 10, 26, 0, 736, 3, 4443, 64, 479, 2, 1, 12, 1, 6, 4, 0, 6, 0, 3, 1, 198, 63, 524,
    1, 194, 32, 3897, 3, 107, 1, 52581, 15, 16, 13, 975, 0, 226, 0, 4186, 0, 48068, 45, 2, 22, 480, 1, 62, 2,
    17, 7, 2, 6, 30, 3, 173, 1, 798371, 239,
};
constexpr uint32_t kScript176[] = {  // Zyyy / Common
    0, 64, 26, 5, 26, 46, 1, 14, 1, 4, 23, 0, 31, 0, 449, 38, 5, 4, 2, 19, 116, 0, 9, 0, 6, 0, 1, 0, 637, 0,
    6, 0, 14, 0, 3, 0, 32, 0, 156, 0, 516, 0, 129, 1, 1241, 0, 405, 3, 290, 0, 1519, 2, 71, 1, 203, 1, 1, 0,
    1229, 0, 13, 0, 7, 3, 1, 5, 1, 2, 2, 0, 773, 11, 2, 86, 1, 10, 3, 10, 1, 15, 16, 36, 59, 37, 1, 2, 2, 5,
    1, 26, 1, 16, 41, 2, 4, 665, 22, 10, 21, 927, 256, 627, 2, 137, 512, 93, 2, 3, 396, 20, 1, 0, 1, 24, 15,
    7, 4, 3, 91, 1, 3, 0, 90, 1, 147, 15, 32, 37, 9, 0, 48, 63, 31, 80, 47, 0, 88, 167, 6592, 63, 22784, 33,
    102, 2, 165, 9, 244, 0, 160, 0, 395, 0, 14, 1, 20946, 1, 208, 9, 22, 34, 1, 18, 1, 3, 147, 0, 1, 31, 26,
    5, 26, 10, 10, 0, 45, 1, 64, 6, 1, 6, 10, 4, 258, 2, 4, 44, 3, 8, 80, 12, 51, 44, 228, 26, 47524, 3, 3932,
    252, 3, 435, 6, 22, 1, 2, 8, 32, 82, 115, 60, 245, 10, 38, 2, 61, 3, 16, 8, 1, 7, 29, 4, 81, 80, 10, 2,
    36, 62, 19, 12, 19, 12, 86, 9, 24, 135, 84, 1, 70, 1, 1, 2, 0, 2, 1, 2, 3, 1, 11, 1, 0, 1, 6, 1, 64, 1, 3,
    2, 7, 1, 6, 1, 27, 1, 3, 1, 4, 1, 0, 3, 6, 1, 340, 1, 291, 2, 49, 768, 28, 4436, 67, 76, 60, 706, 43, 4,
    99, 12, 14, 2, 14, 1, 14, 1, 36, 10, 174, 55, 25, 1, 1, 13, 43, 4, 8, 7, 1, 14, 5, 154, 985, 2, 16, 3, 12,
    3, 219, 4, 11, 4, 27, 4, 55, 8, 9, 6, 39, 8, 29, 2, 11, 4, 1, 14, 8, 39, 343, 8, 13, 2, 12, 3, 70, 1, 0,
    3, 17, 1, 12, 3, 11, 5, 146, 1, 102, 787462, 0, 30, 95,
};

constexpr UnicodeRow kUnicodeScripts2Rows[] = {
    {"Sunu", "Sunuwar", "", kScript142, 4},
    {"Sylo", "Syloti_Nagri", "", kScript143, 2},
    {"Syrc", "Syriac", "", kScript144, 8},
    {"Tagb", "Tagbanwa", "", kScript145, 6},
    {"Takr", "Takri", "", kScript146, 4},
    {"Tale", "Tai_Le", "", kScript147, 4},
    {"Talu", "New_Tai_Lue", "", kScript148, 8},
    {"Taml", "Tamil", "", kScript149, 36},
    {"Tang", "Tangut", "", kScript150, 8},
    {"Tavt", "Tai_Viet", "", kScript151, 4},
    {"Tayo", "Tai_Yo", "", kScript152, 6},
    {"Telu", "Telugu", "", kScript153, 26},
    {"Tfng", "Tifinagh", "", kScript154, 6},
    {"Tglg", "Tagalog", "", kScript155, 4},
    {"Thaa", "Thaana", "", kScript156, 2},
    {"Thai", "Thai", "", kScript157, 4},
    {"Tibt", "Tibetan", "", kScript158, 14},
    {"Tirh", "Tirhuta", "", kScript159, 4},
    {"Tnsa", "Tangsa", "", kScript160, 4},
    {"Todr", "Todhri", "", kScript161, 2},
    {"Tols", "Tolong_Siki", "", kScript162, 4},
    {"Toto", "Toto", "", kScript163, 2},
    {"Tutg", "Tulu_Tigalari", "", kScript164, 22},
    {"Ugar", "Ugaritic", "", kScript165, 4},
    {"Vaii", "Vai", "", kScript166, 2},
    {"Vith", "Vithkuqi", "", kScript167, 16},
    {"Wara", "Warang_Citi", "", kScript168, 4},
    {"Wcho", "Wancho", "", kScript169, 4},
    {"Xpeo", "Old_Persian", "", kScript170, 4},
    {"Xsux", "Cuneiform", "", kScript171, 8},
    {"Yezi", "Yezidi", "", kScript172, 6},
    {"Yiii", "Yi", "", kScript173, 4},
    {"Zanb", "Zanabazar_Square", "", kScript174, 2},
    {"Zinh", "Inherited", "Qaai", kScript175, 62},
    {"Zyyy", "Common", "", kScript176, 358},
};

}  // namespace

std::span<const UnicodeRow> unicode_scripts_2() { return kUnicodeScripts2Rows; }

}  // namespace keyway
