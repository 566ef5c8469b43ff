// Checks the body of one rule at one function. Private to compiler/check; its methods are spread over the
// files named below by the question that they answer.
#ifndef INSTC_COMPILER_CHECK_HOOK_CHECKER_H
#define INSTC_COMPILER_CHECK_HOOK_CHECKER_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/check/builtins.h"
#include "compiler/check/check.h"
#include "compiler/check/labels.h"
#include "compiler/check/marks.h"
#include "compiler/check/scope.h"
#include "compiler/check/symbols.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::check {

/// A `span ... detached` or a `resume` of a plugin.
struct DetachedUse {
  std::string as;
  bool keyed = false;
  bool ends = false;                          ///< an `end` stands behind it
  bool measures = false;                      ///< a `metric` stands in it
  std::optional<conventions::SpanKind> kind;  ///< of a span that is detached; none: a `resume`
  std::string rule;
  Span span;
};

/// What all hooks of one plugin share.
struct PluginContext {
  const RuleSet& set;
  const RuleFile& file;
  const Target& target;
  const conventions::Registry& registry;
  diag::Emitter& emitter;
  rules::Plugin& out;
  const pack::Plugin& description;
  Facts facts;
  SymbolSink sink;
  std::map<std::string, std::shared_ptr<rules::ExternFunc>, std::less<>>
      externs;                                               ///< by symbol, resolved once
  std::map<const ast::ObjectDecl*, rules::Object*> objects;  ///< those that could be declared; lookups only
  std::vector<DetachedUse> detached = {};
  std::map<std::pair<std::string, std::string>, uint8_t> field_labels = {};  ///< of object and field
  std::map<const ast::Expr*, bool> blocks =
      {};  ///< whether an `in ... where` is for this version; lookups only
};

/// Receiver, parameters and results as a rule writes them.
struct WrittenSignature {
  const ast::Receiver* receiver;  ///< null: none
  const ast::Params& params;
  const std::optional<ast::Params>& results;
  llvm::ArrayRef<const go::Func*> functions;  ///< all that the rule hooks
};

/// What facts call the function behind a body, and what its caller calls it.
struct CalledAs {
  std::string package;  ///< import path
  std::string type;     ///< of a method
  std::string func;
  [[nodiscard]] std::string Path() const { return type + (type.empty() ? "" : ".") + func; }
};

class HookChecker {
 public:
  HookChecker(PluginContext& plugin, diag::Emitter& emitter, const go::Package& package, rules::Hook& hook);
  /// Of a body inside the rule that `outer` checks: it sees the rule's names as they are at that place.
  HookChecker(HookChecker& outer, rules::Hook& hook);

  /// Binds receiver, params and results, then checks the block.
  void Run(const ast::RuleDecl& rule, const WrittenSignature& point, const go::Func& func);
  /// The same for a function that stands for those under a directive.
  void RunDirective(const ast::RuleDecl& rule, const ast::DirectivePoint& point, const go::Func& func);
  /// The same for a method of an object, which the interface declares as `wanted`.
  void RunMethod(const rules::Object& object, const ast::ObjectDecl::Method& method, const go::Func& wanted);

 private:
  friend class ScopeGuard;
  friend class TestScope;
  friend class ObjectChecker;
  using ExprPtr = rules::ExprPtr;
  using Type = go::Type;

  // ---- bindings.cpp
  void BindSignature(const WrittenSignature& point, const go::Func& func);
  void BindList(const ast::Params& params, llvm::ArrayRef<const go::Var*> vars, rules::Binding::Kind kind,
                bool variadic, std::vector<std::string>& names, const std::string& how_to_split = "");
  rules::Binding* NewBinding(rules::Binding::Kind kind, const ast::Name& name, const Type* type);
  void ReportUnused(const Scope& scope);

