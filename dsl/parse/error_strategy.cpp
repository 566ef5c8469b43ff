#include "dsl/parse/error_strategy.h"

#include "dsl/parse/habits.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(UnexpectedToken, "E0101", Error, "expected {0}, found {1}", std::string, std::string);
INSTC_DIAGNOSTIC(UnknownKeyword, "E0102", Error, "unknown keyword `{0}`", llvm::StringRef);
INSTC_DIAGNOSTIC(GoKeywordAsName, "E0106", Error, "`{0}` is a Go keyword and cannot be a name",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(CannotFollow, "E0116", Error, "`{0}` cannot be followed by {1}", llvm::StringRef,
                 std::string);
INSTC_DIAGNOSTIC(LiteralNeedsParentheses, "E0117", Error, "the literal of `{0}` needs parentheses here",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(GoOnly, "E0107", Error, "`{0}` cannot be used here as in Go", llvm::StringRef);

// Rules whose elements recovery can skip.
bool IsElement(size_t rule) {
  switch (rule) {
    case HookParser::RuleItem:
    case HookParser::RuleDecl:
    case HookParser::RuleStmt:
    case HookParser::RuleAttrItem:
    case HookParser::RuleField:
    case HookParser::RuleObjectField:
    case HookParser::RuleObjectMethod:
    case HookParser::RuleTestStep:
    case HookParser::RuleExpectation:
      return true;
    default:
      return false;
  }
}

// The element rule of a rule that is a list in braces (or the file), or kNone.
size_t ElementOf(size_t rule) {
  switch (rule) {
    case HookParser::RuleFile:
      return HookParser::RuleItem;
    case HookParser::RuleInBody:
      return HookParser::RuleDecl;
    case HookParser::RuleBlock:
      return HookParser::RuleStmt;
    case HookParser::RuleAttrBlock:
      return HookParser::RuleAttrItem;
    case HookParser::RuleFieldBody:
      return HookParser::RuleField;
    case HookParser::RuleObjectBody:
      return HookParser::RuleObjectMethod;
    case HookParser::RuleTestBody:
      return HookParser::RuleTestStep;
    case HookParser::RuleExpects:
      return HookParser::RuleExpectation;
    default:
      return TokenFront::kNone;
  }
}

// The keywords that a misspelt first word of an element may have meant.
const TokenSet& StartsOf(size_t rule) {
  static const TokenSet expectation = {HookLexer::KStatus, HookLexer::KParent, HookLexer::KNo};
  static const TokenSet none;
  switch (rule) {
    case HookParser::RuleItem:
    case HookParser::RuleDecl:
      return DeclarationStarts();
    case HookParser::RuleStmt:
    case HookParser::RuleAttrItem:
      return StatementStarts();
    case HookParser::RuleTestStep:
      return TestStepStarts();
    case HookParser::RuleExpectation:
      return expectation;
    default:
      return none;
  }
}

void AddAll(const antlr4::misc::IntervalSet& from, TokenSet& to) {
  for (ssize_t type : from.toList()) {
    if (type == static_cast<ssize_t>(antlr4::Token::EPSILON)) continue;
    to.insert(static_cast<size_t>(type));
  }
}

antlr4::ParserRuleContext* EnclosingElement(antlr4::Parser* parser) {
  antlr4::tree::ParseTree* node = parser->getRuleContext();
  while (node != nullptr) {
    auto* context = dynamic_cast<antlr4::ParserRuleContext*>(node);
    if (context != nullptr && IsElement(context->getRuleIndex())) return context;
    node = node->parent;
  }
  return nullptr;
}

llvm::StringRef GoHelp(llvm::StringRef text) {
  if (text == ":=") return "write `let x = ...`; `set x = ...` changes a value";
  if (text == "=") return "write `set x = ...`; `let x = ...` names a new value";
  if (text == "++" || text == "--") return "write `set x = x + 1` or `set x = x - 1`";
  if (text == "func")
    return "function literals are no hook expressions: name an `extern func`, or use `wrap ... as`";
  if (text.endswith("=")) return "write `set x = x op y`";
  return "plain Go goes into a `go { ... }` block, or into an `extern func`";
}

}  // namespace

antlr4::Token* ErrorStrategy::recoverInline(antlr4::Parser* parser) {
  throw antlr4::InputMismatchException(parser);
}

void ErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  antlr4::Token* found = error.getOffendingToken();
  TokenSet expected;
  const auto* no_choice = dynamic_cast<const antlr4::NoViableAltException*>(&error);
  bool looked_ahead = no_choice != nullptr && no_choice->getStartToken() != found;
  if (!looked_ahead) AddAll(error.getExpectedTokens(), expected);
  Report(parser, found, expected);
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr error) {
  antlr4::ParserRuleContext* context = parser->getContext();
  size_t rule = context->getRuleIndex();
  if (rule == HookParser::RuleFile) return;
  if (!IsElement(rule)) std::rethrow_exception(error);
  reported_ = false;
  SkipElement(parser, context->getStart()->getTokenIndex(), rule);
}

