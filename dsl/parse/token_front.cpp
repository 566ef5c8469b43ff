#include "dsl/parse/token_front.h"

#include <algorithm>
#include <functional>

#include "dsl/parse/expected.h"
#include "llvm/Support/ConvertUTF.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(UnclosedBracket, "E0103", Error, "`{0}` is never closed", llvm::StringRef);
INSTC_DIAGNOSTIC(UnmatchedBracket, "E0104", Error, "`{0}` closes nothing", llvm::StringRef);
INSTC_DIAGNOSTIC(UnterminatedText, "E0105", Error, "{0} is not terminated", llvm::StringRef);
INSTC_DIAGNOSTIC(NestedTooDeep, "E0109", Error, "brackets are nested more than {0} deep", size_t);
INSTC_DIAGNOSTIC(NotUtf8, "E0110", Error, "the file is not valid UTF-8");
INSTC_DIAGNOSTIC(UnknownCharacter, "E0111", Error, "`{0}` does not occur in the hook language",
                 llvm::StringRef);

char ClosingOf(size_t type) {
  switch (type) {
    case HookLexer::LParen:
      return ')';
    case HookLexer::LBracket:
      return ']';
    case HookLexer::LBrace:
    case HookLexer::GoOpen:
      return '}';
    default:
      return 0;
  }
}

char AsClosing(size_t type) {
  switch (type) {
    case HookLexer::RParen:
      return ')';
    case HookLexer::RBracket:
      return ']';
    case HookLexer::RBrace:
    case HookLexer::GoClose:
      return '}';
    default:
      return 0;
  }
}

ast::Token::Kind KindOf(size_t type) {
  using Kind = ast::Token::Kind;
  if (type <= HookLexer::Reserved || type == HookLexer::Ident) return Kind::Word;
  if (type == HookLexer::GoOpen) return Kind::GoBlock;
  bool literal = type == HookLexer::SemVer || (type >= HookLexer::Float && type <= HookLexer::Rune);
  return literal ? Kind::Literal : Kind::Punctuation;
}

// What the malformed token was meant to be, and the token type to go on with.
struct Malformed {
  const char* what;
  size_t becomes;
};

std::optional<Malformed> MalformedOf(size_t type) {
  switch (type) {
    case HookLexer::OpenString:
      return Malformed{"the string", HookLexer::String};
    case HookLexer::OpenRaw:
      return Malformed{"the raw string", HookLexer::Raw};
    case HookLexer::OpenRune:
      return Malformed{"the rune", HookLexer::Rune};
    case HookLexer::OpenComment:
      return Malformed{"the comment", HookLexer::BlockComment};
    default:
      return std::nullopt;
  }
}

bool ReachesOverLines(size_t type) {
  return type == HookLexer::OpenRaw || type == HookLexer::OpenComment;
}

// Walks the tokens with a stack of open brackets.
//
// A missing `}` shows only at the end of the file, far from the mistake. Indentation tells more: a `}` that
// stands further left than the line of the `{` it would close was meant for an outer one, so that `{` is the
// suspect.
class BracketMatcher {
 public:
  BracketMatcher(const TokenFront& front, const SourceBuffer& buffer,
                 const std::vector<antlr4::Token*>& tokens)
      : front_(front), buffer_(buffer), tokens_(tokens) {}

  // Returns the index of the opening token, or kNone when the closing one has no partner.
  size_t Close(size_t index);
  void Open(size_t index) { stack_.push_back(index); }
  // A declaration begins: no `(` or `[` reaches over it.
  void StartDeclaration(size_t index);
  [[nodiscard]] size_t Depth() const { return stack_.size(); }
  // The opening tokens to report, each with the token that showed the mistake (kNone: the end of the file).
  struct Unclosed {
    size_t opener;
    size_t shown_by;
  };
  std::vector<Unclosed> Finish();

 private:
  [[nodiscard]] size_t IndentOf(size_t index) const;

  const TokenFront& front_;
  const SourceBuffer& buffer_;
  const std::vector<antlr4::Token*>& tokens_;
  std::vector<size_t> stack_;
  std::vector<Unclosed> unclosed_;
  std::optional<Unclosed> suspect_;
};

