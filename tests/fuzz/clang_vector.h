// Put in front of every source that clang reads (fuzzing, clang-tidy): std::vector without constexpr.
//
// llvm/Support/JSON.h calls members of std::vector<Value> before Value is complete. g++ looks into them at
// the end of the file; clang looks at once where they are constexpr, which they are in C++20 with
// libstdc++ 12. One function of <vector> is declared elsewhere, as constexpr; it gets another name, since
// nobody here calls it.
#include <memory>
#include <string>

#if defined(__clang__) && defined(__GLIBCXX__)
#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 instc_fill_a1
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
#endif
