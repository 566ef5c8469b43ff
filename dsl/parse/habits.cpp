#include "dsl/parse/habits.h"

#include <utility>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace instc {
namespace {

using Found = std::optional<Habit>;

// The tokens around the place, with what is asked of them.
class Place {
 public:
  explicit Place(const Stop& stop) : stop_(stop) {
    before_ = stop.front.Before(stop.found->getTokenIndex());
    after_ = stop.front.After(stop.found->getTokenIndex());
  }

  [[nodiscard]] bool Wants(size_t type) const { return stop_.expected.count(type) != 0; }
  [[nodiscard]] bool In(size_t rule) const { return stop_.rule == rule; }
  [[nodiscard]] bool Is(size_t type) const { return stop_.found->getType() == type; }
  [[nodiscard]] bool IsAfter(size_t type) const { return before_ != nullptr && before_->getType() == type; }
  [[nodiscard]] bool IsBefore(size_t type) const { return after_ != nullptr && after_->getType() == type; }
  [[nodiscard]] bool IsTwoAfter(size_t type) const {
    antlr4::Token* token = before_ == nullptr ? nullptr : stop_.front.Before(before_->getTokenIndex());
    return token != nullptr && token->getType() == type;
  }
  [[nodiscard]] bool WantsOnly(size_t type) const { return stop_.expected.size() == 1 && Wants(type); }
  [[nodiscard]] bool IsAfterName() const { return before_ != nullptr && CanBeName(before_->getType()); }
  [[nodiscard]] bool IsName() const { return CanBeName(stop_.found->getType()); }
  [[nodiscard]] bool BeginsWith(size_t type) const {
    return stop_.element != nullptr && stop_.element->getType() == type;
  }
  [[nodiscard]] bool StartsLine() const { return stop_.front.StartsLine(stop_.found->getTokenIndex()); }

  [[nodiscard]] llvm::StringRef text() const { return here().Text(); }
  [[nodiscard]] Span here() const { return stop_.front.SpanOf(stop_.found); }
  [[nodiscard]] Span before() const { return stop_.front.SpanOf(before_); }
  [[nodiscard]] Span after() const { return stop_.front.SpanOf(after_); }
  [[nodiscard]] Span element() const { return stop_.front.SpanOf(stop_.element); }
  [[nodiscard]] antlr4::Token* found() const { return stop_.found; }
  [[nodiscard]] antlr4::Token* Next(antlr4::Token* token) const {
    return stop_.front.After(token->getTokenIndex());
  }

  // The first word on the line of the place.
  [[nodiscard]] size_t LineStart() const {
    antlr4::Token* token = stop_.found;
    while (token != nullptr && !stop_.front.StartsLine(token->getTokenIndex()))
      token = stop_.front.Before(token->getTokenIndex());
    return token == nullptr ? static_cast<size_t>(antlr4::Token::EOF) : token->getType();
  }

 private:
  const Stop& stop_;
  antlr4::Token* before_;
  antlr4::Token* after_;
};

Habit Replace(std::string help, Span span, std::string text) {
  return {std::move(help), {{span, std::move(text)}}};
}
Habit Insert(std::string help, Span at, std::string text) {
  return Replace(std::move(help), Span{at.buffer, at.begin, at.begin}, std::move(text));
}
Habit Remove(std::string help, Span span) {
  return Replace(std::move(help), span, "");
}

// ---- Versions ----

// Numbers with dots from the place on: `2.0.0`, `2`.
Span VersionText(Span at) {
  const llvm::StringRef rest = at.buffer->text().drop_front(at.begin);
  const size_t size = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '.' || c == '-'; }).size();
  return {at.buffer, at.begin, at.begin + static_cast<uint32_t>(size)};
}

// `v2.0.0` for `2.0.0`, `2.0`, `2` and `v2`; empty: it is nothing of these.
std::string AsVersion(llvm::StringRef text) {
  text.consume_front("v");
  llvm::SmallVector<llvm::StringRef, 3> parts;
  text.split(parts, '.');
  const bool numbers = parts.size() <= 3 && llvm::all_of(parts, [](llvm::StringRef part) {
                         return !part.empty() && llvm::all_of(part, llvm::isDigit);
                       });
  if (!numbers) return "";
  while (parts.size() < 3) parts.push_back("0");
  return "v" + llvm::join(parts, ".");
}

