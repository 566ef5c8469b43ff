#include "compiler/go/load/parsed_files.h"

#include <algorithm>

#include "compiler/go/syntax/parser.h"
#include "llvm/Support/xxhash.h"

namespace instc::go {

const ParsedFiles::Entry* ParsedFiles::Known(llvm::StringRef text, uint64_t hash) const {
  const auto [first, last] = entries_.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (it->second->text == text) return it->second.get();
  return nullptr;
}

namespace {

uint64_t MemoryOf(llvm::StringRef text, const File& file) {
  return text.size() + file.arena->getTotalMemory() + file.imports.size() * sizeof(ImportDecl) +
         file.values.size() * sizeof(ValueDecl) + file.types.size() * sizeof(TypeDecl) +
         file.funcs.size() * sizeof(FuncDecl);
}

}  // namespace

const FileContent* ParsedFiles::Find(llvm::StringRef text) {
  const uint64_t hash = llvm::xxHash64(text);
  const Entry* entry = Known(text, hash);
  if (entry == nullptr) {
    if (text.size() > room_) return nullptr;
    auto made = std::make_unique<Entry>();
    made->text = text.str();
    made->file = ParseText(made->text, [](uint32_t, uint32_t, llvm::StringRef) {});
    room_ -= std::min(room_, MemoryOf(made->text, made->file));
    entry = entries_.emplace(hash, std::move(made))->second.get();
  }
  return entry->file.has_errors ? nullptr : &entry->file;
}

}  // namespace instc::go