  // ---- directives.cpp
  void BindOrLeaveOut(const ast::Params& params, const std::vector<const go::Var*>& vars,
                      rules::Binding::Kind kind, const Type* type, std::vector<std::string>& names);
  bool RefuseAtDirective(const ast::Stmt& stmt);
  rules::Binding* Given(const std::string& what, const std::string& name, const Type* type);
  ExprPtr GivenText(const std::string& what, const std::string& name, Span span);
  ExprPtr FunctionText(llvm::StringRef member, Span span);
  ExprPtr ArgumentText(const ast::Call& call, Span span);
  ExprPtr OrTitle(ExprPtr name);
  void GiveAttributes(rules::SpanStmt& span);

  // ---- statements.cpp
  void Statements(const std::vector<ast::StmtPtr>& stmts, rules::StmtList& out);
  void Statement(const ast::Stmt& stmt, rules::StmtList& out);
  void Add(rules::StmtList& out, Span span, decltype(rules::Stmt::node) node);
  void Skip(const ast::SkipStmt& stmt, Span span, rules::StmtList& out);
  void Bypass(const ast::BypassStmt& stmt, Span span, rules::StmtList& out);
  void Let(const ast::LetStmt& stmt, Span span, rules::StmtList& out);
  void Set(const ast::SetStmt& stmt, Span span, rules::StmtList& out);
  void Suppress(const ast::SuppressStmt& stmt, Span span, rules::StmtList& out);
  void Bind(const ast::BindStmt& stmt, Span span, rules::StmtList& out);
  void Unbind(Span span, rules::StmtList& out);
  bool RefuseInside(const ast::Stmt& stmt);
  void Stamp(const ast::StampStmt& stmt, Span span, rules::StmtList& out);
  void Status(const ast::StatusStmt& stmt, Span span, rules::StmtList& out);
  void Error(const ast::ErrorStmt& stmt, Span span, rules::StmtList& out);
  void Rename(const ast::RenameStmt& stmt, Span span, rules::StmtList& out);
  bool CheckTarget(const rules::Expr& target);
  ExprPtr Guard(const ast::Expr* expr);
  bool NeedSpan(Span span, llvm::StringRef what);
  bool RefuseInExit(Span span, llvm::StringRef what);
  bool RefuseInLoop(Span span, llvm::StringRef what);

  // ---- control.cpp
  void Exit(const ast::ExitStmt& stmt, Span span, rules::StmtList& out);
  void If(const ast::IfStmt& stmt, Span span, rules::StmtList& out);
  void AddBranch(rules::If branch, Span condition, Span span, rules::StmtList& out);
  void Branch(const std::vector<ast::StmtPtr>& stmts, rules::StmtList& out);
  void For(const ast::ForStmt& stmt, Span span, rules::StmtList& out);
  std::optional<std::pair<const Type*, const Type*>> ElementsOf(const rules::Expr& range);
  rules::Binding* LoopName(const ast::Name& name, const Type* type, const rules::Expr& range);
  void Extend(const ast::ExtendStmt& stmt, Span span, rules::StmtList& out);

  // ---- wraps.cpp: closures, decorated values, what is done once
  void Wrap(const ast::WrapStmt& stmt, Span span, rules::StmtList& out);
  void WrapAs(const ast::WrapStmt& stmt, const ast::WrapStmt::As& as, Span span, rules::StmtList& out);
  void WrapWith(const ast::WrapStmt& stmt, const ast::WrapStmt::With& with, Span span, rules::StmtList& out);
  bool CheckWrapped(const rules::Expr& target);
  bool MayReplace(const rules::Expr& func, const go::SignatureType& signature);
  void Body(const ast::Params& params, const std::optional<ast::Params>& results, const ast::Block& body,
            const rules::Expr& target);
  bool IsOutside(llvm::StringRef name) const;
  bool IsCaptured(const rules::Expr& target) const;
  void WarnOverwritten(const rules::Expr& target);
  void WarnAgain(const rules::Expr& target);

  void Once(const ast::OnceStmt& stmt, Span span, rules::StmtList& out);
  std::string OnceField(const rules::Expr& per, Span span);
  const go::Named* StructHere(const Type* pointer);
  std::string HiddenFieldOf(const go::Named& named, const std::string& prefix, const Type* type);
  void WarnPerCall(const rules::StmtList& body, Span once);

