#include "dicomweb/stow_answer.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "dicomweb/resource_uri.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

json::object element(std::string_view vr, json::array values) {
  json::object out{{"vr", vr}};
  if (!values.empty()) out["Value"] = std::move(values);
  return out;
}
json::object text(std::string_view vr, std::string_view value) {
  return value.empty() ? element(vr, {}) : element(vr, {json::value(value)});
}
json::object reason(StoreReason value) {
  return element("US", {static_cast<std::uint16_t>(value)});
}

/// An item of the Failed or Referenced SOP Sequence.
json::object sop_reference(StoredObject const& object) {
  return json::object{{"00081150", text("UI", object.sop_class_uid)},
                      {"00081155", text("UI", object.sop_instance_uid)}};
}

/// The study that all stored objects are of; empty when there are several.
std::string_view common_study(StowAnswer const& answer) {
  if (!answer.study_instance_uid.empty() || answer.stored.empty()) return answer.study_instance_uid;
  std::string_view const first = answer.stored.front().study_instance_uid;
  bool const is_one = std::ranges::all_of(
      answer.stored, [&](StoredObject const& one) { return one.study_instance_uid == first; });
  return is_one ? first : std::string_view{};
}

}  // namespace

void StowAnswer::add(StoredObject object) {
  if (object.failure == StoreReason::none) {
    stored.push_back(std::move(object));
  } else if (object.sop_instance_uid.empty()) {
    other_failures.push_back(object.failure);
  } else {
    failed.push_back(std::move(object));
  }
}

unsigned StowAnswer::status() const {
  bool const has_failures = !failed.empty() || !other_failures.empty();
  if (stored.empty() && !has_failures) return 400;
  if (stored.empty()) {
    auto const is_full = [](StoreReason why) { return why == StoreReason::out_of_resources; };
    bool const all_full = std::ranges::all_of(failed, is_full, &StoredObject::failure) &&
                          std::ranges::all_of(other_failures, is_full);
    return all_full ? 507 : 409;
  }
  bool const has_warnings = std::ranges::any_of(
      stored, [](StoredObject const& one) { return one.warning != StoreReason::none; });
  return has_failures || has_warnings ? 202 : 200;
}

std::string encode_stow_answer(StowAnswer const& answer, std::string_view service_uri) {
  json::object out;
  std::string_view const study = common_study(answer);
  if (!study.empty()) out["00081190"] = text("UR", resource_uri(service_uri, study));
  if (!answer.failed.empty()) {
    json::array items;
    for (StoredObject const& object : answer.failed) {
      json::object item = sop_reference(object);
      item["00081197"] = reason(object.failure);
      items.push_back(std::move(item));
    }
    out["00081198"] = element("SQ", std::move(items));
  }
  if (!answer.stored.empty()) {
    json::array items;
    for (StoredObject const& object : answer.stored) {
      json::object item = sop_reference(object);
      item["00081190"] =
          text("UR", resource_uri(service_uri, object.study_instance_uid,
                                  object.series_instance_uid, object.sop_instance_uid));
      if (object.warning != StoreReason::none) item["00081196"] = reason(object.warning);
      items.push_back(std::move(item));
    }
    out["00081199"] = element("SQ", std::move(items));
  }
  if (!answer.other_failures.empty()) {
    json::array items;
    for (StoreReason const why : answer.other_failures)
      items.push_back(json::object{{"00081197", reason(why)}});
    out["0008119A"] = element("SQ", std::move(items));
  }
  return json::serialize(out);
}

}  // namespace sightline::server