void ErrorStrategy::sync(antlr4::Parser* parser) {
  antlr4::Token* next = parser->getCurrentToken();
  if (seen_at_ != next->getTokenIndex()) {
    seen_at_ = next->getTokenIndex();
    seen_states_.clear();
  }
  seen_states_.push_back(parser->getState());

  size_t element = ElementOf(parser->getContext()->getRuleIndex());
  if (element == TokenFront::kNone || next->getType() == antlr4::Token::EOF) return;
  antlr4::misc::IntervalSet allowed =
      parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  if (allowed.contains(next->getType())) return;
  TokenSet expected;
  AddAll(allowed, expected);
  bool in_file = element == HookParser::RuleItem;
  do {
    Report(parser, next, expected);
    SkipElement(parser, next->getTokenIndex(), element);
    if (in_file && parser->getCurrentToken()->getType() == HookLexer::RBrace) parser->consume();
    next = parser->getCurrentToken();
  } while (!allowed.contains(next->getType()) && next->getType() != HookLexer::RBrace &&
           next->getType() != antlr4::Token::EOF);
}

bool ErrorStrategy::IsNoise(antlr4::Token* token) const {
  return front_.IsNoise(front_.SpanOf(token).begin);
}

void ErrorStrategy::AddSeenAt(antlr4::Parser* parser, antlr4::Token* found, TokenSet& expected) const {
  if (seen_at_ != found->getTokenIndex()) return;
  for (size_t state : seen_states_)
    AddAll(parser->getATN().nextTokens(parser->getATN().states[state]), expected);
}

void ErrorStrategy::Report(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected) {
  if (IsNoise(found)) return;
  bool looked_ahead = expected.empty();
  TokenSet possible = expected;
  AddSeenAt(parser, found, possible);
  if (ReportHabit(parser, found, possible)) return;
  if (ReportMisspelt(parser, found, possible) || ReportGo(found, possible)) return;
  if (possible.count(HookLexer::LBrace) == 0 && ReportLiteral(found)) return;
  // A keyword at the head of a line that was taken as a name: the statement before it lacks its end.
  antlr4::ParserRuleContext* element = EnclosingElement(parser);
  antlr4::Token* before = front_.Before(found->getTokenIndex());
  bool took_keyword = before != nullptr && element != nullptr && element->getStart() != before &&
                      StatementStarts().count(before->getType()) != 0 &&
                      front_.StartsLine(before->getTokenIndex());
  if (!looked_ahead && !took_keyword && ReportFollower(parser, found, possible)) return;
  Span span = front_.SpanOf(found);
  std::string what = DescribeFound(found->getType(), span.Text());
  if (looked_ahead && before != nullptr) {
    emitter_.Emit(span, CannotFollow, front_.SpanOf(before).Text(), what);
    return;
  }
  auto report = emitter_.Emit(span, UnexpectedToken, DescribeExpected(possible), what);
  if (parser->getContext()->getRuleIndex() == HookParser::RuleAttrName &&
      possible.count(HookLexer::Dot) != 0) {
    report.Help("an attribute name has at least one dot, as in `http.route`");
  }
  bool after_type =
      before != nullptr && (CanBeName(before->getType()) || before->getType() == HookLexer::RBracket);
  if (found->getType() == HookLexer::LBrace && after_type && possible.count(HookLexer::LBrace) == 0) {
    report.Help("a composite literal stands in parentheses: (T{...})");
  }
  if (found->getType() == HookLexer::Comma && before != nullptr && before->getType() == HookLexer::SemVer)
    report.Help("conditions are joined with `&&`, as in `lib >= v1.2.0 && lib < v2.0.0`");
  if (took_keyword) report.Note(front_.SpanOf(before), "read as a name: is something missing before it?");
}

