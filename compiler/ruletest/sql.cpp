// The lexer, the sanitiser and the summary of SQL statements: sqllex.go, sql.go and sqlsummary.go of
// compiler/rt/text, token for token.
#include <array>

#include "compiler/ruletest/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest::text {
namespace {

using llvm::StringRef;

constexpr size_t kMaxSQL = 16U << 10U;
constexpr size_t kMaxParens = 64;

enum class Kind {
  kEnd,
  kWord,    // identifier or keyword
  kQuoted,  // `x` or [x]
  kDouble,  // "x": an identifier, in MySQL also a string
  kString,
  kNumber,
  kParam,  // ?, $1, :name, @name
  kOther,  // punctuation
};

struct Token {
  Kind kind = Kind::kEnd;
  StringRef text;
  bool spaced = false;  // white space or a comment before it
};

bool IsSpace(char c) {
  return c == ' ' || ('\t' <= c && c <= '\r');
}
bool IsWordStart(char c) {
  return llvm::isAlpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsWord(char c) {
  return IsWordStart(c) || llvm::isDigit(c) || c == '$';
}

template <typename... Words>
bool IsAny(StringRef word, const Words&... upper) {
  return (EqualFold(word, upper) || ...);
}

class Lexer {
 public:
  Lexer(StringRef sql, bool escapes) : sql_(sql), escapes_(escapes) {}

  bool broken() const { return broken_; }        ///< a string has no end, or something is glued to it
  bool ambiguous() const { return ambiguous_; }  ///< a backslash stands before a quote

  char Peek(size_t offset) const { return at_ + offset < sql_.size() ? sql_[at_ + offset] : '\0'; }

  Token Next() {
    const size_t start = at_;
    SkipBlanks();
    Token t;
    t.spaced = at_ > start;
    if (at_ < sql_.size()) {
      const size_t from = at_;
      t.kind = Scan();
      t.text = sql_.slice(from, at_);
    }
    previous_ = t;
    return t;
  }

 private:
  void SkipBlanks() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (IsSpace(c))
        ++at_;
      else if ((c == '-' && Peek(1) == '-') || (c == '#' && !HashIsName()))
        SkipLine();
      else if (c == '/' && Peek(1) == '*')
        SkipBlock();
      else
        return;
    }
  }

  bool HashIsName() const {
    const char c = Peek(1);
    if (c == '>' || c == '-') return true;
    if (previous_.kind != Kind::kWord) return false;
    const std::string word = FoldUpper(previous_.text);
    const bool introduces = word == "FROM" || word == "INTO" || word == "JOIN" || word == "TABLE" ||
                            word == "UPDATE" || word == "EXISTS";
    return introduces && (IsWordStart(c) || c == '#');
  }

  void SkipLine() {
    const size_t end = sql_.find_first_of("\r\n", at_);
    at_ = end == StringRef::npos ? sql_.size() : end;
  }

