#include "compiler/check/builtins.h"

#include "llvm/ADT/STLExtras.h"

namespace instc::check {
namespace {

using enum BuiltinKind;

constexpr Builtin kBuiltins[] = {
    {"ambient", kAmbient, "", "", ""},
    {"apply", kApply, "", "", ""},
    {"as", kAs, "", "", ""},
    {"atoi", kExtern, "Atoi", "s", "i"},
    {"cap", kLen, "", "", ""},
    {"clone", kClone, "", "", ""},
    {"cond", kCond, "", "", ""},
    {"except", kExcept, "", "", ""},
    {"exists", kExists, "", "", ""},
    {"extract", kExtract, "", "", ""},
    {"hostport", kExtern, "HostPort", "a", "si", "HostPortText"},
    {"is", kIs, "", "", ""},
    {"itoa", kExtern, "Itoa", "i", "s"},
    {"join", kJoin, "", "", ""},
    {"len", kLen, "", "", ""},
    {"lower", kExtern, "Lower", "s", "s"},
    {"opt", kOpt, "", "", ""},
    {"or", kOr, "", "", ""},
    {"otlp_exporter", kExtern, "OTLPExporter", "s", "b"},
    {"parameterized", kTrust, "", "", ""},
    {"redact.query", kExtern, "RedactQuery", "s", "s"},
    {"redact.url", kExtern, "RedactURL", "s", "s"},
    {"sanitize.redis", kExtern, "SanitizeRedis", "l", "s"},
    {"sanitize.sql", kExtern, "SanitizeSQL", "s", "s"},
    {"text", kExtern, "Text", "a", "s", "CutText"},
    {"trust", kTrust, "", "", ""},
    {"upper", kExtern, "Upper", "s", "s"},
    {"words", kWords, "", "", ""},
};

}  // namespace

const Builtin* FindBuiltin(llvm::StringRef name) {
  const auto* found = llvm::find_if(kBuiltins, [&](const Builtin& b) { return b.name == name; });
  return found == std::end(kBuiltins) ? nullptr : found;
}

bool IsBuiltinNamespace(llvm::StringRef name) {
  return llvm::any_of(kBuiltins, [&](const Builtin& b) {
    return b.name.size() > name.size() && b.name.startswith(name) && b.name[name.size()] == '.';
  });
}

std::vector<llvm::StringRef> BuiltinNames() {
  std::vector<llvm::StringRef> names;
  for (const Builtin& b : kBuiltins) names.push_back(b.name);
  return names;
}

}  // namespace instc::check
