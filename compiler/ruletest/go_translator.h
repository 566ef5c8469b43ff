// How a test becomes Go: private to the translation; its methods are spread over the files named below.
#ifndef INSTC_COMPILER_RULETEST_GO_TRANSLATOR_H
#define INSTC_COMPILER_RULETEST_GO_TRANSLATOR_H

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ruletest/go_translation.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/perform.h"

namespace instc::ruletest {

class GoTranslator : public Watcher {
 public:
  GoTranslator(const Test& test, unsigned number, const check::Target& target,
               const pack::Plugin& description)
      : test_(test), hook_(*test.hook), target_(target), description_(description) {
    prefix_ = "instcT" + std::to_string(number) + "_";
  }
  GoTest Run();

  // ---- of the interpreter's run, whose facts Go shall repeat
  bool Bind(Interpreter& run, const std::vector<Given>& givens) override;
  void Begins(const Test& test, Interpreter& run) override;
  void Ends(const Test& test, Interpreter& run) override;
  void Stopped(const Test&, const Stop&) override { Refuse("the interpreter cannot run it either"); }
  void NotCalled(const TestCall&, const std::string&) override;

 private:
  void Refuse(const std::string& why);
  void Line(const std::string& text) { out_.body += "\t" + text + "\n"; }
  std::string Import(const std::string& path);
  std::string Spell(const go::Type* type);
  std::string Fresh(const char* kind) { return prefix_ + kind + std::to_string(fresh_++); }

  // ---- go_values.cpp: values
  /// Statements that give `place` the value; what is unknown stays zero.
  void Write(const std::string& place, const Value& value, const go::Type* type);
  void WriteText(const std::string& place, const Value& text, const go::Type* type);
  void WriteFunc(const std::string& place, const Opaque& func);
  void WritePointer(const std::string& place, const Pointer& pointer, const go::Type*);
  static bool IsURL(const Struct& value);
  void WriteFields(const std::string& place, const Struct& value);
  /// Results that a test binds to methods of a concrete type: those methods are doubled.
  void Methods(const Struct& value);
  void Double(const go::Func& func, const Value& result);
  /// Whether functions of that package can be doubled.
  bool IsWithinReach(const go::Package& package) const;
  void WriteBox(const std::string& place, const std::shared_ptr<Box>& box, const go::Type* type);
  /// Something that has the interface's methods: they return what the test bound, or zero.
  void WriteMock(const std::string& place, const Box& box, const go::Type* type,
                 const go::InterfaceType& interface);
  /// What the results and the body of the method are called.
  std::string WriteMethod(const std::string& mock, const go::Func& method, const Value* bound);
  /// Variables for a function that does what a test says: its results, and what it does before.
  std::string DeclareBehind(const go::SignatureType& signature);
  /// The function behind its name.
  std::string BehindText(const std::string& behind, const go::SignatureType& signature);
  void WriteList(const std::string& place, const List& list, const go::Type* type);
  void WriteMap(const std::string& place, const Map& map, const go::Type* type);

  // ---- go_translation.cpp: the call
  std::string ParamPlace(const rules::Binding& binding) const;
  static bool IsArgument(const rules::Binding& binding);
  void Arguments(Interpreter& values);
  void Externs(Interpreter& values);
  /// The function that a `given` binds the result of, by its name as the interpreter has it.
  const go::Func* BoundFunction(llvm::StringRef name) const;
  void Options(const Interpreter& values);
  /// The double of the hooked function itself.
  void Body(Interpreter& values);
  void Panic(const Test& test);
  const go::Func* Function() const;
  void Call();

  // ---- go_bodies.cpp: closures, objects
  bool BindAll(Interpreter& values, const Test& test);
  /// The func that a test finds in the place of a `wrap`.
  void Behind(const TestCall& call, Interpreter& values);
  /// What `call` calls, as Go has it; empty: refused. `behind`: what the library's own function is called.
  std::string Callee(const TestCall& call, const Test& in, const std::string& own, std::string& behind);
  void WriteCall(const TestCall& call, Interpreter& around, const Test& in);
  std::vector<std::string> Declare(const std::string& prefix, const std::vector<const go::Var*>& vars);
  /// What the library's own function does in this call.
  void WriteBehind(const std::string& behind, const Test& test, Interpreter& values);

  // ---- go_expectations.cpp: expectations
  void Fact(const std::string& what, std::optional<std::string> value);
  static std::string Bits(double value);
  static std::optional<std::string> Wire(const Value& value);
  void Facts(const Interpreter& run);
  void Measured(const MeasureRecord& record, const std::string& number);
  void Log(const LogRecord& record, const std::string& index);
  void Span(const SpanRecord& span, const std::string& index);
  /// `,s:6162`, `,i:1`; of types that are not basic no more than that they were there.
  static std::string Argument(const go::Var& param, const std::string& place);
  static std::optional<std::string> Argument(const go::Var& param, const Value& value);
  /// Calls of the package's own functions and methods: those are doubled and say that they were called.
  void Calls(const Interpreter&);
  /// What the parents are that a test expects, before the call may change them; and of which spans they are.
  void Parents(const Test& test);
  void SayParents(const ExpectedParent& parent);
  static bool HoldsText(const go::Type* type);
  /// What holds at the end of a call, said where Go can say it.
  void Expectations(const Test& test);
  /// An expression that is Go already; nullopt: it has parts that only the language knows.
  std::optional<std::string> Print(const rules::Expr& expr);
  const Test& test_;
  const rules::Hook& hook_;
  const check::Target& target_;
  const pack::Plugin& description_;
  GoTest out_;
  std::string prefix_, key_;
  unsigned fresh_ = 0;
  unsigned depth_ = 0;
  std::map<const Place*, std::string> pointers_;  // asked, never walked
  std::map<const Box*, std::string> boxes_;       // asked, never walked
  std::map<std::string, const go::Func*> called_;
  std::shared_ptr<Records> records_;                     // of the interpreter's run
  std::map<const void*, Value> known_;                   // of expectations and parents; asked, never walked
  std::map<const rules::Binding*, std::string> places_;  // Go variables; asked, never walked
  std::map<std::string, std::string> functions_;         // by their names as values: Go text
  std::map<const rules::Wrap*, std::string> behind_;     // asked, never walked
  std::map<std::string, std::string> mocks_;             // by place and method
  std::map<const ExpectedParent*, std::string> parent_places_;  // asked, never walked
  std::vector<std::unique_ptr<Interpreter>> bodies_;            // kept: values are known by their places
  unsigned conditions_ = 0;
};

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_GO_TRANSLATOR_H
