#include "compiler/toolexec/marked.h"

#include <set>

#include "compiler/pack/attribute_bytes.h"
#include "compiler/pack/directive.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::toolexec {
namespace {

constexpr size_t kMaxArguments = 64;

/// What the plan's hooks ask of the arguments of one directive.
struct Asked {
  std::set<std::string> keys;
  bool attributes = false;
};

std::map<std::string, Asked> AskedBy(const pack::Plan& plan) {
  std::map<std::string, Asked> asked;
  for (const pack::PlannedHook& planned : plan.hooks) {
    if (!planned.hook.directive) continue;
    Asked& entry = asked[planned.hook.directive->name];
    for (llvm::StringRef given : planned.hook.directive->given) {
      if (given.consume_front("argument ")) entry.keys.insert(given.str());
      entry.attributes |= given == "attributes";
    }
  }
  return asked;
}

struct Argument {
  std::string key;
  std::string value;
  bool quoted = false;
};

/// `key=value ...`; a value in double quotes may hold blanks, with \" and \\ for these two characters. A
/// first argument without a key is the name.
class Arguments {
 public:
  explicit Arguments(llvm::StringRef text) : rest_(text.trim()) {}

  Result<std::vector<Argument>> Read() {
    std::vector<Argument> found;
    while (!rest_.empty()) {
      if (found.size() == kMaxArguments) return Fail("more than {0} arguments", kMaxArguments);
      Result<Argument> argument = Next(found.empty());
      if (!argument) return argument.takeError();
      if (llvm::any_of(found, [&](const Argument& a) { return a.key == argument->key; }))
        return Fail("`{0}` is given twice", argument->key);
      found.push_back(std::move(*argument));
      rest_ = rest_.ltrim();
    }
    return found;
  }

 private:
  static bool IsKeyPart(char c) { return llvm::isAlnum(c) || c == '_' || c == '-' || c == '.'; }

  Result<Argument> Next(bool first) {
    Argument argument;
    const llvm::StringRef key = rest_.take_while(IsKeyPart);
    if (!key.empty() && rest_.drop_front(key.size()).startswith("=")) {
      argument.key = key.str();
      rest_ = rest_.drop_front(key.size() + 1);
    } else if (first) {
      argument.key = "name";
    } else {
      return Fail("`{0}` is no argument: write key=value", rest_.take_until(llvm::isSpace));
    }
    const bool dotted = llvm::StringRef(argument.key).contains('.');
    if (dotted && (argument.key.front() == '.' || argument.key.back() == '.'))
      return Fail("`{0}` is no name of an attribute", argument.key);
    if (rest_.startswith("\"")) return InQuotes(std::move(argument));
    const llvm::StringRef value = rest_.take_until(llvm::isSpace);
    if (value.empty()) return Fail("`{0}` has no value", argument.key);
    if (value.contains('"')) return Fail("`{0}`: a quote stands around a whole value", value);
    argument.value = value.str();
    rest_ = rest_.drop_front(value.size());
    return argument;
  }

  Result<Argument> InQuotes(Argument argument) {
    argument.quoted = true;
    rest_ = rest_.drop_front();
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') rest_ = rest_.drop_front();
      if (rest_.empty()) break;
      argument.value += rest_.front();
      rest_ = rest_.drop_front();
    }
    if (rest_.empty()) return Fail("a quote is not closed");
    rest_ = rest_.drop_front();
    if (!rest_.empty() && !llvm::isSpace(rest_.front())) return Fail("a blank is missing behind a quote");
    return argument;
  }

  llvm::StringRef rest_;
};

/// true, false and numbers are what they look like; in quotes they are text.
pack::AttributeValue ValueOf(const Argument& argument) {
  const llvm::StringRef text = argument.value;
  if (argument.quoted) return argument.value;
  if (text == "true" || text == "false") return text == "true";
  int64_t integer = 0;
  if (!text.getAsInteger(10, integer)) return integer;
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == llvm::StringRef::npos &&
                       text.find_first_of("0123456789") != llvm::StringRef::npos;
  double number = 0;
  if (numeric && !text.getAsDouble(number)) return number;
  return argument.value;
}

llvm::Error TakeArguments(llvm::StringRef text, const Asked& asked, Marked& marked) {
  Result<std::vector<Argument>> arguments = Arguments(text).Read();
  if (!arguments) return arguments.takeError();
  for (Argument& argument : *arguments) {
    const bool attribute = llvm::StringRef(argument.key).contains('.');
    if (attribute && !asked.attributes) return Fail("no rule takes attributes, `{0}` is one", argument.key);
    if (attribute) {
      marked.attributes += pack::AttributeBytes(argument.key, ValueOf(argument));
      ++marked.attribute_count;
      continue;
    }
    if (asked.keys.count(argument.key) == 0) {
      const std::string known = llvm::join(asked.keys, "`, `");
      return Fail("no rule asks for `{0}`{1}; attributes of the span have a dot in their name", argument.key,
                  known.empty() ? std::string() : ", only for `" + known + "`");
    }
    marked.arguments[argument.key] = std::move(argument.value);
  }
  return llvm::Error::success();
}