size_t BracketMatcher::IndentOf(size_t index) const {
  llvm::StringRef line = buffer_.LineText(buffer_.LineOf(front_.SpanOf(tokens_[index]).begin));
  return line.size() - line.ltrim(" \t").size();
}

size_t BracketMatcher::Close(size_t index) {
  char closing = AsClosing(tokens_[index]->getType());
  auto partner = std::find_if(stack_.rbegin(), stack_.rend(),
                              [&](size_t open) { return ClosingOf(tokens_[open]->getType()) == closing; });
  if (partner == stack_.rend()) return TokenFront::kNone;
  if (partner != stack_.rbegin()) unclosed_.push_back({stack_.back(), index});
  size_t opener = *partner;
  stack_.erase(partner.base() - 1, stack_.end());
  bool braces_disagree = closing == '}' && front_.StartsLine(index) && IndentOf(index) < IndentOf(opener);
  if (braces_disagree && !suspect_) suspect_ = Unclosed{opener, index};
  return opener;
}

void BracketMatcher::StartDeclaration(size_t index) {
  auto is_brace = [&](size_t open) { return ClosingOf(tokens_[open]->getType()) == '}'; };
  auto last = std::find_if_not(stack_.rbegin(), stack_.rend(), is_brace);
  if (last == stack_.rend()) return;
  unclosed_.push_back({*last, index});
  stack_.erase(std::remove_if(stack_.begin(), stack_.end(), std::not_fn(is_brace)), stack_.end());
}

std::vector<BracketMatcher::Unclosed> BracketMatcher::Finish() {
  if (!stack_.empty()) unclosed_.push_back(suspect_ ? *suspect_ : Unclosed{stack_.back(), TokenFront::kNone});
  return unclosed_;
}

}  // namespace

TokenFront::TokenFront(const SourceBuffer& buffer, diag::Emitter& emitter) : buffer_(buffer) {
  usable_ = CheckEncoding(emitter);
  Lex();
  if (!usable_) return;
  ReportMalformed(emitter);
  MatchBrackets(emitter);
}

bool TokenFront::CheckEncoding(diag::Emitter& emitter) {
  const auto* cursor = reinterpret_cast<const llvm::UTF8*>(buffer_.text().begin());
  const auto* end = reinterpret_cast<const llvm::UTF8*>(buffer_.text().end());
  if (llvm::isLegalUTF8String(&cursor, end)) return true;
  auto offset = static_cast<uint32_t>(cursor - reinterpret_cast<const llvm::UTF8*>(buffer_.text().begin()));
  emitter.Emit({&buffer_, offset, offset + 1}, NotUtf8).Label("this byte starts no character");
  return false;
}

void TokenFront::Lex() {
  llvm::StringRef text = usable_ ? buffer_.text() : llvm::StringRef();
  if (text.consume_front("\xEF\xBB\xBF")) base_ = 3;
  MapOffsets(text);
  input_ = std::make_unique<antlr4::ANTLRInputStream>(text.str());
  lexer_ = std::make_unique<HookLexer>(input_.get());
  lexer_->removeErrorListeners();
  stream_ = std::make_unique<antlr4::CommonTokenStream>(lexer_.get());
  stream_->fill();
}

void TokenFront::MapOffsets(llvm::StringRef text) {
  bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  if (ascii) return;
  for (uint32_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) byte_of_.push_back(i);
  }
  byte_of_.push_back(static_cast<uint32_t>(text.size()));
}

uint32_t TokenFront::ByteOf(size_t code_point) const {
  if (byte_of_.empty()) return std::min(base_ + static_cast<uint32_t>(code_point), buffer_.size());
  return base_ + byte_of_[std::min(code_point, byte_of_.size() - 1)];
}

Span TokenFront::SpanOf(const antlr4::Token* token) const {
  if (token == nullptr) return {};
  if (token->getType() == antlr4::Token::EOF) {
    // Right after the last token: what is missing is missing there, not below the comments that may follow.
    antlr4::Token* last = Before(token->getTokenIndex());
    uint32_t end = last == nullptr ? base_ : SpanOf(last).end;
    return {&buffer_, end, end};
  }
  return {&buffer_, ByteOf(token->getStartIndex()), ByteOf(token->getStopIndex() + 1)};
}

