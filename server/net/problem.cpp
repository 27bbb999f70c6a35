#include "net/problem.hpp"

#include <boost/json.hpp>

namespace sightline::server {
namespace {

unsigned status_of(Errc code) {
  switch (code) {
    case Errc::not_found:
    case Errc::no_pixels: return 404;
    case Errc::invalid_argument: return 400;
    case Errc::pending:
    case Errc::stale: return 409;
    case Errc::forbidden: return 403;
    case Errc::unsupported: return 406;
    case Errc::out_of_memory: return 503;
    case Errc::no_space: return 507;
    default: return 500;
  }
}

std::string_view sentence_of(Errc code) {
  switch (code) {
    case Errc::not_found: return "There is no such thing here.";
    case Errc::no_pixels: return "This object has no pictures.";
    case Errc::invalid_argument: return "The request cannot be met as it is written.";
    case Errc::pending: return "The pictures are being prepared; ask again.";
    case Errc::stale: return "The study has changed; ask again.";
    case Errc::forbidden: return "This is not allowed.";
    case Errc::unsupported: return "This server cannot make a picture of it.";
    case Errc::out_of_memory: return "The server has no memory left for this.";
    case Errc::no_space: return "The server's disk is full.";
    default: return "The server could not read what it has stored.";
  }
}

}  // namespace

Response problem(unsigned status, std::string_view detail, Errc code) {
  boost::json::object body;
  body["type"] = "about:blank";
  body["title"] = reason_phrase(status);
  body["status"] = status;
  if (!detail.empty()) body["detail"] = detail;
  if (code != Errc::ok) body["code"] = errc_name(code);
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = Body(boost::json::serialize(body));
  return response;
}

Response problem_of(Error const& error) {
  return problem(status_of(error.code), sentence_of(error.code), error.code);
}

}  // namespace sightline::server