  // ---- objects.cpp
  void NameFields(const rules::Object& object, rules::Binding& receiver, Span span, Scope& scope);
  const ast::ObjectDecl* ObjectNamed(const ast::Type& type);
  const ast::ObjectDecl* ObjectNamed(llvm::StringRef name);
  const rules::Object* Declared(const ast::ObjectDecl& decl);
  void ObjectField(const rules::Object& object, const ast::Name& name, const ast::Expr& value,
                   rules::NewObject& made);
  void ObjectDefaults(const ast::ObjectDecl& decl, const rules::Object& object, rules::NewObject& made);
  ExprPtr ObjectLiteral(const ast::ObjectDecl& decl, const ast::CompositeLit& literal, Span span);
  ExprPtr ObjectAssertion(ExprPtr base, const ast::ObjectDecl& decl, Span span);
  bool RefuseSharedState(const rules::Expr& target);

  // ---- annotations.cpp, logs.cpp
  void Event(const ast::EventStmt& stmt, Span span, rules::StmtList& out);
  void Link(const ast::LinkStmt& stmt, Span span, rules::StmtList& out);
  void Metric(const ast::MetricStmt& stmt, Span span, rules::StmtList& out);
  bool LogContext(const ast::Expr& expr, ExprPtr& context);
  void Log(const ast::LogStmt& stmt, Span span, rules::StmtList& out);
  bool LogText(const ast::ExprPtr& expr, llvm::StringRef what, ExprPtr& out);
  bool LogSeverity(const ast::Expr& expr, ExprPtr& out);
  bool LogFields(const ast::Expr& expr, ExprPtr& out);
  bool OwnAttributes(const ast::AttrBlock& block, llvm::StringRef of, std::vector<rules::AttributeSet>& out);
  const rules::MetricDecl* MetricOf(const ast::QName& name, bool observed, unsigned& index);
  std::optional<rules::MetricDecl> DeclaredMetric(const ast::QName& name);
  std::optional<rules::MetricDecl> KnownMetric(const ast::QName& name);
  bool CheckMetricForm(const ast::MetricStmt& stmt, Span span, const rules::MetricDecl& metric);
  bool CheckOwnSeries(const std::vector<rules::AttributeSet>& sets, const rules::MetricDecl& metric);

  // ---- observe.cpp
  void Observe(const ast::ObserveStmt& stmt, Span span, rules::StmtList& out);
  bool FindOwner(const rules::Expr& value, rules::Observe& observe);
  bool Until(const ast::ObserveStmt::Until& until, const rules::Observe& observe);
  void WarnUnlocked(const rules::Expr& expr, const rules::Binding& owner);

  // ---- spans.cpp
  void SpanStatement(const ast::SpanStmt& stmt, Span span, rules::StmtList& out);
  void SpanBlock(const ast::AttrBlock& block, rules::StmtList& out);
  ExprPtr Time(const ast::Expr& expr, llvm::StringRef clause);
  std::optional<rules::ContextRef> ContextOf(const ast::Expr& expr, bool write_back);
  std::optional<rules::ContextRef> ContextOf(ExprPtr value, Span span, bool write_back);
  const Type* ContextType();
  bool IsAmbient(const ast::Expr& expr);
  static bool IsAmbient(const rules::Expr& expr) { return std::holds_alternative<rules::Ambient>(expr.node); }
  void From(const ast::Expr& from, rules::SpanStmt& out);
  void Inject(const ast::InjectStmt& stmt, Span span, rules::StmtList& out);

  // ---- carriers.cpp
  std::optional<rules::Carrier> CarrierOf(ExprPtr value, Span span);
  std::optional<rules::Carrier> CarrierOf(const ast::Expr& expr);
  std::optional<rules::Carrier> CarrierNamed(const ast::QName& name, ExprPtr value);
  std::optional<rules::Carrier> Declared(const ast::CarrierDecl& decl, ExprPtr value, Span span);
  const Type* CarrierTypeOf(const ast::CarrierDecl& decl);
  rules::Binding* CarrierName(const ast::Name& name, rules::Binding::Kind kind);

