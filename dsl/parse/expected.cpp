#include "dsl/parse/expected.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"

namespace instc {
namespace {

constexpr size_t kMaxListed = 5;

const antlr4::dfa::Vocabulary& Words() {
  static const antlr4::dfa::Vocabulary* const vocabulary = [] {
    static antlr4::ANTLRInputStream empty("");
    static HookLexer lexer(&empty);
    return &lexer.getVocabulary();
  }();
  return *vocabulary;
}

// The text of a token that is always spelt the same, or empty.
std::string LiteralText(size_t type) {
  const std::string quoted = Words().getLiteralName(type);  // a copy: some versions of ANTLR return one
  return quoted.size() >= 2 ? quoted.substr(1, quoted.size() - 2) : std::string();
}

bool IsWord(llvm::StringRef text) {
  return !text.empty() && llvm::isAlpha(text.front());
}

const TokenSet& BinaryOperators() {
  static const TokenSet set = {HookLexer::Star,   HookLexer::Slash,   HookLexer::Percent, HookLexer::Shl,
                               HookLexer::Shr,    HookLexer::And,     HookLexer::AndNot,  HookLexer::Plus,
                               HookLexer::Minus,  HookLexer::Or,      HookLexer::Caret,   HookLexer::Eq,
                               HookLexer::Ne,     HookLexer::Lt,      HookLexer::Le,      HookLexer::Gt,
                               HookLexer::Ge,     HookLexer::AndAnd,  HookLexer::OrOr,    HookLexer::Dot,
                               HookLexer::LParen, HookLexer::LBracket};
  return set;
}

const TokenSet& ExpressionStarts() {
  static const TokenSet set = {HookLexer::Int,   HookLexer::Float,  HookLexer::String, HookLexer::Raw,
                               HookLexer::Rune,  HookLexer::SemVer, HookLexer::LParen, HookLexer::LBracket,
                               HookLexer::KMap,  HookLexer::Plus,   HookLexer::Minus,  HookLexer::Not,
                               HookLexer::Caret, HookLexer::Star,   HookLexer::And,    HookLexer::KGo};
  return set;
}

const TokenSet& TypeStarts() {
  static const TokenSet set = {HookLexer::Star,  HookLexer::LBracket,   HookLexer::KMap, HookLexer::KChan,
                               HookLexer::KFunc, HookLexer::KInterface, HookLexer::Arrow};
  return set;
}

bool ContainsAll(const TokenSet& set, const TokenSet& subset) {
  return std::includes(set.begin(), set.end(), subset.begin(), subset.end());
}

void EraseAll(TokenSet& set, const TokenSet& subset) {
  for (size_t type : subset) set.erase(type);
}

void EraseNames(TokenSet& set) {
  for (auto it = set.begin(); it != set.end();) it = CanBeName(*it) ? set.erase(it) : std::next(it);
}

void EraseGoKeywords(TokenSet& set) {
  for (auto it = set.begin(); it != set.end();) it = IsGoKeyword(*it) ? set.erase(it) : std::next(it);
}

std::string DescribeToken(size_t type) {
  switch (type) {
    case antlr4::Token::EOF:
      return "the end of the file";
    case HookLexer::Ident:
      return "a name";
    case HookLexer::String:
      return "a string";
    case HookLexer::Raw:
      return "a raw string";
    case HookLexer::Rune:
      return "a rune";
    case HookLexer::Int:
      return "a number";
    case HookLexer::Float:
      return "a number";
    case HookLexer::SemVer:
      return "a version such as `v1.2.0`";
    case HookLexer::GoOpen:
      return "`go {`";
    case HookLexer::RBrace:
      return "`}`";  // two tokens are spelt so, which leaves the vocabulary without a text
    default:
      return "`" + LiteralText(type) + "`";
  }
}

// Moves whole categories from the set to their one name.
std::vector<std::string> TakeCategories(TokenSet& set) {
  std::vector<std::string> names;
  bool goes_on = set.count(HookLexer::AndAnd) != 0;
  if (ContainsAll(set, DeclarationStarts())) {
    names.emplace_back("a declaration");
    EraseAll(set, DeclarationStarts());
    EraseNames(set);
  }
  if (ContainsAll(set, StatementStarts())) {
    names.emplace_back(set.count(HookLexer::Ident) != 0 ? "an attribute, a statement" : "a statement");
    EraseAll(set, StatementStarts());
    EraseNames(set);
    set.erase(HookLexer::Semicolon);
  }
  if (ContainsAll(set, TestStepStarts())) {
    names.emplace_back("a test step");
    EraseAll(set, TestStepStarts());
    set.erase(HookLexer::Semicolon);
  }
  if (ContainsAll(set, ExpressionStarts())) {
    names.emplace_back("an expression");
    EraseAll(set, ExpressionStarts());
    EraseAll(set, TypeStarts());
    EraseNames(set);
  } else if (ContainsAll(set, TypeStarts())) {
    names.emplace_back("a type");
    EraseAll(set, TypeStarts());
    EraseNames(set);
  }
  if (set.count(HookLexer::Ident) != 0) {
    names.emplace_back("a name");
    EraseNames(set);
    if (set.count(HookLexer::Reserved) != 0) EraseGoKeywords(set);
  }
  if (goes_on) EraseAll(set, BinaryOperators());
  return names;
}

}  // namespace

bool CanBeName(size_t type) {
  return type == HookLexer::Ident || (type >= HookLexer::KPlugin && type <= HookLexer::KParent);
}

bool IsGoKeyword(size_t type) {
  return type == HookLexer::Reserved || (type >= HookLexer::KChan && type <= HookLexer::KReturn);
}

const TokenSet& DeclarationStarts() {
  static const TokenSet set = {
      HookLexer::KPlugin, HookLexer::KLibrary,  HookLexer::KSemconv,   HookLexer::KRequire,
      HookLexer::KImport, HookLexer::KOption,   HookLexer::KAttribute, HookLexer::KInstrument,
      HookLexer::KFact,   HookLexer::KExtern,   HookLexer::KContext,   HookLexer::KCarrier,
      HookLexer::KIn,     HookLexer::KTemplate, HookLexer::KField,     HookLexer::KYields,
      HookLexer::KObject, HookLexer::KOn,       HookLexer::KTest};
  return set;
}

const TokenSet& StatementStarts() {
  static const TokenSet set = {
      HookLexer::KSkip,   HookLexer::KLet,     HookLexer::KSet,      HookLexer::KAppend, HookLexer::KPrepend,
      HookLexer::KCall,   HookLexer::KSpan,    HookLexer::KAttr,     HookLexer::KRename, HookLexer::KExit,
      HookLexer::KError,  HookLexer::KStatus,  HookLexer::KEvent,    HookLexer::KLink,   HookLexer::KInject,
      HookLexer::KMetric, HookLexer::KObserve, HookLexer::KLog,      HookLexer::KStamp,  HookLexer::KEnrich,
      HookLexer::KResume, HookLexer::KEnd,     HookLexer::KWrap,     HookLexer::KUse,    HookLexer::KFor,
      HookLexer::KIf,     HookLexer::KOnce,    HookLexer::KSuppress, HookLexer::KBind,   HookLexer::KUnbind,
      HookLexer::KBypass, HookLexer::GoOpen};
  return set;
}

const TokenSet& TestStepStarts() {
  static const TokenSet set = {HookLexer::KGiven, HookLexer::KReturn, HookLexer::KPanic, HookLexer::KCall,
                               HookLexer::KExpect};
  return set;
}

std::string DescribeExpected(TokenSet expected) {
  std::vector<std::string> names = TakeCategories(expected);
  if (names.size() + expected.size() <= kMaxListed) {
    for (size_t type : expected) {
      std::string name = DescribeToken(type);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  } else if (expected.count(HookLexer::RBrace) != 0) {
    names.emplace_back("`}`");
  }
  if (names.empty()) return "something else";
  std::string text = names.front();
  for (size_t i = 1; i < names.size(); ++i) text += (i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

std::string DescribeFound(size_t type, llvm::StringRef text) {
  switch (type) {
    case antlr4::Token::EOF:
      return "the end of the file";
    case HookLexer::Ident:
      return ("name `" + text + "`").str();
    case HookLexer::String:
    case HookLexer::Raw:
      return "a string";
    case HookLexer::Rune:
      return "a rune";
    case HookLexer::Int:
    case HookLexer::Float:
      return ("number `" + text + "`").str();
    case HookLexer::SemVer:
      return ("version `" + text + "`").str();
    case HookLexer::GoOpen:
      return "`go {`";
    default:
      return ("`" + text + "`").str();
  }
}

NearKeyword NearestKeyword(llvm::StringRef text, const TokenSet& candidates) {
  NearKeyword nearest;
  if (text.size() < 3) return nearest;  // anything is near to these
  unsigned best = static_cast<unsigned>(text.size()) / 3 + 1;
  for (size_t type : candidates) {
    std::string word = LiteralText(type);
    if (!IsWord(word)) continue;
    unsigned distance = text.edit_distance(word, /*AllowReplacements=*/true, best);
    if (distance == best) nearest.clear = false;
    if (distance >= best) continue;
    best = distance;
    nearest = {std::move(word), distance <= (text.size() < 6 ? 1U : 2U)};
  }
  return nearest;
}

}  // namespace instc
