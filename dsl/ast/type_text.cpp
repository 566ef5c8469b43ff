#include "dsl/ast/dump.h"
#include "dsl/base/overload.h"

namespace instc::ast {
namespace {

std::string ParamsText(const std::vector<FuncTypeParam>& params) {
  std::string text = "(";
  for (const FuncTypeParam& param : params) {
    if (text.size() > 1) text += ", ";
    if (param.name.Present()) text += param.name.text + " ";
    if (param.variadic) text += "...";
    text += TypeText(*param.type);
  }
  return text + ")";
}

std::string ResultsText(const std::vector<FuncTypeParam>& results) {
  if (results.empty()) return "";
  bool single = results.size() == 1 && !results[0].name.Present() && !results[0].variadic;
  return " " + (single ? TypeText(*results[0].type) : ParamsText(results));
}

std::string NamedText(const NamedType& type) {
  std::string text = type.package.Present() ? type.package.text + "." + type.name.text : type.name.text;
  if (type.args.empty()) return text;
  std::string args;
  for (const TypePtr& arg : type.args) args += (args.empty() ? "" : ", ") + TypeText(*arg);
  return text + "[" + args + "]";
}

std::string ChanText(const ChanType& type) {
  switch (type.direction) {
    case ChanType::Direction::Both:
      return "chan " + TypeText(*type.element);
    case ChanType::Direction::Receive:
      return "<-chan " + TypeText(*type.element);
    case ChanType::Direction::Send:
      return "chan<- " + TypeText(*type.element);
  }
  llvm_unreachable("closed enum");
}

}  // namespace

std::string TypeText(const Type& type) {
  return std::visit(
      Overload{
          [](const BadType&) -> std::string { return "<bad>"; },
          [](const NamedType& t) { return NamedText(t); },
          [](const PointerType& t) { return "*" + TypeText(*t.element); },
          [](const SliceType& t) { return "[]" + TypeText(*t.element); },
          [](const ArrayType& t) { return "[" + t.length + "]" + TypeText(*t.element); },
          [](const MapType& t) { return "map[" + TypeText(*t.key) + "]" + TypeText(*t.value); },
          [](const ChanType& t) { return ChanText(t); },
          [](const FuncType& t) { return "func" + ParamsText(t.params) + ResultsText(t.results); },
          [](const EmptyInterfaceType&) -> std::string { return "interface{}"; },
      },
      type.node);
}

}  // namespace instc::ast
