#include "compiler/go/edit/naming.h"

#include <algorithm>

namespace instc::go {
namespace {

std::string TypeText(const ParamGroup& group, llvm::StringRef text) {
  llvm::StringRef type = text.slice(group.type_range.begin, group.type_range.end);
  if (!group.variadic) return type.str();
  type.consume_front("...");
  return "[]" + type.ltrim().str();
}

std::string NameOne(const Ident& name, const std::string& fresh, Editor& editor) {
  if (!name.blank()) return name.text.str();
  editor.Prefix(name, fresh);
  return fresh + "_";
}

}  // namespace

std::vector<NamedValue> NameValues(const ParamList& list, llvm::StringRef text, llvm::StringRef prefix,
                                   bool numbered, Editor& editor) {
  std::vector<NamedValue> values;
  auto fresh = [&] { return numbered ? prefix.str() + std::to_string(values.size()) : prefix.str(); };
  bool bare = list.form == ParamList::Form::kBare;
  for (const ParamGroup& group : list.groups) {
    std::string type = TypeText(group, text);
    if (group.names.empty()) {
      editor.Insert(group.range.begin, (bare ? "(" : "") + fresh() + " ");
      values.push_back({fresh(), type});
    }
    for (const Ident& name : group.names) values.push_back({NameOne(name, fresh(), editor), type});
  }
  if (bare) editor.Insert(list.close, ")");
  return values;
}

std::vector<NamedValue> ListValues(const ParamList& list, llvm::StringRef text) {
  std::vector<NamedValue> values;
  for (const ParamGroup& group : list.groups) {
    values.insert(values.end(), std::max<size_t>(group.names.size(), 1), {"", TypeText(group, text)});
  }
  return values;
}

}  // namespace instc::go
