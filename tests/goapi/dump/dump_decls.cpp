// Declarations of Go files as instc reads them, in the text form of tests/goapi/oracle/decls.go.
#include <algorithm>
#include <system_error>

#include "compiler/go/syntax/parser.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "tests/goapi/dump/dump.h"

namespace instc::go {
namespace {

class DeclDumper {
 public:
  DeclDumper(const File& file, llvm::raw_ostream& out) : file_(file), text_(file.buffer->text()), out_(out) {}

  void Run() {
    out_ << "file " << llvm::sys::path::filename(file_.buffer->name()) << " package "
         << file_.package_name.text << " @" << file_.package_offset << "-" << file_.package_end << "\n";
    for (const ImportDecl& decl : file_.imports) {
      out_ << "import " << decl.name.text << " " << text_.slice(decl.path_range.begin, decl.path_range.end)
           << " @" << decl.path_range.begin << "\n";
    }
    InSourceOrder();
  }

 private:
  // The parser sorts declarations by kind; the oracle has them as they stand.
  void InSourceOrder() {
    size_t value = 0;
    size_t type = 0;
    size_t func = 0;
    while (value < file_.values.size() || type < file_.types.size() || func < file_.funcs.size()) {
      uint32_t at_value = value < file_.values.size() ? file_.values[value].range.begin : UINT32_MAX;
      uint32_t at_type = type < file_.types.size() ? file_.types[type].range.begin : UINT32_MAX;
      uint32_t at_func = func < file_.funcs.size() ? file_.funcs[func].func_offset : UINT32_MAX;
      uint32_t first = std::min({at_value, at_type, at_func});
      if (first == at_value) {
        Value(file_.values[value++]);
      } else if (first == at_type) {
        TypeSpec(file_.types[type++]);
      } else {
        Func(file_.funcs[func++]);
      }
    }
  }

  void Value(const ValueDecl& decl) {
    out_ << (decl.is_const ? "const" : "var");
    if (decl.is_const) out_ << " iota=" << decl.iota;
    for (const Ident& name : decl.names) out_ << " " << name.text << "@" << name.offset;
    out_ << " values=" << (decl.implicit_repetition ? 0 : decl.values.size()) << "\n";
  }

  void TypeSpec(const TypeDecl& decl) {
    out_ << "type " << decl.name.text << "@" << decl.name.offset;
    if (decl.type_params.present()) {
      out_ << " params=";
      List(decl.type_params);
    }
    if (decl.is_alias) out_ << " alias";
    llvm::SmallVector<llvm::StringRef, 16> words;
    llvm::SplitString(text_.slice(decl.type->range.begin, decl.type->range.end), words, " \t\n\r");
    out_ << " " << llvm::join(words, " ");
    if (const auto* type = decl.type->As<StructTypeExpr>()) {
      size_t fields = 0;
      for (const FieldDecl& field : type->fields) fields += field.embedded() ? 1 : field.names.size();
      out_ << " braces=" << type->open << "-" << type->close << " fields=" << fields;
    }
    out_ << "\n";
  }

  void List(const ParamList& list) {
    if (!list.present()) {
      out_ << "none";
      return;
    }
    if (list.form == ParamList::Form::kBare) {
      out_ << "bare";
    } else {
      out_ << list.open << "-" << list.close;
    }
    for (const ParamGroup& group : list.groups) {
      out_ << "[";
      for (const Ident& name : group.names) out_ << name.text << "@" << name.offset << " ";
      out_ << ":" << group.type_range.begin << "-" << group.type_range.end << "]";
    }
  }

  void Func(const FuncDecl& decl) {
    out_ << "func @" << decl.func_offset << " " << decl.name.text << "@" << decl.name.offset << " recv=";
    List(decl.receiver);
    if (decl.type_params.present()) {
      out_ << " tparams=";
      List(decl.type_params);
    }
    out_ << " params=";
    List(decl.signature.params);
    out_ << " results=";
    List(decl.signature.results);
    if (decl.body.has_value()) {
      const FuncBody& body = *decl.body;
      out_ << " body=" << body.open << "-" << body.close << " defers=" << body.defers
           << " returns=" << body.returns << " loop=" << (body.defer_in_loop ? "true" : "false")
           << " goto=" << (body.has_goto ? "true" : "false");
    }
    out_ << "\n";
  }

  const File& file_;
  llvm::StringRef text_;
  llvm::raw_ostream& out_;
};

Result<std::vector<std::string>> GoFilesIn(llvm::vfs::FileSystem& fs, llvm::StringRef dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto it = fs.dir_begin(dir, error), end = llvm::vfs::directory_iterator(); it != end && !error;
       it.increment(error)) {
    if (it->path().endswith(".go")) names.push_back(it->path().str());
  }
  if (error) return Fail("cannot list {0}: {1}", dir, error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

llvm::Error DumpDecls(llvm::ArrayRef<std::string> dirs, llvm::vfs::FileSystem& fs, llvm::raw_ostream& out) {
  diag::CaretConsumer consumer(llvm::errs());
  diag::Emitter emitter(consumer);
  for (const std::string& dir : dirs) {
    Result<std::vector<std::string>> names = GoFilesIn(fs, dir);
    if (!names) return names.takeError();
    for (const std::string& name : *names) {
      Result<std::unique_ptr<SourceBuffer>> buffer = SourceBuffer::Read(fs, name);
      if (!buffer) return buffer.takeError();
      File file = ParseFile(**buffer, emitter);
      DeclDumper(file, out).Run();
    }
  }
  if (emitter.HasErrors()) return Fail("{0} syntax errors", emitter.ErrorCount());
  return llvm::Error::success();
}

}  // namespace instc::go
