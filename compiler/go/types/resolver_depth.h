// How deep resolution goes, across declarations and packages: constants that refer to each other nest as deep
// as the source makes them. Internal to compiler/go/types.
#ifndef INSTC_COMPILER_GO_TYPES_RESOLVER_DEPTH_H
#define INSTC_COMPILER_GO_TYPES_RESOLVER_DEPTH_H

#include "compiler/go/types/resolver.h"

namespace instc::go {

class Resolver::DepthGuard {
 public:
  DepthGuard() { ++depth_; }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  bool ok() const { return depth_ <= kMaxDepth; }

 private:
  static constexpr int kMaxDepth = 400;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_RESOLVER_DEPTH_H
