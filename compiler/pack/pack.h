// The rule pack: what `instc compile` writes and `instc go` reads. docs/backend.md section 2 is its contract;
// these structs mirror it one to one and hold no behaviour.
//
// A pack comes from disk and may come from anyone, so reading is strict: an unknown schema version, a missing
// or unknown key, a wrong type or a digest that does not fit the content is an error that names the file, the
// key and the remedy. Writing is reproducible: sorted keys, the order of lists as given, nothing of time or
// place.
#ifndef INSTC_COMPILER_PACK_PACK_H
#define INSTC_COMPILER_PACK_PACK_H

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace llvm::vfs {
class FileSystem;
}

namespace instc::pack {

/// Grows when an old reader would misread a new pack.
inline constexpr int kSchemaVersion = 3;

/// One comparison of a version range: `>= v1.5.0`. A range is the conjunction of its bounds; empty: every
/// version.
struct VersionBound {
  std::string op;  ///< one of == != < <= > >=
  std::string version;
};

/// A rule file as it was compiled; kept so that rules can be specialised for another version at build time.
struct SourceFile {
  std::string file;
  std::string text;
};

using OptionValue = std::variant<bool, std::string, int64_t, std::vector<std::string>>;

/// A setting of a plugin that the user can change at run time.
struct Option {
  std::string name;
  OptionValue default_value;  ///< its alternative is the option's type
  std::string doc;
};

struct Library {
  std::string path;     ///< module path; for std the import path
  bool is_std = false;  ///< key "std"
  std::vector<VersionBound> range;
};

struct RuleRef {
  std::string id;  ///< "plugin.rule"
  uint32_t line = 0;
};

struct Origin {
  std::string file;
  uint32_t line = 0;
};

/// A hidden field appended to struct `type` of the package.
struct Field {
  std::string type;
  std::string text;  ///< "instcSystem string; instcAddr string"
};

/// A function variable in the package that the wiring sets to `package`.`func`.
struct Extern {
  std::string symbol;
  std::string type;
  std::string package;
  std::string func;
};

struct Receiver {
  std::string type;
  bool pointer = false;
  std::string name;  ///< "_": the rule does not use it
};

struct Import {
  std::string alias;
  std::string path;
};

/// For every function under a directive comment `//NAME key=value ...` that has what `with` says and lacks
/// what `without` says: a parameter of type context.Context ("context"), a result of type error ("error").
/// The hook's params are then that context, if it is in `with`, and one per `given`; its results the error.
struct Directive {
  std::string name;  ///< "instc:span"
  std::vector<std::string> with, without;
  /// Constants: "name", "title" (T.F), "symbol" (path.(*T).F), "argument KEY", "attributes" (OTLP bytes of
  /// the arguments whose key has a dot) and "attribute count".
  std::vector<std::string> given;
};

/// The path of a package whose hooks are for functions under a directive, wherever they are.
inline constexpr llvm::StringLiteral kAnyPackage = "*";

/// One join point: one rule at one function.
struct Hook {
  std::string rule;    ///< id of a rule of the plugin
  std::string symbol;  ///< unique suffix of the generated Go names
  int order = 0;       ///< 0 suppress, 1 span, 2 enrich, 3 log
  Origin origin;
  std::optional<Receiver> receiver;
  std::string func;
  std::vector<std::string> params;      ///< the rule's names by position, "_" where unused
  std::vector<std::string> by_address;  ///< of the params: the site hands over their addresses
  std::vector<std::string> results;
  std::vector<Import> imports;
  bool uses_context = false;
  std::vector<std::string> enter_writes;
  bool has_exit = false;
  std::vector<std::string> exit_writes;
  std::string code;   ///< Go text with the holes of docs/backend.md
  bool call = false;  ///< around the calls of `func` from other packages, not in the function
  std::optional<Directive> directive;  ///< then `func` is empty, and the package's path kAnyPackage
  bool bypass = false;                 ///< it may return values of its own instead of running the function
  std::vector<std::string> within;     ///< the packages it is for, see within.h; empty: all
  std::vector<std::string> before, after;  ///< ids of rules that it precedes or follows at one function

  /// For no function: types that rules add to the package.
  bool IsTypes() const { return func.empty() && !directive; }
};

/// An instrument of a rule; generated code names it by its place among those of the rule.
struct Metric {
  std::string rule;  ///< id
  std::string name;
  std::string unit;
  std::string doc;
  std::string instrument;  ///< histogram, counter, updowncounter or gauge
  bool integer = false;
  std::vector<std::string> attributes;
  std::vector<double> bounds;  ///< of a histogram's buckets; empty: the default ones
};

/// What one plugin puts into one Go package.
struct Package {
  std::string path;
  std::vector<Field> fields;
  std::vector<Extern> externs;
  std::vector<Hook> hooks;
  std::vector<Metric> metrics;
};

/// The lowered text for one inclusive range of library versions (Go versions for std).
struct Variant {
  std::string first;
  std::string last;
  std::vector<Package> packages;
};

struct Plugin {
  std::string name;
  std::string title;
  std::string file;
  std::string semconv;
  Library library;
  std::vector<VersionBound> go;
  std::vector<std::string> yields;  ///< to the instrumentation in these packages
  std::vector<Option> options;
  std::vector<RuleRef> rules;
  std::vector<Variant> variants;
};

/// One insertion into a file of a patched package: behind the token sequence `after`, which must occur
/// exactly once in the braces that follow the token sequence `within` (empty: in the whole file). White space
/// and comments do not count, so that gofmt's alignment does not matter.
struct PatchEdit {
  std::string file;
  std::string within;
  std::string after;
  std::string insert;  ///< one line
};

/// A file added to a patched package.
struct PatchFile {
  std::string name;
  std::string text;
};

/// A constant edit of the Go runtime itself, independent of rules.
struct Patch {
  std::string package;
  std::vector<VersionBound> go;
  std::vector<PatchEdit> edits;
  std::vector<PatchFile> files;
};

struct RulePack {
  std::string instc;  ///< version of the compiler that wrote it
  std::vector<SourceFile> sources;
  std::vector<Plugin> plugins;
  std::vector<Patch> patches;
  std::string digest;  ///< "sha256:..." over the rest; set by FromJson, computed anew by ToJson
};

/// The document, with its digest, ending in a newline. Text that is not UTF-8 is repaired, not refused.
[[nodiscard]] std::string ToJson(const RulePack& pack);

/// Digest of the content, as ToJson writes it.
[[nodiscard]] std::string Digest(const RulePack& pack);

/// Reads a document. `file` is only used in messages.
[[nodiscard]] Result<RulePack> FromJson(llvm::StringRef text, llvm::StringRef file);

/// Reads the runtime patches of stdlib-rules/runtime: every `*.patch.json` in `directory`, sorted by name.
/// The Go files that they add stand beside them.
[[nodiscard]] Result<std::vector<Patch>> LoadPatches(llvm::vfs::FileSystem& files, llvm::StringRef directory);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_PACK_H
