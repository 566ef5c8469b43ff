#include "compiler/check/unused.h"

#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(UnusedOption, "W0803", Warning, "option `{0}` is not used", std::string);

namespace {

/// Lines of comment do not count.
bool NamesWord(llvm::StringRef text, llvm::StringRef word) {
  auto part_of_name = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = text.find(word); at != llvm::StringRef::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !part_of_name(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !part_of_name(text[at + word.size()]);
    const llvm::StringRef line = text.take_front(at).rsplit('\n').second;
    if (starts && ends && !line.ltrim().startswith("//")) return true;
  }
  return false;
}

bool IsNamedOutside(const SourceBuffer& file, uint32_t begin, uint32_t end, llvm::StringRef name) {
  return NamesWord(file.text().take_front(begin), name) || NamesWord(file.text().drop_front(end), name);
}

}  // namespace

void ReportIfUnused(const ast::OptionDecl& option, diag::Emitter& emitter) {
  const Span name = option.name.span;
  if (!name.Valid()) return;
  const uint32_t end = option.summary.has_value() ? option.summary->span.end : name.end;
  if (IsNamedOutside(*name.buffer, name.begin, end, option.name.text)) return;
  emitter.Emit(name, UnusedOption, option.name.text)
      .Help("no rule asks for it, so a user who changes it changes nothing");
}

void ReportIfUnused(const ast::ImportDecl& import, llvm::StringRef name, diag::Emitter& emitter) {
  const Span path = import.path.span;
  const uint32_t begin = import.alias.Present() ? import.alias.span.begin : path.begin;
  if (!path.Valid() || IsNamedOutside(*path.buffer, begin, path.end, name)) return;
  emitter.Emit(path, Unused, name.str()).Help("remove the import");
}

void ReportUnusedParameters(const ast::TemplateDecl& decl, diag::Emitter& emitter) {
  for (const auto* params : {&decl.params, &decl.exit_params}) {
    for (const ast::TemplateParam& param : *params) {
      const Span name = param.name.span;
      if (!name.Valid() || name.buffer != decl.body.span.buffer) continue;
      const llvm::StringRef rest = name.buffer->text().slice(name.end, decl.body.span.end);
      if (!NamesWord(rest, param.name.text))
        emitter.Emit(name, Unused, param.name.text).Help("remove it here and where the template is used");
    }
  }
}

}  // namespace instc::check