bool IsComparison(size_t type) {
  static const TokenSet comparisons = {HookLexer::Ge, HookLexer::Gt, HookLexer::Le, HookLexer::Lt,
                                       HookLexer::Eq};
  return comparisons.count(type) != 0;
}

Found OfVersions(const Place& place) {
  if (place.Is(HookLexer::SemVer) && place.Wants(HookLexer::Ge) && !place.IsAfter(HookLexer::SemVer))
    return Insert("a version stands behind a comparison: write `>= " + place.text().str() + "`", place.here(),
                  ">= ");
  if (place.IsAfter(HookLexer::SemVer) && IsComparison(place.found()->getType()) &&
      place.Wants(HookLexer::Comma))
    return Insert("bounds have a comma between them",
                  Span{place.here().buffer, place.before().end, place.before().end}, ",");
  if (!place.Wants(HookLexer::SemVer)) return std::nullopt;
  const Span written = VersionText(place.here());
  const std::string version = AsVersion(written.Text());
  if (version.empty()) return std::nullopt;
  return Replace("write `" + version + "`", written, version);
}

// ---- Heads of declarations ----

Found OfHeads(const Place& place) {
  if (place.Is(HookLexer::Rune) && place.Wants(HookLexer::String)) {
    const llvm::StringRef inside = place.text().drop_front().drop_back();
    const std::string help = "text stands in double quotes";
    if (inside.contains('"') || inside.contains('\\')) return Habit{help};
    return Replace(help, place.here(), "\"" + inside.str() + "\"");
  }
  if (place.Is(HookLexer::LParen) && place.IsAfter(HookLexer::KImport))
    return Habit{"write `import \"path\"` for each package"};
  if (place.Wants(HookLexer::KOn) && place.IsBefore(HookLexer::KOn)) {
    if (place.Is(HookLexer::Colon)) return Remove("no colon stands behind the name of a rule", place.here());
    if (place.IsName() && place.IsAfterName())
      return Remove("a rule starts with its name: remove `" + place.before().Text().str() + "`",
                    Span{place.here().buffer, place.before().begin, place.here().begin});
  }
  if (place.Is(HookLexer::Dot) && place.WantsOnly(HookLexer::LParen) && place.IsAfterName())
    return Habit{"a method has its receiver in front: `on (x *" + place.before().Text().str() + ") " +
                 (place.IsBefore(HookLexer::Ident) ? place.after().Text().str() : "Method") + "(...)`"};
  if (place.Is(HookLexer::Star) && place.IsAfter(HookLexer::LParen) && place.IsTwoAfter(HookLexer::KOn))
    return Insert("a receiver has a name; `_` is one that nobody uses", place.here(), "_ ");
  if (place.In(HookParser::RuleReceiver) || place.In(HookParser::RuleTypeSet)) {
    if (place.Is(HookLexer::RParen) && place.IsAfterName())
      return Insert("a receiver has a name; `_` is one that nobody uses", place.before(), "_ ");
    if (place.Is(HookLexer::Dot) && place.IsAfterName())
      return Remove("types of the library stand without its name",
                    Span{place.here().buffer, place.before().begin, place.here().end});
  }
  const bool type = place.Is(HookLexer::Star) || place.Is(HookLexer::LBracket);
  if (type && (place.In(HookParser::RuleParams) || place.In(HookParser::RuleParam)))
    return Habit{
        "parameters and results are named here, and their types may be left out: `(req) (resp, err)`"};
  const bool after_head =
      place.IsAfter(HookLexer::RParen) && place.Wants(HookLexer::LParen) && place.Wants(HookLexer::KWhere);
  if (after_head && (place.IsName() || type))
    return Habit{"results stand in parentheses and have names: `(resp, err)`"};
  if (place.Is(HookLexer::Semicolon) && place.In(HookParser::RuleFile))
    return Remove("nothing stands between declarations", place.here());
  return std::nullopt;
}

