// Raw Go stands in a function of its own, behind copies of the names that it takes, under the line of the
// rule that it was written on.
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"

namespace instc::lower {

namespace {

/// `/*line FILE:LINE:COLUMN*/`
std::string LineDirective(Span at) {
  if (!at.Valid()) return "";
  std::string file;
  for (char c : at.buffer->name()) file += c == '*' || c == ':' || c == '"' || c < ' ' ? '_' : c;
  const LineColumn place = at.buffer->Position(at.begin);
  return "/*line " + file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + "*/";
}

}  // namespace

void Statements::Of(const rules::RawGo& n) {
  std::vector<std::string> copies;
  for (const auto& [name, value] : n.names) {
    std::string copy = scope_.Temp();
    out_.Line("var " + copy + " " + scope_.Type(value->type));
    if (!IsAbsent(*value, scope_)) {
      Blocks blocks(out_);
      GoExpr text = Total().Value(*value);
      out_.Line(copy + " = " + text.text);
    }
    copies.push_back(copy);
  }
  out_.Open("func()");
  out_.Line(kRecovered);
  for (size_t i = 0; i < copies.size(); ++i) {
    out_.Line(n.names[i].first + " := " + copies[i]);
    out_.Line("_ = " + n.names[i].first);
  }
  out_.Open("");
  out_.Line(LineDirective(n.at) + n.text);
  out_.Close();
  out_.Line("/*line instc/" + scope_.hook().symbol + ".go:1:1*/");
  out_.Close("()");
}

}  // namespace instc::lower
