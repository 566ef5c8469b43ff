// Expressions. Each function is what the one of the same node in compiler/lower writes.
#include "compiler/check/test_scope.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

namespace {

constexpr unsigned kMaxSteps = 1'000'000;

const go::BasicType* BasicOf(const go::Type* type) {
  return go::UnderlyingAs<go::BasicType>(type);
}

unsigned BitsOf(go::Basic basic) {
  switch (basic) {
    case go::Basic::kInt8:
    case go::Basic::kUint8:
      return 8;
    case go::Basic::kInt16:
    case go::Basic::kUint16:
      return 16;
    case go::Basic::kInt32:
    case go::Basic::kUint32:
      return 32;
    default:
      return 64;
  }
}

/// As an integer of that type holds it.
Value Wrapped(__int128 value, const go::Type* type) {
  const go::BasicType* basic = BasicOf(type);
  if (basic == nullptr || basic->IsUntyped()) return {Integer{value}};
  const unsigned bits = BitsOf(basic->basic);
  const auto modulus = static_cast<__int128>(1) << bits;
  __int128 wrapped = value % modulus;
  if (wrapped < 0) wrapped += modulus;
  if (!basic->IsUnsigned() && wrapped >= modulus / 2) wrapped -= modulus;
  return {Integer{wrapped}};
}

Value FromConstant(const go::ConstValue& constant, const go::Type* type) {
  using Kind = go::ConstValue::Kind;
  const go::BasicType* basic = type == nullptr ? nullptr : BasicOf(type);
  switch (constant.kind()) {
    case Kind::kBool:
      return {constant.bool_value()};
    case Kind::kString:
      return MakeText(constant.string_value());
    case Kind::kInt: {
      if (basic != nullptr && basic->IsFloat()) return {constant.AsDouble().value_or(0)};
      // What does not fit any integer type of Go stays away, as the checker has refused it.
      if (const auto number = constant.AsInt64()) return MakeInt(*number);
      if (const auto number = constant.AsUint64()) return {Integer{static_cast<__int128>(*number)}};
      break;
    }
    case Kind::kFloat:
      if (basic != nullptr && basic->IsInteger())
        if (const auto whole = constant.AsInt64()) return MakeInt(*whole);
      return {constant.AsDouble().value_or(0)};
    case Kind::kComplex:
    case Kind::kUnknown:
      break;
  }
  return {Absent{}};
}

Value Extended(const Value& unknown, const std::string& part) {
  const auto& node = *unknown.As<Unknown>();
  if (node.path.empty()) return Mix({&unknown});
  return MakeUnknown(node.path + part);
}

}  // namespace

std::string Interpreter::NameOf(const rules::Global& global) {
  if (global.package.empty()) return global.name;
  return llvm::StringRef(global.package).rsplit('/').second.empty()
             ? global.package + "." + global.name
             : llvm::StringRef(global.package).rsplit('/').second.str() + "." + global.name;
}

Value Interpreter::Eval(const Expr& expr) {
  if (++steps_ > kMaxSteps) {
    if (!stop_.has_value()) stop_ = Stop{Stop::Why::kSteps, expr.span, {}, ""};
    return {Absent{}};
  }
  return std::visit([&](const auto& node) { return Of(expr, node); }, expr.node);
}

std::vector<Value> Interpreter::EvalAll(const std::vector<ExprPtr>& exprs) {
  std::vector<Value> values;
  values.reserve(exprs.size());
  for (const ExprPtr& expr : exprs) values.push_back(Eval(*expr));
  return values;
}

Value Interpreter::Missing(const Expr& at, const std::string& what) {
  if (strict_ && !stop_.has_value()) stop_ = Stop{Stop::Why::kPanic, at.span, {}, what};
  return {Absent{}};
}

std::string Interpreter::Arguments(const std::vector<ExprPtr>& args) {
  std::string text = "(";
  for (const Value& value : EvalAll(args)) text += (text.size() > 1 ? ", " : "") + Show(value);
  return text + ")";
}

// ------------------------------------------------------------------------------------------------- leaves

Value Interpreter::Of(const Expr& e, const rules::Literal& n) {
  if (n.text == "nil" && !n.value.known()) return {Nil{}};
  Value value = FromConstant(n.value, e.type);
  return value.IsAbsent() ? MakeUnknown(n.text) : value;
}

