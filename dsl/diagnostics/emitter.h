// Emits diagnostics and counts them. The builder that Emit returns adds details and hands the diagnostic to
// the consumer at the end of the full expression:
//
//   emitter.Emit(span, NoSuchField, type, name).Label("not here").Note(decl_span, "declared
//   here").Help("...");
#ifndef INSTC_DSL_DIAGNOSTICS_EMITTER_H
#define INSTC_DSL_DIAGNOSTICS_EMITTER_H

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "dsl/diagnostics/diagnostic.h"
#include "dsl/diagnostics/kind.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc::diag {

// Receives finished diagnostics in the order of emission.
class Consumer {
 public:
  virtual ~Consumer() = default;
  virtual void Handle(Diagnostic diagnostic) = 0;
  // Writes what is still held back. Called once, at the end, by whoever made the consumer.
  virtual void Finish() {}
};

class Emitter;

class Builder {
 public:
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;
  ~Builder();

  // The words under the carets.
  Builder& Label(llvm::StringRef text);
  // A second place with its own excerpt; nothing when the place is not known, as for what Go predeclares.
  Builder& Note(Span span, llvm::StringRef text);
  // A further sentence without a place.
  Builder& Note(llvm::StringRef text);
  // What to do about it.
  Builder& Help(llvm::StringRef text);
  // A help that a machine may apply; `text` says what it does.
  Builder& Fix(llvm::StringRef text, std::vector<Edit> edits);
  Builder& Fix(llvm::StringRef text, Span span, llvm::StringRef replacement);

 private:
  friend class Emitter;
  Builder(Emitter& emitter, Diagnostic diagnostic) : emitter_(emitter), diagnostic_(std::move(diagnostic)) {}

  Emitter& emitter_;
  Diagnostic diagnostic_;
};

class Emitter {
 public:
  explicit Emitter(Consumer& consumer) : consumer_(consumer) {}
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  // A default Span means "no place": the message stands alone.
  template <typename... Args>
  Builder Emit(Span span, const Kind<Args...>& kind, std::type_identity_t<const Args&>... args) {
    return {*this,
            Make(span, kind.severity, kind.code, kind.name, llvm::formatv(kind.format, args...).str())};
  }

  // Passes on what another emitter made.
  void Repeat(Diagnostic diagnostic) { Hand(std::move(diagnostic)); }

  [[nodiscard]] unsigned ErrorCount() const { return error_count_; }
  [[nodiscard]] unsigned WarningCount() const { return warning_count_; }
  [[nodiscard]] bool HasErrors() const { return error_count_ != 0; }

 private:
  friend class Builder;
  static Diagnostic Make(Span span, Severity severity, const char* code, const char* name,
                         std::string message);
  void Hand(Diagnostic diagnostic);

  Consumer& consumer_;
  unsigned error_count_ = 0;
  unsigned warning_count_ = 0;
};

}  // namespace instc::diag

#endif  // INSTC_DSL_DIAGNOSTICS_EMITTER_H
