// instc doctor [--rules=FILE] [GO BUILD FLAGS] [PACKAGES]: whether a build could be instrumented, and what
// would become of each plugin.
#include <set>

#include "compiler/driver/go_request.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc {
namespace {

class Page {
 public:
  explicit Page(llvm::raw_ostream& out) : out_(out) {}

  void Fact(llvm::StringRef name, const llvm::Twine& text) {
    out_ << llvm::formatv("{0,-15}{1}\n", name, text.str());
  }

  void Applied(const build::Report& report) {
    if (report.rules.empty()) out_ << "no rule applies to this build\n";
    std::set<std::string> packages;
    for (const build::ReportedRule& rule : report.rules) packages.insert(rule.package);
    for (const std::string& package : packages) {
      std::string version;
      std::set<std::string> rules;
      for (const build::ReportedRule& rule : report.rules) {
        if (rule.package != package) continue;
        version = rule.version;
        rules.insert(rule.rule);
      }
      out_ << "  " << package << (version.empty() ? "" : " " + version) << "\n";
      for (const std::string& rule : rules) out_ << "    " << rule << "\n";
    }
  }

  void NotApplied(const build::Report& report) {
    for (const std::string& note : report.notes) out_ << "  note: " << note << "\n";
    for (const build::Skipped& s : report.skipped)
      out_ << "  not applied: " << s.plugin << (s.version.empty() ? "" : " " + s.version) << " " << s.reason
           << "\n";
    for (const build::Bypassed& b : report.bypassed) {
      out_ << "  " << (b.allowed ? "bypasses " : "left out: ") << b.rule << " at " << b.function;
      if (!b.allowed) out_ << ", which takes --allow-bypass=" << b.plugin;
      out_ << "\n";
    }
  }

 private:
  llvm::raw_ostream& out_;
};

bool CanWrite(const std::string& directory) {
  if (llvm::sys::fs::create_directories(directory)) return false;
  return !llvm::sys::fs::access(directory, llvm::sys::fs::AccessMode::Write);
}

}  // namespace

int RunDoctor(CommandContext& context) {
  Result<build::BuildRequest> request = MakeExamineRequest(context);
  if (!request) return UsageError(context, llvm::toString(request.takeError()));
  diag::CaretConsumer consumer(context.err, context.color);
  diag::Emitter emitter(consumer);
  Page page(context.out);
  page.Fact("instc", llvm::Twine(INSTC_VERSION) + " at " + request->instc);
  std::optional<build::Examined> examined = build::Examine(*request, emitter, context.err);
  if (!examined) {
    context.out << "this build cannot be instrumented; the reason is above\n";
    return kExitErrors;
  }
  page.Fact("instc-toolexec", request->toolexec);
  page.Fact("rules", request->pack_file + ", " + llvm::Twine(examined->plugins) + " plugins, " +
                         examined->report.pack_digest);
  page.Fact("go", examined->report.go + " at " + examined->go + ", GOROOT " + examined->goroot);
  page.Fact("module", examined->module_file.empty() ? "none" : examined->module_file);
  const bool writable = CanWrite(examined->cache_directory);
  page.Fact("cache", examined->cache_directory + (writable ? "" : ": CANNOT BE WRITTEN"));
  context.out << "\n";
  page.Applied(examined->report);
  page.NotApplied(examined->report);
  return writable ? kExitOk : kExitErrors;
}

}  // namespace instc
