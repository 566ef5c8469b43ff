#include "compiler/driver/diagnostics_page.h"

#include "compiler/assets/assets.h"

namespace instc {
namespace {

std::vector<ExplainedCode> Read(llvm::StringRef page) {
  std::vector<ExplainedCode> codes;
  bool in_section = false;
  while (!page.empty()) {
    auto [line, rest] = page.split('\n');
    if (line.startswith("### ")) {
      auto [code, title] = line.drop_front(4).split(": ");
      codes.push_back({code, title, llvm::StringRef(rest.data(), 0)});
      in_section = true;
    } else if (line.startswith("## ")) {
      in_section = false;
    } else if (in_section) {
      llvm::StringRef& text = codes.back().text;
      text = llvm::StringRef(text.data(), static_cast<size_t>(line.end() - text.data()));
    }
    page = rest;
  }
  for (ExplainedCode& code : codes) code.text = code.text.trim();
  return codes;
}

}  // namespace

const std::vector<ExplainedCode>& ExplainedCodes() {
  static const std::vector<ExplainedCode> codes = Read(assets::Document("docs/diagnostics.md"));
  return codes;
}

const ExplainedCode* FindCode(llvm::StringRef code) {
  for (const ExplainedCode& explained : ExplainedCodes())
    if (explained.code.equals_insensitive(code)) return &explained;
  return nullptr;
}

}  // namespace instc
