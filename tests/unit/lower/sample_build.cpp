#include "tests/unit/lower/sample_build.h"

#include <array>
#include <cstdio>
#include <set>

#include "compiler/go/types/type_string.h"
#include "dsl/base/check.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::lower {
namespace {

void Replace(std::string& text, const std::string& what, const std::string& with) {
  size_t at = text.find(what);
  INSTC_CHECK(at != std::string::npos, "the sample lacks a mark");
  text.replace(at, what.size(), with);
}

void ReplaceAll(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// One value of the hooked function: its name in the hook, in the declaration, and its type.
struct Value {
  std::string bound, declared, type;
};

class Site {
 public:
  Site(const pack::Hook& hook, const go::Package& target) : hook_(hook), target_(target) {
    const go::Func* func = hook.receiver ? target.Method(hook.receiver->type, hook.func)
                                         : llvm::cast<go::Func>(target.Lookup(hook.func));
    const go::SignatureType& signature = *func->signature();
    if (hook.receiver) Add(inputs_, hook.receiver->name, *signature.receiver);
    for (size_t i = 0; i < hook.params.size(); ++i) Add(inputs_, hook.params[i], *signature.params[i]);
    for (size_t i = 0; i < hook.results.size(); ++i) Add(results_, hook.results[i], *signature.results[i]);
  }

  std::string Head() const {
    std::string body;
    for (const std::string& name : hook_.enter_writes) body += Declared(name) + " = instcS.w_" + name + "; ";
    if (hook_.has_exit) body += Deferred();
    std::string enter = "instcEnter_" + hook_.symbol + "(" + List(inputs_, &Value::declared) + ")";
    if (body.empty()) return " if instcPort != nil { " + enter + " };";
    return " if instcPort != nil { if instcS := " + enter + "; instcS.on { " + body + "} };";
  }

  std::string Code(unsigned rule) const {
    std::string code = hook_.code;
    std::string params = Declare(inputs_);
    ReplaceAll(code, "@{params}", params);
    ReplaceAll(code, "@{comma_params}", (params.empty() ? "" : ", ") + params);
    ReplaceAll(code, "@{results}", (results_.empty() ? "" : ", ") + Declare(results_));
    ReplaceAll(code, "@{rule}", std::to_string(rule));
    for (const auto* list : {&inputs_, &results_}) {
      for (const Value& value : *list) ReplaceAll(code, "@{type " + value.bound + "}", value.type);
    }
    return code;
  }

 private:
  void Add(std::vector<Value>& list, const std::string& bound, const go::Var& var) {
    const bool by_address = llvm::is_contained(hook_.by_address, bound);
    list.push_back({bound, (by_address ? "&" : "") + var.name().str(),
                    (by_address ? "*" : "") + go::TypeString(var.type(), &target_)});
  }
  static std::string List(const std::vector<Value>& values, std::string Value::*part) {
    std::vector<std::string> parts;
    for (const Value& value : values) parts.push_back(value.*part);
    return llvm::join(parts, ", ");
  }
  static std::string Declare(const std::vector<Value>& values) {
    std::vector<std::string> parts;
    for (const Value& value : values) parts.push_back(value.bound + " " + value.type);
    return llvm::join(parts, ", ");
  }
  std::string Declared(const std::string& bound) const {
    for (const auto* list : {&inputs_, &results_}) {
      for (const Value& value : *list) {
        if (value.bound == bound) return value.declared;
      }
    }
    return "unbound_" + bound;  // the Go compiler will say so
  }
  std::string Deferred() const {
    std::vector<std::string> assigned, arguments = {"instcS"};
    for (const std::string& name : hook_.exit_writes) assigned.push_back(Declared(name));
    for (const auto* list : {&inputs_, &results_}) {
      for (const Value& value : *list) arguments.push_back(value.declared);
    }
    return "defer func() { " + llvm::join(assigned, ", ") + (assigned.empty() ? "" : " = ") + "instcExit_" +
           hook_.symbol + "(" + llvm::join(arguments, ", ") + ") }() ";
  }

  const pack::Hook& hook_;
  const go::Package& target_;
  std::vector<Value> inputs_, results_;
};

std::string ImportLines(const pack::Package& hooks) {
  std::set<std::string> lines;
  for (const pack::Hook& hook : hooks.hooks) {
    for (const pack::Import& import : hook.imports)
      lines.insert("import " + import.alias + " \"" + import.path + "\"\n");
  }
  return llvm::join(lines, "");
}

}  // namespace

std::string ReadFile(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  INSTC_CHECK(buffer, "a file of the test is missing");
  return (*buffer)->getBuffer().str();
}

std::string Instrument(std::string text, const pack::Package& hooks, const go::Package& target) {
  Replace(text, "\npackage main\n", "\npackage main\n\n" + ImportLines(hooks));
  for (const pack::Field& field : hooks.fields)
    Replace(text, "/*field " + field.type + "*/", "; " + field.text);
  for (size_t i = 0; i < hooks.hooks.size(); ++i) {
    Site site(hooks.hooks[i], target);
    Replace(text, "/*hook " + hooks.hooks[i].symbol + "*/", site.Head());
    text += "\n" + site.Code(static_cast<unsigned>(i));
  }
  return text;
}

std::string PortFile(const pack::Package& hooks) {
  std::string text = "package main\n\nimport (\n\t\"context\"\n\t\"unsafe\"\n)\n\n";
  for (const pack::Extern& external : hooks.externs)
    text += "var " + external.symbol + " " + external.type + "\n\n";
  text += ReadFile("compiler/rt/port_target.go.txt");
  ReplaceAll(text, "@{context}", "context.Context");
  return text;
}

GoResult RunGo(const std::vector<GoFileText>& files, const std::string& command) {
  llvm::SmallString<128> directory;
  INSTC_CHECK(!llvm::sys::fs::createUniqueDirectory("instc-lower", directory), "no temporary directory");
  for (const GoFileText& file : files) {
    std::error_code error;
    llvm::raw_fd_ostream out((directory + "/" + file.name).str(), error);
    INSTC_CHECK(!error, "the temporary directory is not writable");
    out << file.text;
  }
  std::string line = "cd '" + directory.str().str() +
                     "' && GOFLAGS= GOWORK=off GOPROXY=off GOTOOLCHAIN=local " + command + " 2>&1";
  FILE* pipe = popen(line.c_str(), "r");
  INSTC_CHECK(pipe != nullptr, "no shell");
  GoResult result;
  std::array<char, 4096> chunk{};
  while (size_t size = fread(chunk.data(), 1, chunk.size(), pipe)) result.output.append(chunk.data(), size);
  result.status = pclose(pipe);
  llvm::sys::fs::remove_directories(directory);
  return result;
}

}  // namespace instc::lower