  // ---- foreign_spans.cpp: spans that another call has started
  bool Detach(const ast::SpanStmt& stmt, rules::SpanStmt& out);
  ExprPtr KeyOf(const ast::Expr& expr);
  void Resume(const ast::ResumeStmt& stmt, Span span, rules::StmtList& out);
  void End(const ast::EndStmt& stmt, Span span, rules::StmtList& out);
  void Enrich(const ast::EnrichStmt& stmt, Span span, rules::StmtList& out);
  void ForeignSpan(llvm::StringRef word, const std::vector<ast::StmtPtr>& stmts, unsigned index,
                   std::optional<conventions::SpanKind> kind, rules::StmtList& out);
  unsigned NewSpan(rules::SpanRole role);
  std::optional<conventions::SpanKind> KindNow() const;

  // ---- attributes.cpp: semantic conventions
  std::optional<rules::AttributeSet> Attribute(const ast::AttrEntry& entry,
                                               std::optional<conventions::SpanKind> kind);
  std::optional<rules::AttributeSet::Name> AttributeName(const ast::AttrName& name,
                                                         std::optional<conventions::SpanKind> kind);
  std::optional<conventions::ValueType> AttributeType(const ast::AttrName& name,
                                                      std::optional<conventions::SpanKind> kind);
  bool AttributeKey(const ast::AttrName& name, rules::AttributeSet::Name& out);
  bool OptedIn(const rules::AttributeSet& set) const;
  void CheckOptIn(const ast::AttrEntry& entry, const rules::AttributeSet& set);
  void CheckKind(llvm::StringRef attribute, Span span, conventions::SpanKind kind);
  bool CheckValue(const conventions::Attribute* known, llvm::StringRef name, conventions::ValueType wanted,
                  const rules::Expr& value, const Type* type);

  // ---- labels.cpp
  uint8_t FactsAbout(const decltype(rules::Expr::node)& node);
  void LabelParameters(const CalledAs& called);
  void LabelClosure(const rules::Expr& target);
  void LabelField(const rules::Expr& target, const rules::Expr& value);
  void CheckSecret(const rules::Expr& value, const std::string& where);
  void CheckAttributeLabels(const rules::AttributeSet& set);
  uint8_t OwnLabels(llvm::StringRef attribute) const;
  void CheckSpanName(const rules::Expr& name);
  void CheckSeries(std::optional<unsigned> span, const std::vector<rules::AttributeSet>& own,
                   unsigned metric);
  void CheckAllSeries(const rules::StmtList& list);

  // ---- raw_go.cpp
  void RawGo(const ast::GoStmt& stmt, Span span, rules::StmtList& out);

  // ---- templates.cpp
  void Use(const ast::UseStmt& stmt, Span span, rules::StmtList& out);
  bool BindArguments(const ast::UseStmt& stmt, const TemplateRef& ref, Scope& scope);
  bool BindArgument(const ast::TemplateParam& param, bool at_exit, const ast::NamedArg* arg,
                    const ast::UseStmt& stmt, Scope& scope);
  ExprPtr Argument(const ast::Expr& expr, const Type* wanted);
  ExprPtr OnceOnly(ExprPtr value, const ast::TemplateParam& param);

  // ---- review_*.cpp: what can be told of a rule without errors once its whole body is known
  void Review(const CalledAs& called, const go::SignatureType& signature);
  void ReviewEach(const go::SignatureType& signature);
  void ReviewSpans(const go::SignatureType& signature);
  void ReviewAttributes(const rules::Stmt& stmt, const rules::SpanStmt& span);
  void ReviewParent(const rules::Stmt& stmt, const rules::SpanStmt& span, const go::SignatureType& signature);
  void ReviewPut(const rules::Stmt& stmt, const rules::SpanStmt& span);
  void ReviewResult(const rules::Stmt& stmt, const rules::SpanStmt& span);
  void ReviewWrites(const CalledAs& called);
  void ReviewCosts();
  const ast::ContextDecl* ContextDeclOf(const Type* type);

