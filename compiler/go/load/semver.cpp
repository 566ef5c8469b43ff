#include "compiler/go/load/semver.h"

#include <algorithm>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::go {
namespace {

bool IsNumber(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, llvm::isDigit);
}
bool IsVersionNumber(llvm::StringRef text) {
  return IsNumber(text) && (text.size() == 1 || text.front() != '0');
}

// Any length, so that no input overflows.
int CompareNumbers(llvm::StringRef a, llvm::StringRef b) {
  a = a.ltrim('0');
  b = b.ltrim('0');
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

struct Parts {
  llvm::StringRef major;
  llvm::StringRef minor = "0";
  llvm::StringRef patch = "0";
  llvm::StringRef prerelease;  // with its '-'
  bool short_form = false;
};

bool IdentifiersValid(llvm::StringRef text, bool numbers_have_no_leading_zero) {
  llvm::SmallVector<llvm::StringRef, 4> identifiers;
  text.split(identifiers, '.');
  return llvm::all_of(identifiers, [&](llvm::StringRef id) {
    bool chars = !id.empty() && llvm::all_of(id, [](char c) { return llvm::isAlnum(c) || c == '-'; });
    return chars && (!numbers_have_no_leading_zero || !IsNumber(id) || IsVersionNumber(id));
  });
}

bool Parse(llvm::StringRef version, Parts& parts) {
  if (!version.consume_front("v")) return false;
  auto [body, build] = version.split('+');
  if (body.size() != version.size() && !IdentifiersValid(build, false)) return false;
  size_t dash = body.find('-');
  llvm::StringRef core = body.take_front(dash);
  if (dash != llvm::StringRef::npos) {
    parts.prerelease = body.drop_front(dash);
    if (!IdentifiersValid(parts.prerelease.drop_front(), true)) return false;
  }
  llvm::SmallVector<llvm::StringRef, 3> numbers;
  core.split(numbers, '.');
  if (numbers.size() > 3 || !llvm::all_of(numbers, IsVersionNumber)) return false;
  parts.short_form = numbers.size() < 3;
  if (parts.short_form && body.size() + build.size() != core.size()) return false;
  parts.major = numbers[0];
  if (numbers.size() > 1) parts.minor = numbers[1];
  if (numbers.size() > 2) parts.patch = numbers[2];
  return true;
}

// No pre-release is above every pre-release; numbers are below words.
int ComparePrerelease(llvm::StringRef a, llvm::StringRef b) {
  if (a == b) return 0;
  if (a.empty() || b.empty()) return a.empty() ? 1 : -1;
  llvm::SmallVector<llvm::StringRef, 4> x;
  llvm::SmallVector<llvm::StringRef, 4> y;
  a.drop_front().split(x, '.');
  b.drop_front().split(y, '.');
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (x[i] == y[i]) continue;
    bool x_number = IsNumber(x[i]);
    bool y_number = IsNumber(y[i]);
    if (x_number != y_number) return x_number ? -1 : 1;
    return x_number ? CompareNumbers(x[i], y[i]) : x[i].compare(y[i]);
  }
  return x.size() < y.size() ? -1 : 1;
}

}  // namespace

bool IsSemver(llvm::StringRef version) {
  Parts parts;
  return Parse(version, parts);
}

int CompareSemver(llvm::StringRef a, llvm::StringRef b) {
  Parts x;
  Parts y;
  bool x_valid = Parse(a, x);
  bool y_valid = Parse(b, y);
  if (!x_valid || !y_valid) return x_valid == y_valid ? 0 : x_valid ? 1 : -1;
  if (int c = CompareNumbers(x.major, y.major)) return c;
  if (int c = CompareNumbers(x.minor, y.minor)) return c;
  if (int c = CompareNumbers(x.patch, y.patch)) return c;
  return ComparePrerelease(x.prerelease, y.prerelease);
}

std::string MajorMinor(llvm::StringRef version) {
  Parts parts;
  return Parse(version, parts) ? ("v" + parts.major + "." + parts.minor).str() : "";
}

llvm::StringRef Prerelease(llvm::StringRef version) {
  Parts parts;
  return Parse(version, parts) ? parts.prerelease : llvm::StringRef();
}

bool IsPseudoVersion(llvm::StringRef version) {
  llvm::StringRef prerelease = Prerelease(version);
  auto [head, revision] = prerelease.rsplit('-');
  if (revision.size() != 12 || !llvm::all_of(revision, llvm::isHexDigit)) return false;
  llvm::StringRef time = head.take_back(14);
  return time.size() == 14 && IsNumber(time);
}

namespace {

// "1.21rc1" -> 1, 21, rc1; "1.21.3" -> 1, 21, 3. A language version sorts below its release candidates, those
// below .0.
struct GoParts {
  llvm::StringRef major;
  llvm::StringRef minor;
  llvm::StringRef patch;
  llvm::StringRef kind;  // "rc", "beta" or empty
  llvm::StringRef kind_number;
};

bool ParseGo(llvm::StringRef version, GoParts& parts) {
  version.consume_front("go");
  auto take_number = [&](llvm::StringRef& out) {
    out = version.take_while(llvm::isDigit);
    version = version.drop_front(out.size());
    return !out.empty();
  };
  if (!take_number(parts.major)) return false;
  if (!version.consume_front(".")) return version.empty();
  if (!take_number(parts.minor)) return false;
  if (version.consume_front("."))
    return take_number(parts.patch) && (version.empty() || version.front() == '-');
  if (version.empty() || version.front() == '-' || version.front() == ' ') return true;
  parts.kind = version.take_while(llvm::isAlpha);
  version = version.drop_front(parts.kind.size());
  return take_number(parts.kind_number);
}

}  // namespace

int CompareGoVersion(llvm::StringRef a, llvm::StringRef b) {
  GoParts x;
  GoParts y;
  bool x_valid = ParseGo(a, x);
  bool y_valid = ParseGo(b, y);
  if (!x_valid || !y_valid) return x_valid == y_valid ? 0 : x_valid ? 1 : -1;
  if (int c = CompareNumbers(x.major, y.major)) return c;
  if (int c = CompareNumbers(x.minor, y.minor)) return c;
  // "" (language version) < beta < rc < releases.
  auto rank = [](const GoParts& p) {
    return !p.patch.empty() ? 3 : p.kind == "rc" ? 2 : p.kind == "beta" ? 1 : 0;
  };
  if (rank(x) != rank(y)) return rank(x) < rank(y) ? -1 : 1;
  if (int c = CompareNumbers(x.patch, y.patch)) return c;
  return CompareNumbers(x.kind_number, y.kind_number);
}

int GoMinor(llvm::StringRef version) {
  GoParts parts;
  int minor = 0;
  if (!ParseGo(version, parts) || parts.major != "1" || parts.minor.getAsInteger(10, minor)) return -1;
  return minor;
}

}  // namespace instc::go
