// Scripts of Unicode 18.0. Made by make_tables.py: do not edit.
//
// Entry point: unicode_scripts_1, see grammar/unicode/tables.h for the form of the numbers.
#include "grammar/unicode/tables.h"

namespace keyway {
namespace {

constexpr uint32_t kScript0[] = {  // Adlm / Adlam
    125184, 75, 4, 9, 4, 1,
};
constexpr uint32_t kScript1[] = {  // Aghb / Caucasian_Albanian
    66864, 51, 11, 0,
};
constexpr uint32_t kScript2[] = {  // Ahom / Ahom
    71424, 26, 2, 14, 4, 22,
};
constexpr uint32_t kScript3[] = {  // Arab / Arabic
    1536, 4, 1, 5, 1, 13, 1, 2, 1, 31, 1, 9, 11, 25, 1, 107, 1, 33, 80, 47, 240, 33, 5, 74, 1, 28, 62032, 493,
    2, 143, 32, 15, 112, 4, 1, 134, 3939, 30, 67, 5, 1, 37, 1, 15, 57088, 3, 1, 26, 1, 1, 1, 0, 2, 0, 1, 9, 1,
    3, 1, 0, 1, 0, 6, 0, 4, 0, 1, 0, 1, 0, 1, 2, 1, 1, 1, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 2, 3,
    1, 6, 1, 3, 1, 3, 1, 0, 1, 9, 1, 16, 5, 2, 1, 4, 1, 16, 52, 1,
};
constexpr uint32_t kScript4[] = {  // Armi / Imperial_Aramaic
    67648, 21, 1, 8,
};
constexpr uint32_t kScript5[] = {  // Armn / Armenian
    1329, 37, 1, 55, 62851, 4,
};
constexpr uint32_t kScript6[] = {  // Avst / Avestan
    68352, 53, 3, 6,
};
constexpr uint32_t kScript7[] = {  // Bali / Balinese
    6912, 76, 1, 49,
};
constexpr uint32_t kScript8[] = {  // Bamu / Bamum
    42656, 87, 49416, 568,
};
constexpr uint32_t kScript9[] = {  // Bass / Bassa_Vah
    92880, 29, 2, 5,
};
constexpr uint32_t kScript10[] = {  // Batk / Batak
    7104, 51, 8, 3,
};
constexpr uint32_t kScript11[] = {  // Beng / Bengali
    2432, 3, 1, 7, 2, 1, 2, 21, 1, 6, 1, 0, 3, 3, 2, 8, 2, 1, 2, 3, 8, 0, 4, 1, 1, 4, 2, 24, 70641, 1,
};
constexpr uint32_t kScript12[] = {  // Berf / Beria_Erfe
    93856, 24, 2, 24,
};
constexpr uint32_t kScript13[] = {  // Bhks / Bhaiksuki
    72704, 8, 1, 44, 1, 13, 10, 28,
};
constexpr uint32_t kScript14[] = {  // Bopo / Bopomofo
    746, 1, 11801, 42, 112, 31,
};
constexpr uint32_t kScript15[] = {  // Brah / Brahmi
    69632, 77, 4, 35, 9, 0,
};
constexpr uint32_t kScript16[] = {  // Brai / Braille
    10240, 255,
};
constexpr uint32_t kScript17[] = {  // Bugi / Buginese
    6656, 27, 2, 1,
};
constexpr uint32_t kScript18[] = {  // Buhd / Buhid
    5952, 19,
};
constexpr uint32_t kScript19[] = {  // Cakm / Chakma
    69888, 52, 1, 17,
};
constexpr uint32_t kScript20[] = {  // Cans / Canadian_Aboriginal
    5120, 639, 560, 69, 65978, 15,
};
constexpr uint32_t kScript21[] = {  // Cari / Carian
    66208, 48,
};
constexpr uint32_t kScript22[] = {  // Cham / Cham
    43520, 54, 9, 13, 2, 9, 2, 3,
};
constexpr uint32_t kScript23[] = {  // Cher / Cherokee
    5024, 85, 2, 5, 38770, 79,
};
constexpr uint32_t kScript24[] = {  // Chrs / Chorasmian
    69552, 27,
};
constexpr uint32_t kScript25[] = {  // Copt / Coptic / Qaac
    994, 13, 10384, 115, 5, 6,
};
constexpr uint32_t kScript26[] = {  // Cpmn / Cypro_Minoan
    77712, 98,
};
constexpr uint32_t kScript27[] = {  // Cprt / Cypriot
    67584, 5, 2, 0, 1, 43, 1, 1, 3, 0, 2, 0,
};
constexpr uint32_t kScript28[] = {  // Cyrl / Cyrillic
    1024, 132, 2, 168, 5968, 10, 160, 0, 76, 0, 4199, 31, 30784, 95, 22414, 1, 57856, 61, 33, 0,
};
constexpr uint32_t kScript29[] = {  // Deva / Devanagari
    2304, 80, 4, 14, 2, 25, 40800, 31, 29184, 10,
};
constexpr uint32_t kScript30[] = {  // Diak / Dives_Akuru
    71936, 6, 2, 0, 2, 7, 1, 1, 1, 29, 1, 1, 2, 11, 9, 9,
};
constexpr uint32_t kScript31[] = {  // Dogr / Dogra
    71680, 59,
};
constexpr uint32_t kScript32[] = {  // Dsrt / Deseret
    66560, 79,
};
constexpr uint32_t kScript33[] = {  // Dupl / Duployan
    113664, 106, 5, 12, 3, 8, 7, 9, 2, 3,
};
constexpr uint32_t kScript34[] = {  // Egyp / Egyptian_Hieroglyphs
    77824, 1109, 10, 3994,
};
constexpr uint32_t kScript35[] = {  // Elba / Elbasan
    66816, 39,
};
constexpr uint32_t kScript36[] = {  // Elym / Elymaic
    69600, 22,
};
constexpr uint32_t kScript37[] = {  // Ethi / Ethiopic
    4608, 72, 1, 3, 2, 6, 1, 0, 1, 3, 2, 40, 1, 3, 2, 32, 1, 3, 2, 6, 1, 0, 1, 3, 2, 14, 1, 56, 1, 3, 2, 66,
    2, 31, 3, 25, 6630, 22, 9, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 32034, 5, 2, 5, 2, 5, 9, 6, 1, 6,
    81073, 6, 1, 3, 1, 1, 1, 14,
};
constexpr uint32_t kScript38[] = {  // Gara / Garay
    68928, 37, 3, 28, 8, 1,
};
constexpr uint32_t kScript39[] = {  // Geor / Georgian
    4256, 37, 1, 0, 5, 0, 2, 42, 1, 3, 2960, 42, 2, 2, 4160, 37, 1, 0, 5, 0,
};
constexpr uint32_t kScript40[] = {  // Glag / Glagolitic
    11264, 95, 111520, 6, 1, 16, 2, 6, 1, 1, 1, 4,
};
constexpr uint32_t kScript41[] = {  // Gong / Gunjala_Gondi
    73056, 5, 1, 1, 1, 36, 1, 1, 1, 5, 7, 9,
};
constexpr uint32_t kScript42[] = {  // Gonm / Masaram_Gondi
    72960, 6, 1, 1, 1, 43, 3, 0, 1, 1, 1, 8, 8, 9,
};
constexpr uint32_t kScript43[] = {  // Goth / Gothic
    66352, 26,
};
constexpr uint32_t kScript44[] = {  // Gran / Grantha
    70400, 3, 1, 7, 2, 1, 2, 21, 1, 6, 1, 1, 1, 4, 2, 8, 2, 1, 2, 2, 2, 0, 6, 0, 5, 6, 2, 6, 3, 4,
};
constexpr uint32_t kScript45[] = {  // Grek / Greek
    880, 3, 1, 2, 2, 3, 1, 0, 4, 0, 1, 0, 1, 2, 1, 0, 1, 19, 1, 62, 14, 15, 6438, 4, 50, 4, 4, 4, 84, 0, 320,
    21, 2, 5, 2, 37, 2, 5, 2, 7, 1, 0, 1, 0, 1, 0, 1, 30, 2, 52, 1, 14, 1, 13, 2, 5, 1, 18, 2, 2, 1, 8, 295,
    0, 35390, 0, 21978, 78, 17, 0, 53343, 69, 3501, 1,
};
constexpr uint32_t kScript46[] = {  // Gujr / Gujarati
    2689, 2, 1, 8, 1, 2, 1, 21, 1, 6, 1, 1, 1, 4, 2, 9, 1, 2, 1, 2, 2, 0, 15, 3, 2, 11, 7, 6,
};
constexpr uint32_t kScript47[] = {  // Gukh / Gurung_Khema
    90368, 57,
};
constexpr uint32_t kScript48[] = {  // Guru / Gurmukhi
    2561, 2, 1, 5, 4, 1, 2, 21, 1, 6, 1, 1, 1, 1, 1, 1, 2, 0, 1, 4, 4, 1, 2, 2, 3, 0, 7, 3, 1, 0, 7, 16,
};
constexpr uint32_t kScript49[] = {  // Hang / Hangul
    4352, 255, 7726, 1, 257, 93, 113, 30, 65, 30, 30433, 28, 643, 11171, 12, 22, 4, 48, 10148, 30, 3, 5, 2, 5,
    2, 5, 2, 2,
};
constexpr uint32_t kScript50[] = {  // Hani / Han
    11904, 25, 1, 88, 12, 213, 47, 0, 1, 0, 25, 8, 14, 3, 964, 6591, 64, 20991, 22784, 365, 2, 105, 29960, 1,
    12, 6, 36873, 42719, 32, 4382, 1, 5773, 2, 7472, 15, 621, 2466, 541, 1506, 4938, 5, 8489,
};
constexpr uint32_t kScript51[] = {  // Hano / Hanunoo
    5920, 20,
};
constexpr uint32_t kScript52[] = {  // Hatr / Hatran
    67808, 18, 1, 1, 5, 4,
};
constexpr uint32_t kScript53[] = {  // Hebr / Hebrew
    1425, 56, 6, 26, 4, 5, 62760, 25, 1, 4, 1, 0, 1, 1, 1, 1, 1, 9,
};
constexpr uint32_t kScript54[] = {  // Hira / Hiragana
    12353, 85, 6, 2, 98145, 286, 3, 0, 14, 0, 29, 2, 16557, 0,
};
constexpr uint32_t kScript55[] = {  // Hluw / Anatolian_Hieroglyphs
    82944, 582,
};
constexpr uint32_t kScript56[] = {  // Hmng / Pahawh_Hmong
    92928, 69, 10, 9, 1, 6, 1, 20, 5, 18,
};
constexpr uint32_t kScript57[] = {  // Hmnp / Nyiakeng_Puachue_Hmong
    123136, 44, 3, 13, 2, 9, 4, 1,
};
constexpr uint32_t kScript58[] = {  // Hung / Old_Hungarian
    68736, 50, 13, 50, 7, 5,
};
constexpr uint32_t kScript59[] = {  // Ital / Old_Italic
    66304, 35, 9, 2,
};
constexpr uint32_t kScript60[] = {  // Java / Javanese
    43392, 77, 2, 9, 4, 1,
};
constexpr uint32_t kScript61[] = {  // Jurc / Jurchen
    101888, 913, 14, 50,
};
constexpr uint32_t kScript62[] = {  // Kali / Kayah_Li
    43264, 45, 1, 0,
};
constexpr uint32_t kScript63[] = {  // Kana / Katakana
    12449, 89, 2, 2, 240, 15, 208, 46, 1, 87, 52238, 9, 1, 44, 45138, 3, 1, 6, 1, 1, 1, 0, 287, 2, 1, 4, 44,
    0, 14, 4,
};
constexpr uint32_t kScript64[] = {  // Kawi
    73472, 16, 1, 40, 3, 28,
};
constexpr uint32_t kScript65[] = {  // Khar / Kharoshthi
    68096, 3, 1, 1, 5, 7, 1, 2, 1, 28, 2, 2, 4, 9, 7, 8,
};
constexpr uint32_t kScript66[] = {  // Khmr / Khmer
    6016, 93, 2, 9, 6, 9, 486, 31,
};
constexpr uint32_t kScript67[] = {  // Khoj / Khojki
    70144, 17, 1, 46,
};
constexpr uint32_t kScript68[] = {  // Kits / Khitan_Small_Script
    94180, 0, 6939, 474, 36, 0,
};
constexpr uint32_t kScript69[] = {  // Knda / Kannada
    3200, 12, 1, 2, 1, 22, 1, 9, 1, 4, 2, 8, 1, 2, 1, 3, 7, 1, 5, 2, 1, 3, 2, 9, 1, 2,
};
constexpr uint32_t kScript70[] = {  // Krai / Kirat_Rai
    93504, 57,
};
constexpr uint32_t kScript71[] = {  // Kthi / Kaithi
    69760, 66, 10, 0,
};
constexpr uint32_t kScript72[] = {  // Lana / Tai_Tham
    6688, 62, 1, 28, 2, 10, 6, 9, 6, 13,
};
constexpr uint32_t kScript73[] = {  // Laoo / Lao
    3713, 1, 1, 0, 1, 4, 1, 23, 1, 0, 1, 22, 2, 4, 1, 0, 1, 6, 1, 9, 2, 3,
};
constexpr uint32_t kScript74[] = {  // Latn / Latin
    65, 25, 6, 25, 47, 0, 15, 0, 5, 22, 1, 30, 1, 448, 39, 4, 6683, 37, 6, 48, 5, 3, 5, 12, 1, 69, 65, 255,
    369, 0, 13, 0, 16, 15, 138, 1, 6, 0, 27, 0, 17, 40, 2775, 31, 31394, 101, 3, 82, 4, 0, 14, 14, 816, 42, 1,
    8, 1, 3, 2, 1, 20370, 6, 1050, 25, 6, 25, 2085, 5, 1, 41, 1, 13, 55104, 129, 14, 6, 54, 37, 2, 10,
};
constexpr uint32_t kScript75[] = {  // Lepc / Lepcha
    7168, 55, 3, 14, 3, 2,
};
constexpr uint32_t kScript76[] = {  // Limb / Limbu
    6400, 30, 1, 11, 4, 11, 4, 0, 3, 11,
};
constexpr uint32_t kScript77[] = {  // Lina / Linear_A
    67072, 310, 9, 21, 10, 7,
};
constexpr uint32_t kScript78[] = {  // Linb / Linear_B
    65536, 11, 1, 25, 1, 18, 1, 1, 1, 14, 2, 13, 34, 122,
};
constexpr uint32_t kScript79[] = {  // Lisu / Lisu
    42192, 47, 31408, 0,
};
constexpr uint32_t kScript80[] = {  // Lyci / Lycian
    66176, 28,
};
constexpr uint32_t kScript81[] = {  // Lydi / Lydian
    67872, 25, 5, 0,
};
constexpr uint32_t kScript82[] = {  // Mahj / Mahajani
    69968, 38,
};
constexpr uint32_t kScript83[] = {  // Maka / Makasar
    73440, 24,
};
constexpr uint32_t kScript84[] = {  // Mand / Mandaic
    2112, 27, 2, 0,
};
constexpr uint32_t kScript85[] = {  // Mani / Manichaean
    68288, 38, 4, 11,
};
constexpr uint32_t kScript86[] = {  // Marc / Marchen
    72816, 31, 2, 21, 1, 13,
};
constexpr uint32_t kScript87[] = {  // Medf / Medefaidrin
    93760, 90,
};
constexpr uint32_t kScript88[] = {  // Mend / Mende_Kikakui
    124928, 196, 2, 15,
};
constexpr uint32_t kScript89[] = {  // Merc / Meroitic_Cursive
    68000, 23, 4, 19, 2, 45,
};
constexpr uint32_t kScript90[] = {  // Mero / Meroitic_Hieroglyphs
    67968, 31,
};
constexpr uint32_t kScript91[] = {  // Mlym / Malayalam
    3328, 12, 1, 2, 1, 50, 1, 2, 1, 5, 4, 15, 2, 25,
};
constexpr uint32_t kScript92[] = {  // Modi / Modi
    71168, 68, 11, 9,
};
constexpr uint32_t kScript93[] = {  // Mong / Mongolian
    6144, 1, 2, 0, 1, 19, 6, 88, 7, 42, 64949, 12,
};
constexpr uint32_t kScript94[] = {  // Mroo / Mro
    92736, 30, 1, 9, 4, 1,
};
constexpr uint32_t kScript95[] = {  // Mtei / Meetei_Mayek
    43744, 22, 201, 45, 2, 9,
};
constexpr uint32_t kScript96[] = {  // Mult / Multani
    70272, 6, 1, 0, 1, 3, 1, 14, 1, 10,
};
constexpr uint32_t kScript97[] = {  // Mymr / Myanmar
    4096, 159, 39232, 30, 97, 31, 27728, 19,
};
constexpr uint32_t kScript98[] = {  // Nagm / Nag_Mundari
    124112, 41,
};
constexpr uint32_t kScript99[] = {  // Nand / Nandinagari
    72096, 7, 2, 45, 2, 10,
};
constexpr uint32_t kScript100[] = {  // Narb / Old_North_Arabian
    68224, 31,
};
constexpr uint32_t kScript101[] = {  // Nbat / Nabataean
    67712, 30, 8, 8,
};
constexpr uint32_t kScript102[] = {  // Newa / Newa
    70656, 91, 1, 4,
};
constexpr uint32_t kScript103[] = {  // Nkoo / Nko
    1984, 58, 2, 2,
};
constexpr uint32_t kScript104[] = {  // Nshu / Nushu
    94177, 0, 16782, 395,
};
constexpr uint32_t kScript105[] = {  // Ogam / Ogham
    5760, 28,
};
constexpr uint32_t kScript106[] = {  // Olck / Ol_Chiki
    7248, 47,
};
constexpr uint32_t kScript107[] = {  // Onao / Ol_Onal
    124368, 42, 4, 0,
};
constexpr uint32_t kScript108[] = {  // Orkh / Old_Turkic
    68608, 72,
};
constexpr uint32_t kScript109[] = {  // Orya / Oriya
    2817, 2, 1, 7, 2, 1, 2, 21, 1, 6, 1, 1, 1, 4, 2, 8, 2, 1, 2, 2, 5, 4, 4, 1, 1, 4, 2, 17,
};
constexpr uint32_t kScript110[] = {  // Osge / Osage
    66736, 35, 4, 35,
};
constexpr uint32_t kScript111[] = {  // Osma / Osmanya
    66688, 29, 2, 9,
};
constexpr uint32_t kScript112[] = {  // Ougr / Old_Uyghur
    69488, 25,
};
constexpr uint32_t kScript113[] = {  // Palm / Palmyrene
    67680, 31,
};
constexpr uint32_t kScript114[] = {  // Pauc / Pau_Cin_Hau
    72384, 56,
};
constexpr uint32_t kScript115[] = {  // Pcun / Proto_Cuneiform
    75176, 163,
};
constexpr uint32_t kScript116[] = {  // Perm / Old_Permic
    66384, 42,
};
constexpr uint32_t kScript117[] = {  // Phag / Phags_Pa
    43072, 55,
};
constexpr uint32_t kScript118[] = {  // Phli / Inscriptional_Pahlavi
    68448, 18, 5, 7,
};
constexpr uint32_t kScript119[] = {  // Phlp / Psalter_Pahlavi
    68480, 17, 7, 3, 12, 6,
};
constexpr uint32_t kScript120[] = {  // Phnx / Phoenician
    67840, 27, 3, 0,
};
constexpr uint32_t kScript121[] = {  // Plrd / Miao
    93952, 74, 4, 56, 7, 16,
};
constexpr uint32_t kScript122[] = {  // Prti / Inscriptional_Parthian
    68416, 21, 2, 7,
};
constexpr uint32_t kScript123[] = {  // Rjng / Rejang
    43312, 35, 11, 0,
};
constexpr uint32_t kScript124[] = {  // Rohg / Hanifi_Rohingya
    68864, 39, 8, 9,
};
constexpr uint32_t kScript125[] = {  // Runr / Runic
    5792, 74, 3, 10,
};
constexpr uint32_t kScript126[] = {  // Samr / Samaritan
    2048, 45, 2, 14,
};
constexpr uint32_t kScript127[] = {  // Sarb / Old_South_Arabian
    68192, 31,
};
constexpr uint32_t kScript128[] = {  // Saur / Saurashtra
    43136, 69, 8, 11,
};
constexpr uint32_t kScript129[] = {  // Seal
    249856, 11327,
};
constexpr uint32_t kScript130[] = {  // Sgnw / SignWriting
    120832, 651, 15, 4, 1, 14,
};
constexpr uint32_t kScript131[] = {  // Shaw / Shavian
    66640, 47,
};
constexpr uint32_t kScript132[] = {  // Shrd / Sharada
    70016, 95, 2432, 7,
};
constexpr uint32_t kScript133[] = {  // Sidd / Siddham
    71040, 53, 2, 37,
};
constexpr uint32_t kScript134[] = {  // Sidt / Sidetic
    67904, 25,
};
constexpr uint32_t kScript135[] = {  // Sind / Khudawadi
    70320, 58, 5, 9,
};
constexpr uint32_t kScript136[] = {  // Sinh / Sinhala
    3457, 2, 1, 17, 3, 23, 1, 8, 1, 0, 2, 6, 3, 0, 4, 5, 1, 0, 1, 7, 6, 9, 2, 2, 66540, 19,
};
constexpr uint32_t kScript137[] = {  // Sogd / Sogdian
    69424, 41,
};
constexpr uint32_t kScript138[] = {  // Sogo / Old_Sogdian
    69376, 39,
};
constexpr uint32_t kScript139[] = {  // Sora / Sora_Sompeng
    69840, 24, 7, 9,
};
constexpr uint32_t kScript140[] = {  // Soyo / Soyombo
    72272, 82,
};
constexpr uint32_t kScript141[] = {  // Sund / Sundanese
    7040, 63, 256, 7,
};

constexpr UnicodeRow kUnicodeScripts1Rows[] = {
    {"Adlm", "Adlam", "", kScript0, 6},
    {"Aghb", "Caucasian_Albanian", "", kScript1, 4},
    {"Ahom", "Ahom", "", kScript2, 6},
    {"Arab", "Arabic", "", kScript3, 112},
    {"Armi", "Imperial_Aramaic", "", kScript4, 4},
    {"Armn", "Armenian", "", kScript5, 6},
    {"Avst", "Avestan", "", kScript6, 4},
    {"Bali", "Balinese", "", kScript7, 4},
    {"Bamu", "Bamum", "", kScript8, 4},
    {"Bass", "Bassa_Vah", "", kScript9, 4},
    {"Batk", "Batak", "", kScript10, 4},
    {"Beng", "Bengali", "", kScript11, 30},
    {"Berf", "Beria_Erfe", "", kScript12, 4},
    {"Bhks", "Bhaiksuki", "", kScript13, 8},
    {"Bopo", "Bopomofo", "", kScript14, 6},
    {"Brah", "Brahmi", "", kScript15, 6},
    {"Brai", "Braille", "", kScript16, 2},
    {"Bugi", "Buginese", "", kScript17, 4},
    {"Buhd", "Buhid", "", kScript18, 2},
    {"Cakm", "Chakma", "", kScript19, 4},
    {"Cans", "Canadian_Aboriginal", "", kScript20, 6},
    {"Cari", "Carian", "", kScript21, 2},
    {"Cham", "Cham", "", kScript22, 8},
    {"Cher", "Cherokee", "", kScript23, 6},
    {"Chrs", "Chorasmian", "", kScript24, 2},
    {"Copt", "Coptic", "Qaac", kScript25, 6},
    {"Cpmn", "Cypro_Minoan", "", kScript26, 2},
    {"Cprt", "Cypriot", "", kScript27, 12},
    {"Cyrl", "Cyrillic", "", kScript28, 20},
    {"Deva", "Devanagari", "", kScript29, 10},
    {"Diak", "Dives_Akuru", "", kScript30, 16},
    {"Dogr", "Dogra", "", kScript31, 2},
    {"Dsrt", "Deseret", "", kScript32, 2},
    {"Dupl", "Duployan", "", kScript33, 10},
    {"Egyp", "Egyptian_Hieroglyphs", "", kScript34, 4},
    {"Elba", "Elbasan", "", kScript35, 2},
    {"Elym", "Elymaic", "", kScript36, 2},
    {"Ethi", "Ethiopic", "", kScript37, 72},
    {"Gara", "Garay", "", kScript38, 6},
    {"Geor", "Georgian", "", kScript39, 20},
    {"Glag", "Glagolitic", "", kScript40, 12},
    {"Gong", "Gunjala_Gondi", "", kScript41, 12},
    {"Gonm", "Masaram_Gondi", "", kScript42, 14},
    {"Goth", "Gothic", "", kScript43, 2},
    {"Gran", "Grantha", "", kScript44, 30},
    {"Grek", "Greek", "", kScript45, 74},
    {"Gujr", "Gujarati", "", kScript46, 28},
    {"Gukh", "Gurung_Khema", "", kScript47, 2},
    {"Guru", "Gurmukhi", "", kScript48, 32},
    {"Hang", "Hangul", "", kScript49, 28},
    {"Hani", "Han", "", kScript50, 42},
    {"Hano", "Hanunoo", "", kScript51, 2},
    {"Hatr", "Hatran", "", kScript52, 6},
    {"Hebr", "Hebrew", "", kScript53, 18},
    {"Hira", "Hiragana", "", kScript54, 14},
    {"Hluw", "Anatolian_Hieroglyphs", "", kScript55, 2},
    {"Hmng", "Pahawh_Hmong", "", kScript56, 10},
    {"Hmnp", "Nyiakeng_Puachue_Hmong", "", kScript57, 8},
    {"Hung", "Old_Hungarian", "", kScript58, 6},
    {"Ital", "Old_Italic", "", kScript59, 4},
    {"Java", "Javanese", "", kScript60, 6},
    {"Jurc", "Jurchen", "", kScript61, 4},
    {"Kali", "Kayah_Li", "", kScript62, 4},
    {"Kana", "Katakana", "", kScript63, 30},
    {"Kawi", "", "", kScript64, 6},
    {"Khar", "Kharoshthi", "", kScript65, 16},
    {"Khmr", "Khmer", "", kScript66, 8},
    {"Khoj", "Khojki", "", kScript67, 4},
    {"Kits", "Khitan_Small_Script", "", kScript68, 6},
    {"Knda", "Kannada", "", kScript69, 26},
    {"Krai", "Kirat_Rai", "", kScript70, 2},
    {"Kthi", "Kaithi", "", kScript71, 4},
    {"Lana", "Tai_Tham", "", kScript72, 10},
    {"Laoo", "Lao", "", kScript73, 22},
    {"Latn", "Latin", "", kScript74, 80},
    {"Lepc", "Lepcha", "", kScript75, 6},
    {"Limb", "Limbu", "", kScript76, 10},
    {"Lina", "Linear_A", "", kScript77, 6},
    {"Linb", "Linear_B", "", kScript78, 14},
    {"Lisu", "Lisu", "", kScript79, 4},
    {"Lyci", "Lycian", "", kScript80, 2},
    {"Lydi", "Lydian", "", kScript81, 4},
    {"Mahj", "Mahajani", "", kScript82, 2},
    {"Maka", "Makasar", "", kScript83, 2},
    {"Mand", "Mandaic", "", kScript84, 4},
    {"Mani", "Manichaean", "", kScript85, 4},
    {"Marc", "Marchen", "", kScript86, 6},
    {"Medf", "Medefaidrin", "", kScript87, 2},
    {"Mend", "Mende_Kikakui", "", kScript88, 4},
    {"Merc", "Meroitic_Cursive", "", kScript89, 6},
    {"Mero", "Meroitic_Hieroglyphs", "", kScript90, 2},
    {"Mlym", "Malayalam", "", kScript91, 14},
    {"Modi", "Modi", "", kScript92, 4},
    {"Mong", "Mongolian", "", kScript93, 12},
    {"Mroo", "Mro", "", kScript94, 6},
    {"Mtei", "Meetei_Mayek", "", kScript95, 6},
    {"Mult", "Multani", "", kScript96, 10},
    {"Mymr", "Myanmar", "", kScript97, 8},
    {"Nagm", "Nag_Mundari", "", kScript98, 2},
    {"Nand", "Nandinagari", "", kScript99, 6},
    {"Narb", "Old_North_Arabian", "", kScript100, 2},
    {"Nbat", "Nabataean", "", kScript101, 4},
    {"Newa", "Newa", "", kScript102, 4},
    {"Nkoo", "Nko", "", kScript103, 4},
    {"Nshu", "Nushu", "", kScript104, 4},
    {"Ogam", "Ogham", "", kScript105, 2},
    {"Olck", "Ol_Chiki", "", kScript106, 2},
    {"Onao", "Ol_Onal", "", kScript107, 4},
    {"Orkh", "Old_Turkic", "", kScript108, 2},
    {"Orya", "Oriya", "", kScript109, 28},
    {"Osge", "Osage", "", kScript110, 4},
    {"Osma", "Osmanya", "", kScript111, 4},
    {"Ougr", "Old_Uyghur", "", kScript112, 2},
    {"Palm", "Palmyrene", "", kScript113, 2},
    {"Pauc", "Pau_Cin_Hau", "", kScript114, 2},
    {"Pcun", "Proto_Cuneiform", "", kScript115, 2},
    {"Perm", "Old_Permic", "", kScript116, 2},
    {"Phag", "Phags_Pa", "", kScript117, 2},
    {"Phli", "Inscriptional_Pahlavi", "", kScript118, 4},
    {"Phlp", "Psalter_Pahlavi", "", kScript119, 6},
    {"Phnx", "Phoenician", "", kScript120, 4},
    {"Plrd", "Miao", "", kScript121, 6},
    {"Prti", "Inscriptional_Parthian", "", kScript122, 4},
    {"Rjng", "Rejang", "", kScript123, 4},
    {"Rohg", "Hanifi_Rohingya", "", kScript124, 4},
    {"Runr", "Runic", "", kScript125, 4},
    {"Samr", "Samaritan", "", kScript126, 4},
    {"Sarb", "Old_South_Arabian", "", kScript127, 2},
    {"Saur", "Saurashtra", "", kScript128, 4},
    {"Seal", "", "", kScript129, 2},
    {"Sgnw", "SignWriting", "", kScript130, 6},
    {"Shaw", "Shavian", "", kScript131, 2},
    {"Shrd", "Sharada", "", kScript132, 4},
    {"Sidd", "Siddham", "", kScript133, 4},
    {"Sidt", "Sidetic", "", kScript134, 2},
    {"Sind", "Khudawadi", "", kScript135, 4},
    {"Sinh", "Sinhala", "", kScript136, 26},
    {"Sogd", "Sogdian", "", kScript137, 2},
    {"Sogo", "Old_Sogdian", "", kScript138, 2},
    {"Sora", "Sora_Sompeng", "", kScript139, 4},
    {"Soyo", "Soyombo", "", kScript140, 2},
    {"Sund", "Sundanese", "", kScript141, 4},
};

}  // namespace

std::span<const UnicodeRow> unicode_scripts_1() { return kUnicodeScripts1Rows; }

}  // namespace keyway
