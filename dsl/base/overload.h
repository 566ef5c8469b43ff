// Overload{[](A&) {...}, [](B&) {...}} for std::visit: a new alternative of a variant breaks the build where
// it must be handled. Never add a catch-all lambda.
#ifndef INSTC_DSL_BASE_OVERLOAD_H
#define INSTC_DSL_BASE_OVERLOAD_H

namespace instc {

template <typename... Fs>
struct Overload : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overload(Fs...) -> Overload<Fs...>;

}  // namespace instc

#endif  // INSTC_DSL_BASE_OVERLOAD_H