  // ---- types.cpp
  const Type* ResolveType(const ast::Type& type);
  const Type* ResolveNamed(const ast::NamedType& named, Span span);
  const Type* TypeOfExpr(const ast::Expr& expr);  ///< an expression that names a type; null when it does not
  const go::TypeName* TypeNamed(const ast::Expr& expr);
  const go::Package* FindPackage(llvm::StringRef name);
  void BindInvalid(const ast::Name& name);
  bool Reachable(const go::Package& of, llvm::StringRef name, Span span);
  /// Reports what injected code could not spell: in any function or, `inside`, in the one that it is at,
  /// which has names for its type parameters.
  bool Nameable(const Type* type, Span span, bool inside = false);
  bool CanBeNamed(const Type* type, bool inside = false);

  // ---- literals.cpp
  ExprPtr CompositeExpr(const ast::CompositeLit& literal, Span span);
  ExprPtr LiteralOf(const Type* type, const ast::CompositeLit& literal, Span span);
  void Elements(const Type* under, const ast::CompositeLit& literal, rules::Composite& out);
  ExprPtr LiteralElement(const ast::Expr& written, const Type* wanted);
  ExprPtr FieldValue(const ast::Expr& written, const Type* wanted);
  bool MaySet(const go::Var& field, Span span);
  void NamedField(const Type* type, const go::StructType& strukt, const ast::KeyValue& element,
                  rules::Composite& out);
  bool PositionalFields(const Type* type, const go::StructType& strukt, const ast::CompositeLit& literal,
                        Span span, rules::Composite& out);
  void WarnByPosition(const Type* type, const go::StructType& strukt, const ast::CompositeLit& literal,
                      const std::vector<ExprPtr>& values);
  void RecordField(const Type* type, const go::Var& field, Span span);

  // ---- expressions.cpp, access.cpp, operators.cpp
  ExprPtr Check(const ast::Expr& expr);
  ExprPtr CheckValueOf(const ast::Expr& expr);  ///< one value: no tuple, no type
  ExprPtr IdentExpr(const ast::Ident& ident, Span span);
  ExprPtr OptionExpr(llvm::StringRef name, Span span);  ///< null: no option of that name
  ExprPtr FromScope(Named& named, llvm::StringRef name, Span span);
  ExprPtr FromPackage(const go::Package& package, llvm::StringRef name, Span span);
  ExprPtr ObjectExpr(const go::Object& object, Span span);
  ExprPtr LiteralExpr(const ast::BasicLit& literal, Span span);
  ExprPtr SelectorExpr(const ast::Selector& selector, Span span);
  ExprPtr Select(ExprPtr base, const ast::Name& name, Span span);
  ExprPtr IndexExpr(const ast::Index& index, Span span);
  ExprPtr SliceExpr(const ast::Slice& slice, Span span);
  ExprPtr AssertExpr(const ast::TypeAssert& assertion, Span span);
  ExprPtr Assertion(ExprPtr base, const Type* type, Span span);
  ExprPtr UnaryExpr(const ast::Unary& unary, Span span);
  ExprPtr BinaryExpr(const ast::Binary& binary, Span span);
  void UnknownName(llvm::StringRef name, Span span);
  void NoMember(const Type* type, const ast::Name& name);
  /// The plugin's own field of that struct, or of the one behind the pointer; null: it declares none.
  const rules::HiddenFieldDecl* HiddenFieldOf(const Type* type, llvm::StringRef name) const;
  void MethodWithoutCall(const go::Func& method, const ast::Name& name, Span span);
  bool RefusedField(const go::Named& type, llvm::StringRef name);

