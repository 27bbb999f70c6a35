#include "net/http_message.hpp"

#include <array>
#include <ctime>

namespace sightline::server {

std::string_view Request::header(std::string_view name) const {
  std::string_view found;
  std::size_t hits = 0;
  for (Header const& header : headers) {
    if (header.name != name) continue;
    found = header.value;
    ++hits;
  }
  return hits == 1 ? found : std::string_view{};
}

std::size_t Request::count(std::string_view name) const {
  std::size_t hits = 0;
  for (Header const& header : headers) hits += header.name == name ? 1 : 0;
  return hits;
}

Body::Body(std::string text) : Body(std::make_shared<std::string const>(std::move(text))) {}

Body::Body(std::shared_ptr<std::string const> text)
    : bytes_(std::as_bytes(std::span(text->data(), text->size()))), length_bytes_(text->size()) {
  owner_ = std::move(text);
}

Body::Body(std::vector<std::byte> bytes) {
  auto owner = std::make_shared<std::vector<std::byte> const>(std::move(bytes));
  bytes_ = *owner;
  length_bytes_ = owner->size();
  owner_ = std::move(owner);
}

Body::Body(std::uint64_t length_bytes, Reader read)
    : length_bytes_(length_bytes), read_(std::move(read)) {}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

namespace {

std::string_view cache_control(CachePolicy policy) {
  switch (policy) {
    case CachePolicy::revalidate: return "private, no-cache";
    case CachePolicy::immutable_private: return "private, max-age=31536000, immutable";
    case CachePolicy::immutable_public: return "public, max-age=31536000, immutable";
    case CachePolicy::no_store: break;
  }
  return "no-store";
}

constexpr std::array<std::array<std::string_view, 2>, 4> kSecurityHeaders{{
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy",
     "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
     "geolocation=(), gyroscope=(), "
     "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), "
     "screen-wake-lock=(), usb=(), "
     "xr-spatial-tracking=()"},
}};

void append(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string encode_response_head(Response const& response, HeadOptions const& options) {
  std::string head;
  head.reserve(1536);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_phrase(response.status)).append("\r\n");
  append(head, "Date", options.date);
  append(head, "Connection", options.keep_alive ? "keep-alive" : "close");
  if (!response.content_type.empty()) append(head, "Content-Type", response.content_type);
  // RFC 9110 8.6: no Content-Length in a 1xx or 204; a 304's would be that of the 200.
  if (response.status != 304 && response.status != 204)
    append(head, "Content-Length", std::to_string(response.body.length_bytes()));
  append(head, "Cache-Control", cache_control(response.cache));
  for (Header const& header : response.headers) append(head, header.name, header.value);
  std::string csp =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src "
      "'self'; "
      "img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; font-src 'self'; "
      "frame-ancestors ";
  csp.append(options.frame_ancestors);
  csp.append("; base-uri 'none'; form-action ").append(response.has_form ? "'self'" : "'none'");
  csp.append("; require-trusted-types-for 'script'");
  append(head, "Content-Security-Policy", csp);
  // A form that is sent from a page of "no-referrer" has the Origin `null` (Fetch 3.2).
  append(head, "Referrer-Policy", response.has_form ? "same-origin" : "no-referrer");
  if (options.is_https) append(head, "Strict-Transport-Security", "max-age=31536000");
  for (auto const& [name, value] : kSecurityHeaders) append(head, name, value);
  head.append("\r\n");
  return head;
}

std::string http_date(std::int64_t seconds_since_1970) {
  static constexpr std::array<char const*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<char const*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::time_t const when = seconds_since_1970;
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 16> clock{};
  std::strftime(clock.data(), clock.size(), "%H:%M:%S", &parts);
  std::string const day = std::to_string(parts.tm_mday);
  // Not strftime's %a and %b: those follow the locale.
  return std::string(kDays.at(static_cast<std::size_t>(parts.tm_wday))) + ", " +
         (day.size() < 2 ? "0" : "") + day + " " +
         kMonths.at(static_cast<std::size_t>(parts.tm_mon)) + " " +
         std::to_string(parts.tm_year + 1900) + " " + clock.data() + " GMT";
}

}  // namespace sightline::server