  void SkipBlock() {
    int depth = 0;
    while (at_ < sql_.size()) {
      if (sql_[at_] == '/' && Peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (sql_[at_] == '*' && Peek(1) == '/') {
        --depth;
        at_ += 2;
        if (depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  Kind Scan() {
    const char c = sql_[at_];
    if (c == '\'' || c == '"' || c == '`') {
      Quoted(c, c != '`' && escapes_, false);
      return c == '\'' ? Kind::kString : c == '"' ? Kind::kDouble : Kind::kQuoted;
    }
    if (c == '[' && Bracketed()) return Kind::kQuoted;
    if (c == '$') return Dollar();
    if (llvm::isDigit(c) || (c == '.' && llvm::isDigit(Peek(1)) && previous_.kind != Kind::kWord)) {
      Number();
      return Kind::kNumber;
    }
    if (IsWordStart(c) || (c == '#' && HashIsName() && (IsWordStart(Peek(1)) || Peek(1) == '#')))
      return Word();
    if (c == '?') {
      ++at_;
      return Kind::kParam;
    }
    if ((c == ':' || c == '@') && IsWord(Peek(1)) && Peek(1) != '$') {
      ++at_;
      SkipWord();
      return Kind::kParam;
    }
    const bool pair = (c == ':' || c == '@') && Peek(1) == c;
    at_ += pair ? 2 : 1;
    return Kind::kOther;
  }

  void Quoted(char quote, bool escapes, bool is_explicit) {
    for (++at_; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      if (c == '\\') {
        if (quote == '`') continue;
        if (Peek(1) == quote && !is_explicit) ambiguous_ = true;
        if (escapes) ++at_;
      } else if (c == quote) {
        if (Peek(1) == quote) {
          ++at_;
          continue;
        }
        ++at_;
        if (Peek(0) == '\\' || IsWord(Peek(0))) broken_ = true;
        return;
      }
    }
    at_ = sql_.size();
    broken_ = true;
  }

  bool Bracketed() {
    const bool subscript = at_ > 0 && (IsWord(sql_[at_ - 1]) || sql_[at_ - 1] == ']');
    if (subscript || !IsWordStart(Peek(1))) return false;
    for (size_t i = at_ + 1; i < sql_.size(); ++i) {
      const char c = sql_[i];
      if (c == ']') {
        at_ = i + 1;
        return true;
      }
      if (!IsWord(c) && c != ' ' && c != '-') return false;
    }
    return false;
  }

  Kind Dollar() {
    size_t end = at_ + 1;
    while (end < sql_.size() && llvm::isDigit(sql_[end])) ++end;
    if (end > at_ + 1) {
      at_ = end;
      return Kind::kParam;
    }
    while (end < sql_.size() && (IsWordStart(sql_[end]) || llvm::isDigit(sql_[end]))) ++end;
    if (end >= sql_.size() || sql_[end] != '$') {
      at_ = end;
      return Kind::kParam;
    }
    const StringRef tag = sql_.slice(at_, end + 1);
    const size_t closing = sql_.find(tag, end + 1);
    at_ = closing == StringRef::npos ? sql_.size() : closing + tag.size();
    return Kind::kString;
  }

  void Number() {
    for (; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      const bool exponent =
          (c == '+' || c == '-') && at_ > 0 && llvm::toLower(sql_[at_ - 1]) == 'e' && llvm::isDigit(Peek(1));
      if (!exponent && c != '.' && !IsWord(c)) return;
    }
  }

  void SkipWord() {
    while (at_ < sql_.size() && IsWord(sql_[at_])) ++at_;
  }

  Kind Word() {
    const size_t from = at_;
    while (sql_[at_] == '#') ++at_;
    SkipWord();
    const StringRef prefix = sql_.slice(from, at_);
    const bool unicode = prefix == "U" || prefix == "u";
    if (unicode && Peek(0) == '&' && (Peek(1) == '\'' || Peek(1) == '"')) ++at_;
    if (Peek(0) != '\'') return Kind::kWord;
    if (IsAny(prefix, "q", "nq")) {
      OracleQuoted();
      return Kind::kString;
    }
    if (prefix.size() > 2 && prefix[0] != '_') return Kind::kWord;
    const bool is_explicit = EqualFold(prefix, "e");
    Quoted('\'', escapes_ || is_explicit, is_explicit);
    return Kind::kString;
  }

  void OracleQuoted() {
    char closing = Peek(1);
    const size_t bracket = closing == '\0' ? StringRef::npos : StringRef("[{(<").find(closing);
    if (bracket != StringRef::npos) closing = "]})>"[bracket];
    if (at_ + 2 <= sql_.size()) {
      const std::array<char, 2> end = {closing, '\''};
      const size_t found = sql_.find(StringRef(end.data(), end.size()), at_ + 2);
      if (found != StringRef::npos) {
        at_ = found + 2;
        return;
      }
    }
    at_ = sql_.size();
    broken_ = true;
  }

  StringRef sql_;
  size_t at_ = 0;
  bool escapes_;
  bool broken_ = false;
  bool ambiguous_ = false;
  Token previous_;
};

/// Whether backslashes escape, and whether that is certain.
std::pair<bool, bool> ChooseEscapes(StringRef sql) {
  Lexer with(sql, true);
  while (with.Next().kind != Kind::kEnd) {
  }
  if (!with.ambiguous()) return {true, true};
  Lexer without(sql, false);
  while (without.Next().kind != Kind::kEnd) {
  }
  return {!with.broken(), with.broken() != without.broken()};
}

class Sanitizer {
 public:
  Sanitizer(StringRef query, bool escapes) : lexer_(query, escapes) {}

  std::string Run(bool sure) {
    while (out_.size() < kMaxText) {
      const Token t = lexer_.Next();
      if (t.kind == Kind::kEnd) break;
      Emit(t);
      if (!sure && lexer_.ambiguous()) break;
    }
    return Cut(StringRef(out_).rtrim(" ;"), kMaxText);
  }

 private:
  struct Paren {
    size_t at = 0;
    bool values = false;  // VALUES (, IN (, f(
    bool list = false;    // VALUES ( or IN (
    bool plain = true;    // only values and commas so far
    size_t follow = 0;    // where the list before it ends, of which it is one more row
  };

  static bool IsLiteral(Kind kind) {
    return kind == Kind::kString || kind == Kind::kNumber || kind == Kind::kParam;
  }

  void Emit(Token t) {
    StringRef shown = t.text;
    if (t.kind == Kind::kString || t.kind == Kind::kNumber) shown = "?";
    if (t.kind == Kind::kDouble && IsValue()) {
      t.kind = Kind::kString;
      shown = "?";
    }
    if (t.spaced && !out_.empty()) out_ += ' ';
    if (t.text == "(") {
      Open();
    } else if (t.text == ")") {
      out_ += ')';
      Close();
    } else {
      out_ += shown;
      Note(t);
    }
    before_[1] = before_[0];
    before_[0] = t;
  }

  void Note(const Token& t) {
    const bool is_comma = t.text == "," && t.kind == Kind::kOther;
    const bool sign = t.kind == Kind::kOther && (t.text == "-" || t.text == "+");
    if (!parens_.empty() && !is_comma && !IsLiteral(t.kind) && !sign) parens_.back().plain = false;
    comma_ = is_comma && list_end_ > 0;
    if (!comma_) list_end_ = 0;
  }

  void Open() {
    Paren p;
    p.at = out_.size();
    const Token& previous = before_[0];
    const bool word = previous.kind == Kind::kWord;
    if ((word && IsAny(previous.text, "IN", "VALUES", "VALUE", "ANY", "ALL")) || comma_)
      p.list = p.values = true;
    else if (word && IsAny(previous.text, "AGAINST"))
      p.values = true;
    else if (word && p.at > 0 && out_[p.at - 1] != ' ')
      p.values = !(before_[1].kind == Kind::kWord && IsAny(before_[1].text, "INTO", "TABLE"));
    else if (!parens_.empty() && previous.text == "(")
      p.values = parens_.back().values;
    if (comma_) p.follow = list_end_;
    list_end_ = 0;
    comma_ = false;
    out_ += '(';
    if (parens_.size() < kMaxParens) parens_.push_back(p);
  }

  void Close() {
    if (parens_.empty()) return;
    const Paren p = parens_.back();
    parens_.pop_back();
    if (!parens_.empty() && !p.plain) parens_.back().plain = false;
    list_end_ = 0;
    if (!p.list || !p.plain) return;
    if (p.follow > 0) {
      out_.resize(p.follow);
      list_end_ = p.follow;
      return;
    }
    out_.resize(p.at);
    out_ += "(?)";
    list_end_ = out_.size();
  }

  bool IsValue() const {
    const Token& previous = before_[0];
    if (previous.text == "." || lexer_.Peek(0) == '.') return false;
    if (previous.kind == Kind::kWord)
      return IsAny(previous.text, "LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN", "THEN", "ELSE", "ESCAPE",
                   "AGAINST", "PASSWORD") ||
             (IsAny(previous.text, "BY") && IsAny(before_[1].text, "IDENTIFIED"));
    if (previous.kind != Kind::kOther) return false;
    if (previous.text.find_first_of("=<>!~|+*/%") != StringRef::npos) return true;
    if (parens_.size() == kMaxParens) return true;
    return !parens_.empty() && parens_.back().values;
  }

  Lexer lexer_;
  std::string out_;
  std::vector<Paren> parens_;
  std::array<Token, 2> before_;  // the nearest first
  size_t list_end_ = 0;          // where the last shrunk list ends; 0: something else followed
  bool comma_ = false;
};

// ------------------------------------------------------------------------------------------------- summary

constexpr int kMaxSummaryTokens = 2000;

bool IsVerb(const std::string& upper) {
  static constexpr llvm::StringLiteral kVerbs[] = {
      "SELECT",  "INSERT",  "UPDATE",     "DELETE",   "REPLACE",   "MERGE",    "UPSERT",  "WITH",
      "VALUES",  "TABLE",   "CREATE",     "ALTER",    "DROP",      "TRUNCATE", "RENAME",  "COMMENT",
      "BEGIN",   "START",   "COMMIT",     "ROLLBACK", "SAVEPOINT", "RELEASE",  "END",     "ABORT",
      "PREPARE", "EXECUTE", "DEALLOCATE", "DECLARE",  "FETCH",     "CLOSE",    "OPEN",    "CALL",
      "EXEC",    "DO",      "EXPLAIN",    "ANALYZE",  "ANALYSE",   "DESCRIBE", "DESC",    "SHOW",
      "USE",     "SET",     "RESET",      "PRAGMA",   "VACUUM",    "REINDEX",  "CLUSTER", "CHECKPOINT",
      "ATTACH",  "DETACH",  "COPY",       "LOAD",     "UNLOAD",    "LOCK",     "UNLOCK",  "GRANT",
      "REVOKE",  "LISTEN",  "NOTIFY",     "UNLISTEN", "OPTIMIZE",  "REFRESH",  "FLUSH",   "KILL",
      "IMPORT",  "EXPORT",  "DISCARD",    "PUT",      "GET",       "LIST",     "REMOVE",  "MSCK"};
  return llvm::any_of(kVerbs, [&](StringRef verb) { return verb == upper; });
}

/// Behind WITH the verb of the main statement.
std::string FirstVerb(Lexer& lexer) {
  Token t = lexer.Next();
  while (t.text == "(" || t.text == ";") t = lexer.Next();
  if (t.kind != Kind::kWord) return "";
  std::string verb = FoldUpper(t.text);
  if (!IsVerb(verb)) return "";
  if (verb != "WITH") return verb;
  int depth = 0;
  for (int i = 0; i < kMaxSummaryTokens; ++i) {
    t = lexer.Next();
    if (t.kind == Kind::kEnd) return verb;
    if (t.text == "(")
      ++depth;
    else if (t.text == ")")
      --depth;
    else if (depth == 0 && t.kind == Kind::kWord &&
             IsAny(t.text, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"))
      return FoldUpper(t.text);
  }
  return verb;
}

StringRef Unquote(const Token& t) {
  if (t.kind == Kind::kWord && !IsAny(t.text, "SELECT", "WHERE", "VALUES", "SET")) return t.text;
  const bool quoted = (t.kind == Kind::kQuoted || t.kind == Kind::kDouble) && t.text.size() > 2;
  return quoted ? t.text.drop_front().drop_back() : StringRef();
}

/// A possibly qualified name, behind words that may stand before it.
std::string Name(Lexer& lexer, Token t) {
  for (int i = 0;
       i < 4 && t.kind == Kind::kWord &&
       IsAny(t.text, "ONLY", "IF", "NOT", "EXISTS", "LOW_PRIORITY", "IGNORE", "OR", "TABLE", "LATERAL");
       ++i)
    t = lexer.Next();
  std::string name;
  for (int parts = 0; parts < 4; ++parts) {
    const StringRef part = Unquote(t);
    if (part.empty()) return "";
    name += (parts > 0 ? "." : "") + part.str();
    if (lexer.Peek(0) != '.') break;
    lexer.Next();
    t = lexer.Next();
  }
  return Cut(name, 128);
}

std::string NameAfter(Lexer& lexer, StringRef word) {
  int depth = 0;
  for (int i = 0; i < kMaxSummaryTokens; ++i) {
    const Token t = lexer.Next();
    if (t.kind == Kind::kEnd) return "";
    if (t.text == "(")
      ++depth;
    else if (t.text == ")")
      --depth;
    else if (depth == 0 && t.kind == Kind::kWord && EqualFold(t.text, word))
      return Name(lexer, lexer.Next());
  }
  return "";
}

/// CREATE [...] TABLE [IF NOT EXISTS] name.
std::string NameOfObject(Lexer& lexer) {
  Token t = lexer.Next();
  for (int i = 0; i < 8 && t.kind == Kind::kWord &&
                  !IsAny(t.text, "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "FUNCTION", "PROCEDURE",
                         "USER", "ROLE");
       ++i)
    t = lexer.Next();
  return t.kind == Kind::kWord && IsAny(t.text, "TABLE", "VIEW") ? Name(lexer, lexer.Next()) : "";
}

std::pair<std::string, std::string> Describe(StringRef query) {
  Lexer lexer(query.take_front(kMaxSQL), true);
  const std::string verb = FirstVerb(lexer);
  if (verb == "SELECT" || verb == "DELETE") return {verb, NameAfter(lexer, "FROM")};
  if (verb == "INSERT" || verb == "REPLACE" || verb == "MERGE" || verb == "UPSERT")
    return {verb, NameAfter(lexer, "INTO")};
  if (verb == "UPDATE" || verb == "CALL" || verb == "EXEC" || verb == "EXECUTE" || verb == "COPY")
    return {verb, Name(lexer, lexer.Next())};
  if (verb == "TRUNCATE" || verb == "DROP" || verb == "ALTER" || verb == "CREATE")
    return {verb, NameOfObject(lexer)};
  return {verb, ""};
}

}  // namespace

std::string SanitizeSQL(StringRef query) {
  query = query.take_front(kMaxSQL);
  const auto [escapes, sure] = query.contains('\\') ? ChooseEscapes(query) : std::pair(true, true);
  return Sanitizer(query, escapes).Run(sure);
}

std::string SQLOperation(StringRef query) {
  return Describe(query).first;
}
std::string SQLTable(StringRef query) {
  return Describe(query).second;
}
std::string SQLSummary(StringRef query) {
  const auto [operation, table] = Describe(query);
  return Words(operation, table);
}

}  // namespace instc::ruletest::text
