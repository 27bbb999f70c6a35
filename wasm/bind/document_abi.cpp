// sl_document_* over dicom::document_json and its kin; reader.wasm only.
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bind/handle.hpp"
#include "bind/page_file.hpp"
#include "bind/sl_abi.h"
#include "dicom/dicom_json.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/document.hpp"

struct SlDocument : sightline::bind::Handle {
  std::string text;
  std::vector<std::byte> bytes;
};

namespace {

using sightline::Errc;
using sightline::Result;
using sightline::bind::report;

constexpr int32_t kInvalidArgument = static_cast<int32_t>(Errc::invalid_argument);

/// The page asks for all tags of one object at once.
constexpr uint32_t kMaxKeywords = 100'000;

std::span<std::byte const> as_bytes(const uint8_t* bytes, uint32_t length) {
  return {reinterpret_cast<std::byte const*>(bytes), length};
}

template <class Held>
SlBytes place_of(Held const& held) {
  static_assert(sizeof(void*) == 4);
  return {static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(held.data())),
          static_cast<uint32_t>(held.size())};
}

int32_t answer(SlDocument& document, Result<std::string> text, SlBytes* out) {
  if (!text) return report(document, std::move(text.error()));
  document.text = std::move(*text);
  *out = place_of(document.text);
  return 0;
}

}  // namespace

extern "C" {

SlDocument* sl_document_create(void) { return new (std::nothrow) SlDocument; }

void sl_document_destroy(SlDocument* document) {
  std::unique_ptr<SlDocument> const owned(document);
}

int32_t sl_document_json(SlDocument* document, const uint8_t* file, uint32_t length, SlBytes* out) {
  if (document == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  return answer(*document, sightline::dicom::document_json(as_bytes(file, length)), out);
}

int32_t sl_document_part(SlDocument* document, const uint8_t* file, uint32_t length, uint32_t part,
                         SlBytes* out) {
  if (document == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto bytes = sightline::dicom::document_part(as_bytes(file, length), part);
  if (!bytes) return report(*document, std::move(bytes.error()));
  document->bytes = std::move(*bytes);
  *out = place_of(document->bytes);
  return 0;
}

int32_t sl_document_attributes(SlDocument* document, const uint8_t* file, uint32_t length,
                               SlBytes* out) {
  if (document == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  return answer(*document, sightline::dicom::dicom_json(as_bytes(file, length), {}), out);
}

int32_t sl_document_attributes_ranged(SlDocument* document, double size, SlBytes* out) {
  if (document == nullptr || out == nullptr) return kInvalidArgument;
  sightline::bind::PageFile file(size);
  sightline::Limits limits;
  limits.max_whole_bytes = sightline::bind::kMaxWholeBytes;
  return answer(*document, sightline::dicom::dicom_json(file.source(), {}, limits), out);
}

int32_t sl_document_keywords(SlDocument* document, const uint32_t* tags, uint32_t count,
                             SlBytes* out) {
  if (document == nullptr || tags == nullptr || out == nullptr || count > kMaxKeywords)
    return kInvalidArgument;
  document->text.clear();
  for (uint32_t const tag : std::span(tags, count))
    document->text += sightline::dicom::dictionary_keyword(tag) + '\n';
  *out = place_of(document->text);
  return 0;
}

}  // extern "C"