Span TokenFront::SpanOf(antlr4::ParserRuleContext* node) const {
  if (node == nullptr || node->getStart() == nullptr) return {};
  Span start = SpanOf(node->getStart());
  antlr4::Token* stop = node->getStop();
  if (stop == nullptr || stop->getTokenIndex() < node->getStart()->getTokenIndex()) {
    return {&buffer_, start.begin, start.begin};
  }
  return Cover(start, SpanOf(stop));
}

// `# words`: what stands behind it is meant as a comment. Brackets stay, since they may be the end of
// something.
void TokenFront::HideLine(const std::vector<antlr4::Token*>& tokens, size_t from) {
  for (size_t i = from; i < tokens.size() && tokens[i]->getLine() == tokens[from]->getLine(); ++i) {
    const size_t type = tokens[i]->getType();
    if (type == antlr4::Token::EOF || AsClosing(type) != 0 || ClosingOf(type) != 0) return;
    dynamic_cast<antlr4::CommonToken*>(tokens[i])->setChannel(antlr4::Token::HIDDEN_CHANNEL);
  }
}

void TokenFront::ReportMalformed(diag::Emitter& emitter) {
  const std::vector<antlr4::Token*> tokens = stream_->getTokens();
  for (size_t i = 0; i < tokens.size(); ++i) {
    antlr4::Token* token = tokens[i];
    auto* writable = dynamic_cast<antlr4::CommonToken*>(token);
    Span span = SpanOf(token);
    if (auto malformed = MalformedOf(token->getType())) {
      Span opening = {&buffer_, span.begin,
                      span.begin + (token->getType() == HookLexer::OpenComment ? 2 : 1)};
      emitter.Emit(opening, UnterminatedText, malformed->what).Label("starts here");
      if (ReachesOverLines(token->getType())) {
        rest_swallowed_ = true;
        NoiseToFileEnd(opening);
      } else {
        NoiseToLineEnd(opening);
      }
      if (malformed->becomes == HookLexer::BlockComment) writable->setChannel(antlr4::Token::HIDDEN_CHANNEL);
      writable->setType(malformed->becomes);
    } else if (token->getType() == HookLexer::Unknown) {
      auto report = emitter.Emit(span, UnknownCharacter, span.Text());
      NoiseToLineEnd(span);
      writable->setChannel(antlr4::Token::HIDDEN_CHANNEL);
      if (span.Text() != "#") continue;
      report.Fix("a comment starts with `//`", span, "//");
      HideLine(tokens, i);
    }
  }
  stream_->seek(0);
}

void TokenFront::MatchBrackets(diag::Emitter& emitter) {
  std::vector<antlr4::Token*> tokens = stream_->getTokens();
  level_.resize(tokens.size());
  opener_.assign(tokens.size(), kNone);
  BracketMatcher matcher(*this, buffer_, tokens);
  for (size_t i = 0; i < tokens.size(); ++i) {
    size_t type = tokens[i]->getType();
    if (StartsDeclaration(i)) matcher.StartDeclaration(i);
    if (AsClosing(type) != 0) {
      opener_[i] = matcher.Close(i);
      if (opener_[i] == kNone) {
        Span span = SpanOf(tokens[i]);
        emitter.Emit(span, UnmatchedBracket, span.Text());
        AsClosing(type) == '}' ? NoiseToFileEnd(span) : NoiseToLineEnd(span);
      }
    }
    level_[i] = matcher.Depth();
    if (ClosingOf(type) != 0) matcher.Open(i);
    if (matcher.Depth() > kMaxNesting) {
      emitter.Emit(SpanOf(tokens[i]), NestedTooDeep, kMaxNesting);
      usable_ = false;
      return;
    }
  }
  if (rest_swallowed_) return;
  for (const auto& [opener, shown_by] : matcher.Finish()) {
    ReportUnclosed(emitter, tokens[opener], shown_by == kNone ? nullptr : tokens[shown_by]);
  }
}