bool ErrorStrategy::ReportHabit(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected) {
  antlr4::ParserRuleContext* element = EnclosingElement(parser);
  const Stop stop{front_, found, parser->getContext()->getRuleIndex(),
                  element == nullptr ? nullptr : element->getStart(), expected};
  const std::optional<Habit> habit = expected.empty() ? std::nullopt : FindHabit(stop);
  if (!habit.has_value()) return false;
  const Span span = front_.SpanOf(found);
  const size_t type = found->getType();
  const bool go = type == HookLexer::Reserved || type == HookLexer::GoOperator || IsGoKeyword(type);
  diag::Builder report =
      go ? emitter_.Emit(span, GoOnly, span.Text())
         : emitter_.Emit(span, UnexpectedToken, DescribeExpected(expected), DescribeFound(type, span.Text()));
  habit->edits.empty() ? report.Help(habit->help) : report.Fix(habit->help, habit->edits);
  return true;
}

// A token that fits by itself was refused because of what comes after it.
bool ErrorStrategy::ReportFollower(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected) {
  size_t follower = found->getTokenIndex() + 1;
  antlr4::TokenStream* tokens = parser->getTokenStream();
  while (follower < tokens->size() && tokens->get(follower)->getChannel() != antlr4::Token::DEFAULT_CHANNEL)
    ++follower;
  if (follower >= tokens->size()) return false;
  antlr4::Token* next = tokens->get(follower);
  Span next_span = front_.SpanOf(next);
  bool names_a_value = CanBeName(found->getType()) && expected.count(HookLexer::KLet) != 0;
  if (names_a_value && (next->getType() == HookLexer::GoOperator || next->getType() == HookLexer::Assign)) {
    auto report = emitter_.Emit(next_span, GoOnly, next_span.Text());
    const Span name = front_.SpanOf(found);
    if (next_span.Text() == ":=" && front_.StartsLine(found->getTokenIndex()))
      report.Fix("write `let " + name.Text().str() + " = ...`",
                 {{Span{name.buffer, name.begin, name.begin}, "let "}, {next_span, "="}});
    else
      report.Help(GoHelp(next_span.Text()));
    return true;
  }
  if (expected.count(found->getType()) == 0) return false;
  emitter_.Emit(next_span, CannotFollow, front_.SpanOf(found).Text(),
                DescribeFound(next->getType(), next_span.Text()));
  return true;
}

bool ErrorStrategy::ReportMisspelt(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected) {
  antlr4::Token* word = found;
  const TokenSet* candidates = &expected;
  antlr4::ParserRuleContext* element = EnclosingElement(parser);
  antlr4::Token* before = front_.Before(found->getTokenIndex());
  bool follows_first_word = element != nullptr && before != nullptr && element->getStart() == before;
  bool name_fits = expected.count(HookLexer::Ident) != 0 && !follows_first_word;
  if (follows_first_word && before->getType() == HookLexer::Ident) {
    word = before;
    candidates = &StartsOf(element->getRuleIndex());
  }
  if (name_fits || word->getType() != HookLexer::Ident) return false;
  Span span = front_.SpanOf(word);
  NearKeyword nearest = NearestKeyword(span.Text(), *candidates);
  if (nearest.word.empty()) return false;
  auto report = emitter_.Emit(span, UnknownKeyword, span.Text());
  std::string question = "did you mean `" + nearest.word + "`?";
  nearest.clear ? report.Fix(question, span, nearest.word) : report.Help(question);
  return true;
}

