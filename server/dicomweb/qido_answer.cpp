#include "dicomweb/qido_answer.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

#include "dicom/dicom_json.hpp"
#include "dicomweb/attribute_level.hpp"
#include "dicomweb/describe.hpp"
#include "dicomweb/document_filter.hpp"
#include "dicomweb/json_object.hpp"
#include "dicomweb/resource_uri.hpp"
#include "index/gzip.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;
using Level = DicomSearch::Level;

json::object element(std::string_view vr, json::array values) {
  json::object one{{"vr", vr}};
  if (!values.empty()) one.emplace("Value", std::move(values));
  return one;
}

/// What is no attribute of the objects but of their being here.
void add_query_attributes(json::object& out, DicomRow const& row, std::string_view service_uri) {
  std::string const uri = resource_uri(service_uri, row.study_instance_uid, row.series_instance_uid,
                                       row.sop_instance_uid);
  out.insert_or_assign("00080005", element("CS", {"ISO_IR 192"}));
  out.insert_or_assign("00080056", element("CS", {"ONLINE"}));
  out.insert_or_assign("00081190", element("UR", {uri}));
}

void add_study_counts(json::object& out, DicomRow const& row) {
  json::array modalities;
  std::string_view rest = row.modalities_in_study;
  while (!rest.empty()) {
    std::size_t const end = rest.find('\\');
    modalities.emplace_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  // Left out rather than empty when no series names one: an empty one ends OHIF's study list.
  if (!modalities.empty()) out.insert_or_assign("00080061", element("CS", std::move(modalities)));
  out.insert_or_assign("00201206", element("IS", {row.series_in_study}));
  out.insert_or_assign("00201208", element("IS", {row.instances_in_study}));
}

std::uint32_t tag_of(std::string_view key) {
  std::uint32_t tag = 0;
  std::from_chars(key.data(), key.data() + key.size(), tag, 16);
  return tag;
}

/// Builds the answers of one query.
class Answers {
 public:
  Answers(QidoQuery const& query, std::string_view service_uri)
      : query_(query), service_uri_(service_uri), level_(query.search.level) {
    std::uint32_t const asked = query.limit.value_or(kMaxQidoResults);
    limit_ = std::min(asked, kMaxQidoResults);
    auto const keep = [this](Level level) {
      auto const tags = default_attributes(level);
      kept_.insert(kept_.end(), tags.begin(), tags.end());
    };
    keep(level_);
    // What the path does not name, each result says. PS3.18 10.6.3.3.
    if (level_ != Level::study && !query.names_study) keep(Level::study);
    if (level_ == Level::instance && !query.names_series) keep(Level::series);
    // Always: the names by which the next question is asked.
    kept_.insert(kept_.end(), {0x0020000D, 0x0020000E});
    kept_.insert(kept_.end(), query.included.begin(), query.included.end());
    std::ranges::sort(kept_);
  }

  bool visit(DicomRow const& row) {
    bool const needs_documents = !query_.filters.empty();
    if (!needs_documents && is_skipped()) return true;
    json::object document = document_of(row);
    for (DocumentFilter const& filter : query_.filters) {
      if (!matches(document, filter)) return true;
    }
    if (needs_documents && is_skipped()) return true;
    if (answer_.results == limit_) {
      answer_.is_cut = true;
      return false;
    }
    append(std::move(document));
    return true;
  }

  QidoAnswer finish() {
    answer_.json = "[" + answer_.json + "]";
    // Fewer than were asked for is what the client wanted: only the server's own limit is news.
    if (query_.limit && *query_.limit <= kMaxQidoResults) answer_.is_cut = false;
    return std::move(answer_);
  }

 private:
  bool is_skipped() { return skipped_ < query_.offset && ++skipped_ > 0; }

  json::object document_of(DicomRow const& row) const {
    json::object document;
    if (level_ == Level::instance) {
      auto const text = gunzip(row.metadata, dicom::kMaxDicomJsonBytes);
      if (text) {
        std::string const uri = resource_uri(service_uri_, row.study_instance_uid,
                                             row.series_instance_uid, row.sop_instance_uid);
        document = read_json_object(with_bulk_uris(*text, uri));
      }
    } else {
      document = read_json_object(row.study);
      if (level_ == Level::series) {
        for (auto const& [key, value] : read_json_object(row.series))
          document.insert_or_assign(key, value);
      }
    }
    add_study_counts(document, row);
    if (level_ == Level::series)
      document.insert_or_assign("00201209", element("IS", {row.instances_in_series}));
    add_query_attributes(document, row, service_uri_);
    document.insert_or_assign("0020000D", element("UI", {row.study_instance_uid}));
    if (level_ != Level::study)
      document.insert_or_assign("0020000E", element("UI", {row.series_instance_uid}));
    if (level_ == Level::instance) {
      document.insert_or_assign("00080016", element("UI", {row.sop_class_uid}));
      document.insert_or_assign("00080018", element("UI", {row.sop_instance_uid}));
    }
    return document;
  }

  bool is_kept(std::uint32_t tag) const {
    if (std::ranges::binary_search(kept_, tag)) return true;
    if (!query_.includes_all) return false;
    // "all" means all of the level, and of those above that the path does not name.
    Level const level = attribute_level(tag);
    if (level == Level::study) return level_ == Level::study || !query_.names_study;
    if (level == Level::series) return level_ == Level::series || !query_.names_series;
    return true;
  }

  void append(json::object document) {
    std::vector<std::pair<std::string_view, json::value const*>> elements;
    for (auto const& [key, value] : document) {
      std::uint32_t const tag = tag_of(key);
      if (is_kept(tag)) elements.emplace_back(key, &value);
    }
    std::ranges::sort(elements, {}, &std::pair<std::string_view, json::value const*>::first);
    answer_.json += answer_.results++ == 0 ? "{" : ",{";
    bool is_first = true;
    for (auto const& [key, value] : elements) {
      answer_.json.append(is_first ? "\"" : ",\"").append(key).append("\":");
      answer_.json += json::serialize(*value);
      is_first = false;
    }
    answer_.json += "}";
  }

  QidoQuery const& query_;
  std::string_view service_uri_;
  Level level_;
  std::uint32_t limit_ = 0, skipped_ = 0;
  std::vector<std::uint32_t> kept_;
  QidoAnswer answer_;
};

}  // namespace

Result<QidoAnswer> answer_qido(Index const& index, QidoQuery const& query,
                               std::string_view service_uri) {
  Answers answers(query, service_uri);
  Status const searched =
      index.search(query.search, [&](DicomRow const& row) { return answers.visit(row); });
  if (!searched) return std::unexpected(searched.error());
  return answers.finish();
}

}  // namespace sightline::server
