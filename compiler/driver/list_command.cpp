// instc list PACKAGE[@VERSION] [PATTERN]: where a rule can hook.
#include "compiler/driver/command.h"
#include "compiler/driver/options.h"
#include "compiler/driver/rule_inputs.h"
#include "compiler/survey/survey.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace instc {
namespace {

using survey::JoinPoint;
using survey::Library;

constexpr const char* kUsage =
    "usage: instc list [--offline] [--format text|json] PACKAGE[@VERSION] [PATTERN]";

/// The doc comment up to its first empty line.
llvm::StringRef FirstParagraph(llvm::StringRef doc) {
  return doc.take_front(doc.find("\n\n"));
}

void Comment(llvm::raw_ostream& out, llvm::StringRef text) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    out << "// " << line << '\n';
    text = rest;
  }
}

void WriteText(llvm::raw_ostream& out, const Library& library, llvm::ArrayRef<JoinPoint> points) {
  const size_t hookable = llvm::count_if(points, [](const JoinPoint& p) { return p.why_not.empty(); });
  out << "// package \"" << library.package().path() << "\"";
  if (!library.module().empty()) out << " of module " << library.module();
  out << ", " << library.version() << ": " << points.size()
      << (points.size() == 1 ? " function, " : " functions, ") << hookable << " can be hooked\n";
  for (const JoinPoint& point : points) {
    out << '\n';
    Comment(out, FirstParagraph(point.doc));
    Comment(out, "  " + point.signature);
    if (!point.why_not.empty()) Comment(out, "cannot be hooked: " + point.why_not);
    out << (point.why_not.empty() ? "on " : "// on ") << point.rule << '\n';
  }
}

void WritePoint(llvm::json::OStream& json, const JoinPoint& point) {
  json.attribute("name", point.name);
  if (!point.receiver.empty()) {
    json.attributeObject("receiver", [&] {
      json.attribute("type", point.receiver);
      json.attribute("pointer", point.pointer);
    });
  }
  json.attribute("rule", "on " + point.rule);
  json.attribute("signature", llvm::json::fixUTF8(point.signature));
  json.attribute("doc", llvm::json::fixUTF8(point.doc));
  json.attribute("hookable", point.why_not.empty());
  if (!point.why_not.empty()) json.attribute("reason", point.why_not);
  json.attribute("file", llvm::json::fixUTF8(llvm::sys::path::filename(point.declared_at.buffer->name())));
  json.attribute("line", point.declared_at.buffer->LineOf(point.declared_at.begin));
}

void WriteJson(llvm::raw_ostream& out, const Library& library, llvm::ArrayRef<JoinPoint> points) {
  llvm::json::OStream json(out, 2);
  json.object([&] {
    json.attribute("package", library.package().path());
    json.attribute("module", library.module());
    json.attribute("version", library.version());
    json.attributeArray("functions", [&] {
      for (const JoinPoint& point : points) json.object([&] { WritePoint(json, point); });
    });
  });
  out << '\n';
}

Result<std::vector<JoinPoint>> Select(const Library& library, llvm::StringRef pattern) {
  std::vector<JoinPoint> selected;
  for (JoinPoint& point : survey::JoinPoints(library)) {
    auto matches = survey::Matches(pattern, point);
    if (!matches) return matches.takeError();
    if (*matches) selected.push_back(std::move(point));
  }
  return selected;
}

}  // namespace

int RunList(CommandContext& context) {
  auto options = ParseOptions({{"offline"}, {"format", OptionSpec::Takes::Value}}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  const std::string format = options->Get("format", "text");
  if (format != "text" && format != "json")
    return UsageError(context, "--format is `text` or `json`, not `" + format + "`");
  const std::vector<std::string>& words = options->positional;
  if (words.empty() || words.size() > 2) return UsageError(context, kUsage);
  auto library = Library::Open(HostEnvironment(context, options->Has("offline")), words[0]);
  if (!library) return Failure(context, library.takeError());
  const std::string pattern = words.size() == 2 ? words[1] : "";
  auto points = Select(**library, pattern);
  if (!points) return Failure(context, points.takeError());
  format == "json" ? WriteJson(context.out, **library, *points) : WriteText(context.out, **library, *points);
  if (points->empty() && format == "text")
    context.err << "instc: no function of " << (*library)->package().path() << " matches `" << pattern
                << "`\n";
  return points->empty() ? kExitErrors : kExitOk;
}

}  // namespace instc
