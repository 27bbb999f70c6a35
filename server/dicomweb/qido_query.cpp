#include "dicomweb/qido_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/uid.hpp"
#include "dicom/dictionary.hpp"
#include "dicomweb/attribute_level.hpp"

namespace sightline::server {
namespace {

using Column = DicomSearch::Column;
using Level = DicomSearch::Level;
using Match = DicomSearch::Match;

constexpr std::size_t kLongestValue = 1024, kMostValues = 1000, kDeepestPath = 4;
constexpr std::uint32_t kStudyDate = 0x00080020, kStudyTime = 0x00080030, kModality = 0x00080060,
                        kModalitiesInStudy = 0x00080061;

struct ColumnOf {
  std::uint32_t tag;
  Column column;
};
constexpr auto kColumns = std::to_array<ColumnOf>({
    {0x0020000D, Column::study_instance_uid},
    {kStudyDate, Column::study_date},
    {kStudyTime, Column::study_time},
    {0x00080050, Column::accession_number},
    {0x00100020, Column::patient_id},
    {0x00100010, Column::patient_name},
    {0x00100030, Column::patient_birth_date},
    {0x00100040, Column::patient_sex},
    {0x00200010, Column::study_id},
    {0x00081030, Column::study_description},
    {kModalitiesInStudy, Column::modalities_in_study},
    {0x0020000E, Column::series_instance_uid},
    {kModality, Column::modality},
    {0x00200011, Column::series_number},
    {0x00080018, Column::sop_instance_uid},
    {0x00080016, Column::sop_class_uid},
    {0x00200013, Column::instance_number},
});

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t const end = text.find_first_of(separators);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Result<std::vector<std::uint32_t>> parse_path(std::string_view text) {
  std::vector<std::uint32_t> path;
  for (std::string_view const name : split(text, ".")) {
    auto const tag = dicom::dictionary_tag(name);
    if (!tag || path.size() == kDeepestPath)
      return fail(Errc::invalid_argument, "the query names an attribute that is not known");
    path.push_back(*tag);
  }
  return path;
}

Result<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return fail(Errc::invalid_argument, "limit and offset are whole numbers");
  return number;
}

struct Matching {
  Match match = Match::equal;
  std::vector<std::string> values;
};

bool is_temporal(std::array<char, 2> vr) {
  return vr == std::array{'D', 'A'} || vr == std::array{'T', 'M'} || vr == std::array{'D', 'T'};
}

/// What a value asks for. Source: PS3.4 C.2.2.2.1 (single value), .2 (UID list), .4 (wildcard), .5
/// (range).
Result<Matching> parse_matching(std::uint32_t tag, std::string_view value) {
  auto const vr = dicom::dictionary_vr(tag);
  if (vr == std::array{'U', 'I'}) {
    Matching uids;
    for (std::string_view const uid : split(value, ",\\")) {
      if (!is_uid(uid) || uids.values.size() == kMostValues)
        return fail(Errc::invalid_argument, "a UID in the query is none");
      uids.values.emplace_back(uid);
    }
    return uids;
  }
  if (is_temporal(vr) && value.contains('-')) {
    std::size_t const dash = value.find('-');
    // All that begins with the end is before the next value of its precision: "10" is to 10:59:59.
    std::string end(value.substr(dash + 1));
    if (!end.empty()) end += '~';
    return Matching{Match::range, {std::string(value.substr(0, dash)), std::move(end)}};
  }
  bool const is_pattern = !is_temporal(vr) && value.find_first_of("*?") != std::string_view::npos;
  return Matching{is_pattern ? Match::wildcard : Match::equal, {std::string(value)}};
}

class Parser {
 public:
  explicit Parser(QidoResource const& resource) {
    query_.search.level = resource.level;
    query_.names_study = !resource.study_instance_uid.empty();
    query_.names_series = !resource.series_instance_uid.empty();
    if (query_.names_study)
      add(Column::study_instance_uid, {Match::equal, {resource.study_instance_uid}});
    if (query_.names_series)
      add(Column::series_instance_uid, {Match::equal, {resource.series_instance_uid}});
  }

  Status parameter(std::string const& key, std::string const& value) {
    if (value.size() > kLongestValue) return fail(Errc::invalid_argument, "a value is too long");
    if (key == "accept") return {};
    if (key == "includefield") return include(value);
    if (key == "fuzzymatching") {
      query_.wants_fuzzy = value == "true";
      return {};
    }
    if (key == "limit" || key == "offset") {
      auto const number = parse_number(value);
      if (!number) return std::unexpected(number.error());
      (key == "limit" ? query_.limit.emplace() : query_.offset) = *number;
      return {};
    }
    return attribute(key, value);
  }

  QidoQuery finish() {
    combine_date_and_time();
    return std::move(query_);
  }

 private:
  void add(Column column, Matching matching) {
    query_.search.conditions.push_back({column, matching.match, std::move(matching.values)});
  }

  Status include(std::string_view list) {
    for (std::string_view const name : split(list, ",")) {
      if (name == "all") {
        query_.includes_all = true;
        continue;
      }
      auto const path = parse_path(name);
      if (!path) return std::unexpected(path.error());
      query_.included.push_back(path->front());
    }
    return {};
  }

  Status attribute(std::string const& key, std::string const& value) {
    auto path = parse_path(key);
    if (!path) return std::unexpected(path.error());
    std::uint32_t& tag = path->front();
    if (tag == kModality && query_.search.level == Level::study) tag = kModalitiesInStudy;
    query_.included.push_back(tag);
    if (attribute_level(tag) > query_.search.level)
      return fail(Errc::invalid_argument,
                  "the query names an attribute of a lower level than what it searches");
    bool const is_universal = value.empty() || value == "*" || value == "\"\"";
    if (is_universal) return {};  // PS3.4 C.2.2.2.3
    auto matching = parse_matching(path->back(), value);
    if (!matching) return std::unexpected(matching.error());
    auto const known = std::ranges::find(kColumns, tag, &ColumnOf::tag);
    if (path->size() == 1 && known != kColumns.end()) {
      add(known->column, std::move(*matching));
    } else {
      query_.filters.push_back({std::move(*path), matching->match, std::move(matching->values)});
    }
    return {};
  }

  /// Ranges of date and time are one range of both. Source: PS3.4 C.2.2.2.5.
  void combine_date_and_time() {
    auto& conditions = query_.search.conditions;
    auto const find = [&](Column column) {
      return std::ranges::find_if(conditions, [column](auto const& one) {
        return one.column == column && one.match == Match::range;
      });
    };
    auto const date = find(Column::study_date), time = find(Column::study_time);
    if (date == conditions.end() || time == conditions.end()) return;
    auto const joined = [](std::string day, std::string_view hour, char pad) {
      if (day.empty()) return day;
      if (day.back() == '~') day.pop_back();
      day += hour.empty() ? std::string(1, pad) : std::string(hour);
      return day;
    };
    date->values = {joined(date->values[0], time->values[0], '0'),
                    joined(date->values[1], time->values[1], '~')};
    date->column = Column::study_date_time;
    conditions.erase(time);
  }

  QidoQuery query_;
};

}  // namespace

Result<QidoQuery> parse_qido_query(
    QidoResource const& resource, std::span<std::pair<std::string, std::string> const> parameters) {
  Parser parser(resource);
  for (auto const& [key, value] : parameters) {
    if (Status const read = parser.parameter(key, value); !read)
      return std::unexpected(read.error());
  }
  return parser.finish();
}

}  // namespace sightline::server
