// What an expression is worth while a test runs.
//
// A test says little: the values that its expectations depend on. Everything else is *unknown*, and a value
// made of something unknown is unknown as well and remembers of what. So there are three answers where Go has
// one: a value; absent, as the language's total expressions have it; unknown.
//
// Things that Go reaches through a pointer, an interface, a slice or a map are shared here too, so that
// aliases, copies and writes do what they do in Go. A thing that stands for what the test did not describe is
// *open*: a field, method or element that nobody has bound is unknown and not zero.
#ifndef INSTC_COMPILER_RULETEST_VALUE_H
#define INSTC_COMPILER_RULETEST_VALUE_H

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/go/types/type.h"
#include "llvm/ADT/StringRef.h"

namespace instc::ruletest {

struct Place;
struct Struct;
struct Box;
struct List;
struct Map;
struct Value;
using PlacePtr = std::shared_ptr<Place>;

struct Unknown {
  std::set<std::string> leaves;  ///< what a `given` would have to bind
  std::string path;              ///< when it is one place and not computed: its spelling, else empty
};
struct Absent {};
struct Nil {};
struct Pointer {
  PlacePtr to;
};
/// A func, a chan, or a value of which only the identity is known.
struct Opaque {
  std::string name;
};
struct Tuple {
  std::vector<Value> values;
};
struct Integer {
  __int128 value = 0;  ///< of any integer type, int64 and uint64 included
};

struct Value {
  std::variant<Unknown, Absent, Nil, bool, Integer, double, std::string, Pointer, std::shared_ptr<Struct>,
               std::shared_ptr<Box>, std::shared_ptr<List>, std::shared_ptr<Map>, Opaque, Tuple>
      node = Absent{};

  template <typename T>
  [[nodiscard]] const T* As() const {
    return std::get_if<T>(&node);
  }
  [[nodiscard]] bool IsUnknown() const { return As<Unknown>() != nullptr; }
  [[nodiscard]] bool IsAbsent() const { return As<Absent>() != nullptr; }
  [[nodiscard]] bool IsNil() const { return As<Nil>() != nullptr; }
};

struct Place {
  Value value;
};

/// A struct, by its place: copying the Value does not copy it, see Copy.
struct Struct {
  const go::Type* type = nullptr;
  bool open = false;
  std::string path;                         ///< how the rule spells it
  std::map<std::string, PlacePtr> fields;   ///< hidden ones too
  std::map<std::string, PlacePtr> methods;  ///< results that the test bound, by `M(args)`
  bool injected = false;                    ///< a carrier with `Set` that trace context was written to
};

/// What an interface holds; with a null `dynamic` something that only has what the test bound.
struct Box {
  const go::Type* dynamic = nullptr;
  PlacePtr inner;  ///< with `dynamic`
  std::string path;
  std::map<std::string, PlacePtr> methods;
  std::optional<std::string> text;  ///< of an error made by errors.New
  std::string global;               ///< of an error variable: `path/of/package.Name`, `.Name` in the target
  bool injected = false;            ///< a carrier with `Set` that trace context was written to
  // Of a context:
  bool traced = true;  ///< there is a span around the call
  int span = -1;       ///< the span that the rule put into it
};

struct List {
  bool open = false;
  std::string path;
  int64_t length = 0;  ///< when not open
  std::map<int64_t, PlacePtr> elements;
};

struct Map {
  bool open = false;
  std::string path;
  std::map<std::string, PlacePtr> entries;  ///< by Show of the key
  std::map<std::string, Value> keys;        ///< by the same
};

Value MakeUnknown(std::string path);
/// What depends on all of these.
Value Mix(std::initializer_list<const Value*> values);
inline Value MakeInt(int64_t value) {
  return {Integer{value}};
}
inline Value MakeText(std::string text) {
  return {std::move(text)};
}

/// The zero value of a type.
Value Zero(const go::Type* type);
/// Whether it is its type's zero value; nullopt: unknown, or not comparable.
std::optional<bool> IsZero(const Value& value);
/// Go's assignment: structs are copied, everything else is shared.
Value Copy(const Value& value);
/// A value of type `from` in a variable of type `to`, which may be one of a generic function.
Value InInterface(Value value, const go::Type* from, const go::Type* to);

enum class Answer { kNo, kYes, kUnknown };
/// Go's ==.
Answer Equal(const Value& a, const Value& b);

void PutEntry(Map& map, const Value& key, PlacePtr place);

/// For messages and as identity of calls: `"text"`, `42`, `nil`, `[]{"a"}`, the path of what has one.
std::string Show(const Value& value);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_VALUE_H