void TokenFront::ReportUnclosed(diag::Emitter& emitter, antlr4::Token* opener, antlr4::Token* shown_by) {
  Span span = SpanOf(opener);
  bool is_brace = ClosingOf(opener->getType()) == '}';
  if (is_brace || shown_by == nullptr) {
    NoiseToFileEnd(span);
  } else {
    noise_.push_back({span.begin, SpanOf(shown_by).end});
  }
  bool is_go = opener->getType() == HookLexer::GoOpen;
  auto report = is_go ? emitter.Emit(span, UnterminatedText, "the `go {` block")
                      : emitter.Emit(span, UnclosedBracket, span.Text());
  report.Label("opened here");
  if (shown_by == nullptr) return;
  bool closes = AsClosing(shown_by->getType()) != 0;
  report.Note(SpanOf(shown_by), closes ? "this closes an outer bracket" : "before the next declaration");
}

void TokenFront::NoiseToLineEnd(Span span) {
  unsigned line = buffer_.LineOf(span.begin);
  noise_.push_back(
      {span.begin, buffer_.LineStart(line) + static_cast<uint32_t>(buffer_.LineText(line).size())});
}

bool TokenFront::IsNoise(uint32_t offset) const {
  return std::any_of(noise_.begin(), noise_.end(),
                     [&](const Range& range) { return range.begin <= offset && offset <= range.end; });
}

bool TokenFront::StartsDeclaration(size_t index) const {
  antlr4::Token* token = stream_->get(index);
  if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL || token->getCharPositionInLine() != 0)
    return false;
  if (DeclarationStarts().count(token->getType()) != 0) return true;
  bool on_follows = index + 1 < stream_->size() && stream_->get(index + 1)->getType() == HookLexer::KOn;
  return on_follows && CanBeName(token->getType());
}

antlr4::Token* TokenFront::Before(size_t index) const {
  while (index > 0) {
    antlr4::Token* token = stream_->get(--index);
    if (token->getChannel() == antlr4::Token::DEFAULT_CHANNEL) return token;
  }
  return nullptr;
}

antlr4::Token* TokenFront::After(size_t index) const {
  while (++index < stream_->size()) {
    antlr4::Token* token = stream_->get(index);
    if (token->getType() == antlr4::Token::EOF) return nullptr;
    if (token->getChannel() == antlr4::Token::DEFAULT_CHANNEL) return token;
  }
  return nullptr;
}

antlr4::Token* TokenFront::CloserOf(size_t opener) const {
  for (size_t i = opener + 1; i < opener_.size(); ++i)
    if (opener_[i] == opener) return stream_->get(i);
  return nullptr;
}

bool TokenFront::StartsLine(size_t index) const {
  uint32_t begin = SpanOf(stream_->get(index)).begin;
  return buffer_.text().slice(buffer_.LineStart(buffer_.LineOf(begin)), begin).trim(" \t").empty();
}

std::vector<ast::Comment> TokenFront::Comments() const {
  std::vector<ast::Comment> comments;
  for (antlr4::Token* token : stream_->getTokens()) {
    switch (token->getType()) {
      case HookLexer::LineComment:
        comments.push_back({ast::Comment::Kind::Line, SpanOf(token)});
        break;
      case HookLexer::DocComment:
        comments.push_back({ast::Comment::Kind::Doc, SpanOf(token)});
        break;
      case HookLexer::BlockComment:
        comments.push_back({ast::Comment::Kind::Block, SpanOf(token)});
        break;
      default:
        break;
    }
  }
  return comments;
}

std::vector<ast::Token> TokenFront::Tokens() const {
  std::vector<ast::Token> tokens;
  for (antlr4::Token* token : stream_->getTokens()) {
    Span span = SpanOf(token);
    size_t type = token->getType();
    if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL || type == antlr4::Token::EOF) continue;
    if (type == HookLexer::GoText || type == HookLexer::GoClose) {
      tokens.back().span = Cover(tokens.back().span, span);
    } else {
      tokens.push_back({KindOf(type), span});
    }
  }
  return tokens;
}

std::vector<std::string> TokenFront::DocBefore(const antlr4::Token* token) const {
  std::vector<std::string> lines;
  for (size_t i = token->getTokenIndex(); i > 0; --i) {
    antlr4::Token* comment = stream_->get(i - 1);
    if (comment->getType() != HookLexer::DocComment) break;
    llvm::StringRef text = SpanOf(comment).Text().drop_front(3);
    text.consume_front(" ");
    lines.push_back(text.rtrim().str());
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

}  // namespace instc