Value Interpreter::Of(const Expr&, const rules::Use& n) {
  return PlaceOf(*n.binding)->value;
}

/// Constants have their values; an error variable is itself, whatever it says; anything else is a leaf.
Value Interpreter::Of(const Expr& e, const rules::Global& n) {
  const std::string name = NameOf(n);
  auto bound = globals_.find(name);
  if (bound != globals_.end()) return bound->second->value;
  const go::Package* package = &package_;
  if (!n.package.empty()) {
    auto loaded = target_.program->Load(n.package);
    if (!loaded) {
      llvm::consumeError(loaded.takeError());
      return MakeUnknown(name);
    }
    package = *loaded;
  }
  const go::Object* object = package->Lookup(n.name);
  if (const auto* constant = llvm::dyn_cast_or_null<go::Const>(object)) {
    Value value = FromConstant(constant->value(), e.type);
    return value.IsAbsent() ? MakeUnknown(name) : value;
  }
  if (llvm::isa_and_nonnull<go::Func>(object)) return {Opaque{name}};
  Value value = MakeUnknown(name);
  if (go::Identical(go::Unalias(e.type), go::ErrorType())) {
    auto box = std::make_shared<Box>();
    box->path = name;
    box->global = n.package + "." + n.name;
    value = {box};
  }
  globals_[name] = std::make_shared<Place>(Place{value});
  return value;
}

Value Interpreter::Of(const Expr& e, const rules::OptionValue& n) {
  auto found = options_.find(n.index);
  return found == options_.end() ? Zero(e.type) : found->second;
}

Value Interpreter::Of(const Expr&, const rules::Panicked&) {
  return {panic_.has_value()};
}

Value Interpreter::Of(const Expr&, const rules::PanicValue&) {
  return panic_.value_or(Value{Absent{}});
}

Value Interpreter::Of(const Expr&, const rules::Entered&) {
  return {Opaque{"entered"}};
}

Value Interpreter::Of(const Expr&, const rules::Ambient&) {
  if (ambient_.IsAbsent()) {
    auto context = std::make_shared<Box>();
    context->path = "ambient()";
    ambient_ = {std::move(context)};
  }
  return ambient_;
}

Value Interpreter::Of(const Expr& e, const rules::Absent&) {
  return strict_ && e.type != nullptr && !e.type->IsInvalid() ? Zero(e.type) : Value{Absent{}};
}

// ------------------------------------------------------------------------------------------------- access

Value Interpreter::FieldOf(const Value& holder, llvm::StringRef name, const go::Type* type, const Expr& at) {
  if (holder.IsUnknown()) return Extended(holder, "." + name.str());
  if (holder.IsAbsent()) return holder;
  if (Struct* in = StructIn(holder)) return FieldPlace(*in, name, type)->value;
  return Missing(at, "a nil pointer is read");
}

Value Interpreter::FieldOf(const Value& holder, const go::Var& field, const Expr& at) {
  return FieldOf(holder, field.name(), field.type(), at);
}

/// Through the embedded fields to what has the selected name itself.
Value Interpreter::Follow(const Expr& base, const go::Selection& selection, const Expr& at) {
  Value value = Eval(base);
  for (const go::SelectionStep& step : selection.path) value = FieldOf(value, *step.field, at);
  return value;
}

Value Interpreter::Of(const Expr& e, const rules::FieldSelect& n) {
  return FieldOf(Follow(*n.base, n.selection, e), n.selection.object->name(), n.selection.type, e);
}

Value Interpreter::Of(const Expr& e, const rules::HiddenField& n) {
  return FieldOf(Eval(*n.base), n.name, e.type, e);
}

