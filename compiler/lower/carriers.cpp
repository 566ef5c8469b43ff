// Carriers: how the runtime reads trace context out of a value of the library, and writes it there.
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"

namespace instc::lower {

using rules::Carrier;
using rules::Expr;
using Kind = rules::Carrier::Kind;

namespace {

bool IsPlainString(const go::Type* type) {
  const auto* basic = go::TypeAs<go::BasicType>(type);
  return basic != nullptr && basic->IsString();
}

}  // namespace

/// A nil map when the carrier is absent.
std::string Statements::Header(const Carrier& carrier) {
  GoWriter part;
  GoExpr value = Values(scope_, part, Values::Mode::kTotal).Value(*carrier.value);
  if (part.depth() == 0) {
    out_.Append(std::move(part));
    return value.text;
  }
  std::string header = scope_.Temp();
  out_.Line("var " + header + " map[string][]string");
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(header + " = " + value.text);
  return header;
}

/// A function that looks a key up; "" when the carrier is absent.
std::string Statements::Getter(const Carrier& carrier) {
  std::string get = scope_.Temp();
  out_.Open(get + " := func(instcKey string) string");
  unsigned depth = out_.depth();
  ReturnFrom(carrier);
  bool may_fall_through =
      out_.depth() > depth || carrier.kind == Kind::kValueMap || carrier.kind == Kind::kPairs;
  out_.CloseTo(depth);
  if (may_fall_through) out_.Line("return \"\"");
  out_.Close();
  return get;
}

/// Leaves the guards open under which there is something to return.
void Statements::ReturnFrom(const Carrier& carrier) {
  if (carrier.kind == Kind::kDeclared) {
    scope_.Substitute(*carrier.declared->get_key, "instcKey");
    const Expr& value = *carrier.declared->get;
    if (IsAbsent(value, scope_)) return out_.Line("return \"\"");
    GoExpr text = Total().Value(value);
    return out_.Line("return " + ConvertTo(go::Basic::kString, text, value.type));
  }
  GoExpr value = Total().Value(*carrier.value);
  if (carrier.kind == Kind::kMethods) {
    if (go::HasNil(carrier.value->type)) {
      value = Total().Stable(value, carrier.value->type);
      out_.If(At(value, kAdd) + " != nil");
    }
    return out_.Line("return " + At(value, kPrimary) + ".Get(instcKey)");
  }
  if (carrier.kind == Kind::kPairs) {
    const go::Type* element = go::UnderlyingAs<go::SliceType>(carrier.value->type)->element;
    out_.Open("for _, instcPair := range " + value.text);
    out_.Open(std::string("if ") + (go::Pointee(element) != nullptr ? "instcPair != nil && " : "") +
              "string(instcPair.Key) == instcKey");
    out_.Line("return string(instcPair.Value)");
    out_.Close();
    return out_.Close();
  }
  const auto* map = go::UnderlyingAs<go::MapType>(carrier.value->type);
  std::string key = IsPlainString(map->key) ? "instcKey" : scope_.Type(map->key) + "(instcKey)";
  std::string held = At(value, kPrimary) + "[" + key + "]";
  if (carrier.kind == Kind::kStringMap)
    return out_.Line("return " + ConvertTo(go::Basic::kString, {.text = held}, map->value));
  out_.Open("switch instcHeld := " + held + ".(type)");
  out_.Line("case string: return instcHeld");
  out_.Line("case []byte: return string(instcHeld)");
  out_.Close();
}

void Statements::Of(const rules::InjectStmt& n) {
  if (!Possible(n.carrier.value)) return;
  Blocks blocks(out_);
  if (n.carrier.kind == Kind::kHeader) {
    out_.Line("instcAPI.injectHeader(" + scope_.Node(n.span) + ", " + CarrierMap(n.carrier).text + ")");
  } else {
    InjectSet(n);
  }
}

/// The map, not nil: made when it can be assigned, else guarded.
GoExpr Statements::CarrierMap(const Carrier& carrier) {
  const Expr& expr = *carrier.value;
  GoExpr map = Total().Value(expr);
  if (!IsAssignable(expr)) {
    map = Total().Stable(map, expr.type);
    out_.If(At(map, kAdd) + " != nil");
    return map;
  }
  out_.Open("if " + map.text + " == nil");
  out_.Line(map.text + " = make(" + scope_.Type(expr.type) + ")");
  PublishWrite(expr);
  out_.Close();
  return map;
}

void Statements::InjectSet(const rules::InjectStmt& n) {
  const go::Type* type = n.carrier.value->type;
  const std::string call =
      "instcAPI.injectSet(" + scope_.Node(n.span) + ", func(instcKey, instcValue string) {";
  std::string action;
  if (n.carrier.kind == Kind::kStringMap || n.carrier.kind == Kind::kValueMap) {
    const auto* map = go::UnderlyingAs<go::MapType>(type);
    std::string key = IsPlainString(map->key) ? "instcKey" : scope_.Type(map->key) + "(instcKey)";
    bool plain = IsPlainString(map->value) || n.carrier.kind == Kind::kValueMap;
    std::string value = plain ? "instcValue" : scope_.Type(map->value) + "(instcValue)";
    action = At(CarrierMap(n.carrier), kPrimary) + "[" + key + "] = " + value;
  } else if (n.carrier.kind == Kind::kMethods) {
    GoExpr carrier = Total().Stable(Total().Value(*n.carrier.value), type);
    if (go::HasNil(type)) out_.If(At(carrier, kAdd) + " != nil");
    action = At(carrier, kPrimary) + ".Set(instcKey, instcValue)";
  } else {
    GoWriter body;
    Statements(scope_, body).StoreIn(n.carrier);
    out_.Open(call.substr(0, call.size() - 2));
    unsigned depth = out_.depth();
    out_.Append(std::move(body));
    out_.CloseTo(depth);
    return out_.Close(")");
  }
  out_.Line(call + " " + action + " })");
}

/// Stores instcValue under instcKey.
void Statements::StoreIn(const Carrier& carrier) {
  if (carrier.kind == Kind::kPairs) return StorePair(*carrier.value);
  scope_.Substitute(*carrier.declared->set_key, "instcKey");
  scope_.Substitute(*carrier.declared->set_value, "instcValue");
  Write(carrier.declared->set);
}

/// Into a new slice, since the old one may be the caller's; a pair that has the key is left out of it.
void Statements::StorePair(const Expr& pairs) {
  const go::Type* element = go::UnderlyingAs<go::SliceType>(pairs.type)->element;
  const go::Type* pointee = go::Pointee(element);
  std::string list = scope_.Temp();
  Blocks blocks(out_);
  GoExpr old = Total().Stable(Total().Value(pairs), pairs.type);
  out_.Line(list + " := make(" + scope_.Type(pairs.type) + ", 0, len(" + old.text + ")+1)");
  out_.Open("for _, instcPair := range " + old.text);
  out_.Open(std::string("if ") + (pointee != nullptr ? "instcPair == nil || " : "") +
            "string(instcPair.Key) != instcKey");
  out_.Line(list + " = append(" + list + ", instcPair)");
  out_.Close();
  out_.Close();
  auto part = [&](const char* field, const std::string& text) {
    const go::Type* type = go::LookupFieldOrMethod(element, field, nullptr).type;
    std::string of_type = IsPlainString(type) ? text : TypeOperand(scope_.Type(type)) + "(" + text + ")";
    return std::string(field) + ": " + of_type;
  };
  std::string made = (pointee != nullptr ? "&" : "") + scope_.Type(pointee != nullptr ? pointee : element) +
                     "{" + part("Key", "instcKey") + ", " + part("Value", "instcValue") + "}";
  out_.Line(Target(pairs) + " = append(" + list + ", " + made + ")");
  PublishWrite(pairs);
}

}  // namespace instc::lower
