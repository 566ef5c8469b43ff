// From Go's declarations to the heads of rules.
#include <set>
#include <tuple>

#include "compiler/check/check.h"
#include "compiler/check/systems.h"
#include "compiler/go/syntax/token.h"
#include "compiler/go/types/type_string.h"
#include "compiler/survey/survey.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

namespace instc::survey {
namespace {

/// A name for a value that Go leaves unnamed, after its type; empty: nothing good.
std::string NameAfter(const go::Type* type) {
  const std::string text = go::TypeString(type, go::QualifyByName);
  if (text == "error") return "err";
  if (text == "context.Context") return "ctx";
  if (text == "bool") return "ok";
  if (text == "int" || text == "int64") return "n";
  if (text == "string") return "s";
  if (text == "[]byte") return "data";
  const go::Type* plain = go::Unalias(type);
  if (const go::Type* pointee = go::Pointee(plain)) plain = go::Unalias(pointee);
  const auto* named = llvm::dyn_cast<go::Named>(plain);
  if (named == nullptr) return "";
  std::string name = named->object()->name().str();
  // `HTTPServer` -> `httpServer`, `Response` -> `response`
  for (size_t i = 0; i < name.size() && llvm::toLower(name[i]) != name[i]; ++i) {
    const bool last_of_word = i > 0 && i + 1 < name.size() && llvm::toLower(name[i + 1]) == name[i + 1];
    if (last_of_word) break;
    name[i] = llvm::toLower(name[i]);
  }
  return name;
}

/// Names for a list of a rule: Go's own where there are some. `taken` grows.
std::vector<std::string> RuleNames(llvm::ArrayRef<const go::Var*> vars, std::set<std::string>& taken) {
  std::vector<std::string> names;
  for (const go::Var* var : vars) {
    const llvm::StringRef own = var->name();
    std::string name = own.empty() ? NameAfter(var->type()) : own.str();
    const bool usable = !name.empty() && name != "_" && go::KeywordOrIdent(name) == go::Token::kIdent &&
                        !own.startswith("instc");
    if (usable && taken.count(name) > 0) {
      unsigned number = 2;
      while (taken.count(name + std::to_string(number)) > 0) ++number;
      name += std::to_string(number);
    }
    names.push_back(usable ? name : "_");
    if (usable) taken.insert(name);
  }
  return names;
}

std::string Receiver(const JoinPoint& point, llvm::StringRef own, std::set<std::string>& taken) {
  std::string name = own.str();
  if (name.empty() || name == "_" || own.startswith("instc")) name = llvm::toLower(point.receiver.front());
  taken.insert(name);
  return "(" + name + (point.pointer ? " *" : " ") + point.receiver + ") ";
}

/// The head of a rule and the names in it.
struct Head {
  std::string text;
  std::vector<std::string> params, results;
};

Head HeadOf(const JoinPoint& point, const go::SignatureType& signature) {
  std::set<std::string> taken;
  Head head;
  if (!point.receiver.empty())
    head.text = Receiver(point, signature.receiver == nullptr ? "" : signature.receiver->name(), taken);
  head.params = RuleNames(signature.params, taken);
  head.results = RuleNames(signature.results, taken);
  head.text += point.name + "(" + llvm::join(head.params, ", ") + ")";
  if (!head.results.empty()) head.text += " (" + llvm::join(head.results, ", ") + ")";
  return head;
}

/// The declaration as written, without its body, on one line.
std::string SignatureOf(const go::FuncDecl& decl, const SourceBuffer& buffer) {
  const uint32_t end = decl.body.has_value() ? decl.body->open : decl.end;
  std::string text;
  for (char c : buffer.text().slice(decl.func_offset, end).trim()) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank)
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  return text;
}

/// The `//` lines right above a declaration, directives left out.
std::string DocOf(const go::FuncDecl& decl, const SourceBuffer& buffer) {
  std::vector<llvm::StringRef> lines;
  for (unsigned line = buffer.LineOf(decl.func_offset); line-- > 1;) {
    llvm::StringRef text = buffer.LineText(line).rtrim();
    if (!text.consume_front("//")) break;
    const llvm::StringRef word = text.take_while([](char c) { return llvm::isAlnum(c); });
    const bool directive = !word.empty() && text.drop_front(word.size()).startswith(":");
    if (directive) continue;
    text.consume_front(" ");
    lines.push_back(text);
  }
  return llvm::StringRef(llvm::join(llvm::reverse(lines), "\n")).trim("\n").str();
}

}  // namespace

std::vector<JoinPoint> JoinPoints(const Library& library) {
  const go::Package& package = library.package();
  check::PackageOnSystems systems(library.program(), package, library.go_version());
  std::vector<JoinPoint> points;
  for (const go::Func* func : package.Functions()) {
    const go::FuncDecl& decl = *func->decl();
    if (func->name() == "_") continue;
    JoinPoint point;
    point.receiver = func->is_method() ? decl.receiver_type_name().str() : "";
    point.pointer = func->has_pointer_receiver();
    point.name = func->name().str();
    if (func->is_method() && point.receiver.empty()) continue;  // malformed
    const Head head = HeadOf(point, *func->signature());
    point.rule = head.text;
    point.signature = SignatureOf(decl, *func->declared_at().buffer);
    point.doc = DocOf(decl, *func->declared_at().buffer);
    point.why_not = check::WhyNoJoinPoint(*func);
    if (point.why_not.empty()) point.why_not = systems.Differences(*func, head.params, head.results);
    point.declared_at = func->declared_at();
    points.push_back(std::move(point));
  }
  llvm::stable_sort(points, [](const JoinPoint& a, const JoinPoint& b) {
    return std::tie(a.receiver, a.name) < std::tie(b.receiver, b.name);
  });
  return points;
}

Result<bool> Matches(llvm::StringRef pattern, const JoinPoint& point) {
  const std::string title = point.Title();
  if (pattern.find_first_of("*?[") == llvm::StringRef::npos)
    return llvm::StringRef(title).contains_insensitive(pattern);
  auto glob = llvm::GlobPattern::create(pattern);
  if (!glob) return Fail("`{0}` is no pattern: {1}", pattern, llvm::toString(glob.takeError()));
  return glob->match(title) || (!pattern.contains('.') && glob->match(point.name));
}

}  // namespace instc::survey
