#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.hpp"

namespace sightline::dicom {

/// Which characters switch the character set back to the first one. Source: PS3.5 6.1.2.5.3.
enum class TextKind { person_name, single_line, paragraph };

/// Turns text of one data set into UTF-8. What cannot be converted becomes U+FFFD. Threads: one
/// object, one thread. Source: PS3.3 C.12.1.1.2, PS3.5 6.1, 6.2.
class TextConverter {
 public:
  /// `specific_character_set`: (0008,0005), values separated by backslashes.
  TextConverter(std::string_view specific_character_set, Limits const& limits);
  ~TextConverter();
  TextConverter(TextConverter const&) = delete;
  TextConverter& operator=(TextConverter const&) = delete;

  /// The value in UTF-8 without padding and without control characters except line ends and tabs.
  [[nodiscard]] std::string to_utf8(std::string_view value, TextKind kind);
  /// The same with padding and control characters, and without a limit: for who writes it again.
  [[nodiscard]] std::string to_utf8_verbatim(std::string_view value, TextKind kind);

 private:
  struct Tables;
  [[nodiscard]] std::string convert(std::string_view value, TextKind kind);
  [[nodiscard]] std::optional<std::string> convert_all(std::string_view text,
                                                       std::string_view delimiters);
  [[nodiscard]] std::string convert_pieces(std::string_view value, std::string_view delimiters);
  [[nodiscard]] std::string convert_piece(std::string_view piece, std::string_view escape);
  [[nodiscard]] std::string convert_characters(std::string_view piece);
  [[nodiscard]] std::size_t character_bytes(std::string_view text) const;

  std::string character_set_;
  std::size_t max_bytes_;
  std::unique_ptr<Tables>
      tables_;  ///< Made when the first text needs it: most files have ASCII only.
  bool tables_usable_ = false;
};

/// A value of the default repertoire (CS, UI, DA, TM, DS, IS): other bytes become U+FFFD, padding
/// is dropped. Source: PS3.5 6.1.1.
std::string default_repertoire_text(std::string_view value, Limits const& limits);

/// The first of two texts that says something, where the same may stand in two places.
std::string either(std::string first, std::string second);

}  // namespace sightline::dicom
