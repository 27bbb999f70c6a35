#include "wire/manifest.hpp"

#include <algorithm>
#include <string_view>

#include "wire/json_writer.hpp"
#include "wire/manifest_instance.hpp"
#include "wire/manifest_order.hpp"

namespace sightline::wire {
namespace {

/// Every instance of a study repeats its attributes; the first in the manifest's order that has a
/// value speaks for all.
template <class Get>
std::string first_text(std::vector<dicom::Instance const*> const& instances, Get get) {
  for (dicom::Instance const* const instance : instances) {
    if (std::string const& text = get(*instance); !text.empty()) return text;
  }
  return {};
}

std::string patient_json(std::vector<dicom::Instance const*> const& all) {
  using dicom::Patient;
  json::Object object;
  auto const add = [&](std::string_view key, std::string Patient::* member) {
    object.add(key, json::quote(first_text(
                        all, [&](auto const& i) -> auto const& { return i.patient.*member; })));
  };
  add("name", &Patient::name);
  add("id", &Patient::id);
  add("birthDate", &Patient::birth_date);
  add("sex", &Patient::sex);
  return object.text();
}

std::string study_json(std::vector<dicom::Instance const*> const& all) {
  using dicom::Study;
  json::Object object;
  auto const add = [&](std::string_view key, std::string Study::* member) {
    object.add(key, json::quote(first_text(
                        all, [&](auto const& i) -> auto const& { return i.study.*member; })));
  };
  add("studyInstanceUID", &Study::study_instance_uid);
  add("studyDate", &Study::study_date);
  add("studyTime", &Study::study_time);
  add("studyDescription", &Study::study_description);
  add("accessionNumber", &Study::accession_number);
  add("studyID", &Study::study_id);
  add("referringPhysicianName", &Study::referring_physician_name);
  add("institutionName", &Study::institution_name);
  object.add("patient", patient_json(all));
  return object.text();
}

void add_series_attributes(std::vector<dicom::Instance const*> const& all, json::Object& object) {
  using dicom::Series;
  auto const add = [&](std::string_view key, std::string Series::* member) {
    object.add(key, json::quote(first_text(
                        all, [&](auto const& i) -> auto const& { return i.series.*member; })));
  };
  add("seriesInstanceUID", &Series::series_instance_uid);
  add("modality", &Series::modality);
  auto const numbered =
      std::ranges::find_if(all, [](auto const* i) { return i->series.series_number.has_value(); });
  if (numbered != all.end()) {
    object.add("seriesNumber", json::number(std::int64_t{*(*numbered)->series.series_number}));
  }
  add("seriesDescription", &Series::series_description);
  add("bodyPartExamined", &Series::body_part_examined);
  add("laterality", &Series::laterality);
  add("protocolName", &Series::protocol_name);
  add("frameOfReferenceUID", &Series::frame_of_reference_uid);
}

/// The members that all instances have with one value.
json::Object common_members(std::vector<json::Object> const& instances) {
  json::Object common;
  for (auto const& [key, value] : instances.front().members()) {
    bool const shared = std::ranges::all_of(instances, [&](json::Object const& instance) {
      std::string const* const other = instance.find(key);
      return other != nullptr && *other == value;
    });
    if (shared) common.add(key, value);
  }
  return common;
}

json::Object without(json::Object const& instance, json::Object const& common) {
  json::Object rest;
  for (auto const& [key, value] : instance.members()) {
    if (common.find(key) == nullptr) rest.add(key, value);
  }
  return rest;
}

std::string series_json(Manifest const& manifest, SeriesOrder const& order) {
  std::vector<dicom::Instance const*> parsed;
  std::vector<json::Object> instances;
  for (std::size_t const index : order.instances) {
    parsed.push_back(&manifest.instances[index].instance);
    instances.push_back(instance_json(manifest.instances[index]));
  }
  json::Object const common = common_members(instances);
  std::vector<std::string> items;
  for (json::Object const& instance : instances) items.push_back(without(instance, common).text());
  json::Object object;
  add_series_attributes(parsed, object);
  object.add_text("sortedBy", order.by_position ? "position" : "instanceNumber");
  object.add("common", common.text());
  object.add("instances", json::array(items));
  return object.text();
}

}  // namespace

std::string encode_manifest(Manifest const& manifest) {
  std::vector<SeriesOrder> const order = order_manifest(manifest);
  std::vector<dicom::Instance const*> all;
  std::vector<std::string> series;
  for (SeriesOrder const& one : order) {
    for (std::size_t const index : one.instances)
      all.push_back(&manifest.instances[index].instance);
    series.push_back(series_json(manifest, one));
  }
  json::Object object;
  object.add_text("format", "sightline.manifest.v1");
  object.add("revision", json::quote(std::to_string(manifest.revision)));
  object.add("study", study_json(all));
  object.add("series", json::array(series));
  return object.text();
}

std::vector<FrameRef> number_frames(Manifest const& manifest) {
  std::vector<FrameRef> frames;
  for (SeriesOrder const& order : order_manifest(manifest)) {
    for (std::size_t const index : order.instances) {
      std::uint32_t const count = frame_count(manifest.instances[index].instance);
      for (std::uint32_t frame = 0; frame < count; ++frame) frames.push_back({index, frame});
    }
  }
  return frames;
}

}  // namespace sightline::wire