// ---- Spans and attributes ----

bool IsSpanKind(llvm::StringRef word) {
  return llvm::StringSwitch<bool>(word)
      .Cases("client", "server", "producer", "consumer", "internal", true)
      .Default(false);
}

Found OfSpans(const Place& place) {
  if (place.IsAfter(HookLexer::KSpan) && place.Wants(HookLexer::KServer)) {
    const std::string word = place.text().trim('"').lower();
    if (IsSpanKind(word) && (place.Is(HookLexer::String) || place.Is(HookLexer::Ident)))
      return Replace("write `" + word + "`", place.here(), word);
    return Habit{"the kind of a span stands in front of its name: `span client \"GET\"`"};
  }
  if (place.Is(HookLexer::LBrace) && place.Wants(HookLexer::Int) && place.BeginsWith(HookLexer::KSpan))
    return Habit{"a span has a name in front of its attributes: `span client \"GET\" { ... }`"};
  const bool of_span = place.LineStart() == HookLexer::KSpan && !place.StartsLine();
  if (of_span && place.Is(HookLexer::KWith))
    return Replace("the context stands behind `in`", place.here(), "in");
  if (place.Is(HookLexer::Colon) && place.Wants(HookLexer::Assign))
    return Replace("write `=`", place.here(), " =");
  const bool assigns =
      llvm::StringSwitch<bool>(place.text()).Cases(":=", "=>", "->", "==", true).Default(false);
  if (assigns && place.Wants(HookLexer::Assign) && !place.Wants(HookLexer::Eq))
    return Replace("write `=`", place.here(), "=");
  if (place.Is(HookLexer::Assign) && place.Wants(HookLexer::Eq))
    return Replace("a test compares: write `==`", place.here(), "==");
  const bool in_list = place.In(HookParser::RuleAttrBlock) || place.In(HookParser::RuleBlock) ||
                       place.In(HookParser::RuleExpects);
  if (!in_list) return std::nullopt;
  if (place.Is(HookLexer::String) &&
      (place.IsBefore(HookLexer::Assign) || place.IsBefore(HookLexer::Colon))) {
    const llvm::StringRef name = place.text().trim('"');
    const bool plain = name.contains('.') &&
                       llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
    if (plain) return Replace("names of attributes stand without quotes", place.here(), name.str());
  }
  if (place.Is(HookLexer::Comma) && place.In(HookParser::RuleBlock) && of_span)
    return Habit{
        "the context of a span stands behind `in`, its attributes in braces: `span client \"GET\" in ctx { "
        "... }`"};
  if (place.Is(HookLexer::Comma) && !place.In(HookParser::RuleBlock))
    return Replace("a new line or `;` ends it", place.here(), ";");
  if (place.Is(HookLexer::Ident) && place.IsBefore(HookLexer::LBrace) && place.text().startswith("attr"))
    return Habit{"attributes stand in braces behind the span: `span client \"GET\" { http.route = ... }`"};
  return std::nullopt;
}

// ---- Statements ----

// `a.b.c` from the place on: how many names, whether all in lower case, and the token behind.
struct Path {
  size_t names = 1;
  bool lower = true;
  antlr4::Token* behind = nullptr;
};

Path PathAt(const Place& place) {
  Path path;
  auto is_lower = [](llvm::StringRef name) { return name.lower() == name; };
  path.lower = is_lower(place.text());
  antlr4::Token* token = place.Next(place.found());
  while (token != nullptr && token->getType() == HookLexer::Dot) {
    antlr4::Token* name = place.Next(token);
    if (name == nullptr || !CanBeName(name->getType())) break;
    path.lower &= is_lower(name->getText());
    ++path.names;
    token = place.Next(name);
  }
  path.behind = token;
  return path;
}

// Families of attributes that nobody calls a variable.
bool IsAttributeFamily(llvm::StringRef word) {
  return llvm::StringSwitch<bool>(word)
      .Cases("http", "url", "db", "server", "client", "network", "messaging", "rpc", true)
      .Default(false);
}

