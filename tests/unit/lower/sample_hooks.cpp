#include "tests/unit/lower/sample_hooks.h"

#include "compiler/go/types/universe.h"

namespace instc::lower {

using namespace rules;  // NOLINT: the trees are nothing but its nodes
using conventions::SpanKind;
using VT = conventions::ValueType;

Sample::Sample(const std::string& target)
    : string_(go::BasicTypeOf(go::Basic::kString)), int64_(go::BasicTypeOf(go::Basic::kInt64)) {
  packages_.Add("context", "package context\ntype Context interface{ Value(key any) any }\n");
  packages_.Add("errors", "package errors\nfunc New(text string) error { return nil }\n");
  packages_.Add("io", "package io\nimport \"errors\"\nvar EOF = errors.New(\"EOF\")\n");
  target_ = &packages_.Add("main", target);
  const char* text = "instc.dev/rt/text";
  hostport_ = {
      "hostport",       text, "HostPort", "instcX_hostport", "func(string) (string, int64)", {string_},
      {string_, int64_}};
  upper_ = {"upper", text, "Upper", "instcX_upper", "func(string) string", {string_}, {string_}};
}

Plugin Sample::MakePlugin() {
  Plugin plugin;
  plugin.name = "sample";
  plugin.fields = {{"main", "Record", "instcContext", go::AnyType()},
                   {"main", "Session", "instcAddr", string_},
                   {"main", "Session", "instcPort", int64_}};
  for (auto make : {&Sample::Serve, &Sample::Client, &Sample::Probe, &Sample::Late, &Sample::Carry,
                    &Sample::Stamp, &Sample::Enrich, &Sample::Strict, &Sample::Shadow, &Sample::Nothing}) {
    plugin.hooks.push_back(std::move((this->*make)().hook));
  }
  return plugin;
}

HookTree Sample::Serve() {
  HookTree t = Hook("serve", "Server.Serve");
  auto req = t.Use("req");
  t.Add(SkipWhen{t.Op("==", t.Sel(req, "Method"), t.Str("PRI"))});
  t.Add(rules::Let{{t.Let("route", string_, /*in_exit=*/true)}, t.Sel(req, "URL.Path")});
  t.Add(rules::Let{{t.Let("unused", string_)}, t.Sel(req, "URL.Query")});
  t.Add(rules::Let{{t.Let("host", string_), t.Let("port", int64_)},
                   t.Extern(hostport_, {t.Sel(req, "URL.Path")})});
  t.Add(rules::Let{{t.Let("alias", string_)}, t.Sel(req, "URL.Query")});
  t.Add(rules::Let{{t.Let("fixed", int64_)}, t.Num(12)});
  SpanStmt span;
  span.kind = SpanKind::kServer;
  span.name = t.Extern(upper_, {t.Sel(req, "Method")});
  span.context = {t.Sel(req, "ctx"), t.Sel(req, "ctx"), nullptr};
  span.remote = Carrier{Carrier::Kind::kHeader, t.Sel(req, "Header")};
  span.attributes = {
      t.Attribute("c.str", VT::kString, t.Str("constant @{params}")),
      t.Attribute("c.int", VT::kInt, t.Num(42)),
      t.Attribute("c.bool", VT::kBoolean, t.Bool(true)),
      t.Attribute("c.double", VT::kDouble, t.Float(1.5)),
      t.Attribute("c.empty", VT::kString, t.Str("")),
      t.Attribute("kind", VT::kString, t.Sel(req, "Kind")),
      {{{"server.address", VT::kString}, {"server.port", VT::kInt}},
       t.Extern(hostport_, {t.Sel(req, "URL.Path")}),
       nullptr},
      t.Attribute("items", VT::kStrings, t.Sel(req, "Items")),
      t.Attribute("id", VT::kInt, t.Sel(req, "ID")),
      t.Attribute("on", VT::kBoolean, t.Sel(req, "On"), t.Sel(req, "On")),
      t.Attribute("ratio", VT::kDouble, t.Sel(req, "Ratio")),
      t.Attribute("small", VT::kAny, t.Sel(req, "Small")),
      t.Attribute("let.host", VT::kString, t.Use("host")),
      t.Attribute("let.port", VT::kInt, t.Use("port")),
      t.Attribute("let.alias", VT::kString, t.Use("alias")),
      t.Attribute("let.fixed", VT::kInt, t.Use("fixed")),
      t.Attribute("absent", VT::kString, t.Absent()),
  };
  t.hook.span_loops.resize(1);
  t.hook.span_roles.resize(1);
  t.Add(std::move(span));
  t.Add(InjectStmt{0, {Carrier::Kind::kStringMap, t.Sel(req, "Meta")}});
  t.Add(InjectStmt{0, {Carrier::Kind::kMethods, t.Sel(req, "Table")}});
  t.Add(Attr{0, t.Attribute("late.count", VT::kInt, t.Len(t.Sel(req, "Items")), t.Sel(req, "On"))});
  t.Add(Attr{0, t.Attribute("late.kind", VT::kString, t.Sel(req, "Kind"))});
  Exit exit;
  Binding* code = t.Let("code2", t.Int(), false, /*at_exit=*/true);
  exit.body = t.List(
      rules::Let{{code}, t.Cond(t.Make(Panicked{}, t.Basic(go::Basic::kBool)), t.Num(500), t.Use("code"))},
      Attr{0, t.Attribute("code", VT::kInt, t.Use("code2"))},
      Attr{0, t.Attribute("route", VT::kString, t.Use("route"))},
      Attr{0,
           {{{"pair.a", VT::kString}, {"pair.b", VT::kInt}},
            t.Extern(hostport_, {t.Sel(req, "URL.Path")}),
            nullptr}},
      Rename{0, t.Words({t.Extern(upper_, {t.Sel(req, "Method")}), t.Use("route")}),
             t.Op("!=", t.Use("route"), t.Str(""))},
      StatusStmt{0, 2, t.Str("broken"), t.Op(">=", t.Use("code2"), t.Num(500))},
      StatusStmt{0, 1, nullptr, t.Absent()},
      ErrorStmt{0,
                t.Make(Except{t.Use("err"), {t.Global("io.EOF"), t.Global("ErrIgnored")}}, go::ErrorType()),
                t.Op("==", t.Sel(req, "Method"), t.Str("QUIET")), nullptr},
      rules::Set{{t.Use("code")}, {t.Op("+", t.Use("code2"), t.Num(1))}});
  t.Add(std::move(exit));
  Exit panics;
  panics.only_on_panic = true;
  panics.body = t.List(Attr{0, t.Attribute("error.type", VT::kString, t.Str("panic"))});
  t.Add(std::move(panics));
  return t;
}

HookTree Sample::Client() {
  HookTree t = Hook("client", "RoundTrip");
  auto req = t.Use("req");
  t.Add(SkipWhen{t.Op("||", t.Op("==", req, t.Nil()), t.Op("==", t.Sel(req, "Next.Method"), t.Str("skip")))});
  t.Add(rules::Set{{req}, {t.Clone(req)}});
  t.Add(rules::Set{{t.Sel(req, "Header")}, {t.Clone(t.Sel(req, "Header"))}});
  SpanStmt span;
  span.kind = SpanKind::kClient;
  span.name = t.Or({t.Sel(req, "Method"), t.Str("NONE")});
  span.context = {t.Use("ctx"), nullptr, t.Find("ctx")};
  t.hook.span_loops.resize(1);
  t.hook.span_roles.resize(1);
  t.Add(std::move(span));
  t.Add(InjectStmt{0, {Carrier::Kind::kHeader, t.Sel(req, "Header")}});
  Exit exit;
  exit.guard = t.Op("==", t.Use("err"), t.Nil());
  exit.body = t.List(Attr{0, t.Attribute("status", VT::kInt, t.Sel(t.Use("resp"), "Status"))},
                     ErrorStmt{0, t.Use("err"), nullptr, nullptr});
  t.Add(std::move(exit));
  return t;
}

HookTree Sample::Probe() {
  HookTree t = Hook("probe", "Probe");
  SpanStmt span;
  span.name = t.Str("probe");
  ProbeAccess(t, span.attributes);
  ProbeElements(t, span.attributes);
  ProbeTypes(t, span.attributes);
  ProbeOperators(t, span.attributes);
  ProbeBuiltins(t, span.attributes);
  t.hook.span_loops.resize(1);
  t.hook.span_roles.resize(1);
  t.Add(std::move(span));
  return t;
}

void Sample::ProbeAccess(HookTree& t, std::vector<AttributeSet>& out) {
  auto req = t.Use("req");
  out.push_back(t.Attribute("field.far", VT::kString, t.Sel(req, "Next.URL.Path")));
  out.push_back(t.Attribute("field.embedded", VT::kInt, t.Sel(req, "ID")));
  out.push_back(t.Attribute("method.value", VT::kString, t.Method(req, "Label")));
  out.push_back(t.Attribute("method.pointer", VT::kString, t.Method(t.Sel(req, "URL"), "Host")));
  out.push_back(t.Attribute("method.interface", VT::kString, t.Method(t.Sel(req, "Namer"), "Name")));
  out.push_back(
      t.Attribute("func.value", VT::kString, t.Call(t.Sel(req, "Lookup"), {t.Sel(req, "Method")}, true)));
  out.push_back(
      t.Attribute("func.declared", VT::kString, t.Call(t.Global("twice"), {t.Sel(req, "URL.Path")})));
  out.push_back({{{"pair.text", VT::kString}, {"pair.length", VT::kInt}},
                 t.Call(t.Global("pair"), {t.Sel(req, "URL.Path")}),
                 nullptr});
  out.push_back(t.Attribute("global", VT::kString, t.Method(t.Global("ErrIgnored"), "Error")));
  out.push_back(t.Attribute("global.imported", VT::kString, t.Method(t.Global("io.EOF"), "Error")));
  out.push_back(t.Attribute("extern", VT::kString, t.Extern(upper_, {t.Sel(req, "Kind")})));
}

void Sample::ProbeElements(HookTree& t, std::vector<AttributeSet>& out) {
  auto req = t.Use("req");
  auto small = t.Sel(req, "Small");
  auto items = t.Sel(req, "Items");
  using Kind = Index::Kind;
  out.push_back(t.Attribute("map", VT::kString, t.At(Kind::kMap, t.Sel(req, "Meta"), t.Str("k"))));
  out.push_back(t.Attribute("slice.constant", VT::kString, t.At(Kind::kSlice, items, t.Num(1))));
  out.push_back(t.Attribute("slice.small", VT::kString, t.At(Kind::kSlice, items, small)));
  out.push_back(t.Attribute("slice.big", VT::kString, t.At(Kind::kSlice, items, t.Sel(req, "Big"))));
  out.push_back(t.Attribute("array.constant", VT::kInt, t.At(Kind::kArray, t.Sel(req, "Codes"), t.Num(2))));
  out.push_back(t.Attribute("array.small", VT::kInt, t.At(Kind::kArray, t.Sel(req, "Codes"), small)));
  out.push_back(t.Attribute("array.pointer", VT::kInt, t.At(Kind::kArray, t.Sel(req, "Block"), small)));
  out.push_back(t.Attribute("string", VT::kInt, t.At(Kind::kString, t.Sel(req, "Method"), small)));
  auto sliced = [&](ExprPtr base, ExprPtr low, ExprPtr high) {
    return t.Make(SliceOf{base, low, high}, base->type);
  };
  out.push_back(t.Attribute("sliced.low", VT::kStrings, sliced(items, small, nullptr)));
  out.push_back(t.Attribute("sliced.high", VT::kString, sliced(t.Sel(req, "Method"), nullptr, t.Num(2))));
  out.push_back(t.Attribute("sliced.both", VT::kStrings, sliced(items, t.Num(1), t.Sel(req, "Zero"))));
  out.push_back(t.Attribute("sliced.all", VT::kStrings, sliced(items, nullptr, nullptr)));
}

void Sample::ProbeTypes(HookTree& t, std::vector<AttributeSet>& out) {
  auto req = t.Use("req");
  auto any = t.Sel(req, "Any");
  auto bytes = t.Sel(req, "Bytes");
  out.push_back(t.Attribute("assert.pointer", VT::kString, t.Sel(t.As(any, t.PointerTo("Named")), "name")));
  out.push_back(t.Attribute("assert.interface", VT::kString, t.Method(t.As(any, t.Type("Namer")), "Name")));
  out.push_back(
      t.Attribute("is", VT::kBoolean, t.Make(Is{any, t.PointerTo("Named")}, t.Basic(go::Basic::kBool))));
  out.push_back(t.Attribute("to.string", VT::kString, t.To(bytes, string_)));
  out.push_back(t.Attribute("to.float", VT::kDouble, t.To(t.Sel(req, "Zero"), t.Basic(go::Basic::kFloat64))));
  auto array = packages_.types().Array(4, t.Basic(go::Basic::kUint8));
  out.push_back(t.Attribute("to.array", VT::kInt, t.At(Index::Kind::kArray, t.To(bytes, array), t.Num(0))));
  auto table = t.Make(Composite{{{t.Str("GET"), t.Str("get")}, {t.Str("PUT"), t.Sel(req, "URL.Path")}}, {}},
                      packages_.types().Map(string_, string_));
  out.push_back(
      t.Attribute("composite.map", VT::kString, t.At(Index::Kind::kMap, table, t.Sel(req, "Method"))));
  auto url = t.Make(Composite{{{nullptr, t.Sel(req, "Method")}}, {"Path"}}, t.Type("URL"));
  out.push_back(t.Attribute("composite.struct", VT::kBoolean, t.Bool(true),
                            t.Op("==", t.Sel(url, "Path"), t.Str("GET"))));
  auto pointer = t.Make(Unary{"&", url}, t.PointerTo("URL"));
  out.push_back(t.Attribute("composite.pointer", VT::kString, t.Method(pointer, "Host")));
}

void Sample::ProbeOperators(HookTree& t, std::vector<AttributeSet>& out) {
  auto req = t.Use("req");
  auto zero = t.Sel(req, "Zero");
  auto is_p = t.Op("==", t.Sel(req, "URL.Path"), t.Str("/p"));
  auto first = t.Op("==", t.At(Index::Kind::kSlice, t.Sel(req, "Items"), t.Num(0)), t.Str("i0"));
  out.push_back(t.Attribute("negative", VT::kInt, t.Make(Unary{"-", t.Op("+", zero, t.Num(1))}, t.Int())));
  out.push_back(t.Attribute("not", VT::kBoolean, t.Not(t.Sel(req, "On"))));
  out.push_back(t.Attribute(
      "deref", VT::kInt,
      t.At(Index::Kind::kArray,
           t.Make(Unary{"*", t.Sel(req, "Block")}, go::Pointee(t.Sel(req, "Block")->type)), t.Num(1))));
  out.push_back(t.Attribute("divide", VT::kInt, t.Op("/", t.Num(10), zero, true)));
  out.push_back(t.Attribute("remainder", VT::kInt, t.Op("%", t.Num(10), t.Op("-", zero, t.Num(1)), true)));
  out.push_back(t.Attribute("shift", VT::kInt, t.Op("<<", zero, t.Sel(req, "Small"))));
  out.push_back(t.Attribute("precedence", VT::kInt, t.Op("*", t.Op("+", zero, t.Num(1)), t.Num(2))));
  out.push_back(t.Attribute("and", VT::kBoolean, t.Op("&&", is_p, first)));
  out.push_back(t.Attribute("or", VT::kBoolean, t.Op("||", t.Op("==", zero, t.Num(0)), first)));
  out.push_back(t.Attribute("or.absent", VT::kBoolean,
                            t.Op("||", t.Op("==", t.Absent(), t.Str("")), t.Sel(req, "On"))));
}

void Sample::ProbeBuiltins(HookTree& t, std::vector<AttributeSet>& out) {
  auto req = t.Use("req");
  auto path = t.Sel(req, "URL.Path");
  auto base = t.Make(Unary{"*", t.Sel(req, "Base")}, t.Type("Base"));
  auto nine = t.Make(Composite{{{nullptr, t.Num(9)}}, {"ID"}}, t.Type("Base"));
  auto failure =
      t.Make(Except{t.Sel(req, "Failure"), {t.Global("io.EOF"), t.Absent(), t.Sel(req, "Next.Failure")}},
             go::ErrorType());
  auto option = [&](unsigned index, const go::Type* type) { return t.Make(OptionValue{index}, type); };
  out.push_back(t.Attribute("first.text", VT::kString, t.Or({path, t.Absent(), t.Str("fallback")})));
  out.push_back(t.Attribute("first.number", VT::kInt, t.Or({t.Sel(req, "Zero"), t.Sel(req, "ID")})));
  out.push_back(t.Attribute("first.struct", VT::kInt, t.Sel(t.Or({base, nine}), "ID")));
  out.push_back(
      t.Attribute("cond.guarded", VT::kString, t.Cond(t.Sel(req, "On"), path, t.Sel(req, "Method"))));
  out.push_back(
      t.Attribute("cond.plain", VT::kInt, t.Cond(t.Op("==", path, t.Str("/p")), t.Num(1), t.Num(2))));
  out.push_back(t.Attribute(
      "cond.half", VT::kInt,
      t.Make(rules::Cond{t.Op("==", path, t.Str("/p")), t.Absent(), t.Len(t.Str("abc"))}, t.Int())));
  out.push_back(t.Attribute("except", VT::kBoolean, t.Op("==", failure, t.Nil())));
  out.push_back(t.Attribute("words", VT::kString, t.Words({t.Sel(req, "Kind"), path, t.Str("end")})));
  out.push_back(t.Attribute("len", VT::kInt, t.Len(path)));
  out.push_back(t.Attribute("option.bool", VT::kBoolean, option(0, t.Basic(go::Basic::kBool))));
  out.push_back(t.Attribute("option.string", VT::kString, option(1, string_)));
  out.push_back(t.Attribute("option.int", VT::kInt, option(2, t.Int())));
  out.push_back(t.Attribute("option.strings", VT::kStrings, option(3, packages_.types().Slice(string_))));
  out.push_back(t.Attribute("panicked", VT::kBoolean, t.Make(Panicked{}, t.Basic(go::Basic::kBool))));
  out.push_back(t.Attribute("clone.pointer", VT::kString, t.Sel(t.Clone(t.Sel(req, "URL")), "Path")));
  out.push_back(t.Attribute("clone.map", VT::kInt, t.Len(t.Clone(t.Sel(req, "Meta")))));
  out.push_back(t.Attribute("clone.slice", VT::kStrings, t.Clone(t.Sel(req, "Items"))));
}

HookTree Sample::Late() {
  HookTree t = Hook("late", "Late");
  auto req = t.Use("req");
  auto url = t.Sel(req, "URL.Path");
  SpanStmt span;
  span.name = t.Method(t.Sel(req, "Namer"), "Name");
  span.kind = SpanKind::kConsumer;
  span.context.get = t.Sel(req, "Next.ctx");
  span.remote = Carrier{Carrier::Kind::kMethods, t.Sel(req, "Table")};
  SpanStmt inner;
  inner.index = 1;
  inner.name = t.Absent();
  inner.context.get = t.Sel(req, "ctx");
  inner.remote = Carrier{Carrier::Kind::kStringMap, t.Sel(req, "Meta")};
  t.hook.span_loops.resize(2);
  t.hook.span_roles.resize(2);
  t.Add(std::move(span));
  t.Add(std::move(inner));
  t.Add(SkipWhen{t.Op("==", t.Use("n"), t.Num(99))});
  Exit exit;
  exit.body = t.List(
      Attr{1, t.Attribute("str", VT::kString, url)}, Attr{1, t.Attribute("int", VT::kInt, t.Sel(req, "ID"))},
      Attr{1, t.Attribute("bool", VT::kBoolean, t.Sel(req, "On"), t.Op("!=", url, t.Str("")))},
      Attr{1, t.Attribute("float", VT::kDouble, t.Sel(req, "Ratio"))},
      Attr{1, t.Attribute("strs", VT::kStrings, t.Sel(req, "Tags"))},
      Attr{1, t.Attribute("none", VT::kString, t.Absent())},
      Attr{1,
           {{{"pair.a", VT::kString}, {"pair.b", VT::kInt}}, t.Extern(hostport_, {url}), t.Sel(req, "On")}},
      Rename{1, url, nullptr}, StatusStmt{1, 2, url, t.Op("==", url, t.Str("/p"))},
      Attr{0, t.Attribute("outer", VT::kInt, t.Use("n"))}, StatusStmt{0, 1, nullptr, nullptr});
  t.Add(std::move(exit));
  return t;
}

HookTree Sample::Carry() {
  HookTree t = Hook("carry", "Handle");
  t.Add(rules::Set{{t.Hidden(t.Use("r"), "instcContext", false, go::AnyType())}, {t.Use("ctx")}});
  return t;
}

HookTree Sample::Stamp() {
  HookTree t = Hook("stamp", "Logger.Log");
  Binding* key = t.Stamp("key", Binding::Kind::kStampKey);
  Binding* id = t.Stamp("id", Binding::Kind::kStampId);
  rules::Stamp stamp;
  stamp.key = key;
  stamp.id = id;
  stamp.context = t.Hidden(t.Use("r"), "instcContext", false, go::AnyType());
  auto first = t.At(Index::Kind::kSlice, t.Sel(t.Use("l"), "lines"), t.Num(0));
  stamp.unless = t.Op("==", first, t.Op("+", t.Use("key"), t.Str("=already")));
  Binding* twice = t.Let("doubled", string_);
  stamp.body = t.List(rules::Let{{twice}, t.Call(t.Global("twice"), {t.Use("id")})},
                      CallStmt{t.Method(t.Use("l"), "add", {t.Use("key"), t.Use("doubled")})});
  t.Add(std::move(stamp));
  return t;
}

HookTree Sample::Enrich() {
  HookTree t = Hook("enrich", "Route");
  t.hook.span_loops.resize(2);
  t.hook.span_roles.assign(2, rules::SpanRole::kEnriched);
  auto req = t.Use("req");
  rules::Enrich enrich;
  enrich.which = 1;
  enrich.context = t.Sel(req, "ctx");
  enrich.span = 0;
  auto set = [&](rules::AttributeSet attribute) {
    enrich.body.push_back(t.Statement(rules::Attr{0, std::move(attribute)}));
  };
  set(t.Attribute("http.route", VT::kString, t.Sel(req, "URL.Path")));
  set(t.Attribute("int", VT::kInt, t.Sel(req, "ID")));
  set(t.Attribute("bool", VT::kBoolean, t.Sel(req, "On")));
  set(t.Attribute("float", VT::kDouble, t.Sel(req, "Ratio")));
  set(t.Attribute("strs", VT::kStrings, t.Sel(req, "Items")));
  enrich.body.push_back(
      t.Statement(rules::Rename{0, t.Words({t.Sel(req, "Method"), t.Sel(req, "URL.Path")}), nullptr}));
  Exit exit;
  exit.guard = t.Op("!=", t.Sel(req, "URL.Path"), t.Str(""));
  exit.body.push_back(t.Statement(std::move(enrich)));
  t.Add(std::move(exit));
  rules::Enrich nothing;
  nothing.span = 1;
  nothing.body.push_back(t.Statement(rules::Attr{1, t.Attribute("none", VT::kString, t.Absent())}));
  t.Add(std::move(nothing));
  return t;
}

HookTree Sample::Strict() {
  HookTree t = Hook("strict", "Open");
  auto session = t.Use("session");
  auto name = t.Use("name");
  auto hidden = [&](const char* field, const go::Type* type) { return t.Hidden(session, field, true, type); };
  t.Add(rules::Set{{name}, {t.Or({name, t.Str("default")})}});
  t.Add(SkipWhen{t.Op("==", session, t.Nil())});
  t.Add(rules::Let{{t.Let("kept", string_, true)}, t.Sel(session, "User")});
  Exit exit;
  auto second = t.At(Index::Kind::kMap,
                     t.Make(Composite{{{t.Str("u"), t.Num(5)}}, {}}, packages_.types().Map(string_, t.Int())),
                     t.Use("kept"));
  exit.body = t.List(
      rules::Set{{hidden("instcAddr", string_), hidden("instcPort", int64_)}, {t.Extern(hostport_, {name})}},
      rules::Set{{t.Use("out"), t.Use("code")},
                 {t.Clone(t.Use("out")), t.Cond(t.Op("==", name, t.Str("name")), second, t.Num(20))}},
      rules::Set{{t.Sel(t.Use("out"), "User")}, {t.Words({t.Use("kept"), t.Absent(), t.Str("!")})}});
  t.Add(std::move(exit));
  return t;
}

/// The rule's names hide names that the text needs: `string`, the type Request, `len`.
HookTree Sample::Shadow() {
  HookTree t = Hook("shadow", "Shadow");
  SpanStmt span;
  span.name = t.Use("string");
  auto request = t.Make(Composite{{{nullptr, t.Use("Request")}}, {"Method"}}, t.Type("Request"));
  span.attributes = {t.Attribute("type", VT::kString, t.Sel(request, "Method")),
                     t.Attribute("kind", VT::kString, t.To(t.Use("Request"), t.Type("Kind")))};
  t.hook.span_loops.resize(1);
  t.hook.span_roles.resize(1);
  t.Add(std::move(span));
  Exit exit;
  exit.body = t.List(ErrorStmt{0, t.Use("len"), nullptr, nullptr});
  t.Add(std::move(exit));
  return t;
}

HookTree Sample::Nothing() {
  HookTree t = Hook("nothing", "Nothing");
  SpanStmt span;
  span.name = t.Str("nothing");
  t.hook.span_loops.resize(1);
  t.hook.span_roles.resize(1);
  t.Add(std::move(span));
  return t;
}

}  // namespace instc::lower
