#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <utility>

#include "dicom/attributes.hpp"
#include "dicom/dcmtk_setup.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSpecificCharacterSet = 0x00080005;

E_TransferSyntax dcmtk_syntax(ElementEncoding encoding) {
  if (!encoding.explicit_vr) return EXS_LittleEndianImplicit;
  return encoding.big_endian ? EXS_BigEndianExplicit : EXS_LittleEndianExplicit;
}

OFCondition read_into(DcmItem& item, std::span<std::byte const> bytes, ElementEncoding encoding) {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  item.transferInit();
  OFCondition const status =
      item.read(stream, dcmtk_syntax(encoding), EGL_noChange, DCM_MaxReadLength);
  item.transferEnd();
  return status;
}

/// Reads each element by itself, so that one that DCMTK refuses costs only itself.
std::unique_ptr<DcmDataset> read_singly(std::span<std::byte const> kept, ElementEncoding encoding,
                                        Limits const& limits) {
  auto whole = std::make_unique<DcmDataset>();
  ElementScanner const scanner(kept, encoding, limits);
  for (std::uint64_t offset = 0; offset < kept.size();) {
    auto const header = scanner.header_at(offset);
    auto const end =
        header ? scanner.value_end(*header) : Result<std::uint64_t>(std::unexpect, header.error());
    if (!end) break;
    DcmDataset one;
    auto const bytes =
        kept.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(*end - offset));
    if (read_into(one, bytes, encoding).good() && one.card() == 1) {
      DcmElement* const element = one.remove(0ul);
      if (element != nullptr && whole->insert(element).bad()) delete element;
    }
    offset = *end;
  }
  return whole;
}

}  // namespace

struct DataSet::Parsed {
  Parsed(std::unique_ptr<DcmDataset> parsed, std::string_view character_set, Limits const& given)
      : limits(given), data_set(std::move(parsed)), converter(character_set, given) {}
  Limits limits;
  std::unique_ptr<DcmDataset> data_set;
  TextConverter converter;
};

DataSet::DataSet(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
DataSet::DataSet(DataSet&&) noexcept = default;
DataSet& DataSet::operator=(DataSet&&) noexcept = default;
DataSet::~DataSet() = default;

Result<DataSet> DataSet::parse(std::span<std::byte const> kept, ElementEncoding encoding,
                               Limits const& limits) {
  set_up_dcmtk();
  auto data_set = std::make_unique<DcmDataset>();
  if (!kept.empty()) {
    OFCondition const status = read_into(*data_set, kept, encoding);
    if (status == EC_MemoryExhausted) return fail(Errc::out_of_memory, "DCMTK ran out of memory");
    if (status.bad()) data_set = read_singly(kept, encoding, limits);
  }
  TextConverter no_text({}, limits);
  Attributes const plain(*data_set, no_text, limits);
  std::string const character_set = plain.code(kSpecificCharacterSet);
  return DataSet(std::make_unique<Parsed>(std::move(data_set), character_set, limits));
}

Attributes DataSet::attributes() const {
  return Attributes(*parsed_->data_set, parsed_->converter, parsed_->limits);
}

}  // namespace sightline::dicom
