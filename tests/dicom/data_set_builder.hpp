#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dicom/instance.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom_test {

using Bytes = std::vector<std::byte>;

inline constexpr dicom::ElementEncoding kExplicitLittle{true, false}, kImplicitLittle{false, false},
    kExplicitBig{true, true};

/// Writes elements one after the other, as PS3.5 7.1 says. Text values are padded to even length.
class DataSetBuilder {
 public:
  DataSetBuilder() : DataSetBuilder(kExplicitLittle) {}
  explicit DataSetBuilder(dicom::ElementEncoding encoding) : encoding_(encoding) {}

  DataSetBuilder& text(std::uint32_t tag, std::string_view vr, std::string value);
  DataSetBuilder& words(std::uint32_t tag, std::string_view vr,
                        std::vector<std::uint16_t> const& values);
  DataSetBuilder& doubles(std::uint32_t tag, std::vector<double> const& values);
  DataSetBuilder& bytes(std::uint32_t tag, std::string_view vr, Bytes const& value);
  /// Each item is what another builder made.
  DataSetBuilder& sequence(std::uint32_t tag, std::vector<DataSetBuilder> const& items,
                           bool undefined_length = false);
  /// Encapsulated Pixel Data: basic offset table, fragments, and the delimiter unless it is left
  /// out.
  DataSetBuilder& fragments(std::vector<std::uint32_t> const& offset_table,
                            std::vector<Bytes> const& values, bool delimited = true);
  /// Header with a stated length, whatever follows.
  DataSetBuilder& header(std::uint32_t tag, std::string_view vr, std::uint32_t length);
  DataSetBuilder& raw(std::string_view bytes);

  [[nodiscard]] Bytes const& view() const { return bytes_; }

 private:
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);

  dicom::ElementEncoding encoding_;
  Bytes bytes_;
};

Bytes bytes_of(std::initializer_list<int> values);

/// Preamble, magic, group 0002 with this transfer syntax, then the data set.
Bytes part10(std::string_view transfer_syntax_uid, DataSetBuilder const& data_set);
/// Group 0002 only.
Bytes meta(std::string_view transfer_syntax_uid);

struct Picture {
  std::uint16_t rows = 2, cols = 3, samples = 1, bits_allocated = 8, bits_stored = 8, high_bit = 7,
                is_signed = 0;
  std::string photometric = "MONOCHROME2";
  std::string number_of_frames = {};
};
/// Patient, UIDs and the Image Pixel Module of a small picture, up to group 0028: tags after
/// (0028,0103) may follow.
DataSetBuilder picture_header(Picture const& picture = {},
                              dicom::ElementEncoding encoding = kExplicitLittle);

inline constexpr char kImplicitLittleUid[] = "1.2.840.10008.1.2",
                      kExplicitLittleUid[] = "1.2.840.10008.1.2.1",
                      kDeflatedUid[] = "1.2.840.10008.1.2.1.99",
                      kExplicitBigUid[] = "1.2.840.10008.1.2.2",
                      kJpegBaselineUid[] = "1.2.840.10008.1.2.4.50",
                      kJpeg2000Uid[] = "1.2.840.10008.1.2.4.90", kRleUid[] = "1.2.840.10008.1.2.5";

}  // namespace sightline::dicom_test
