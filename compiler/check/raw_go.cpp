// `go { ... }`: Go that the rule does not have the words for.
//
// Its tokens are checked here, everything else by the Go compiler when a program is built, which reports what
// is wrong at the line of the rule. It sees copies of the rule's names, so that an assignment changes nothing
// that the rest of the rule relies on, and runs in a function of its own: `return` leaves the raw text, a
// panic of it is recovered and counted.
#include <map>

#include "compiler/check/hook_checker.h"
#include "compiler/go/syntax/scanner.h"

namespace instc::check {

INSTC_DIAGNOSTIC(RawGoText, "E0384", Error, "raw Go: {0}", std::string);
INSTC_DIAGNOSTIC(RawGoName, "E0385", Error, "raw Go takes `{0}`, whose type {1} it cannot name here",
                 std::string, std::string);
INSTC_DIAGNOSTIC(LabelsLost, "W0805", Warning,
                 "raw Go takes `{0}`, which is {1}: nobody keeps track of it there", std::string,
                 std::string);

namespace {

/// Names in the text that are no selectors, by where they occur first.
using Mentions = std::map<std::string, uint32_t, std::less<>>;

Mentions Scan(llvm::StringRef text, const go::SyntaxErrorHandler& on_error) {
  Mentions mentions;
  go::Scanner scanner(text, on_error);
  go::Token before = go::Token::kSemicolon;
  for (scanner.Next(); scanner.token() != go::Token::kEof; scanner.Next()) {
    if (scanner.token() == go::Token::kIdent && before != go::Token::kPeriod)
      mentions.emplace(scanner.text().str(), scanner.offset());
    before = scanner.token();
  }
  return mentions;
}

std::string Words(uint8_t labels) {
  std::string words;
  for (auto [label, word] : {std::pair{kSecret, "secret"}, std::pair{kPii, "pii"}})
    if ((labels & label) != 0) words += (words.empty() ? "" : ", ") + std::string(word);
  return words;
}

}  // namespace

void HookChecker::RawGo(const ast::GoStmt& stmt, Span span, rules::StmtList& out) {
  bool ok = true;
  auto place = [&](uint32_t offset, uint32_t length) {
    const uint32_t begin = stmt.text_span.begin + offset;
    return Span{stmt.text_span.buffer, begin, begin + length};
  };
  const Mentions mentions = Scan(stmt.text, [&](uint32_t offset, uint32_t length, llvm::StringRef message) {
    emitter().Emit(place(offset, length), RawGoText, message.str());
    ok = false;
  });
  const size_t hole = stmt.text.find("@{");
  if (hole != std::string::npos) {
    emitter().Emit(place(static_cast<uint32_t>(hole), 2), RawGoText, "`@{` is a hole of templates");
    ok = false;
  }
  rules::RawGo raw{stmt.text, stmt.text_span, {}};
  for (const auto& [name, offset] : mentions) {
    const Span at = place(offset, static_cast<uint32_t>(name.size()));
    ExprPtr value;
    if (Named* named = scope_->Find(name))
      value = FromScope(*named, name, at);
    else
      value = OptionExpr(name, at);
    if (value == nullptr) continue;  // a name of Go
    ok = ok && !IsInvalid(*value);
    if (IsInvalid(*value)) continue;
    if (!CanBeNamed(go::DefaultType(value->type))) {
      emitter().Emit(at, RawGoName, name, Show(value->type));
      ok = false;
    }
    if ((value->labels & (kSecret | kPii)) != 0)
      emitter()
          .Emit(at, LabelsLost, name, Words(value->labels))
          .Help("hand over only the part that may leave, in a `let`");
    raw.names.emplace_back(name, Coerce(value, go::DefaultType(value->type)));
  }
  if (ok) Add(out, span, std::move(raw));
}

}  // namespace instc::check
