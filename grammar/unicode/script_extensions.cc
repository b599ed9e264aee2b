// Script extensions, where they differ from the script of Unicode 18.0. Made by make_tables.py: do not edit.
//
// Entry point: unicode_script_extensions, see grammar/unicode/tables.h for the form of the numbers.
#include "grammar/unicode/tables.h"

namespace keyway {
namespace {

constexpr uint32_t kScriptExtensions0[] = {  // Adlm / Adlam
    1567, 0, 32, 0, 6670, 0, 3569, 0, 113342, 75, 4, 9, 4, 1,
};
constexpr uint32_t kScriptExtensions1[] = {  // Aghb / Caucasian_Albanian
    772, 0, 44, 0, 44, 0, 66001, 51, 11, 0,
};
constexpr uint32_t kScriptExtensions2[] = {  // Arab / Arabic
    1536, 4, 1, 214, 1, 33, 80, 47, 240, 33, 5, 74, 1, 28, 5967, 0, 3569, 0, 52494, 639, 32, 15, 112, 4, 1,
    134, 995, 27, 2916, 30, 67, 5, 1, 37, 1, 15, 57088, 3, 1, 26, 1, 1, 1, 0, 2, 0, 1, 9, 1, 3, 1, 0, 1, 0, 6,
    0, 4, 0, 1, 0, 1, 0, 1, 2, 1, 1, 1, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 2, 3, 1, 6, 1, 3, 1, 3,
    1, 0, 1, 9, 1, 16, 5, 2, 1, 4, 1, 16, 52, 1,
};
constexpr uint32_t kScriptExtensions3[] = {  // Armn / Armenian
    776, 0, 552, 37, 1, 55, 62851, 4,
};
constexpr uint32_t kScriptExtensions4[] = {  // Avst / Avestan
    183, 0, 11640, 1, 56526, 53, 3, 6,
};
constexpr uint32_t kScriptExtensions5[] = {  // Beng / Bengali
    700, 0, 1684, 1, 17, 1, 26, 3, 1, 7, 2, 1, 2, 21, 1, 6, 1, 0, 3, 3, 2, 8, 2, 1, 2, 3, 8, 0, 4, 1, 1, 4, 2,
    24, 4817, 0, 1, 0, 2, 1, 1, 0, 8, 0, 8, 0, 2, 0, 4, 0, 2, 2, 35833, 0, 29950, 1,
};
constexpr uint32_t kScriptExtensions6[] = {  // Bopo / Bopomofo
    711, 0, 1, 2, 13, 0, 16, 1, 11541, 2, 4, 9, 1, 12, 10, 3, 2, 0, 6, 0, 195, 0, 9, 42, 112, 31, 52357, 1,
    282, 4,
};
constexpr uint32_t kScriptExtensions7[] = {  // Bugi / Buginese
    6656, 27, 2, 1, 36783, 0,
};
constexpr uint32_t kScriptExtensions8[] = {  // Buhd / Buhid
    5941, 1, 9, 19,
};
constexpr uint32_t kScriptExtensions9[] = {  // Cakm / Chakma
    2534, 9, 1616, 9, 65718, 52, 1, 17,
};
constexpr uint32_t kScriptExtensions10[] = {  // Cari / Carian
    183, 0, 8098, 0, 2, 0, 3539, 0, 54382, 48,
};
constexpr uint32_t kScriptExtensions11[] = {  // Cher / Cherokee
    768, 2, 1, 0, 6, 1, 22, 1, 11, 1, 4206, 85, 2, 5, 38770, 79,
};
constexpr uint32_t kScriptExtensions12[] = {  // Copt / Coptic / Qaac
    183, 0, 584, 0, 3, 1, 1, 0, 108, 1, 108, 13, 10384, 115, 5, 6, 279, 0, 54472, 27,
};
constexpr uint32_t kScriptExtensions13[] = {  // Cpmn / Cypro_Minoan
    65792, 1, 11918, 98,
};
constexpr uint32_t kScriptExtensions14[] = {  // Cprt / Cypriot
    65792, 2, 4, 44, 3, 8, 1728, 5, 2, 0, 1, 43, 1, 1, 3, 0, 2, 0,
};
constexpr uint32_t kScriptExtensions15[] = {  // Cyrl / Cyrillic
    700, 0, 67, 2, 1, 0, 1, 0, 1, 0, 2, 0, 5, 0, 238, 303, 5968, 10, 160, 0, 76, 0, 127, 0, 4071, 31, 67, 0,
    30716, 95, 22414, 1, 57856, 61, 33, 0,
};
constexpr uint32_t kScriptExtensions16[] = {  // Deva / Devanagari
    700, 0, 1603, 82, 2, 42, 4944, 36, 3, 1, 1014, 0, 34623, 9, 166, 31, 29184, 10,
};
constexpr uint32_t kScriptExtensions17[] = {  // Dogr / Dogra
    2404, 11, 40640, 9, 28614, 59,
};
constexpr uint32_t kScriptExtensions18[] = {  // Dupl / Duployan
    183, 0, 591, 1, 1, 0, 24, 1, 11031, 0, 101827, 106, 5, 12, 3, 8, 7, 9, 2, 7,
};
constexpr uint32_t kScriptExtensions19[] = {  // Elba / Elbasan
    183, 0, 589, 0, 66042, 39,
};
constexpr uint32_t kScriptExtensions20[] = {  // Ethi / Ethiopic
    782, 0, 3825, 72, 1, 3, 2, 6, 1, 0, 1, 3, 2, 40, 1, 3, 2, 32, 1, 3, 2, 6, 1, 0, 1, 3, 2, 14, 1, 56, 1, 3,
    2, 66, 2, 31, 3, 25, 6630, 22, 9, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 32034, 5, 2, 5, 2, 5, 9, 6,
    1, 6, 81073, 6, 1, 3, 1, 1, 1, 14,
};
constexpr uint32_t kScriptExtensions21[] = {  // Gara / Garay
    1548, 0, 14, 0, 3, 0, 67360, 37, 3, 28, 8, 1,
};
constexpr uint32_t kScriptExtensions22[] = {  // Geor / Georgian
    183, 0, 1233, 0, 2838, 37, 1, 0, 5, 0, 2, 47, 2960, 42, 2, 2, 922, 0, 3237, 37, 1, 0, 5, 0, 259, 0,
};
constexpr uint32_t kScriptExtensions23[] = {  // Glag / Glagolitic
    183, 0, 587, 0, 1, 0, 382, 0, 2, 0, 257, 0, 2929, 0, 3934, 0, 2981, 95, 483, 0, 30763, 0, 80272, 6, 1, 16,
    2, 6, 1, 1, 1, 4,
};
constexpr uint32_t kScriptExtensions24[] = {  // Gong / Gunjala_Gondi
    183, 0, 2220, 1, 70650, 5, 1, 1, 1, 36, 1, 1, 1, 5, 7, 9,
};
constexpr uint32_t kScriptExtensions25[] = {  // Gonm / Masaram_Gondi
    2404, 1, 70554, 6, 1, 1, 1, 43, 3, 0, 1, 1, 1, 8, 8, 9,
};
constexpr uint32_t kScriptExtensions26[] = {  // Goth / Gothic
    183, 0, 588, 1, 2, 0, 40, 0, 65534, 26,
};
constexpr uint32_t kScriptExtensions27[] = {  // Gran / Grantha
    2385, 1, 17, 1, 640, 13, 4316, 0, 1, 1, 30, 2, 3, 1, 1014, 0, 61967, 3, 1, 7, 2, 1, 2, 21, 1, 6, 1, 1, 1,
    4, 1, 9, 2, 1, 2, 2, 2, 0, 6, 0, 5, 6, 2, 6, 3, 4, 3163, 1, 1, 0,
};
constexpr uint32_t kScriptExtensions28[] = {  // Grek / Greek
    183, 0, 584, 1, 2, 0, 1, 0, 1, 0, 10, 0, 46, 0, 2, 0, 42, 7, 2, 3, 1, 0, 4, 0, 1, 0, 1, 2, 1, 0, 1, 19, 1,
    62, 14, 15, 6438, 4, 50, 4, 4, 4, 84, 2, 318, 21, 2, 5, 2, 37, 2, 5, 2, 7, 1, 0, 1, 0, 1, 0, 1, 30, 2, 52,
    1, 14, 1, 13, 2, 5, 1, 18, 2, 2, 1, 8, 94, 0, 200, 0, 35390, 0, 21978, 78, 17, 0, 53343, 69, 3501, 1,
};
constexpr uint32_t kScriptExtensions29[] = {  // Gujr / Gujarati
    2385, 1, 17, 1, 283, 2, 1, 8, 1, 2, 1, 21, 1, 6, 1, 1, 1, 4, 2, 9, 1, 2, 1, 2, 2, 0, 15, 3, 2, 11, 7, 6,
    40240, 9,
};
constexpr uint32_t kScriptExtensions30[] = {  // Gukh / Gurung_Khema
    2405, 0, 87962, 57,
};
constexpr uint32_t kScriptExtensions31[] = {  // Guru / Gurmukhi
    2385, 1, 17, 1, 155, 2, 1, 5, 4, 1, 2, 21, 1, 6, 1, 1, 1, 1, 1, 1, 2, 0, 1, 4, 4, 1, 2, 2, 3, 0, 7, 3, 1,
    0, 7, 16, 40377, 9,
};
constexpr uint32_t kScriptExtensions32[] = {  // Hang / Hangul
    4352, 255, 7681, 2, 4, 9, 1, 12, 14, 2, 6, 0, 195, 0, 53, 93, 113, 30, 65, 30, 30433, 28, 643, 11171, 12,
    22, 4, 48, 9801, 1, 282, 4, 58, 30, 3, 5, 2, 5, 2, 5, 2, 2,
};
constexpr uint32_t kScriptExtensions33[] = {  // Hani / Han
    183, 0, 11720, 25, 1, 88, 12, 213, 26, 15, 1, 2, 1, 12, 1, 12, 1, 12, 2, 0, 6, 8, 187, 0, 148, 15, 32, 37,
    9, 0, 48, 39, 56, 48, 15, 11, 51, 0, 88, 24, 10, 4, 96, 30, 1, 6591, 64, 20991, 1792, 7, 20984, 365, 2,
    105, 875, 1, 282, 4, 28796, 1, 12, 6, 25449, 17, 7902, 1, 3502, 42719, 32, 4382, 1, 5773, 2, 7472, 15,
    621, 2466, 541, 1506, 4938, 5, 8489,
};
constexpr uint32_t kScriptExtensions34[] = {  // Hano / Hanunoo
    5920, 22,
};
constexpr uint32_t kScriptExtensions35[] = {  // Hebr / Hebrew
    775, 1, 648, 56, 6, 26, 4, 5, 62760, 25, 1, 4, 1, 0, 1, 1, 1, 1, 1, 9,
};
constexpr uint32_t kScriptExtensions36[] = {  // Hira / Hiragana
    12289, 2, 4, 9, 1, 12, 16, 5, 1, 0, 4, 1, 3, 85, 2, 7, 90, 1, 52552, 1, 282, 4, 10, 0, 45, 1, 45153, 286,
    3, 0, 14, 0, 29, 2, 16557, 0,
};
constexpr uint32_t kScriptExtensions37[] = {  // Hung / Old_Hungarian
    8282, 0, 2, 0, 3539, 0, 15, 0, 56894, 50, 13, 50, 7, 5,
};
constexpr uint32_t kScriptExtensions38[] = {  // Java / Javanese
    43392, 77, 1, 10, 4, 1,
};
constexpr uint32_t kScriptExtensions39[] = {  // Kali / Kayah_Li
    43264, 47,
};
constexpr uint32_t kScriptExtensions40[] = {  // Kana / Katakana
    773, 0, 29, 0, 11485, 2, 4, 9, 1, 12, 16, 5, 1, 0, 4, 1, 91, 3, 3, 95, 240, 15, 208, 46, 1, 87, 51949, 1,
    282, 62, 45136, 3, 1, 6, 1, 1, 1, 0, 287, 2, 1, 4, 44, 0, 14, 4,
};
constexpr uint32_t kScriptExtensions41[] = {  // Khoj / Khojki
    2790, 9, 40256, 9, 27078, 17, 1, 46,
};
constexpr uint32_t kScriptExtensions42[] = {  // Knda / Kannada
    2385, 1, 17, 1, 541, 0, 252, 12, 1, 2, 1, 22, 1, 9, 1, 4, 2, 8, 1, 2, 1, 3, 7, 1, 5, 2, 1, 3, 2, 9, 1, 2,
    4060, 0, 1, 1, 6, 0, 23, 0, 1, 0, 35643, 5,
};
constexpr uint32_t kScriptExtensions43[] = {  // Kthi / Kaithi
    2406, 9, 9409, 0, 31230, 9, 26694, 66, 10, 0,
};
constexpr uint32_t kScriptExtensions44[] = {  // Latn / Latin
    65, 25, 6, 25, 47, 0, 12, 0, 2, 0, 5, 22, 1, 30, 1, 448, 3, 0, 10, 0, 1, 2, 1, 0, 9, 0, 1, 0, 6, 4, 27,
    14, 1, 1, 1, 0, 15, 2, 7, 1, 1, 1, 38, 0, 5, 0, 4, 12, 277, 1, 1226, 1, 1960, 0, 3076, 37, 6, 48, 5, 3, 5,
    12, 1, 69, 57, 0, 7, 255, 303, 0, 65, 0, 13, 0, 16, 15, 80, 0, 57, 1, 6, 0, 27, 0, 17, 40, 2775, 31, 407,
    0, 30952, 7, 26, 101, 3, 82, 4, 0, 14, 14, 302, 0, 513, 42, 1, 8, 1, 3, 2, 1, 20370, 6, 1050, 25, 6, 25,
    2085, 5, 1, 41, 1, 13, 55104, 129, 14, 6, 54, 37, 2, 10,
};
constexpr uint32_t kScriptExtensions45[] = {  // Limb / Limbu
    2405, 0, 3994, 30, 1, 11, 4, 11, 4, 0, 3, 11,
};
constexpr uint32_t kScriptExtensions46[] = {  // Lina / Linear_A
    65799, 44, 1228, 310, 9, 21, 10, 7,
};
constexpr uint32_t kScriptExtensions47[] = {  // Linb / Linear_B
    65536, 11, 1, 25, 1, 18, 1, 1, 1, 14, 2, 13, 34, 122, 5, 2, 4, 44, 3, 8,
};
constexpr uint32_t kScriptExtensions48[] = {  // Lisu / Lisu
    700, 0, 16, 0, 11580, 1, 29892, 47, 31408, 0,
};
constexpr uint32_t kScriptExtensions49[] = {  // Lyci / Lycian
    8282, 0, 57893, 28,
};
constexpr uint32_t kScriptExtensions50[] = {  // Lydi / Lydian
    183, 0, 11641, 0, 56046, 25, 5, 0,
};
constexpr uint32_t kScriptExtensions51[] = {  // Mahj / Mahajani
    183, 0, 2220, 11, 40640, 9, 26902, 38,
};
constexpr uint32_t kScriptExtensions52[] = {  // Mand / Mandaic
    1600, 0, 511, 27, 2, 0,
};
constexpr uint32_t kScriptExtensions53[] = {  // Mani / Manichaean
    1600, 0, 66687, 38, 4, 11,
};
constexpr uint32_t kScriptExtensions54[] = {  // Mero / Meroitic_Hieroglyphs
    8285, 0, 59682, 31,
};
constexpr uint32_t kScriptExtensions55[] = {  // Mlym / Malayalam
    2385, 1, 17, 1, 541, 0, 380, 12, 1, 2, 1, 50, 1, 2, 1, 5, 4, 15, 2, 25, 3930, 0, 23, 0, 35645, 2,
};
constexpr uint32_t kScriptExtensions56[] = {  // Modi / Modi
    43056, 9, 28102, 68, 11, 9,
};
constexpr uint32_t kScriptExtensions57[] = {  // Mong / Mongolian
    6144, 25, 6, 88, 7, 42, 1924, 0, 4049, 1, 5, 3, 58964, 12,
};
constexpr uint32_t kScriptExtensions58[] = {  // Mult / Multani
    2662, 9, 67600, 6, 1, 0, 1, 3, 1, 14, 1, 10,
};
constexpr uint32_t kScriptExtensions59[] = {  // Mymr / Myanmar
    4096, 159, 39054, 0, 177, 30, 97, 31, 27728, 19,
};
constexpr uint32_t kScriptExtensions60[] = {  // Nand / Nandinagari
    2385, 0, 18, 1, 896, 9, 4089, 0, 8, 0, 7, 0, 35637, 5, 29034, 7, 2, 45, 2, 10,
};
constexpr uint32_t kScriptExtensions61[] = {  // Newa / Newa
    2385, 1, 4994, 0, 1, 1, 9, 0, 6, 0, 1, 0, 1, 0, 63250, 91, 1, 4,
};
constexpr uint32_t kScriptExtensions62[] = {  // Nkoo / Nko
    1548, 0, 14, 0, 3, 0, 416, 58, 2, 2, 62782, 1,
};
constexpr uint32_t kScriptExtensions63[] = {  // Onao / Ol_Onal
    2404, 1, 121962, 42, 4, 0,
};
constexpr uint32_t kScriptExtensions64[] = {  // Orkh / Old_Turkic
    8282, 0, 3541, 0, 56783, 72,
};
constexpr uint32_t kScriptExtensions65[] = {  // Orya / Oriya
    2385, 1, 17, 1, 411, 2, 1, 7, 2, 1, 2, 21, 1, 6, 1, 1, 1, 4, 2, 8, 2, 1, 2, 2, 5, 4, 4, 1, 1, 4, 2, 17,
    4450, 0, 23, 0,
};
constexpr uint32_t kScriptExtensions66[] = {  // Osge / Osage
    769, 0, 2, 0, 6, 0, 76, 0, 65879, 35, 4, 35,
};
constexpr uint32_t kScriptExtensions67[] = {  // Ougr / Old_Uyghur
    1600, 0, 66737, 0, 1149, 25,
};
constexpr uint32_t kScriptExtensions68[] = {  // Pcun / Proto_Cuneiform
    75088, 54, 5, 1, 12, 177,
};
constexpr uint32_t kScriptExtensions69[] = {  // Perm / Old_Permic
    183, 0, 584, 0, 5, 2, 10, 0, 367, 0, 65228, 42,
};
constexpr uint32_t kScriptExtensions70[] = {  // Phag / Phags_Pa
    6146, 1, 1, 0, 2089, 0, 4050, 0, 30781, 55,
};
constexpr uint32_t kScriptExtensions71[] = {  // Phlp / Psalter_Pahlavi
    1600, 0, 66879, 17, 7, 3, 12, 6,
};
constexpr uint32_t kScriptExtensions72[] = {  // Rohg / Hanifi_Rohingya
    1548, 0, 14, 0, 3, 0, 32, 0, 147, 0, 67115, 39, 8, 9,
};
constexpr uint32_t kScriptExtensions73[] = {  // Runr / Runic
    5792, 88,
};
constexpr uint32_t kScriptExtensions74[] = {  // Samr / Samaritan
    2048, 45, 2, 14, 9714, 0,
};
constexpr uint32_t kScriptExtensions75[] = {  // Shaw / Shavian
    183, 0, 66456, 47,
};
constexpr uint32_t kScriptExtensions76[] = {  // Shrd / Sharada
    2385, 0, 4997, 0, 1, 0, 2, 1, 2, 0, 9, 0, 2, 0, 35650, 5, 2, 0, 26951, 95, 2432, 7,
};
constexpr uint32_t kScriptExtensions77[] = {  // Sind / Khudawadi
    2404, 1, 40650, 9, 27254, 58, 5, 9,
};
constexpr uint32_t kScriptExtensions78[] = {  // Sinh / Sinhala
    2404, 1, 1051, 2, 1, 17, 3, 23, 1, 8, 1, 0, 2, 6, 3, 0, 4, 5, 1, 0, 1, 7, 6, 9, 2, 2, 3837, 0, 62702, 19,
};
constexpr uint32_t kScriptExtensions79[] = {  // Sogd / Sogdian
    1600, 0, 67823, 41,
};
constexpr uint32_t kScriptExtensions80[] = {  // Sunu / Sunuwar
    768, 1, 1, 0, 9, 0, 2, 0, 28, 0, 3, 0, 71822, 33, 14, 9,
};
constexpr uint32_t kScriptExtensions81[] = {  // Sylo / Syloti_Nagri
    2404, 1, 128, 9, 40464, 44,
};
constexpr uint32_t kScriptExtensions82[] = {  // Syrc / Syriac
    771, 1, 2, 1, 1, 0, 24, 2, 7, 1, 1, 1, 730, 0, 14, 1, 2, 0, 32, 0, 10, 10, 26, 0, 143, 13, 1, 59, 2, 2,
    272, 10, 5517, 0, 1, 0,
};
constexpr uint32_t kScriptExtensions83[] = {  // Tagb / Tagbanwa
    5941, 1, 41, 12, 1, 2, 1, 1,
};
constexpr uint32_t kScriptExtensions84[] = {  // Takr / Takri
    2404, 1, 40650, 9, 28230, 57, 6, 9,
};
constexpr uint32_t kScriptExtensions85[] = {  // Tale / Tai_Le
    768, 1, 5, 1, 3, 0, 3379, 9, 2310, 29, 2, 4,
};
constexpr uint32_t kScriptExtensions86[] = {  // Taml / Tamil
    2385, 1, 17, 1, 540, 1, 1, 5, 3, 2, 1, 3, 3, 1, 1, 0, 1, 1, 3, 1, 3, 2, 3, 11, 4, 4, 3, 2, 1, 3, 2, 0, 6,
    0, 14, 20, 4319, 0, 35864, 0, 27149, 0, 1, 0, 55, 1, 3203, 49, 13, 0,
};
constexpr uint32_t kScriptExtensions87[] = {  // Tang / Tangut
    12272, 15, 495, 0, 81392, 0, 31, 6911, 512, 32, 95, 114,
};
constexpr uint32_t kScriptExtensions88[] = {  // Telu / Telugu
    2385, 1, 17, 1, 541, 0, 124, 12, 1, 2, 1, 22, 1, 15, 2, 8, 1, 2, 1, 3, 7, 1, 1, 2, 1, 1, 2, 3, 2, 9, 7, 8,
    4181, 1, 1, 0, 1, 0, 23, 0,
};
constexpr uint32_t kScriptExtensions89[] = {  // Tfng / Tifinagh
    770, 0, 1, 0, 1, 3, 25, 0, 10764, 55, 7, 1, 14, 0,
};
constexpr uint32_t kScriptExtensions90[] = {  // Tglg / Tagalog
    5888, 21, 9, 0, 21, 1,
};
constexpr uint32_t kScriptExtensions91[] = {  // Thaa / Thaana
    1548, 0, 14, 1, 2, 0, 64, 9, 278, 49, 63040, 0, 10, 0,
};
constexpr uint32_t kScriptExtensions92[] = {  // Thai / Thai
    700, 0, 26, 0, 43, 0, 45, 0, 2767, 57, 5, 27,
};
constexpr uint32_t kScriptExtensions93[] = {  // Tibt / Tibetan
    3840, 71, 1, 35, 4, 38, 1, 35, 1, 14, 1, 6, 4, 1, 8237, 3,
};
constexpr uint32_t kScriptExtensions94[] = {  // Tirh / Tirhuta
    2385, 1, 17, 1, 4975, 0, 12, 0, 15, 0, 35645, 9, 27718, 71, 8, 9,
};
constexpr uint32_t kScriptExtensions95[] = {  // Todr / Todhri
    769, 0, 2, 0, 2, 0, 9, 0, 1, 0, 74, 0, 66145, 51,
};
constexpr uint32_t kScriptExtensions96[] = {  // Toto / Toto
    700, 0, 122835, 30,
};
constexpr uint32_t kScriptExtensions97[] = {  // Tutg / Tulu_Tigalari
    3302, 9, 4098, 0, 1, 0, 35643, 5, 187, 0, 27278, 9, 1, 0, 2, 0, 1, 37, 1, 9, 1, 0, 2, 0, 1, 3, 1, 9, 1, 1,
    8, 1,
};
constexpr uint32_t kScriptExtensions98[] = {  // Yezi / Yezidi
    1548, 0, 14, 0, 3, 0, 64, 9, 67606, 41, 1, 2, 2, 1,
};
constexpr uint32_t kScriptExtensions99[] = {  // Yiii / Yi
    12289, 1, 5, 9, 2, 7, 223, 0, 28420, 1164, 3, 54, 23194, 4,
};
constexpr uint32_t kScriptExtensions100[] = {  // Zinh / Inherited / Qaai
    783, 0, 2, 0, 1, 14, 3, 6, 2, 0, 2, 15, 1, 1, 1, 17, 1, 4, 1, 3, 1520, 1, 4443, 64, 721, 53, 1, 0, 1, 4,
    524, 1, 194, 31, 56592, 15, 16, 13, 975, 0, 52482, 45, 2, 22, 480, 1, 62, 2, 17, 7, 2, 6, 30, 3, 173, 1,
    798371, 239,
};
constexpr uint32_t kScriptExtensions101[] = {  // Zyyy / Common
    0, 64, 26, 5, 26, 46, 1, 11, 1, 1, 1, 4, 23, 0, 31, 0, 449, 2, 1, 9, 1, 0, 3, 0, 1, 8, 1, 0, 1, 5, 5, 4,
    2, 19, 126, 0, 6, 0, 1, 0, 637, 0, 215, 0, 516, 0, 1372, 0, 405, 3, 4135, 11, 2, 32, 1, 30, 1, 9, 1, 1, 1,
    6, 1, 10, 3, 10, 1, 15, 16, 36, 59, 37, 1, 2, 2, 5, 1, 26, 1, 16, 41, 2, 4, 665, 22, 10, 21, 927, 256,
    627, 2, 137, 512, 22, 1, 23, 2, 9, 1, 3, 1, 0, 1, 25, 2, 3, 412, 0, 3, 0, 13, 0, 13, 0, 21, 0, 529, 23,
    31, 0, 49, 14, 12, 3, 161, 9, 5, 95, 31, 0, 6592, 63, 22792, 25, 102, 2, 976, 0, 14, 1, 21156, 9, 22, 20,
    2, 11, 1, 18, 1, 3, 147, 0, 1, 31, 26, 5, 26, 5, 127, 6, 1, 6, 10, 4, 402, 12, 51, 44, 51715, 252, 3, 435,
    6, 22, 1, 2, 8, 32, 82, 115, 60, 245, 10, 38, 2, 61, 3, 16, 8, 1, 7, 29, 4, 81, 80, 10, 2, 36, 62, 19, 12,
    19, 12, 86, 27, 6, 135, 84, 1, 70, 1, 1, 2, 0, 2, 1, 2, 3, 1, 11, 1, 0, 1, 6, 1, 64, 1, 3, 2, 7, 1, 6, 1,
    27, 1, 3, 1, 4, 1, 0, 3, 6, 1, 340, 1, 291, 2, 49, 768, 28, 4436, 67, 76, 60, 706, 43, 4, 99, 12, 14, 2,
    14, 1, 14, 1, 36, 10, 174, 55, 25, 1, 1, 13, 43, 4, 8, 23, 5, 154, 985, 2, 16, 3, 12, 3, 219, 4, 11, 4,
    27, 4, 55, 8, 9, 6, 39, 8, 29, 2, 11, 4, 1, 14, 8, 39, 343, 8, 13, 2, 12, 3, 70, 1, 0, 3, 17, 1, 12, 3,
    11, 5, 146, 1, 102, 787462, 0, 30, 95,
};

constexpr UnicodeRow kUnicodeScriptExtensionsRows[] = {
    {"Adlm", "Adlam", "", kScriptExtensions0, 14},
    {"Aghb", "Caucasian_Albanian", "", kScriptExtensions1, 10},
    {"Arab", "Arabic", "", kScriptExtensions2, 104},
    {"Armn", "Armenian", "", kScriptExtensions3, 8},
    {"Avst", "Avestan", "", kScriptExtensions4, 8},
    {"Beng", "Bengali", "", kScriptExtensions5, 56},
    {"Bopo", "Bopomofo", "", kScriptExtensions6, 30},
    {"Bugi", "Buginese", "", kScriptExtensions7, 6},
    {"Buhd", "Buhid", "", kScriptExtensions8, 4},
    {"Cakm", "Chakma", "", kScriptExtensions9, 8},
    {"Cari", "Carian", "", kScriptExtensions10, 10},
    {"Cher", "Cherokee", "", kScriptExtensions11, 16},
    {"Copt", "Coptic", "Qaac", kScriptExtensions12, 20},
    {"Cpmn", "Cypro_Minoan", "", kScriptExtensions13, 4},
    {"Cprt", "Cypriot", "", kScriptExtensions14, 18},
    {"Cyrl", "Cyrillic", "", kScriptExtensions15, 36},
    {"Deva", "Devanagari", "", kScriptExtensions16, 18},
    {"Dogr", "Dogra", "", kScriptExtensions17, 6},
    {"Dupl", "Duployan", "", kScriptExtensions18, 20},
    {"Elba", "Elbasan", "", kScriptExtensions19, 6},
    {"Ethi", "Ethiopic", "", kScriptExtensions20, 74},
    {"Gara", "Garay", "", kScriptExtensions21, 12},
    {"Geor", "Georgian", "", kScriptExtensions22, 26},
    {"Glag", "Glagolitic", "", kScriptExtensions23, 32},
    {"Gong", "Gunjala_Gondi", "", kScriptExtensions24, 16},
    {"Gonm", "Masaram_Gondi", "", kScriptExtensions25, 16},
    {"Goth", "Gothic", "", kScriptExtensions26, 10},
    {"Gran", "Grantha", "", kScriptExtensions27, 50},
    {"Grek", "Greek", "", kScriptExtensions28, 90},
    {"Gujr", "Gujarati", "", kScriptExtensions29, 34},
    {"Gukh", "Gurung_Khema", "", kScriptExtensions30, 4},
    {"Guru", "Gurmukhi", "", kScriptExtensions31, 38},
    {"Hang", "Hangul", "", kScriptExtensions32, 42},
    {"Hani", "Han", "", kScriptExtensions33, 82},
    {"Hano", "Hanunoo", "", kScriptExtensions34, 2},
    {"Hebr", "Hebrew", "", kScriptExtensions35, 20},
    {"Hira", "Hiragana", "", kScriptExtensions36, 36},
    {"Hung", "Old_Hungarian", "", kScriptExtensions37, 14},
    {"Java", "Javanese", "", kScriptExtensions38, 6},
    {"Kali", "Kayah_Li", "", kScriptExtensions39, 2},
    {"Kana", "Katakana", "", kScriptExtensions40, 46},
    {"Khoj", "Khojki", "", kScriptExtensions41, 8},
    {"Knda", "Kannada", "", kScriptExtensions42, 44},
    {"Kthi", "Kaithi", "", kScriptExtensions43, 10},
    {"Latn", "Latin", "", kScriptExtensions44, 130},
    {"Limb", "Limbu", "", kScriptExtensions45, 12},
    {"Lina", "Linear_A", "", kScriptExtensions46, 8},
    {"Linb", "Linear_B", "", kScriptExtensions47, 20},
    {"Lisu", "Lisu", "", kScriptExtensions48, 10},
    {"Lyci", "Lycian", "", kScriptExtensions49, 4},
    {"Lydi", "Lydian", "", kScriptExtensions50, 8},
    {"Mahj", "Mahajani", "", kScriptExtensions51, 8},
    {"Mand", "Mandaic", "", kScriptExtensions52, 6},
    {"Mani", "Manichaean", "", kScriptExtensions53, 6},
    {"Mero", "Meroitic_Hieroglyphs", "", kScriptExtensions54, 4},
    {"Mlym", "Malayalam", "", kScriptExtensions55, 26},
    {"Modi", "Modi", "", kScriptExtensions56, 6},
    {"Mong", "Mongolian", "", kScriptExtensions57, 14},
    {"Mult", "Multani", "", kScriptExtensions58, 12},
    {"Mymr", "Myanmar", "", kScriptExtensions59, 10},
    {"Nand", "Nandinagari", "", kScriptExtensions60, 20},
    {"Newa", "Newa", "", kScriptExtensions61, 18},
    {"Nkoo", "Nko", "", kScriptExtensions62, 12},
    {"Onao", "Ol_Onal", "", kScriptExtensions63, 6},
    {"Orkh", "Old_Turkic", "", kScriptExtensions64, 6},
    {"Orya", "Oriya", "", kScriptExtensions65, 36},
    {"Osge", "Osage", "", kScriptExtensions66, 12},
    {"Ougr", "Old_Uyghur", "", kScriptExtensions67, 6},
    {"Pcun", "Proto_Cuneiform", "", kScriptExtensions68, 6},
    {"Perm", "Old_Permic", "", kScriptExtensions69, 12},
    {"Phag", "Phags_Pa", "", kScriptExtensions70, 10},
    {"Phlp", "Psalter_Pahlavi", "", kScriptExtensions71, 8},
    {"Rohg", "Hanifi_Rohingya", "", kScriptExtensions72, 14},
    {"Runr", "Runic", "", kScriptExtensions73, 2},
    {"Samr", "Samaritan", "", kScriptExtensions74, 6},
    {"Shaw", "Shavian", "", kScriptExtensions75, 4},
    {"Shrd", "Sharada", "", kScriptExtensions76, 22},
    {"Sind", "Khudawadi", "", kScriptExtensions77, 8},
    {"Sinh", "Sinhala", "", kScriptExtensions78, 30},
    {"Sogd", "Sogdian", "", kScriptExtensions79, 4},
    {"Sunu", "Sunuwar", "", kScriptExtensions80, 16},
    {"Sylo", "Syloti_Nagri", "", kScriptExtensions81, 6},
    {"Syrc", "Syriac", "", kScriptExtensions82, 36},
    {"Tagb", "Tagbanwa", "", kScriptExtensions83, 8},
    {"Takr", "Takri", "", kScriptExtensions84, 8},
    {"Tale", "Tai_Le", "", kScriptExtensions85, 12},
    {"Taml", "Tamil", "", kScriptExtensions86, 50},
    {"Tang", "Tangut", "", kScriptExtensions87, 12},
    {"Telu", "Telugu", "", kScriptExtensions88, 40},
    {"Tfng", "Tifinagh", "", kScriptExtensions89, 14},
    {"Tglg", "Tagalog", "", kScriptExtensions90, 6},
    {"Thaa", "Thaana", "", kScriptExtensions91, 14},
    {"Thai", "Thai", "", kScriptExtensions92, 12},
    {"Tibt", "Tibetan", "", kScriptExtensions93, 16},
    {"Tirh", "Tirhuta", "", kScriptExtensions94, 16},
    {"Todr", "Todhri", "", kScriptExtensions95, 14},
    {"Toto", "Toto", "", kScriptExtensions96, 4},
    {"Tutg", "Tulu_Tigalari", "", kScriptExtensions97, 32},
    {"Yezi", "Yezidi", "", kScriptExtensions98, 14},
    {"Yiii", "Yi", "", kScriptExtensions99, 14},
    {"Zinh", "Inherited", "Qaai", kScriptExtensions100, 58},
    {"Zyyy", "Common", "", kScriptExtensions101, 328},
};

}  // namespace

std::span<const UnicodeRow> unicode_script_extensions() { return kUnicodeScriptExtensionsRows; }

}  // namespace keyway