/// Methods are not run: their results are leaves.
Value Interpreter::Of(const Expr& e, const rules::MethodCall& n) {
  const Value holder = Follow(*n.base, n.selection, e);
  if (holder.IsAbsent()) return holder;
  for (const ExprPtr& arg : n.args)
    if (Eval(*arg).IsAbsent()) return {Absent{}};
  const llvm::StringRef name = n.selection.object->name();
  const std::string call = name.str() + Arguments(n.args);
  if (holder.IsNil()) return Missing(e, "`" + name.str() + "` is called on nil");
  if (holder.IsUnknown()) return Extended(holder, "." + call);
  auto result = [&](const std::map<std::string, PlacePtr>& methods) -> std::optional<Value> {
    auto found = methods.find(call);
    return found == methods.end() ? std::nullopt : std::optional(found->second->value);
  };
  const Struct* in = StructIn(holder);
  if (const auto* box = holder.As<std::shared_ptr<Box>>()) {
    if (auto bound = result((*box)->methods)) return *bound;
    if ((*box)->text.has_value() && name == "Error") return MakeText(*(*box)->text);
    if ((*box)->dynamic != nullptr) in = StructIn((*box)->inner->value);
  }
  if (in != nullptr)
    if (auto bound = result(in->methods)) return *bound;
  return MakeUnknown(Show(holder) + "." + call);
}

/// Functions of the library are not run either, but for the ways to write an error or a context.
Value Interpreter::Of(const Expr& e, const rules::FuncCall& n) {
  const auto* global = std::get_if<rules::Global>(&n.callee->node);
  if (global == nullptr) {
    const Value callee = Eval(*n.callee);
    if (callee.IsAbsent()) return callee;
    if (callee.IsNil()) return Missing(e, "a nil func is called");
    return MakeUnknown(Show(callee) + Arguments(n.args));
  }
  auto bound = calls_bound_.find(NameOf(*global) + Arguments(n.args));
  if (bound != calls_bound_.end()) return bound->second->value;
  if (global->package == "errors" && global->name == "New") return MadeError(n);
  auto context = [&](bool traced) {
    auto box = std::make_shared<Box>();
    box->path = NameOf(*global) + "()";
    box->traced = traced;
    return Value{box};
  };
  if (global->package == "context" && (global->name == "Background" || global->name == "TODO"))
    return context(false);
  if (global->package == check::kTestPackage)
    return global->name == check::kTestTraced ? context(true) : MadeURL(e, n);
  for (const ExprPtr& arg : n.args)
    if (Eval(*arg).IsAbsent()) return {Absent{}};
  return MakeUnknown(NameOf(*global) + Arguments(n.args));
}

Value Interpreter::MadeError(const rules::FuncCall& n) {
  const Value text = n.args.size() == 1 ? Eval(*n.args[0]) : Value{Absent{}};
  const auto* known = text.As<std::string>();
  auto box = std::make_shared<Box>();
  box->path = "errors.New(" + Show(text) + ")";
  if (known != nullptr) box->text = *known;
  return {box};
}

namespace {

struct URLParts {
  llvm::StringRef scheme, user, host, path, query, fragment;
};

/// As net/url parses what needs no escaping; nullopt: it would have to.
std::optional<URLParts> SplitURL(llvm::StringRef text) {
  const bool plain = llvm::all_of(text, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("-._~:/?#@!$&'()*+,;=%[]").contains(c);
  });
  if (!plain || text.startswith("//")) return std::nullopt;
  URLParts parts;
  std::tie(text, parts.fragment) = text.split('#');
  std::tie(text, parts.query) = text.split('?');
  if (text.contains('%') || parts.fragment.contains('%')) return std::nullopt;
  if (!text.startswith("/")) {
    const size_t scheme = text.find("://");
    parts.scheme = text.take_front(scheme);
    const bool named =
        scheme != llvm::StringRef::npos && scheme > 0 && llvm::isAlpha(text.front()) &&
        llvm::all_of(parts.scheme, [](char c) {
          return llvm::isDigit(c) || ('a' <= c && c <= 'z') || c == '+' || c == '-' || c == '.';
        });
    if (!named) return std::nullopt;
    const llvm::StringRef rest = text.drop_front(scheme + 3);
    const llvm::StringRef authority = rest.take_front(rest.find('/'));
    text = rest.drop_front(authority.size());
    const size_t at = authority.rfind('@');
    if (at != llvm::StringRef::npos) parts.user = authority.take_front(at);
    parts.host = at == llvm::StringRef::npos ? authority : authority.drop_front(at + 1);
  }
  parts.path = text;
  return parts;
}

}  // namespace

