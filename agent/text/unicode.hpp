// Characters of Unicode, by utf8proc: what they are, and their normal forms.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace text {

// What stands in a text: a character, or a byte that is no UTF-8.
struct Character {
    char32_t code = 0;
    std::string_view bytes;
    bool is_valid = false;
};

// The first and the last one of a text that is not empty.
Character first_character(std::string_view text);
Character last_character(std::string_view text);

void append(std::string& to, char32_t code);

// What ends a word: White_Space, and what looks like it though Unicode calls it something else.
bool is_blank(char32_t code);

// What nobody sees: controls, zero-width characters, marks of direction, fillers.
bool is_invisible(char32_t code);

bool is_control(char32_t code);    // C0, DEL, C1
bool is_ignorable(char32_t code);  // Default_Ignorable_Code_Point: may be left out, nothing is seen of it

// What would change how a line of a log looks: controls, other ends of a line, marks of direction and the
// like.
bool breaks_line(char32_t code);

// Letters, their marks, and numbers.
bool is_of_word(char32_t code);

bool is_other_number(char32_t code);  // a number that is no digit: raised, in a circle, a fraction, Roman
bool is_pictograph(char32_t code);

// How many columns of a terminal it takes: 0, 1 or 2.
std::size_t columns_of(char32_t code);

// Of a digit of any script.
std::optional<unsigned> digit_value(char32_t code);

// Of bytes that are no UTF-8, each is a U+FFFD.
std::string valid_utf8(std::string_view text);

// Accents composed with their letters (NFC).
std::string composed(std::string_view text);

// For comparison: compatible forms are alike (full-width letters, ligatures), and so are upper and lower
// case, composed and decomposed accents; invisible characters are left out (NFKC_Casefold).
std::string fold(std::string_view text);

// Likewise, but case stays (NFKC).
std::string compatible(std::string_view text);

// Likewise, and letters are without their marks.
std::string fold_without_marks(std::string_view text);

}  // namespace text
