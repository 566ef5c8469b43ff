#include "compiler/check/escapes.h"

#include <set>

#include "dsl/diagnostics/emitter.h"

namespace instc::check {

INSTC_DIAGNOSTIC(MostlyRaw, "W0806", Warning, "{0} % of the lines of plugin `{1}` are raw Go", unsigned,
                 std::string);

namespace {

constexpr unsigned kMuchRaw = 30;  // percent

using Tokens = std::vector<ast::Token>;

bool IsText(const Tokens& tokens, size_t at, llvm::StringRef text) {
  return at < tokens.size() && tokens[at].span.Text() == text;
}

/// The call whose name stands at `at`, to its closing bracket.
Escape Call(const Tokens& tokens, size_t at) {
  Escape escape{Escape::Kind::kTrust, tokens[at].span, ""};
  unsigned depth = 0;
  for (size_t i = at + 1; i < tokens.size(); ++i) {
    const llvm::StringRef text = tokens[i].span.Text();
    escape.span.end = tokens[i].span.end;
    if (tokens[i].kind == ast::Token::Kind::Literal) escape.what = text.str();
    if (text == "(") ++depth;
    if (text == ")" && --depth == 0) break;
  }
  return escape;
}

}  // namespace

std::vector<Escape> FindEscapes(const RuleFile& file) {
  std::vector<Escape> escapes;
  const Tokens& tokens = file.ast->tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool trusts = IsText(tokens, i, "trust") || IsText(tokens, i, "parameterized");
    const bool selected = i > 0 && IsText(tokens, i - 1, ".");
    if (tokens[i].kind == ast::Token::Kind::GoBlock)
      escapes.push_back({Escape::Kind::kRawGo, tokens[i].span, ""});
    else if (tokens[i].kind == ast::Token::Kind::Word && trusts && !selected && IsText(tokens, i + 1, "("))
      escapes.push_back(Call(tokens, i));
  }
  for (const ast::ExternDecl* decl : file.externs)
    escapes.push_back({Escape::Kind::kExtern, decl->name.span, decl->from.value});
  std::stable_sort(escapes.begin(), escapes.end(),
                   [](const Escape& a, const Escape& b) { return a.span.begin < b.span.begin; });
  return escapes;
}

RawShare ShareOf(const RuleFile& file) {
  std::set<unsigned> raw, all;
  for (const ast::Token& token : file.ast->tokens) {
    const unsigned first = file.ast->buffer->LineOf(token.span.begin);
    const unsigned last = file.ast->buffer->LineOf(token.span.end - 1);
    for (unsigned line = first; line <= last; ++line) {
      all.insert(line);
      if (token.kind == ast::Token::Kind::GoBlock) raw.insert(line);
    }
  }
  return {static_cast<unsigned>(raw.size()), static_cast<unsigned>(all.size())};
}

void ReportRawShare(const RuleFile& file, diag::Emitter& emitter) {
  const unsigned percent = ShareOf(file).Percent();
  if (percent <= kMuchRaw) return;
  emitter.Emit(file.plugin->name.span, MostlyRaw, percent, file.PluginName())
      .Help("tell the project what the rules could not say");
}

}  // namespace instc::check
