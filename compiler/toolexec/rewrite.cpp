#include "compiler/toolexec/rewrite.h"

#include <map>
#include <memory>
#include <set>

#include "compiler/go/edit/anchor.h"
#include "compiler/go/edit/editor.h"
#include "compiler/go/syntax/calls.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/toolexec/marked.h"
#include "compiler/toolexec/site.h"
#include "llvm/Support/Path.h"

namespace instc::toolexec {
namespace {

using pack::PlannedHook;

/// A file with its declarations and the edits collected for it.
struct Opened {
  explicit Opened(const GoFile& source)
      : source(source),
        syntax(go::ParseText(source.text, [](uint32_t, uint32_t, llvm::StringRef) {})),
        editor(source.text) {}

  const GoFile& source;
  go::File syntax;
  go::Editor editor;
  std::vector<Marked> marked;  ///< its functions under directives of the plan
};

using OpenedFiles = std::vector<std::unique_ptr<Opened>>;

/// `proc.go` for `proc.cover.go` and `proc.cgo1.go` too.
std::string OriginalName(llvm::StringRef path) {
  llvm::StringRef name = llvm::sys::path::filename(path);
  name.consume_back(".go");
  if (!name.consume_back(".cover")) name.consume_back(".cgo1");
  return (name + ".go").str();
}

std::string Spelled(const pack::Hook& hook) {
  if (!hook.receiver) return "func " + hook.func;
  return "func (" + std::string(hook.receiver->pointer ? "*" : "") + hook.receiver->type + ") " + hook.func;
}

struct Found {
  Opened* file = nullptr;
  const go::FuncDecl* func = nullptr;
};

Result<Found> FindFunc(const OpenedFiles& files, const pack::Plan& plan, const pack::Hook& hook) {
  for (const std::unique_ptr<Opened>& file : files) {
    const go::FuncDecl* func = file->syntax.FindFunc(hook.receiver ? hook.receiver->type : "", hook.func);
    if (func != nullptr) return Found{file.get(), func};
  }
  return Fail("{0}:{1}: rule `{2}`: package {3} has no `{4}` in the files of this build", hook.origin.file,
              hook.origin.line, hook.rule, plan.package, Spelled(hook));
}

/// Tests are no part of the program: a directive in them says nothing.
llvm::Error FindAllMarked(const OpenedFiles& files, const pack::Plan& plan) {
  for (const std::unique_ptr<Opened>& file : files) {
    if (llvm::StringRef(file->source.path).endswith("_test.go")) continue;
    Result<std::vector<Marked>> marked = FindMarked(plan, file->syntax, file->source.text, file->source.path);
    if (!marked) return marked.takeError();
    file->marked = std::move(*marked);
  }
  return llvm::Error::success();
}

/// Hooks by function, in the order of the plan.
using Sites = std::map<std::pair<size_t, uint32_t>, std::pair<Found, std::vector<SiteHook>>>;

void CollectMarked(const OpenedFiles& files, const PlannedHook& planned, Sites& sites) {
  for (size_t i = 0; i < files.size(); ++i) {
    for (const Marked& marked : files[i]->marked) {
      if (!marked.Fits(*planned.hook.directive)) continue;
      auto& site = sites[{i, marked.func->func_offset}];
      site.first = {files[i].get(), marked.func};
      site.second.push_back({&planned, &marked});
    }
  }
}

Result<Sites> CollectSites(const OpenedFiles& files, const pack::Plan& plan) {
  Sites sites;
  if (llvm::Error error = FindAllMarked(files, plan)) return error;
  for (const PlannedHook& planned : plan.hooks) {
    if (planned.hook.directive) CollectMarked(files, planned, sites);
    if (planned.hook.call || planned.hook.func.empty()) continue;
    Result<Found> found = FindFunc(files, plan, planned.hook);
    if (!found) return found.takeError();
    size_t index = 0;
    while (files[index].get() != found->file) ++index;
    auto& site = sites[{index, found->func->func_offset}];
    site.first = *found;
    site.second.push_back({&planned});
  }
  return sites;
}

llvm::Error AddImports(const pack::Hook& hook, std::map<std::string, std::string>& known, Opened& file) {
  for (const pack::Import& import : hook.imports) {
    auto [entry, added] = known.emplace(import.alias, import.path);
    if (added)
      file.editor.Insert(file.syntax.package_end, "; import " + import.alias + " \"" + import.path + "\"");
    if (entry->second != import.path) {
      return Fail("{0}:{1}: rule `{2}`: import name `{3}` is used for two packages", hook.origin.file,
                  hook.origin.line, hook.rule, import.alias);
    }
  }
  return llvm::Error::success();
}

using KnownImports = std::map<Opened*, std::map<std::string, std::string>>;

/// A hook without a function is declarations alone; any file will do, one that cgo or cover did not write by
/// preference.
Opened& FileForTypes(const OpenedFiles& files) {
  for (const std::unique_ptr<Opened>& file : files)
    if (!file->source.generated) return *file;
  return *files.front();
}

llvm::Error WriteHooks(const OpenedFiles& files, const pack::Plan& plan, KnownImports& imports) {
  Result<Sites> sites = CollectSites(files, plan);
  if (!sites) return sites.takeError();
  std::set<const PlannedHook*> declared;
  for (auto& [place, site] : *sites) {
    auto& [found, hooks] = site;
    for (SiteHook& hook : hooks) {
      hook.declares = declared.insert(hook.planned).second;
      if (!hook.declares) continue;
      if (llvm::Error error = AddImports(hook.planned->hook, imports[found.file], *found.file)) return error;
    }
    if (llvm::Error error = WriteSite(hooks, *found.func, found.file->source.text, found.file->editor))
      return error;
  }
  for (const PlannedHook& planned : plan.hooks) {
    if (!planned.hook.IsTypes()) continue;
    Opened& file = FileForTypes(files);
    if (llvm::Error error = AddImports(planned.hook, imports[&file], file)) return error;
    if (llvm::Error error = WriteTypes(planned, file.editor)) return error;
  }
  return llvm::Error::success();
}

/// Hooks that are for calls stand beside the function; wrappers run them.
llvm::Error WriteWrappers(const OpenedFiles& files, const pack::Plan& plan, KnownImports& imports) {
  for (const PlannedHook& planned : plan.hooks) {
    if (!planned.hook.call) continue;
    Result<Found> found = FindFunc(files, plan, planned.hook);
    if (!found) return found.takeError();
    Opened& file = *found->file;
    if (llvm::Error error = AddImports(planned.hook, imports[&file], file)) return error;
    if (llvm::Error error = WriteCallHook(planned, *found->func, file.source.text, file.editor)) return error;
  }
  for (const pack::Wrapper& wrapper : plan.wrappers) {
    std::vector<const PlannedHook*> hooks;
    for (uint32_t index : wrapper.hooks) hooks.push_back(&plan.hooks[index]);
    if (hooks.empty()) continue;
    Result<Found> found = FindFunc(files, plan, hooks.front()->hook);
    if (!found) return found.takeError();
    Opened& file = *found->file;
    if (llvm::Error error = WriteWrapper(hooks, wrapper.prefix, *found->func, file.source.text, file.editor))
      return error;
  }
  return llvm::Error::success();
}

/// `pkg.F(x)` becomes a call of the wrapper by a longer name: what a call means, in whatever statement, stays
/// as it is.
llvm::Error WriteCalls(const pack::Plan& plan, Opened& file) {
  std::vector<go::WantedCall> wanted;
  std::vector<llvm::StringRef> prefixes;
  for (const pack::RewrittenCall& call : plan.calls) {
    for (const go::ImportDecl& import : file.syntax.imports) {
      if (import.path != call.import || import.name.blank()) continue;
      bool dot = import.name.text == ".";
      std::string named = import.name.text.empty() ? call.package : import.name.text.str();
      wanted.push_back({dot ? "" : named, call.func});
      prefixes.push_back(call.prefix);
    }
  }
  if (wanted.empty()) return llvm::Error::success();
  Result<std::vector<go::FoundCall>> calls = go::FindCalls(file.source.text, wanted);
  if (!calls) return Fail("{0}: {1}", file.source.path, llvm::toString(calls.takeError()));
  for (const go::FoundCall& call : *calls) file.editor.Prefix(call.name, prefixes[call.wanted]);
  return llvm::Error::success();
}

llvm::Error AppendField(const pack::Field& field, Opened& file, const go::TypeDecl& type) {
  const auto* fields = type.type == nullptr ? nullptr : type.type->As<go::StructTypeExpr>();
  if (fields == nullptr) return Fail("type `{0}` is not a struct", field.type);
  if (fields->fields.empty())
    file.editor.Insert(fields->open + 1, field.text);
  else
    file.editor.Insert(fields->fields.back().range.end, "; " + field.text);
  return llvm::Error::success();
}

llvm::Error WriteField(const OpenedFiles& files, const pack::Plan& plan, const pack::Field& field) {
  for (const std::unique_ptr<Opened>& file : files) {
    if (const go::TypeDecl* type = file->syntax.FindType(field.type)) return AppendField(field, *file, *type);
  }
  return Fail("package {0} has no struct `{1}` for the hidden fields `{2}`", plan.package, field.type,
              field.text);
}

llvm::Error WriteEdit(const OpenedFiles& files, const pack::Plan& plan, const pack::PatchEdit& edit) {
  for (const std::unique_ptr<Opened>& file : files) {
    if (OriginalName(file->source.path) != edit.file) continue;
    Result<uint32_t> anchor = go::FindAnchor(file->source.text, edit.within, edit.after);
    if (!anchor) {
      return Fail(
          "patch of package {0}, file {1}: {2}; this version of Go is not supported by this rule pack",
          plan.package, edit.file, llvm::toString(anchor.takeError()));
    }
    file->editor.Insert(*anchor, edit.insert);
    return llvm::Error::success();
  }
  return Fail("patch of package {0}: there is no file {1} in this build", plan.package, edit.file);
}

}  // namespace

Result<std::vector<ChangedFile>> Rewrite(const pack::Plan& plan, const std::vector<GoFile>& files) {
  OpenedFiles opened;
  for (const GoFile& file : files) opened.push_back(std::make_unique<Opened>(file));
  for (const pack::Field& field : plan.fields) {
    if (llvm::Error error = WriteField(opened, plan, field)) return error;
  }
  for (const pack::PatchEdit& edit : plan.edits) {
    if (llvm::Error error = WriteEdit(opened, plan, edit)) return error;
  }
  KnownImports imports;
  if (llvm::Error error = WriteHooks(opened, plan, imports)) return error;
  if (llvm::Error error = WriteWrappers(opened, plan, imports)) return error;
  for (const std::unique_ptr<Opened>& file : opened) {
    if (llvm::Error error = WriteCalls(plan, *file)) return error;
  }
  std::vector<ChangedFile> changed;
  for (size_t i = 0; i < opened.size(); ++i) {
    const Opened& file = *opened[i];
    if (!file.editor.changed()) continue;
    llvm::StringRef header = file.source.generated ? "" : llvm::StringRef(file.source.path);
    changed.push_back({i, file.editor.Render({header, !file.syntax.has_line_directives})});
  }
  return changed;
}

}  // namespace instc::toolexec
