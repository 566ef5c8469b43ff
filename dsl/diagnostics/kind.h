// A diagnostic kind is declared once, beside the code that emits it:
//
//   INSTC_DIAGNOSTIC(UnknownName, "E0201", Error, "unknown name `{0}`", llvm::StringRef);
//   ...
//   emitter.Emit(span, UnknownName, name).Help("did you mean `req`?");
//
// The types after the text are those of the arguments; their number is checked against the text at compile
// time. Messages: lower-case, no end stop, names in backticks; what was seen first, what to do in Help. `{{`
// writes a brace. tests/layering_test.py reads these declarations from the source, so each stands on lines of
// its own.
#ifndef INSTC_DSL_DIAGNOSTICS_KIND_H
#define INSTC_DSL_DIAGNOSTICS_KIND_H

#include <cstddef>

namespace instc::diag {

enum class Severity { Error, Warning, Remark };

// 1 + the highest {N} of a formatv text.
consteval size_t CountPlaceholders(const char* format) {
  size_t count = 0;
  for (const char* c = format; *c != 0; ++c) {
    if (*c != '{') continue;
    ++c;
    if (*c == '{') continue;
    size_t index = 0;
    while (*c >= '0' && *c <= '9') index = index * 10 + static_cast<size_t>(*c++ - '0');
    count = index + 1 > count ? index + 1 : count;
  }
  return count;
}

template <typename... Args>
struct Kind {
  const char* name;  // UpperCamelCase, stable
  const char* code;  // "E0201" or "W0404", stable
  Severity severity;
  const char* format;

  consteval Kind(const char* kind_name, const char* kind_code, Severity kind_severity,
                 const char* kind_format)
      : name(kind_name), code(kind_code), severity(kind_severity), format(kind_format) {
    if (CountPlaceholders(kind_format) != sizeof...(Args)) throw "placeholders and argument types differ";
  }
};

}  // namespace instc::diag

#define INSTC_DIAGNOSTIC(Name, code, severity, format, ...) \
  constexpr ::instc::diag::Kind<__VA_ARGS__> Name {         \
#Name, code, ::instc::diag::Severity::severity, format  \
  }

#endif  // INSTC_DSL_DIAGNOSTICS_KIND_H
