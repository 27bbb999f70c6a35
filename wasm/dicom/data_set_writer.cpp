#include "dicom/data_set_writer.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "dicom/dcmtk_setup.hpp"
#include "dicom/element_scanner.hpp"

namespace sightline::dicom {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;
/// Findings beyond these tell nothing new.
constexpr std::size_t kMostFindings = 1000;

/// How DCMTK tells fragments from bytes: any encapsulated syntax serves, since no frame is coded.
E_TransferSyntax dcmtk_syntax(ElementEncoding encoding, bool encapsulated) {
  if (encapsulated) return EXS_JPEGProcess1;
  if (!encoding.explicit_vr) return EXS_LittleEndianImplicit;
  return encoding.big_endian ? EXS_BigEndianExplicit : EXS_LittleEndianExplicit;
}

/// VRs stay as they are given: an UN is not looked up. What is parsed here is ours.
class VrsAsGiven {
 public:
  VrsAsGiven() : before_(dcmEnableUnknownVRConversion.get()) {
    dcmEnableUnknownVRConversion.set(OFFalse);
  }
  ~VrsAsGiven() { dcmEnableUnknownVRConversion.set(before_); }
  VrsAsGiven(VrsAsGiven const&) = delete;
  VrsAsGiven& operator=(VrsAsGiven const&) = delete;

 private:
  OFBool before_;
};

/// DCMTK recurses into sequences, and takes their lengths on trust.
Status check_nesting(std::span<std::byte const> bytes, Limits const& limits) {
  ElementScanner const scanner(bytes, {true, false}, limits);
  for (std::uint64_t offset = 0; offset < bytes.size();) {
    auto const header = scanner.header_at(offset);
    if (!header) return std::unexpected(header.error());
    if (header->has_vr("SQ"))
      if (Status const whole = scanner.check_nesting(*header); !whole) return whole;
    auto const end = scanner.value_end(*header);
    if (!end) return std::unexpected(end.error());
    offset = *end;
  }
  return {};
}

Result<std::unique_ptr<DcmDataset>> parse(PlainDataSet const& plain, Limits const& limits) {
  set_up_dcmtk();
  if (Status const bounded = check_nesting(plain.bytes, limits); !bounded)
    return std::unexpected(bounded.error());
  VrsAsGiven const as_given;
  auto data_set = std::make_unique<DcmDataset>();
  if (plain.bytes.empty()) return data_set;
  DcmInputBufferStream stream;
  stream.setBuffer(plain.bytes.data(), static_cast<offile_off_t>(plain.bytes.size()));
  stream.setEos();
  data_set->transferInit();
  OFCondition const status = data_set->read(stream, dcmtk_syntax({true, false}, plain.encapsulated),
                                            EGL_noChange, DCM_MaxReadLength);
  data_set->transferEnd();
  if (status == EC_MemoryExhausted) return fail(Errc::out_of_memory, "DCMTK ran out of memory");
  if (status.bad()) return fail(Errc::corrupt, "DCMTK does not read the data set");
  return data_set;
}

void drain(DcmOutputBufferStream& stream, std::vector<std::byte>& out) {
  void* filled = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(filled, length);
  auto const* const first = static_cast<std::byte const*>(filled);
  out.insert(out.end(), first, first + length);
}

char const* word_of(OFCondition const& status) {
  if (status == EC_MaximumLengthViolated) return "length";
  if (status == EC_InvalidCharacter) return "characters";
  if (status == EC_ValueMultiplicityViolated) return "multiplicity";
  return "value";
}

std::string hex_of(DcmTagKey const& tag) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::uint32_t const number = static_cast<std::uint32_t>(tag.getGroup()) << 16 | tag.getElement();
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[number >> shift & 0xF];
  return text;
}

