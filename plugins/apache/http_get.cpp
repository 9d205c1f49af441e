// SPDX-License-Identifier: Apache-2.0
// The HTTP client, by Boost.Beast.
#include "plugins/apache/http_get.h"

#include <netinet/in.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace mainstay::apache {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr int kMostRedirects = 5;

Error translate(const std::string& what, const beast::error_code& code) {
  const Errc kind = code == beast::error::timeout            ? Errc::timed_out
                    : code == http::error::body_limit        ? Errc::limit_exceeded
                    : code == asio::error::operation_aborted ? Errc::timed_out
                                                             : Errc::unavailable;
  return fail(kind, what + ": " + code.message());
}

struct Answer {
  Page page;
  std::string location;
};

/// The library's calls are asynchronous so that each has the deadline.
class Connection {
 public:
  explicit Connection(Clock::time_point deadline) { stream_.expires_at(deadline); }

  /// The first of the addresses that answers.
  beast::error_code connect(const asio::ip::tcp::resolver::results_type& targets) {
    beast::error_code code = asio::error::host_not_found;
    for (const auto& target : targets) {
      code = open(target.endpoint().protocol());
      if (!code) {
        stream_.async_connect(target.endpoint(),
                              [&](const beast::error_code& result) { code = result; });
        run();
      }
      if (!code || code == beast::error::timeout) {
        break;
      }
    }
    return code;
  }

  beast::error_code write(const http::request<http::empty_body>& request) {
    beast::error_code code;
    http::async_write(stream_, request,
                      [&](const beast::error_code& result, std::size_t) { code = result; });
    run();
    return code;
  }

  beast::error_code read(http::response_parser<http::string_body>& parser) {
    beast::error_code code;
    http::async_read(stream_, buffer_, parser,
                     [&](const beast::error_code& result, std::size_t) { code = result; });
    run();
    return code;
  }

 private:
  void run() {
    loop_.restart();
    loop_.run();
  }

  beast::error_code open(const asio::ip::tcp& protocol) {
    beast::error_code code;
    auto& socket = stream_.socket();
    socket.close(code);
    socket.open(protocol, code);
    if (code) {
      return code;
    }
    // Else the kernel would take a port already here, of which there are fewer than connections.
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const asio::ip::address self = protocol == asio::ip::tcp::v4()
                                       ? asio::ip::address(asio::ip::address_v4::loopback())
                                       : asio::ip::address(asio::ip::address_v6::loopback());
    socket.bind({self, 0}, code);
    return code;
  }

  asio::io_context loop_;
  beast::tcp_stream stream_{loop_};
  beast::flat_buffer buffer_;
};

Result<Answer> ask(const Url& url, bool head, Clock::time_point deadline) {
  const std::string what = "http://" + url.host + ":" + url.port + url.path;
  asio::io_context names;
  asio::ip::tcp::resolver resolver(names);
  beast::error_code code;
  const auto targets = resolver.resolve(url.host, url.port, code);
  if (code) {
    return translate(what, code);
  }
  Connection connection(deadline);
  if ((code = connection.connect(targets))) {
    return translate(what, code);
  }
  http::request<http::empty_body> request(head ? http::verb::head : http::verb::get, url.path, 11);
  const bool is_ipv6 = url.host.find(':') != std::string::npos;
  request.set(http::field::host, (is_ipv6 ? "[" + url.host + "]" : url.host) +
                                     (url.port == "80" ? "" : ":" + url.port));
  request.set(http::field::user_agent, "mainstay");
  request.set(http::field::connection, "close");
  if ((code = connection.write(request))) {
    return translate(what, code);
  }
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLargestPage);
  parser.skip(head);
  if ((code = connection.read(parser))) {
    return translate(what, code);
  }
  auto response = parser.release();
  Answer answer;
  answer.page.status = response.result_int();
  answer.location = std::string(response[http::field::location]);
  answer.page.body = std::move(response.body());
  return answer;
}

}  // namespace

std::optional<Url> parse_url(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) {
    return std::nullopt;
  }
  const std::string rest = text.substr(kScheme.size());
  const std::size_t slash = rest.find('/');
  const std::string authority = rest.substr(0, slash);
  Url url;
  if (slash != std::string::npos) {
    url.path = rest.substr(slash, rest.find('#') - slash);
  }
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string::npos) {
    return std::nullopt;
  }
  url.host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  const std::size_t colon = end == std::string::npos ? end : authority.find(':', end);
  if (colon != std::string::npos) {
    url.port = authority.substr(colon + 1);
  }
  const bool port_is_number = !url.port.empty() && url.port.size() <= 5 &&
                              url.port.find_first_not_of("0123456789") == std::string::npos;
  if (url.host.empty() || !port_is_number || url.host.find('@') != std::string::npos ||
      url.path.find_first_of(" \r\n") != std::string::npos) {
    return std::nullopt;
  }
  return url;
}

Result<Page> http_get(const std::string& url_text, bool head, Clock::time_point deadline) {
  std::string next = url_text;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    const auto url = parse_url(next);
    if (!url) {
      return fail(Errc::invalid_input, "\"" + next + "\" is no plain HTTP address");
    }
    Result<Answer> answer = fail(Errc::internal, "not asked");
    try {
      answer = ask(*url, head, deadline);
    } catch (const std::exception& error) {
      return fail(Errc::internal, std::string("HTTP client: ") + error.what());
    }
    if (!answer) {
      return answer.error();
    }
    const bool redirected = answer->page.status >= 301 && answer->page.status <= 308 &&
                            answer->page.status != 304 && !answer->location.empty();
    if (!redirected) {
      return std::move(answer->page);
    }
    const bool relative = answer->location.starts_with('/');
    const std::string host =
        url->host.find(':') == std::string::npos ? url->host : "[" + url->host + "]";
    next = relative ? "http://" + host + ":" + url->port + answer->location : answer->location;
  }
  return fail(Errc::unavailable, url_text + ": too many redirects");
}

}  // namespace mainstay::apache
