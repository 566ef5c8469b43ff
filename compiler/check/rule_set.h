// All rule files of one compilation, sorted out: which file is which plugin, and what every file may use.
//
// This is the part of checking that needs no Go library: one plugin a file, one library a plugin, no name
// twice. A file without `plugin` holds shared templates and externs, visible to every other file.
#ifndef INSTC_COMPILER_CHECK_RULE_SET_H
#define INSTC_COMPILER_CHECK_RULE_SET_H

#include <map>
#include <string>
#include <vector>

#include "compiler/pack/pack.h"
#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"

namespace instc::check {

struct RuleFile;

struct TemplateRef {
  const ast::TemplateDecl* decl = nullptr;
  const RuleFile* file = nullptr;
  std::string package;  ///< import path of the enclosing `in`; empty: the library's own package, or none in a
                        ///< shared file
};

/// The `in` block around a declaration.
struct Block {
  std::string package;               ///< import path; empty: none, so the library's own package
  const ast::Expr* where = nullptr;  ///< the versions it is for; null: all
};

struct RuleRef {
  const ast::RuleDecl* decl = nullptr;
  Span span;
  Block in;
};
struct TestRef {
  const ast::TestDecl* decl = nullptr;
  Span span;
};
struct FieldRef {
  const ast::FieldDecl* decl = nullptr;
  Span span;
  Block in;
};

struct ObjectRef {
  const ast::ObjectDecl* decl = nullptr;
  Span span;
  Block in;
};

/// One parsed file and what stands in it.
struct RuleFile {
  const ast::File* ast = nullptr;
  const ast::PluginDecl* plugin = nullptr;  ///< null: a shared file
  const ast::LibraryDecl* library = nullptr;
  Span library_span;
  const ast::SemconvDecl* semconv = nullptr;
  const ast::RequireDecl* require_go = nullptr;
  const ast::YieldsDecl* yields = nullptr;
  std::vector<const ast::ImportDecl*> imports;
  std::vector<const ast::OptionDecl*> options;
  std::vector<const ast::AttributeDecl*> attributes;
  std::vector<const ast::InstrumentDecl*> instruments;
  std::vector<const ast::FactDecl*> facts;
  std::vector<const ast::ExternDecl*> externs;
  std::vector<const ast::ContextDecl*> contexts;
  std::vector<const ast::CarrierDecl*> carriers;
  std::vector<TemplateRef> templates;
  std::vector<FieldRef> fields;
  std::vector<ObjectRef> objects;
  std::vector<RuleRef> rules;
  std::vector<TestRef> tests;

  std::string PluginName() const { return plugin == nullptr ? "" : plugin->name.Text(); }
  const ast::ExternDecl* FindExtern(llvm::StringRef name) const;
};

struct RuleSet {
  std::vector<RuleFile> files;
  std::map<std::string, TemplateRef, std::less<>> shared_templates;
  std::map<std::string, const ast::ExternDecl*, std::less<>> shared_externs;

  /// A template that `file` may use: its own first, then the shared ones.
  const TemplateRef* FindTemplate(const RuleFile& file, llvm::StringRef name) const;
  std::vector<std::string> TemplateNames(const RuleFile& file) const;
  const ast::ExternDecl* FindExtern(const RuleFile& file, llvm::StringRef name) const;
};

/// `plugin` and `plugin.rule` of everything that has a name: what a rule may suppress, whatever file it is
/// in.
std::vector<std::string> PluginAndRuleNames(const RuleSet& set);

/// The files must outlive the set.
RuleSet Collect(const std::vector<ast::File>& files, diag::Emitter& emitter);

/// What a plugin says of itself, without anything that depends on a version: all of pack::Plugin but rules
/// and variants.
pack::Plugin Describe(const RuleFile& file, diag::Emitter& emitter);

/// Bounds of a range as the pack spells them.
std::vector<pack::VersionBound> Bounds(const ast::VersionRange& range);
/// Whether a version satisfies all bounds.
bool InRange(llvm::StringRef version, const std::vector<pack::VersionBound>& bounds);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_RULE_SET_H