/// Walks a data set that parse() has bounded.
class Checker {
 public:
  void check(DcmItem& item, std::string const& path) {
    for (unsigned long i = 0; i < item.card() && findings_ < kMostFindings; ++i) {
      DcmElement* const element = item.getElement(i);
      if (element == nullptr) continue;
      std::string const name = path + hex_of(element->getTag());
      if (auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(element);
          sequence != nullptr && element->ident() == EVR_SQ) {
        for (unsigned long n = 0; n < sequence->card(); ++n)
          check(*sequence->getItem(n), name + '/' + std::to_string(n + 1) + '/');
      } else {
        check_element(*element, name);
      }
    }
  }
  std::string take() { return std::move(text_); }

 private:
  void check_element(DcmElement& element, std::string const& name) {
    OFCondition const status = element.checkValue("1-n");
    if (status.bad()) add(name, word_of(status));
    DcmTag const known(element.getTag().getXTag());
    bool const is_standard = known.getGroup() % 2 == 0 && known.getEVR() != EVR_UNKNOWN;
    if (!is_standard || (known.getElement() == 0)) return;
    check_against_dictionary(element, known, name);
  }

  void check_against_dictionary(DcmElement& element, DcmTag const& known, std::string const& name) {
    DcmVR const stated(element.ident()), listed(known.getEVR());
    if (!listed.isEquivalent(stated) && element.ident() != EVR_pixelSQ &&
        element.ident() != EVR_PixelData)
      add(name, "vr");
    DcmDataDictionary const& dictionary = dcmDataDict.rdlock();
    DcmDictEntry const* const entry = dictionary.findEntry(known, nullptr);
    int const least = entry != nullptr ? entry->getVMMin() : 1;
    int const most = entry != nullptr ? entry->getVMMax() : DcmVariableVM;
    dcmDataDict.rdunlock();
    auto const count = element.getVM();
    bool const is_counted = element.getLength() > 0 && element.ident() != EVR_UN;
    if (!is_counted) return;
    if (std::cmp_less(count, least) || (most != DcmVariableVM && std::cmp_greater(count, most)))
      add(name, "multiplicity");
  }

  void add(std::string const& name, char const* word) {
    ++findings_;
    text_.append(name).append(1, '\t').append(word).append(1, '\n');
  }

  std::string text_;
  std::size_t findings_ = 0;
};

}  // namespace

Result<std::vector<std::byte>> write_data_set(PlainDataSet const& plain, ElementEncoding encoding,
                                              Limits const& limits) {
  if (plain.encapsulated && encoding != ElementEncoding{true, false})
    return fail(Errc::invalid_argument, "fragments are Explicit VR Little Endian");
  auto const data_set = parse(plain, limits);
  if (!data_set) return std::unexpected(data_set.error());
  std::vector<std::byte> out, buffer(kBufferBytes);
  out.reserve(plain.bytes.size() + plain.bytes.size() / 8);
  // Without VRs nothing but its undefined length tells that a private element is a sequence.
  E_EncodingType const lengths = encoding.explicit_vr ? EET_ExplicitLength : EET_UndefinedLength;
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  (*data_set)->transferInit();
  OFCondition status = EC_StreamNotifyClient;
  while (status == EC_StreamNotifyClient) {
    status = (*data_set)->write(stream, dcmtk_syntax(encoding, plain.encapsulated), lengths,
                                nullptr, EGL_recalcGL, EPD_noChange);
    drain(stream, out);
  }
  (*data_set)->transferEnd();
  while (status.good() && !stream.isFlushed()) {
    stream.flush();
    drain(stream, out);
  }
  if (status == EC_MemoryExhausted) return fail(Errc::out_of_memory, "DCMTK ran out of memory");
  if (status.bad()) return fail(Errc::corrupt, "DCMTK does not write the data set");
  return out;
}

Result<std::string> check_data_set(PlainDataSet const& plain, Limits const& limits) {
  auto const data_set = parse(plain, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Checker checker;
  checker.check(**data_set, {});
  return checker.take();
}

}  // namespace sightline::dicom
