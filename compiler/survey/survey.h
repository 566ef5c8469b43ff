// The join points of a library as an author looks for them: every function and method of one package, how a
// rule names it, its signature and doc comment, and why it cannot be hooked where it cannot.
//
//   auto library = Library::Open(environment, "github.com/redis/go-redis/v9@v9.7.0");
//   for (const JoinPoint& point : JoinPoints(*library)) ...
#ifndef INSTC_COMPILER_SURVEY_SURVEY_H
#define INSTC_COMPILER_SURVEY_SURVEY_H

#include <memory>
#include <string>
#include <vector>

#include "compiler/compile/compile.h"
#include "compiler/go/load/program.h"

namespace instc::survey {

/// One function or method.
struct JoinPoint {
  std::string receiver;  ///< type name; empty: a function
  bool pointer = false;
  std::string name;
  std::string rule;       ///< what stands behind `on`: `(c *Client) Do(req) (resp, err)`
  std::string signature;  ///< as Go writes it: `func (c *Client) Do(req *Request) (*Response, error)`
  std::string doc;        ///< comment text without slashes, lines joined by newlines
  std::string why_not;    ///< empty: it can be hooked
  Span declared_at;

  /// `Client.Do`, `Get`: what patterns match.
  std::string Title() const { return receiver.empty() ? name : receiver + "." + name; }
};

/// Whether a pattern means this title: a glob when it has one of `*?[`, else a part of it in any case. A glob
/// without a dot is about the name alone. Empty matches all.
Result<bool> Matches(llvm::StringRef pattern, const JoinPoint& point);

/// One package of one version of a library, and what its types need.
class Library {
 public:
  /// `spec` is `import/path` or `import/path@version`. A module is found by the longest part of the path that
  /// is one, at its newest release when no version is named; it is fetched when the environment allows.
  static Result<std::unique_ptr<Library>> Open(const compile::Environment& environment, llvm::StringRef spec);

  const go::Package& package() const { return *package_; }
  /// That the package was loaded by.
  go::Program& program() const { return program_ != nullptr ? *program_ : *std_program_; }
  const std::string& go_version() const { return go_.version; }  ///< "go1.26.8"
  const std::string& module() const { return module_; }          ///< empty: the standard library
  const std::string& version() const { return version_; }        ///< of the module, or of Go: "go1.26.8"

 private:
  Library() = default;
  llvm::Error OpenStd(llvm::StringRef path, llvm::StringRef version);
  llvm::Error OpenModule(llvm::StringRef path, llvm::StringRef version);
  llvm::Error FindModule(llvm::StringRef path, llvm::StringRef version);
  llvm::Error LoadFrom(go::Program& program, llvm::StringRef path);

  compile::Environment environment_;
  go::GoInstallation go_;
  go::BuildContext context_;
  std::string module_, version_;
  std::unique_ptr<go::StdResolver> std_resolver_;
  std::unique_ptr<go::Program> std_program_;
  std::unique_ptr<go::PackageResolver> resolver_;
  std::unique_ptr<go::Program> program_;
  const go::Package* package_ = nullptr;
};

/// All of its package: functions by name, then methods by type and name.
std::vector<JoinPoint> JoinPoints(const Library& library);

}  // namespace instc::survey

#endif  // INSTC_COMPILER_SURVEY_SURVEY_H
