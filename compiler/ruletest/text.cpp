#include "compiler/ruletest/text.h"

#include <algorithm>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest::text {
namespace {

using llvm::StringRef;

constexpr size_t kMaxHost = 255;

/// What strings.TrimSpace trims, as UTF-8.
constexpr llvm::StringLiteral kSpaces[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
    "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
    "\xE3\x80\x80"};

StringRef TrimSpace(StringRef s) {
  while (llvm::any_of(kSpaces, [&](StringRef space) { return s.consume_front(space); })) {
  }
  while (llvm::any_of(kSpaces, [&](StringRef space) { return s.consume_back(space); })) {
  }
  return s;
}

bool IsASCII(StringRef s) {
  return llvm::all_of(s, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Decimal digits up to 65535; anything else is 0.
int64_t ParsePort(StringRef s) {
  if (s.empty() || !llvm::all_of(s, llvm::isDigit)) return 0;
  s = s.drop_while([](char c) { return c == '0'; });
  int64_t port = 0;
  if (s.empty() || s.size() > 5 || s.getAsInteger(10, port)) return 0;
  return port > 65535 ? 0 : port;
}

/// url.QueryUnescape; nullopt: an error.
std::optional<std::string> Unescape(StringRef s) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+') {
      out += ' ';
    } else if (s[i] != '%') {
      out += s[i];
    } else {
      if (i + 2 >= s.size() || !llvm::isHexDigit(s[i + 1]) || !llvm::isHexDigit(s[i + 2]))
        return std::nullopt;
      out += static_cast<char>(llvm::hexFromNibbles(s[i + 1], s[i + 2]));
      i += 2;
    }
  }
  return out;
}

bool IsSecret(StringRef name) {
  static constexpr llvm::StringLiteral kSecrets[] = {"awsaccesskeyid",
                                                     "signature",
                                                     "sig",
                                                     "x-goog-signature",
                                                     "jwt",
                                                     "x-amz-signature",
                                                     "x-amz-credential",
                                                     "code",
                                                     "x-amz-security-token",
                                                     "x-goog-credential",
                                                     "api_key",
                                                     "access_token",
                                                     "id_token",
                                                     "apikey",
                                                     "refresh_token",
                                                     "token",
                                                     "api-key",
                                                     "auth",
                                                     "authorization",
                                                     "key",
                                                     "password",
                                                     "passwd",
                                                     "pwd",
                                                     "secret",
                                                     "client_secret",
                                                     "session",
                                                     "sessionid",
                                                     "session_id",
                                                     "sid",
                                                     "x-api-key"};
  const std::string lower = FoldLower(Unescape(name).value_or(name.str()));
  return llvm::any_of(kSecrets, [&](StringRef secret) { return secret == lower; });
}

bool IsWordStart(char c) {
  return llvm::isAlpha(c) || c == '_';
}

/// What looks like the name of a command; else `?`.
std::string CommandWord(StringRef word) {
  if (word.empty() || word.size() > 32 || !IsWordStart(word[0])) return "?";
  const bool plain = llvm::all_of(
      word, [](char c) { return IsWordStart(c) || llvm::isDigit(c) || c == '$' || c == '.' || c == '-'; });
  return plain ? word.str() : "?";
}

bool IsRedisGroup(const std::string& upper) {
  static constexpr llvm::StringLiteral kGroups[] = {
      "ACL",    "CLIENT", "CLUSTER", "COMMAND", "CONFIG",   "DEBUG",   "FUNCTION", "LATENCY", "MEMORY",
      "MODULE", "OBJECT", "PUBSUB",  "SCRIPT",  "SENTINEL", "SLOWLOG", "XGROUP",   "XINFO"};
  return llvm::any_of(kGroups, [&](StringRef group) { return group == upper; });
}

}  // namespace

std::string Cut(StringRef s, size_t limit) {
  if (s.size() <= limit) return s.str();
  while (limit > 0 && (static_cast<unsigned char>(s[limit]) & 0xC0U) == 0x80) --limit;
  return s.take_front(limit).str();
}

int64_t Atoi(StringRef s) {
  StringRef digits = s;
  const bool negative = digits.consume_front("-");
  if (!negative) digits.consume_front("+");
  if (digits.empty() || !llvm::all_of(digits, llvm::isDigit)) return 0;
  int64_t value = 0;
  const std::string signed_text = (negative ? "-" : "") + digits.str();
  return StringRef(signed_text).getAsInteger(10, value) ? 0 : value;
}

std::optional<std::string> Lower(StringRef s) {
  return IsASCII(s) ? std::optional(s.lower()) : std::nullopt;
}
std::optional<std::string> Upper(StringRef s) {
  return IsASCII(s) ? std::optional(s.upper()) : std::nullopt;
}

std::string Words(StringRef a, StringRef b) {
  return a.empty() || b.empty() ? (a + b).str() : (a + " " + b).str();
}

std::string FoldUpper(StringRef s) {
  std::string out;
  while (!s.empty()) {
    if (s.consume_front("\xC5\xBF"))  // long s
      out += 'S';
    else if (s.consume_front("\xC4\xB1"))  // dotless i
      out += 'I';
    else
      out += llvm::toUpper(s.front()), s = s.drop_front();
  }
  return out;
}

std::string FoldLower(StringRef s) {
  std::string out;
  while (!s.empty()) {
    if (s.consume_front("\xE2\x84\xAA"))  // the sign of Kelvin
      out += 'k';
    else if (s.consume_front("\xC4\xB0"))  // I with a dot
      out += 'i';
    else
      out += llvm::toLower(s.front()), s = s.drop_front();
  }
  return out;
}