/// url("..."): what net/url makes of it, methods included.
Value Interpreter::MadeURL(const Expr& e, const rules::FuncCall& n) {
  const Value argument = Eval(*n.args.front());
  const auto* text = argument.As<std::string>();
  const auto parts = text == nullptr ? std::nullopt : SplitURL(*text);
  if (!parts.has_value()) return MakeUnknown(e.span.Text().str());
  auto made = std::make_shared<Struct>();
  made->type = go::Pointee(e.type);
  auto put = [](std::map<std::string, PlacePtr>& into, const char* name, llvm::StringRef value) {
    into[name] = std::make_shared<Place>(Place{MakeText(value.str())});
  };
  put(made->fields, "Scheme", parts->scheme);
  put(made->fields, "Host", parts->host);
  put(made->fields, "Path", parts->path);
  put(made->fields, "RawQuery", parts->query);
  put(made->fields, "Fragment", parts->fragment);
  if (!parts->user.empty()) made->fields["User"] = std::make_shared<Place>(Place{Value{Opaque{"its user"}}});
  llvm::StringRef name = parts->host;
  llvm::StringRef port;
  const size_t colon = name.rfind(':');
  if (colon != llvm::StringRef::npos && !name.drop_front(colon).contains(']')) {
    port = name.drop_front(colon + 1);
    name = name.take_front(colon);
  }
  if (name.consume_front("[")) name = name.take_front(name.find(']'));
  put(made->methods, "String()", *text);
  put(made->methods, "Hostname()", name);
  put(made->methods, "Port()", port);
  put(made->methods, "EscapedPath()", parts->path);
  auto to = std::make_shared<Place>(Place{Value{made}});
  return {Pointer{std::move(to)}};
}

Value Interpreter::MapEntry(const Map& map, const Value& key, const Expr& at) {
  const std::string shown = Show(key);
  auto found = map.entries.find(shown);
  if (found != map.entries.end()) return found->second->value;
  if (map.open) return MakeUnknown(map.path + "[" + shown + "]");
  return strict_ ? Zero(at.type) : Value{Absent{}};
}

Value Interpreter::Of(const Expr& e, const rules::Index& n) {
  const Value base = Eval(*n.base);
  const Value index = Eval(*n.index);
  if (base.IsAbsent() || index.IsAbsent()) return {Absent{}};
  if (base.IsUnknown() && !index.IsUnknown()) return Extended(base, "[" + Show(index) + "]");
  if (base.IsUnknown() || index.IsUnknown()) return Mix({&base, &index});
  if (const auto* map = base.As<std::shared_ptr<Map>>()) return MapEntry(**map, index, e);
  if (n.kind == rules::Index::Kind::kMap) return strict_ ? Zero(e.type) : Value{Absent{}};
  const auto* at = index.As<Integer>();
  const int64_t position =
      at == nullptr || at->value < 0 || at->value > INT32_MAX ? -1 : static_cast<int64_t>(at->value);
  const std::string what = "index " + Show(index) + " is out of range";
  if (const auto* text = base.As<std::string>()) {
    if (position < 0 || position >= static_cast<int64_t>(text->size())) return Missing(e, what);
    return MakeInt(static_cast<unsigned char>((*text)[static_cast<size_t>(position)]));
  }
  const Value* list = &base;
  if (const auto* pointer = base.As<Pointer>()) list = &pointer->to->value;
  const auto* elements = list->As<std::shared_ptr<List>>();
  if (elements == nullptr || position < 0) return Missing(e, what);
  auto found = (*elements)->elements.find(position);
  if (found != (*elements)->elements.end()) return found->second->value;
  if ((*elements)->open) return MakeUnknown((*elements)->path + "[" + Show(index) + "]");
  return Missing(e, what);
}