  // ---- calls.cpp, builtin_calls.cpp, externs.cpp
  ExprPtr CallExpr(const ast::Call& call, Span span);
  ExprPtr BuiltinCall(const Builtin& builtin, const ast::Call& call, Span span);
  ExprPtr ExternExpr(std::shared_ptr<rules::ExternFunc> func, const ast::Call& call, Span span);
  std::shared_ptr<rules::ExternFunc> BuiltinExtern(const Builtin& builtin);
  ExprPtr OfString(const Builtin& builtin, ExprPtr made);
  std::shared_ptr<rules::ExternFunc> DeclaredExtern(const ast::ExternDecl& decl);
  std::shared_ptr<rules::ExternFunc> ResolveExtern(const ast::ExternDecl& decl, std::string symbol);
  bool CheckExternSignature(const ast::ExternDecl& decl, rules::ExternFunc& func);
  ExprPtr MethodCallExpr(const ast::Call& call, const ast::Selector& selector, Span span);
  const go::Object* DeclarationOf(const rules::Expr& callee);  ///< of a package-level name; else null
  ExprPtr FuncCallExpr(ExprPtr callee, bool may_be_nil, const go::SignatureType& signature,
                       const ast::Call& call, Span span);
  std::optional<std::vector<ExprPtr>> Values(const go::SignatureType& signature, const ast::Call& call,
                                             Span span, const go::Object* declared);
  bool Fit(std::vector<ExprPtr>& values, const go::SignatureType& signature, bool spread,
           const go::Object* declared);
  ExprPtr ConvertCall(const Type* type, const ast::Call& call, Span span);
  ExprPtr Conversion(const Type* type, ExprPtr value, Span span);
  ExprPtr TypeBuiltin(const Builtin& builtin, const ast::Index& index, const ast::Call& call, Span span);
  ExprPtr OptExpr(const ast::Call& call, Span span);
  ExprPtr OrExpr(const ast::Call& call, Span span);
  ExprPtr CondExpr(const ast::Call& call, Span span);
  ExprPtr ExceptExpr(const ast::Call& call, Span span);
  ExprPtr WordsExpr(const ast::Call& call, Span span);
  ExprPtr TrustExpr(const Builtin& builtin, const ast::Call& call, Span span);

  // ---- generics.cpp
  bool DependsOnTypeParam(const Type* type) const;
  bool DependsOnUnnamed(const Type* type) const;
  bool DependsOn(llvm::function_ref<bool(const rules::TypeParamName&)> which, const Type* type) const;
  bool UsesTypeParam(const rules::Expr& expr) const;
  bool KeepsTypeParam(const rules::Expr& expr) const;
  void ReportTypeParam(Span span, const Type* type);
  const Type* SeenAs(const go::TypeParam& param);
  /// The value of a type parameter's type, where this is what a rule sees of one.
  static ExprPtr Unseen(ExprPtr value);
  void ReportTypeArguments(Span span, const std::string& why, const go::Object* declared);
  bool SatisfyAll(const std::vector<const go::TypeParam*>& params, const std::vector<const Type*>& args,
                  Span span, const go::Object* declared);
  const Type* Instance(const go::TypeName& name, const std::vector<const Type*>& args, Span span);
  const go::SignatureType* Instantiated(const go::SignatureType& generic,
                                        const std::vector<const Type*>& written,
                                        const std::vector<ExprPtr>& values, bool spread, Span span,
                                        const go::Object* declared);
  ExprPtr Callee(const ast::Expr& callee);
  const go::Func* GenericFunc(const ast::Expr& named);

  // ---- elements.cpp
  rules::Binding* BindElement(const ast::Call& call, llvm::StringRef builtin, ExprPtr range, Scope& scope);
  ExprPtr ExistsExpr(const ast::Call& call, Span span);
  ExprPtr JoinExpr(const ast::Call& call, Span span);
  std::optional<unsigned> JoinMax(const ast::Expr& arg);
  ExprPtr ApplyExpr(const Type* type, const ast::Call& call, Span span);

  // ---- calls.cpp
  bool ArgCount(const ast::Call& call, Span span, llvm::StringRef what, size_t least, size_t most);
  const Type* ResultType(const go::SignatureType& signature);

