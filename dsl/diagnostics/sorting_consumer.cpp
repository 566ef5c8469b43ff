#include <algorithm>
#include <tuple>

#include "dsl/diagnostics/consumers.h"

namespace instc::diag {
namespace {

// Placeless diagnostics come first.
auto SortKey(const Diagnostic& d) {
  llvm::StringRef file = d.span.Valid() ? d.span.buffer->name() : llvm::StringRef();
  return std::make_tuple(file, d.span.begin, d.span.end, llvm::StringRef(d.code), llvm::StringRef(d.message));
}

}  // namespace

void SortingConsumer::Finish() {
  std::stable_sort(held_.begin(), held_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return SortKey(a) < SortKey(b); });
  const Diagnostic* previous = nullptr;
  for (Diagnostic& diagnostic : held_) {
    if (previous == nullptr || SortKey(*previous) != SortKey(diagnostic)) next_.Handle(diagnostic);
    previous = &diagnostic;
  }
  held_.clear();
  next_.Finish();
}

}  // namespace instc::diag
