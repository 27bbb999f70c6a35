#include "dicom/sr_document.hpp"

#include <string>

#include "dicom/coded_entry.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kContentDate = 0x00080023, kContentTime = 0x00080033,
                        kManufacturer = 0x00080070, kInstitutionName = 0x00080080,
                        kStationName = 0x00081010, kSeriesDescription = 0x0008103E,
                        kModelName = 0x00081090, kReferencedSeries = 0x00081115,
                        kReferencedSops = 0x00081199, kStudyInstanceUid = 0x0020000D,
                        kSeriesInstanceUid = 0x0020000E, kOrganization = 0x0040A027,
                        kVerificationDateTime = 0x0040A030, kVerifyingObservers = 0x0040A073,
                        kVerifyingName = 0x0040A075, kAuthors = 0x0040A078,
                        kParticipants = 0x0040A07A, kParticipationType = 0x0040A080,
                        kParticipationTime = 0x0040A082, kObserverType = 0x0040A084,
                        kPersonName = 0x0040A123, kPredecessors = 0x0040A360,
                        kRequestedEvidence = 0x0040A375, kOtherEvidence = 0x0040A385,
                        kCompletionFlag = 0x0040A491, kCompletionDescription = 0x0040A492,
                        kVerificationFlag = 0x0040A493, kPreliminaryFlag = 0x0040A496;

void add_observers(JsonObject& object, DocumentItem const& data_set) {
  JsonArray observers = object.array("observers");
  for (DocumentItem const& item : data_set.items(kVerifyingObservers)) {
    JsonObject observer = observers.object();
    observer.text("role", "verifier");
    observer.text("name", item.text(kVerifyingName));
    observer.text("organization", item.text(kOrganization));
    observer.text("when", item.code(kVerificationDateTime));
  }
  for (DocumentItem const& item : data_set.items(kAuthors)) {
    JsonObject observer = observers.object();
    observer.text("role", "author");
    observer.text("type", item.code(kObserverType));
    observer.text("name", item.text(kPersonName));
    observer.text("organization", item.text(kInstitutionName));
    observer.text("device", item.text(kModelName));
    observer.text("station", item.text(kStationName));
  }
  for (DocumentItem const& item : data_set.items(kParticipants)) {
    JsonObject observer = observers.object();
    observer.text("role", "participant");
    observer.text("type", item.code(kParticipationType));
    observer.text("name", item.text(kPersonName));
    observer.text("organization", item.text(kInstitutionName));
    observer.text("when", item.code(kParticipationTime));
  }
}

/// Where the instances lie that the content names by UID alone. Source: PS3.3 C.17.2.1.
void add_evidence(JsonObject& object, std::string_view name, DocumentItem const& data_set,
                  std::initializer_list<std::uint32_t> sequences, BoundedText const& out) {
  JsonArray evidence = object.array(name);
  for (std::uint32_t const sequence : sequences) {
    for (DocumentItem const& study : data_set.items(sequence)) {
      for (DocumentItem const& series : study.items(kReferencedSeries)) {
        if (out.full()) return;
        JsonObject entry = evidence.object();
        entry.text("study", study.code(kStudyInstanceUid));
        entry.text("series", series.code(kSeriesInstanceUid));
        add_references(entry, "instances", series, kReferencedSops);
      }
    }
  }
}

}  // namespace

void fill_sr_document(JsonObject& object, DocumentItem const& data_set, BoundedText const& out) {
  object.text("completion", data_set.code(kCompletionFlag));
  object.text("completionDescription", data_set.text(kCompletionDescription));
  object.text("verification", data_set.code(kVerificationFlag));
  object.text("preliminary", data_set.code(kPreliminaryFlag));
  object.text("contentDate", data_set.code(kContentDate));
  object.text("contentTime", data_set.code(kContentTime));
  object.text("manufacturer", data_set.text(kManufacturer));
  object.text("model", data_set.text(kModelName));
  object.text("institution", data_set.text(kInstitutionName));
  object.text("seriesDescription", data_set.text(kSeriesDescription));
  add_observers(object, data_set);
  add_evidence(object, "evidence", data_set, {kRequestedEvidence, kOtherEvidence}, out);
  add_evidence(object, "predecessors", data_set, {kPredecessors}, out);
  bool is_whole = true;
  {
    JsonObject root = object.object("root");
    is_whole = fill_content_item(root, data_set, "1", out);
  }
  object.flag("deeper", !is_whole);
}

}  // namespace sightline::dicom