  // ---- helpers
  ExprPtr Make(Span span, const Type* type, decltype(rules::Expr::node) node);
  ExprPtr Bad(Span span);  ///< already reported: absorbs every follow-up
  ExprPtr AbsentOf(Span span, const Type* type);
  bool Assignable(const rules::Expr& value, const Type* to);
  ExprPtr Coerce(ExprPtr value, const Type* to);  ///< gives an untyped constant its type
  const go::ConstValue* ConstantOf(const rules::Expr& expr);
  std::string Show(const Type* type);
  bool IsContext(const Type* type);
  Span SpanOf(const go::Object& object);
  diag::Emitter& emitter() { return *emitter_; }

  PluginContext& plugin_;
  diag::Emitter* emitter_;
  const go::Package& package_;
  rules::Hook& hook_;
  const go::Func* func_ = nullptr;
  Scope* scope_ = nullptr;
  bool at_exit_ = false;
  std::vector<const ast::TemplateDecl*> expanding_;
  rules::SpanStmt* span_ = nullptr;                    ///< the span that `attr`, `error`, ... speak of
  llvm::StringRef inside_;                             ///< `resume` or `enrich`: span_ is another call's
  std::optional<conventions::SpanKind> foreign_kind_;  ///< of that span, when it is known
  std::map<unsigned, size_t>
      detached_;  ///< those of the hook's spans: their place in PluginContext::detached
  unsigned stamp_depth_ = 0;
  std::optional<unsigned> loop_;  ///< the loop of hook_ that is being checked, at enter
  bool in_loop_ = false;          ///< at enter or at exit
  HookChecker* outer_ = nullptr;  ///< of the rule around this body
  const Scope* root_ = nullptr;   ///< the outermost scope of this body; what lies behind it is outer_'s
  bool in_once_ = false;
  std::vector<std::string> known_nil_;             ///< places that an `if` around has found to be nil
  bool opted_in_ = false;                          ///< inside of what an option decides
  std::vector<rules::Binding*>* needs_ = nullptr;  ///< of the template that is being expanded
};

/// The method of a type of the package, where a hook may stand: reported when there is none.
const go::Func* MethodToHook(PluginContext& plugin, const go::Package& package, const ast::Name& type,
                             const ast::Name& method);

bool IsAbsent(const rules::Expr& expr);
bool IsInvalid(const rules::Expr& expr);
/// The variable that an assignment to `target` changes; null behind a pointer, map or slice.
const rules::Binding* VariableOf(const rules::Expr& target);
/// The name that `x.f[0].g` starts with; null when it is none.
const rules::Binding* RootOf(const rules::Expr& expr);

/// Reports the imports of the plugin's file that this library does not have, used or not.
void CheckImports(PluginContext& plugin);

/// Whether what is detached is ended, and what is resumed was detached.
void CheckDetached(PluginContext& plugin);

/// `where` of a rule in one version: decided, or a question of import paths that the build answers.
struct Where {
  bool known = true;
  bool holds = true;                ///< with `known`
  std::vector<std::string> within;  ///< without it: as pack::Hook::within
};
/// Of a rule in the order of execution: suppress 0, span 1, enrich 2, log 3.
int OrderOf(const rules::StmtList& body);
/// Of a generic function, and of the receiver of a method of a generic type.
std::vector<rules::TypeParamName> TypeParamsOf(const go::Func& func);
/// What its `order` clause says.
void AddOrder(const ast::RuleDecl& rule, rules::Hook& hook);
/// A Go name made of that text.
std::string SymbolOf(llvm::StringRef text);
/// `has` of a rule for functions of any package.
void ReportNoHas(Span span, diag::Emitter& emitter);

/// nullopt: reported.
std::optional<Where> EvaluateWhere(const ast::Expr& expr, const PluginContext& plugin,
                                   const go::Package& package);
/// The import path of what stands in this block.
const std::string& PackageOf(const Block& in, const PluginContext& plugin);
/// Whether the block is for this version. False where its condition is reported, once.
bool IsFor(const Block& in, PluginContext& plugin);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_HOOK_CHECKER_H