// `T{...}` where `{` cannot stand, because elsewhere in a statement it opens a block: recognised by a name
// that Go would export before it, and by nothing or `key:` behind it.
bool ErrorStrategy::ReportLiteral(antlr4::Token* found) {
  if (found->getType() != HookLexer::LBrace) return false;
  antlr4::Token* name = front_.Before(found->getTokenIndex());
  if (name == nullptr || name->getType() != HookLexer::Ident) return false;
  const char initial = front_.SpanOf(name).Text().front();
  if (initial < 'A' || initial > 'Z') return false;
  antlr4::Token* inside = front_.After(found->getTokenIndex());
  antlr4::Token* behind = inside == nullptr ? nullptr : front_.After(inside->getTokenIndex());
  const bool empty = inside != nullptr && inside->getType() == HookLexer::RBrace;
  const bool keyed = behind != nullptr && behind->getType() == HookLexer::Colon;
  if (!empty && !keyed) return false;
  antlr4::Token* first = name;
  antlr4::Token* before = front_.Before(name->getTokenIndex());
  if (before != nullptr && before->getType() == HookLexer::Dot) {
    first = front_.Before(before->getTokenIndex());
    before = front_.Before(first->getTokenIndex());
  }
  const Span written = Cover(front_.SpanOf(first), front_.SpanOf(name));
  if (before != nullptr && front_.SpanOf(before).Text() == "&") first = before;
  const Span type = Cover(front_.SpanOf(first), written);
  auto report = emitter_.Emit(Cover(type, front_.SpanOf(found)), LiteralNeedsParentheses, written.Text());
  const std::string how = "write `(" + type.Text().str() + "{...})`";
  antlr4::Token* closer = front_.CloserOf(found->getTokenIndex());
  if (closer == nullptr) {
    report.Help(how);
    return true;
  }
  const uint32_t end = front_.SpanOf(closer).end;
  report.Fix(how, {{Span{type.buffer, type.begin, type.begin}, "("}, {Span{type.buffer, end, end}, ")"}});
  return true;
}

bool ErrorStrategy::ReportGo(antlr4::Token* found, const TokenSet& expected) {
  size_t type = found->getType();
  Span span = front_.SpanOf(found);
  bool wants_name = expected.count(HookLexer::Ident) != 0;
  bool wants_expression = expected.count(HookLexer::Int) != 0;
  if (IsGoKeyword(type) && wants_name && !wants_expression) {
    emitter_.Emit(span, GoKeywordAsName, span.Text());
    return true;
  }
  bool misplaced_go = type == HookLexer::Reserved || type == HookLexer::GoOperator ||
                      (type == HookLexer::KFunc && wants_expression) ||
                      (IsGoKeyword(type) && expected.count(HookLexer::KLet) != 0);
  if (!misplaced_go) return false;
  emitter_.Emit(span, GoOnly, span.Text()).Help(GoHelp(span.Text()));
  return true;
}

bool ErrorStrategy::StartsElement(antlr4::Parser* parser, size_t rule) const {
  antlr4::Token* token = parser->getCurrentToken();
  bool on_follows = parser->getTokenStream()->LA(2) == HookLexer::KOn;
  bool dot_follows = parser->getTokenStream()->LA(2) == HookLexer::Dot;
  if (StartsOf(rule).count(token->getType()) != 0) return true;
  switch (rule) {
    case HookParser::RuleItem:
    case HookParser::RuleDecl:
      return on_follows && CanBeName(token->getType());
    case HookParser::RuleStmt:
      return IsGoKeyword(token->getType());
    case HookParser::RuleAttrItem:
    case HookParser::RuleExpectation:
      return dot_follows && CanBeName(token->getType());
    case HookParser::RuleObjectMethod:
    case HookParser::RuleObjectField:
      return token->getType() == HookLexer::KOn;
    default:
      return false;
  }
}

void ErrorStrategy::SkipElement(antlr4::Parser* parser, size_t first, size_t rule) {
  size_t level = front_.Level(first);
  for (bool moved = parser->getCurrentToken()->getTokenIndex() > first;; moved = true) {
    antlr4::Token* token = parser->getCurrentToken();
    size_t index = token->getTokenIndex();
    if (token->getType() == antlr4::Token::EOF) return;
    bool outer_brace = token->getType() == HookLexer::RBrace &&
                       (front_.Opener(index) == TokenFront::kNone || front_.Opener(index) < first);
    if (outer_brace) return;
    bool same_level = front_.Level(index) == level;
    if (moved && same_level && front_.StartsLine(index) && StartsElement(parser, rule)) return;
    parser->consume();
    if (same_level && token->getType() == HookLexer::Semicolon) return;
  }
}

}  // namespace instc
