#include "test_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace sightline::server {
namespace {

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

File open(std::filesystem::path const& path) {
  File file(std::fopen(path.c_str(), "w"), &std::fclose);
  if (!file) throw std::runtime_error("cannot write a test certificate");
  return file;
}

}  // namespace

void write_certificate(std::filesystem::path const& certificate, std::filesystem::path const& key,
                       std::string const& name) {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const pair(EVP_EC_gen("P-256"),
                                                                 &EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> const x509(X509_new(), &X509_free);
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 24 * 60 * 60);
  X509_set_pubkey(x509.get(), pair.get());
  X509_NAME* const subject = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<unsigned char const*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(x509.get(), subject);
  X509_sign(x509.get(), pair.get(), EVP_sha256());
  PEM_write_X509(open(certificate).get(), x509.get());
  PEM_write_PrivateKey(open(key).get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace sightline::server
