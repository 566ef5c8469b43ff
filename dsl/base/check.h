// A broken invariant is a bug of ours: it aborts with the condition and a sentence, in every build type.
#ifndef INSTC_DSL_BASE_CHECK_H
#define INSTC_DSL_BASE_CHECK_H

#include "llvm/Support/ErrorHandling.h"

#define INSTC_CHECK_TEXT2(x) #x
#define INSTC_CHECK_TEXT(x) INSTC_CHECK_TEXT2(x)
#define INSTC_CHECK(condition, why)                                                   \
  do {                                                                                \
    if (!(condition))                                                                 \
      ::llvm::report_fatal_error("bug in instc: " why " (" #condition " at " __FILE__ \
                                 ":" INSTC_CHECK_TEXT(__LINE__) ")");                 \
  } while (false)

#endif  // INSTC_DSL_BASE_CHECK_H