bool EqualFold(StringRef s, StringRef ascii) {
  for (char c : ascii) {
    const char lower = llvm::toLower(c);
    if (lower == 's' && s.consume_front("\xC5\xBF")) continue;
    if (lower == 'k' && s.consume_front("\xE2\x84\xAA")) continue;
    if (s.empty() || llvm::toLower(s.front()) != lower) return false;
    s = s.drop_front();
  }
  return s.empty();
}

Address HostPort(StringRef a) {
  a = TrimSpace(a);
  if (a.startswith("/") || a.startswith("@")) return {Cut(a, kMaxHost), 0};
  if (a.consume_front("unix:")) {
    a.consume_front("//");
    return {Cut(a, kMaxHost), 0};
  }
  if (const size_t scheme = a.find("://"); scheme != StringRef::npos) {
    a = a.drop_front(scheme + 3);
    a.consume_front("/");
  }
  a = a.take_front(a.find_first_of("/?#"));
  a = a.drop_front(a.rfind('@') + 1);
  a = a.take_front(a.find(','));
  if (a.consume_front("[")) {
    const size_t end = a.find(']');
    if (end == StringRef::npos) return {};
    StringRef port = a.drop_front(end + 1);
    port.consume_front(":");
    return {Cut(a.take_front(end), kMaxHost), ParsePort(port)};
  }
  const size_t colon = a.rfind(':');
  if (colon == StringRef::npos || a.find(':') != colon) return {Cut(a, kMaxHost), 0};
  return {Cut(a.take_front(colon), kMaxHost), ParsePort(a.drop_front(colon + 1))};
}

std::string HTTPMethod(StringRef method) {
  static constexpr llvm::StringLiteral kKnown[] = {"GET",    "HEAD",    "POST",    "PUT",   "PATCH",
                                                   "DELETE", "CONNECT", "OPTIONS", "TRACE", "QUERY"};
  if (method.empty()) return "GET";
  return llvm::is_contained(kKnown, method) ? method.str() : "_OTHER";
}

std::string HTTPName(StringRef method, StringRef route) {
  const std::string known = HTTPMethod(method);
  return Words(known == "_OTHER" ? "HTTP" : known, route);
}

std::string HTTPVersion(StringRef proto) {
  if (!proto.consume_front("HTTP/") || proto.size() > 3) return "";
  return proto == "2.0" || proto == "3.0" ? proto.take_front(1).str() : proto.str();
}

std::string HTTPRoute(StringRef pattern) {
  const size_t slash = pattern.find('/');
  if (slash == StringRef::npos) return "";
  pattern = pattern.drop_front(slash);
  pattern.consume_back("{$}");
  return Cut(pattern, kMaxText);
}

bool OTLPExporter(StringRef method_or_agent) {
  return method_or_agent.startswith("/opentelemetry.proto.collector.") ||
         method_or_agent.startswith("OTel-OTLP-Exporter-") ||
         method_or_agent.startswith("OTel OTLP Exporter ");
}

std::string RedactQuery(StringRef query) {
  const std::string kept = Cut(query, kMaxText);
  query = kept;
  if (!query.contains('=')) return kept;
  std::string out;
  while (!query.empty()) {
    const size_t end = query.find_first_of("&;");
    const StringRef pair = query.take_front(end);
    const StringRef separator = end == StringRef::npos ? "" : query.substr(end, 1);
    query = query.drop_front(pair.size() + separator.size());
    const size_t equals = pair.find('=');
    if (equals != StringRef::npos && IsSecret(pair.take_front(equals)))
      out += (pair.take_front(equals + 1) + "REDACTED").str();
    else
      out += pair;
    out += separator;
  }
  return out;
}

std::string RedactURL(StringRef raw) {
  const std::string kept = Cut(raw, kMaxText);
  raw = kept;
  std::string out;
  StringRef rest = raw;
  const size_t slashes = raw.find("//");
  if (slashes != StringRef::npos && raw.take_front(slashes).find_first_of("?#") == StringRef::npos) {
    StringRef authority = raw.drop_front(slashes + 2);
    authority = authority.take_front(authority.find_first_of("/?#\\"));
    out += raw.take_front(slashes + 2);
    rest = raw.drop_front(slashes + 2 + authority.size());
    if (const size_t at = authority.rfind('@'); at != StringRef::npos) {
      out += "REDACTED:REDACTED";
      authority = authority.drop_front(at);
    }
    out += authority;
  }
  const size_t tail = rest.find_first_of("?#");
  if (tail == StringRef::npos) return out + rest.str();
  out += rest.take_front(tail + 1);
  rest = rest.drop_front(tail + 1);
  if (const size_t hash = rest.find('#'); hash != StringRef::npos) {
    out += RedactQuery(rest.take_front(hash)) + "#";
    rest = rest.drop_front(hash + 1);
  }
  return out + RedactQuery(rest);
}

std::string SanitizeRedis(llvm::ArrayRef<std::string> args) {
  constexpr size_t kMaxArguments = 8;
  if (args.empty()) return "";
  std::string command = CommandWord(args.front());
  args = args.drop_front();
  if (!args.empty() && IsRedisGroup(StringRef(command).upper())) {
    command += " " + CommandWord(args.front());
    args = args.drop_front();
  }
  for (size_t i = 0; i < std::min(args.size(), kMaxArguments); ++i) command += " ?";
  return args.size() > kMaxArguments ? command + " ..." : command;
}

}  // namespace instc::ruletest::text
