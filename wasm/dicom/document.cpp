#include "dicom/document.hpp"

#include "dicom/bounded_text.hpp"
#include "dicom/document_item.hpp"
#include "dicom/encapsulated_document.hpp"
#include "dicom/json_object.hpp"
#include "dicom/sr_document.hpp"
#include "dicom/waveform.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSopClass = 0x00080016, kSopInstance = 0x00080018, kValueType = 0x0040A040,
                        kEncapsulatedDocument = 0x00420011, kWaveformSequence = 0x54000100;

enum class Kind : std::uint8_t { none, sr, waveform, encapsulated };

Kind kind_of(DocumentItem const& data_set) {
  if (data_set.has(kEncapsulatedDocument)) return Kind::encapsulated;
  if (data_set.has(kWaveformSequence)) return Kind::waveform;
  return data_set.has(kValueType) ? Kind::sr : Kind::none;
}

void fill(JsonObject& object, DocumentItem const& data_set, Kind kind, BoundedText const& out) {
  object.text("sopClass", data_set.code(kSopClass));
  object.text("sopInstance", data_set.code(kSopInstance));
  switch (kind) {
    case Kind::sr:
      object.text("kind", "sr");
      fill_sr_document(object, data_set, out);
      break;
    case Kind::waveform:
      object.text("kind", "waveform");
      fill_waveform(object, data_set);
      break;
    case Kind::encapsulated:
      object.text("kind", "encapsulated");
      fill_encapsulated_document(object, data_set);
      break;
    case Kind::none: break;
  }
  object.flag("incomplete", data_set.is_incomplete());
}

}  // namespace

Result<std::string> document_json(std::span<std::byte const> file, Limits const& limits) {
  auto const data_set = DocumentDataSet::open(file, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Kind const kind = kind_of(data_set->root());
  if (kind == Kind::none) return fail(Errc::unsupported, "no document of a kind that is known");
  BoundedText out(kMaxDocumentJsonBytes);
  {
    JsonObject object(out);
    fill(object, data_set->root(), kind, out);
  }
  if (out.full()) return fail(Errc::limit_exceeded, "the document is too large");
  return out.take();
}

Result<std::vector<std::byte>> document_part(std::span<std::byte const> file, std::uint32_t part,
                                             Limits const& limits) {
  auto const data_set = DocumentDataSet::open(file, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Kind const kind = kind_of(data_set->root());
  if (kind == Kind::waveform) return waveform_samples(data_set->root(), part);
  if (kind != Kind::encapsulated || part != 0) return fail(Errc::not_found, "no such part");
  auto const bytes = encapsulated_bytes(data_set->root());
  if (!bytes) return std::unexpected(bytes.error());
  return std::vector<std::byte>(bytes->begin(), bytes->end());
}

}  // namespace sightline::dicom