Found OfStatements(const Place& place) {
  if (!place.Wants(HookLexer::KLet) || !place.IsName()) return std::nullopt;
  if (place.Is(HookLexer::KOn) && place.IsBefore(HookLexer::KExit))
    return Remove("write `exit { ... }`", Span{place.here().buffer, place.here().begin, place.after().begin});
  const Path path = PathAt(place);
  if (path.names < 2 || path.behind == nullptr) return std::nullopt;
  if (path.behind->getType() == HookLexer::LParen)
    return Insert("a call for its effect is a statement of its own: write `call`", place.here(), "call ");
  if (path.behind->getType() != HookLexer::Assign) return std::nullopt;
  if (!path.lower) return Insert("write `set`", place.here(), "set ");
  if (IsAttributeFamily(place.text()))
    return Insert("outside of a span's braces write `attr`", place.here(), "attr ");
  return Habit{"outside of a span's braces an attribute is set by `attr`, a field or variable by `set`"};
}

// `error err if x`: the `if` was read as the next statement, which lacks its braces.
Found OfConditions(const Stop& stop) {
  const Place place(stop);
  const bool lacks_block = place.Wants(HookLexer::LBrace) && !place.Is(HookLexer::LBrace);
  if (!lacks_block || !place.BeginsWith(HookLexer::KIf)) return std::nullopt;
  const size_t branch = stop.element->getTokenIndex();
  antlr4::Token* before = stop.front.StartsLine(branch) ? nullptr : stop.front.Before(branch);
  if (before == nullptr || before->getType() == HookLexer::LBrace || before->getType() == HookLexer::RBrace ||
      before->getType() == HookLexer::Semicolon)
    return std::nullopt;
  return Replace("a condition behind a statement is `when`", place.element(), "when");
}

Found OfOperators(const Place& place) {
  const std::string op = llvm::StringSwitch<std::string>(place.text())
                             .Cases("and", "AND", "&&")
                             .Cases("or", "OR", "||")
                             .Case("===", "==")
                             .Case("!==", "!=")
                             .Default("");
  const bool name = place.Is(HookLexer::Ident);
  if (op.empty() || place.StartsLine() || (name && !place.Wants(HookLexer::AndAnd))) return std::nullopt;
  return Replace("write `" + op + "`", place.here(), op);
}

// ---- Go ----

Found OfGo(const Place& place) {
  const llvm::StringRef word = place.text();
  if (word == ":=" && place.IsBefore(HookLexer::Reserved) && place.after().Text() == "range")
    return Replace("write `in`", Span{place.here().buffer, place.here().begin, place.after().end}, "in");
  const bool at_item =
      place.In(HookParser::RuleFile) || place.In(HookParser::RuleItem) || place.In(HookParser::RuleDecl);
  if (at_item) {
    const char* help =
        llvm::StringSwitch<const char*>(word)
            .Case("package", "a file of rules starts with `plugin NAME \"what it is\"`")
            .Case("func", "a rule starts with `on`: `on (c *Client) Do(req) (resp, err) { ... }`")
            .Case("type", "`object` adds a type to the library's package, `field` fields to a struct")
            .Cases("var", "const", "a setting is an `option`; `let` in a rule names a value")
            .Default(nullptr);
    return help == nullptr ? Found() : Habit{help};
  }
  if (!place.Wants(HookLexer::KLet)) return std::nullopt;
  if ((word == "var" || word == "const") && place.IsBefore(HookLexer::Ident))
    return Replace("write `let`", place.here(), "let");
  const char* help =
      llvm::StringSwitch<const char*>(word)
          .Case("defer", "what is done when the function is left stands in `exit { ... }`")
          .Case("return",
                "`skip when CONDITION` leaves a call alone, `bypass (...)` returns instead of the function")
          .Case("switch", "write `if ... { } else if ... { }`, or `cond(c, a, b)` in an expression")
          .Default(nullptr);
  return help == nullptr ? Found() : Habit{help};
}

}  // namespace

std::optional<Habit> FindHabit(const Stop& stop) {
  const Place place(stop);
  for (auto of : {OfVersions, OfHeads, OfSpans, OfStatements, OfOperators, OfGo})
    if (Found habit = of(place)) return habit;
  return OfConditions(stop);
}

}  // namespace instc