/// `context.Context` as this file writes it.
bool IsContext(const go::ParamGroup& group, const go::File& file) {
  if (group.variadic || group.type == nullptr) return false;
  const go::Expr* type = go::Unparen(group.type);
  const auto* selector = type->As<go::SelectorExpr>();
  const auto* bare = type->As<go::NameExpr>();
  const auto* qualifier = selector == nullptr ? nullptr : selector->operand->As<go::NameExpr>();
  const llvm::StringRef name = selector != nullptr ? selector->name.text
                               : bare != nullptr   ? bare->name.text
                                                   : "";
  if (name != "Context" || (selector != nullptr && qualifier == nullptr)) return false;
  return llvm::any_of(file.imports, [&](const go::ImportDecl& import) {
    if (import.path != "context") return false;
    const llvm::StringRef known = import.name.text.empty() ? "context" : import.name.text;
    return qualifier == nullptr ? known == "." : known == qualifier->name.text;
  });
}

bool IsError(const go::ParamGroup& group) {
  const auto* name = group.type == nullptr ? nullptr : go::Unparen(group.type)->As<go::NameExpr>();
  return name != nullptr && name->name.text == "error";
}

void FindParts(const go::File& file, Marked& marked) {
  size_t at = 0;
  for (const go::ParamGroup& group : marked.func->signature.params.groups) {
    if (!marked.context && IsContext(group, file)) marked.context = at;
    at += std::max<size_t>(group.names.size(), 1);
  }
  at = 0;
  for (const go::ParamGroup& group : marked.func->signature.results.groups) {
    at += std::max<size_t>(group.names.size(), 1);
    if (IsError(group)) marked.error = at - 1;
  }
}

void NameFunction(const pack::Plan& plan, Marked& marked) {
  const std::string type = marked.func->receiver_type_name().str();
  marked.name = marked.func->name.text.str();
  marked.title = (type.empty() ? "" : type + ".") + marked.name;
  marked.symbol = (plan.is_main ? "main" : plan.package) + ".";
  if (marked.func->receiver_is_pointer())
    marked.symbol += "(*" + type + ").";
  else if (!type.empty())
    marked.symbol += type + ".";
  marked.symbol += marked.name;
}

}  // namespace

bool Marked::Fits(const pack::Directive& hook) const {
  auto has = [&](const std::string& part) {
    return part == "context" ? context.has_value() : error.has_value();
  };
  return hook.name == directive && llvm::all_of(hook.with, has) && llvm::none_of(hook.without, has);
}

std::pair<std::string, std::string> Marked::Given(llvm::StringRef what) const {
  if (what == "name") return {GoQuoted(name), "string"};
  if (what == "title") return {GoQuoted(title), "string"};
  if (what == "symbol") return {GoQuoted(symbol), "string"};
  if (what == "attributes") return {GoQuoted(attributes), "string"};
  if (what == "attribute count") return {std::to_string(attribute_count), "int"};
  what.consume_front("argument ");
  auto found = arguments.find(what.str());
  return {GoQuoted(found == arguments.end() ? "" : found->second), "string"};
}

Result<std::vector<Marked>> FindMarked(const pack::Plan& plan, const go::File& file, llvm::StringRef text,
                                       llvm::StringRef path) {
  const std::map<std::string, Asked> asked = AskedBy(plan);
  std::vector<Marked> found;
  if (asked.empty()) return found;
  for (const go::FuncDecl& func : file.funcs) {
    std::set<std::string> here;
    for (const go::Directive& directive : func.directives) {
      Marked marked;
      marked.func = &func;
      marked.directive = pack::DirectiveAt(directive.text).str();
      auto wanted = asked.find(marked.directive);
      if (wanted == asked.end()) continue;
      const size_t line = text.take_front(directive.offset).count('\n') + 1;
      if (!here.insert(marked.directive).second)
        return Fail("{0}:{1}: //{2} stands twice above one function", path, line, marked.directive);
      llvm::Error error =
          TakeArguments(directive.text.drop_front(marked.directive.size()), wanted->second, marked);
      if (error)
        return Fail("{0}:{1}: //{2}: {3}", path, line, marked.directive, llvm::toString(std::move(error)));
      FindParts(file, marked);
      NameFunction(plan, marked);
      found.push_back(std::move(marked));
    }
  }
  return found;
}

}  // namespace instc::toolexec
