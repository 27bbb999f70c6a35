#include "page/asset_table.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>

#include "index/gzip.hpp"
#include "page/study_json.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

std::string unpack(std::string const& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(1 << 20, '\0');
  std::string in = packed;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int const outcome = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return outcome == Z_STREAM_END ? out : "not gzip";
}

class AssetTableTest : public testing::Test {
 protected:
  AssetTableTest() {
    std::string name = (fs::temp_directory_path() / "sightline-assets-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
    fs::create_directories(folder / "assets/fonts");
    write("index.html", "<!--sightline:study-->");
    write("login.html", "sign in");
  }
  ~AssetTableTest() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  void write(std::string const& name, std::string const& content) {
    std::ofstream(folder / name, std::ios::binary) << content;
  }

  fs::path folder;
};

TEST_F(AssetTableTest, FormsOfAFileBelongToIt) {
  write("assets/main-1a2B3c4D.js", "script");
  write("assets/main-1a2B3c4D.js.br", "brotli");
  write("assets/main-1a2B3c4D.js.gz", "gzip");
  write("assets/alone.gz", "x");
  AssetTable const table = AssetTable::load(folder).value();
  AssetFile const* const script = table.find("/assets/main-1a2B3c4D.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(*script->plain, "script");
  EXPECT_EQ(*script->brotli, "brotli");
  EXPECT_EQ(*script->gzip, "gzip");
  EXPECT_TRUE(script->is_immutable);
  EXPECT_EQ(table.find("/assets/main-1a2B3c4D.js.br"), nullptr);
  EXPECT_NE(table.find("/assets/alone.gz"), nullptr);
}

TEST_F(AssetTableTest, TextWithoutAGzipFormGetsOne) {
  std::string const text(5000, 'a');
  write("assets/app.css", text);
  write("assets/fonts/a.woff2", text);
  AssetTable const table = AssetTable::load(folder).value();
  EXPECT_EQ(unpack(*table.find("/assets/app.css")->gzip), text);
  EXPECT_EQ(table.find("/assets/fonts/a.woff2")->gzip, nullptr);
  EXPECT_FALSE(table.find("/assets/app.css")->is_immutable);
}

TEST_F(AssetTableTest, LinksAreNotFollowedAndTheIndexIsNeeded) {
  fs::create_symlink("/etc/hostname", folder / "assets/link.txt");
  EXPECT_EQ(AssetTable::load(folder).value().size(), 0U);
  fs::remove(folder / "index.html");
  EXPECT_EQ(AssetTable::load(folder).error().code, Errc::not_found);
}

TEST(ContentHash, IsRecognisedAtTheEndOfAName) {
  EXPECT_TRUE(has_content_hash("main-1a2B3c4D.js"));
  EXPECT_TRUE(has_content_hash("viewer-B_9-x0Za.simd.wasm"));
  EXPECT_FALSE(has_content_hash("main.js"));
  EXPECT_FALSE(has_content_hash("my-renderer.js"));
  EXPECT_FALSE(has_content_hash("1a2B3c4D.js"));
}

TEST(Gzip, ComesBackAsItWas) {
  std::string const text = "the same and the same and the same";
  EXPECT_EQ(unpack(*gzip(std::as_bytes(std::span(text.data(), text.size())), 6)), text);
  EXPECT_EQ(unpack(*gzip({}, 6)), "");
}

TEST(StudyJson, CarriesTextAndNumbersUnderTheirDicomNames) {
  StudyPage page;
  page.total = 10'000;
  StudySummary row;
  row.study_instance_uid = "1.2";
  row.patient_name = "M\xC3\xBCller^\"A\"";
  row.modalities = {"CT", "PT"};
  row.bytes = 5'000'000'000;
  page.studies = {row};
  EXPECT_EQ(
      encode_study_list(page),
      R"({"total":10000,"studies":[{"studyInstanceUID":"1.2","studyDate":"","studyTime":"","studyDescription":"",)"
      R"("accessionNumber":"","patientName":"Müller^\"A\"","patientID":"","patientBirthDate":"","patientSex":"",)"
      R"("referringPhysicianName":"","modalities":["CT","PT"],"series":0,"instances":0,"frames":0,"bytes":5000000000,)"
      R"("pending":0,"failed":0,"conflicts":0}]})");
}

}  // namespace
}  // namespace sightline::server