Value Interpreter::Of(const Expr& e, const rules::SliceOf& n) {
  const Value base = Eval(*n.base);
  const Value low = n.low == nullptr ? MakeInt(0) : Eval(*n.low);
  const Value high = n.high == nullptr ? Value{Nil{}} : Eval(*n.high);
  if (base.IsAbsent() || low.IsAbsent() || high.IsAbsent()) return {Absent{}};
  if (base.IsUnknown() || low.IsUnknown() || high.IsUnknown()) return Mix({&base, &low, &high});
  const auto* text = base.As<std::string>();
  const auto* list = base.As<std::shared_ptr<List>>();
  if (list != nullptr && (*list)->open) return MakeUnknown((*list)->path + "[" + Show(low) + ":]");
  const __int128 length = text != nullptr   ? static_cast<__int128>(text->size())
                          : list != nullptr ? (*list)->length
                                            : 0;
  const __int128 from = low.As<Integer>()->value;
  const __int128 to = high.IsNil() ? length : high.As<Integer>()->value;
  if (from < 0 || from > to || to > length) return Missing(e, "slice bounds are out of range");
  if (text != nullptr)
    return MakeText(text->substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
  if (list == nullptr) return {Nil{}};
  auto part = std::make_shared<List>();
  part->length = static_cast<int64_t>(to - from);
  for (const auto& [index, place] : (*list)->elements)
    if (index >= from && index < to) part->elements[index - static_cast<int64_t>(from)] = place;
  return {part};
}

/// x.(T), total: T's value or absent.
Value Interpreter::AssertTo(const Expr& at, const Value& base, const go::Type* wanted) {
  const std::string shown = go::TypeString(wanted, &package_);
  if (base.IsAbsent()) return base;
  if (base.IsUnknown()) return Extended(base, ".(" + shown + ")");
  const auto* held = base.As<std::shared_ptr<Box>>();
  if (held == nullptr) return Missing(at, "the value is nil, not a " + shown);
  const Box& box = **held;
  if (box.dynamic == nullptr) {
    const bool made_here = box.text.has_value() || box.span >= 0;
    return made_here ? Missing(at, "the value is no " + shown) : MakeUnknown(box.path + ".(" + shown + ")");
  }
  if (go::IsInterface(wanted))
    return go::AssignableTo(box.dynamic, wanted) ? base : Missing(at, "the value is no " + shown);
  if (go::Identical(box.dynamic, wanted)) return box.inner->value;
  return Missing(at, "the value is a " + go::TypeString(box.dynamic, &package_) + ", no " + shown);
}

Value Interpreter::Of(const Expr& e, const rules::Assert& n) {
  return AssertTo(e, Eval(*n.base), e.type);
}

/// Its methods are the library's to call.
Value Interpreter::Of(const Expr& e, const rules::NewObject&) {
  return MakeUnknown(e.span.Text().str());
}

Value Interpreter::Of(const Expr& e, const rules::ObjectIn&) {
  return MakeUnknown(e.span.Text().str());
}

/// A test is one call.
Value Interpreter::Of(const Expr& e, const rules::FirstTime& n) {
  const Value base = Eval(*n.base);
  if (base.IsUnknown()) return Mix({&base});
  return base.IsNil() ? Missing(e, "`" + n.base->span.Text().str() + "` is nil") : Value{!base.IsAbsent()};
}

Value Interpreter::Of(const Expr& e, const rules::Is& n) {
  const Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  const bool outer = std::exchange(strict_, false);
  const Value held = AssertTo(e, base, n.wanted);
  strict_ = outer;
  const bool whole = go::IsInterface(n.wanted) || base.IsUnknown();
  const auto* box = base.As<std::shared_ptr<Box>>();
  const bool undecided = held.IsUnknown() && (whole || box == nullptr || (*box)->dynamic == nullptr);
  return undecided ? held : Value{!held.IsAbsent()};
}

Value Interpreter::Of(const Expr& e, const rules::Convert& n) {
  const Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  if (go::IsInterface(e.type)) return InInterface(base, n.base->type, e.type);
  if (base.IsUnknown()) return base;
  const go::BasicType* to = BasicOf(e.type);
  if (to != nullptr && to->IsInteger()) {
    if (const auto* integer = base.As<Integer>()) return Wrapped(integer->value, e.type);
    if (const auto* real = base.As<double>()) return Wrapped(static_cast<__int128>(*real), e.type);
  }
  if (to != nullptr && to->IsFloat())
    if (const auto* integer = base.As<Integer>()) return {static_cast<double>(integer->value)};
  if (to != nullptr && to->IsString() && base.As<Integer>() != nullptr)
    return MakeUnknown(e.span.Text().str());
  return base;
}

// ---------------------------------------------------------------------------------------------- operators

Value Interpreter::Of(const Expr& e, const rules::Unary& n) {
  const Value x = Eval(*n.x);
  if (n.op == "&") {
    auto to = std::make_shared<Place>(Place{x});
    return x.IsAbsent() ? x : Value{Pointer{std::move(to)}};
  }
  if (x.IsAbsent()) return x;
  if (n.op == "*") {
    if (const auto* pointer = x.As<Pointer>()) return pointer->to->value;
    return x.IsUnknown() ? Mix({&x}) : Missing(e, "a nil pointer is read");
  }
  if (x.IsUnknown()) return Mix({&x});
  if (const auto* flag = x.As<bool>()) return {!*flag};
  if (const auto* real = x.As<double>()) return {n.op == "-" ? -*real : *real};
  const auto* integer = x.As<Integer>();
  if (integer == nullptr) return MakeUnknown(e.span.Text().str());
  if (n.op == "-") return Wrapped(-integer->value, e.type);
  if (n.op == "^") return Wrapped(-integer->value - 1, e.type);
  return x;
}

Value Interpreter::Of(const Expr& e, const rules::Binary& n) {
  if (n.op == "&&" || n.op == "||") return Logic(n);
  const Value x = Eval(*n.x);
  const Value y = Eval(*n.y);
  if (x.IsAbsent() || y.IsAbsent()) return {Absent{}};
  const bool comparison = n.op == "==" || n.op == "!=" || n.op[0] == '<' || n.op[0] == '>';
  const bool shift = n.op == "<<" || n.op == ">>";
  if (comparison && !shift) return Compare(n, x, y);
  if (x.IsUnknown() || y.IsUnknown()) return Mix({&x, &y});
  return Arithmetic(e, n, x, y);
}

/// An absent operand is false; an unknown one decides nothing.
Value Interpreter::Logic(const rules::Binary& n) {
  const bool decides = n.op == "||";
  auto condition = [&](const Expr& operand) {
    Value value = Eval(operand);
    return value.IsAbsent() ? Value{false} : value;
  };
  const Value x = condition(*n.x);
  const auto* left = x.As<bool>();
  if (left != nullptr && *left == decides) return {decides};
  const Value y = condition(*n.y);
  const auto* right = y.As<bool>();
  if (left != nullptr) return y;
  if (right != nullptr && *right == decides) return {decides};
  return Mix({&x, &y});
}

Value Interpreter::Compare(const rules::Binary& n, const Value& x, const Value& y) {
  if (n.op == "==" || n.op == "!=") {
    // An interface against a plain value: the plain one as the interface would hold it.
    const bool x_boxed = go::IsInterface(n.x->type);
    const bool y_boxed = go::IsInterface(n.y->type);
    const Answer same = x_boxed == y_boxed ? Equal(x, y)
                        : x_boxed          ? Equal(x, InInterface(y, n.y->type, n.x->type))
                                           : Equal(InInterface(x, n.x->type, n.y->type), y);
    if (same == Answer::kUnknown) return Mix({&x, &y});
    return {(same == Answer::kYes) == (n.op == "==")};
  }
  if (x.IsUnknown() || y.IsUnknown()) return Mix({&x, &y});
  auto ordered = [&](const auto& a, const auto& b) {
    return n.op == "<" ? a < b : n.op == "<=" ? a <= b : n.op == ">" ? a > b : a >= b;
  };
  if (x.As<std::string>() != nullptr && y.As<std::string>() != nullptr)
    return {ordered(*x.As<std::string>(), *y.As<std::string>())};
  if (x.As<Integer>() != nullptr && y.As<Integer>() != nullptr)
    return {ordered(x.As<Integer>()->value, y.As<Integer>()->value)};
  auto number = [](const Value& v) {
    const auto* integer = v.As<Integer>();
    return integer != nullptr ? static_cast<double>(integer->value) : *v.As<double>();
  };
  return {ordered(number(x), number(y))};
}

Value Interpreter::Arithmetic(const Expr& e, const rules::Binary& n, const Value& x, const Value& y) {
  if (x.As<std::string>() != nullptr && y.As<std::string>() != nullptr)
    return MakeText(*x.As<std::string>() + *y.As<std::string>());
  const auto* a = x.As<Integer>();
  const auto* b = y.As<Integer>();
  if (a != nullptr && b != nullptr) {
    const char op = n.op[0];
    if ((op == '/' || op == '%') && b->value == 0) return Missing(e, "division by zero");
    if (n.op == "<<" || n.op == ">>") {
      if (b->value < 0) return Missing(e, "a shift by a negative count");
      const bool far = b->value >= 64;
      if (op == '<') return Wrapped(far ? 0 : a->value << static_cast<int>(b->value), e.type);
      return Wrapped(far ? (a->value < 0 ? -1 : 0) : a->value >> static_cast<int>(b->value), e.type);
    }
    const __int128 result = n.op == "+"    ? a->value + b->value
                            : n.op == "-"  ? a->value - b->value
                            : n.op == "*"  ? static_cast<__int128>(static_cast<unsigned __int128>(a->value) *
                                                                  static_cast<unsigned __int128>(b->value))
                            : n.op == "/"  ? a->value / b->value
                            : n.op == "%"  ? a->value % b->value
                            : n.op == "&"  ? (a->value & b->value)
                            : n.op == "|"  ? (a->value | b->value)
                            : n.op == "&^" ? (a->value & ~b->value)
                                           : (a->value ^ b->value);
    return Wrapped(result, e.type);
  }
  auto number = [](const Value& v) -> std::optional<double> {
    if (const auto* integer = v.As<Integer>()) return static_cast<double>(integer->value);
    if (const auto* real = v.As<double>()) return *real;
    return std::nullopt;
  };
  const auto p = number(x);
  const auto q = number(y);
  if (!p.has_value() || !q.has_value()) return MakeUnknown(e.span.Text().str());
  if (n.op == "+") return {*p + *q};
  if (n.op == "-") return {*p - *q};
  if (n.op == "*") return {*p * *q};
  return {*p / *q};
}

Value Interpreter::Of(const Expr& e, const rules::Composite& n) {
  const go::Type* under = go::Underlying(e.type);
  const auto* map_type = llvm::dyn_cast<go::MapType>(under);
  const auto* strukt = llvm::dyn_cast<go::StructType>(under);
  auto list = std::make_shared<List>();
  auto map = std::make_shared<Map>();
  auto made = std::make_shared<Struct>();
  made->type = e.type;
  for (size_t i = 0; i < n.elements.size(); ++i) {
    const auto& [key, expr] = n.elements[i];
    const bool named = i < n.field_names.size() && !n.field_names[i].empty();
    const go::Var* field = strukt != nullptr && named ? strukt->Field(n.field_names[i]) : nullptr;
    const auto* slice = llvm::dyn_cast<go::SliceType>(under);
    const go::Type* wanted = map_type != nullptr ? map_type->value
                             : slice != nullptr  ? slice->element
                             : field != nullptr  ? field->type()
                                                 : expr->type;
    const Value value = Eval(*expr);
    if (value.IsAbsent()) return value;
    auto place = std::make_shared<Place>(Place{InInterface(Copy(value), expr->type, wanted)});
    if (field != nullptr)
      made->fields[n.field_names[i]] = place;
    else if (key != nullptr)
      PutEntry(*map, Eval(*key), place);
    else
      list->elements[list->length++] = place;
  }
  if (strukt != nullptr) return {made};
  return map_type != nullptr ? Value{map} : Value{list};
}

// ----------------------------------------------------------------------------------------------- built-ins

/// The first argument that is present and not zero.
Value Interpreter::Of(const Expr& e, const rules::Or& n) {
  const bool outer = std::exchange(strict_, false);
  Value result{Absent{}};
  for (const ExprPtr& arg : n.args) {
    const Value value = Eval(*arg);
    if (value.IsAbsent()) continue;
    const std::optional<bool> zero = IsZero(value);
    if (zero.value_or(false)) continue;
    result = value.IsUnknown() ? Mix({&value}) : InInterface(value, arg->type, e.type);
    break;
  }
  strict_ = outer;
  return result.IsAbsent() && strict_ ? Zero(e.type) : result;
}

Value Interpreter::Of(const Expr& e, const rules::Cond& n) {
  const bool outer = std::exchange(strict_, false);
  const Value condition = Eval(*n.condition);
  const auto* holds = condition.As<bool>();
  Value result = condition.IsUnknown()        ? Mix({&condition})
                 : holds != nullptr && *holds ? Eval(*n.then)
                                              : Eval(*n.otherwise);
  strict_ = outer;
  return result.IsAbsent() && strict_ ? Zero(e.type) : result;
}

Value Interpreter::Of(const Expr&, const rules::Except& n) {
  const Value error = Eval(*n.error);
  if (error.IsAbsent() || error.IsNil()) return error;
  for (const ExprPtr& sentinel : n.sentinels) {
    const bool outer = std::exchange(strict_, false);
    const Value other = InInterface(Eval(*sentinel), sentinel->type, go::ErrorType());
    strict_ = outer;
    if (other.IsAbsent()) continue;
    const Answer same = Equal(error, other);
    if (same == Answer::kUnknown) return Mix({&error, &other});
    if (same == Answer::kYes) return strict_ ? Value{Nil{}} : Value{Absent{}};
  }
  return error;
}

Value Interpreter::Of(const Expr& e, const rules::Clone& n) {
  const Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  const go::Type* under = go::Underlying(e.type);
  if (const auto* pointer = base.As<Pointer>()) {
    auto to = std::make_shared<Place>(Place{Copy(pointer->to->value)});
    return {Pointer{std::move(to)}};
  }
  if (llvm::isa<go::PointerType>(under))
    return base.IsUnknown() ? Mix({&base}) : Missing(e, "`clone` of a nil pointer");
  if (llvm::isa<go::MapType>(under)) {
    auto copy = std::make_shared<Map>();
    if (const auto* unknown = base.As<Unknown>()) copy->open = true, copy->path = unknown->path;
    if (const auto* map = base.As<std::shared_ptr<Map>>()) *copy = **map;
    for (auto& [key, place] : copy->entries) place = std::make_shared<Place>(Place{Copy(place->value)});
    return {copy};
  }
  const auto* list = base.As<std::shared_ptr<List>>();
  if (list == nullptr) return base;
  auto copy = std::make_shared<List>(**list);
  for (auto& [index, place] : copy->elements) place = std::make_shared<Place>(Place{Copy(place->value)});
  return {copy};
}

Value Interpreter::Of(const Expr&, const rules::Words& n) {
  const bool outer = std::exchange(strict_, false);
  std::string words;
  Value unknown{Absent{}};
  for (const ExprPtr& arg : n.args) {
    const Value value = Eval(*arg);
    if (value.IsUnknown()) unknown = Mix({&unknown, &value});
    const auto* word = value.As<std::string>();
    if (word == nullptr || word->empty()) continue;
    words += (words.empty() ? "" : " ") + *word;
  }
  strict_ = outer;
  return unknown.IsAbsent() ? MakeText(words) : unknown;
}

Value Interpreter::Of(const Expr&, const rules::Len& n) {
  const Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  if (base.IsNil()) return MakeInt(0);
  if (const auto* text = base.As<std::string>()) return MakeInt(static_cast<int64_t>(text->size()));
  if (const auto* list = base.As<std::shared_ptr<List>>(); list != nullptr && !(*list)->open)
    return MakeInt((*list)->length);
  if (const auto* map = base.As<std::shared_ptr<Map>>(); map != nullptr && !(*map)->open)
    return MakeInt(static_cast<int64_t>((*map)->entries.size()));
  return MakeUnknown(Show(base));
}

Value Interpreter::Of(const Expr&, const rules::ExternCall& n) {
  std::vector<Value> args;
  Value unknown{Absent{}};
  for (size_t i = 0; i < n.args.size(); ++i) {
    Value arg = Eval(*n.args[i]);
    if (arg.IsAbsent()) return arg;
    arg = InInterface(std::move(arg), n.args[i]->type, n.func->params[i]);
    if (arg.IsUnknown()) unknown = Mix({&unknown, &arg});
    args.push_back(std::move(arg));
  }
  std::string call = n.func->name + "(";
  for (const Value& arg : args) call += (&arg == &args.front() ? "" : ", ") + Show(arg);
  call += ")";
  auto bound = calls_bound_.find(call);
  if (bound != calls_bound_.end()) return bound->second->value;
  if (!unknown.IsAbsent()) return unknown;
  if (auto known = CallRuntime(*n.func, args)) return *known;
  return MakeUnknown(call);
}

}  // namespace instc::ruletest
