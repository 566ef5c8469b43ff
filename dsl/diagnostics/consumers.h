// Where diagnostics go: caret text for people, JSON lines and SARIF for tools, a list for tests, sorted by
// position.
#ifndef INSTC_DSL_DIAGNOSTICS_CONSUMERS_H
#define INSTC_DSL_DIAGNOSTICS_CONSUMERS_H

#include <functional>
#include <string>
#include <vector>

#include "dsl/diagnostics/emitter.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::diag {

// Text with excerpts, as docs/diagnostics.md shows it. Colours are ANSI escapes and only written when asked
// for.
class CaretConsumer : public Consumer {
 public:
  explicit CaretConsumer(llvm::raw_ostream& out, bool color = false) : out_(out), color_(color) {}
  void Handle(Diagnostic diagnostic) override;

 private:
  llvm::raw_ostream& out_;
  bool color_;
};

// One JSON object a line: {"code","name","severity","message","file","begin":{line,column,offset},"end",...}.
class JsonConsumer : public Consumer {
 public:
  explicit JsonConsumer(llvm::raw_ostream& out) : out_(out) {}
  void Handle(Diagnostic diagnostic) override;

 private:
  llvm::raw_ostream& out_;
};

// One SARIF 2.1.0 document, written by Finish: for code hosts and editors that show findings beside the text.
class SarifConsumer : public Consumer {
 public:
  // What a code means, for the document's list of rules. Markdown.
  struct RuleText {
    std::string title, text;
  };
  SarifConsumer(llvm::raw_ostream& out, std::string version,
                std::function<RuleText(llvm::StringRef code)> describe)
      : out_(out), version_(std::move(version)), describe_(std::move(describe)) {}
  void Handle(Diagnostic diagnostic) override { held_.push_back(std::move(diagnostic)); }
  void Finish() override;

 private:
  llvm::raw_ostream& out_;
  std::string version_;
  std::function<RuleText(llvm::StringRef code)> describe_;
  std::vector<Diagnostic> held_;
};

// Keeps everything: for tests and for callers that decide later.
class CollectingConsumer : public Consumer {
 public:
  void Handle(Diagnostic diagnostic) override { diagnostics.push_back(std::move(diagnostic)); }

  std::vector<Diagnostic> diagnostics;
};

// Shows nothing: for attempts whose failure is an answer, and for what was reported before.
class DiscardingConsumer : public Consumer {
 public:
  void Handle(Diagnostic) override {}
};

// Holds diagnostics back until Finish, then passes them on by file name and position, exact repetitions once.
class SortingConsumer : public Consumer {
 public:
  explicit SortingConsumer(Consumer& next) : next_(next) {}
  void Handle(Diagnostic diagnostic) override { held_.push_back(std::move(diagnostic)); }
  void Finish() override;

 private:
  Consumer& next_;
  std::vector<Diagnostic> held_;
};

}  // namespace instc::diag

#endif  // INSTC_DSL_DIAGNOSTICS_CONSUMERS_H
