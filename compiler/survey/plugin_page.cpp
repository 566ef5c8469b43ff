#include "compiler/survey/plugin_page.h"

#include "compiler/check/escapes.h"
#include "compiler/survey/plugin_facts.h"
#include "dsl/base/overload.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::survey {
namespace {

/// Text for a table's cell: a bar would end it.
std::string Cell(llvm::StringRef text) {
  std::string out;
  for (char c : text) out += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
  return out;
}
/// One line, single blanks.
std::string OneLine(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 16> words;
  llvm::SplitString(text, words);
  return llvm::join(words, " ");
}
std::string Code(llvm::StringRef text) {
  return "`" + Cell(text) + "`";
}
template <typename Range>
std::string Codes(const Range& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + Code(text);
  return out;
}

std::string RangeText(const std::vector<pack::VersionBound>& bounds) {
  std::vector<std::string> parts;
  for (const pack::VersionBound& bound : bounds) parts.push_back(bound.op + " " + bound.version);
  return llvm::join(parts, ", ");
}

std::string ShowValue(const pack::OptionValue& value) {
  return std::visit(
      Overload{
          [](bool v) { return std::string(v ? "true" : "false"); },
          [](const std::string& v) { return "\"" + v + "\""; },
          [](int64_t v) { return std::to_string(v); },
          [](const std::vector<std::string>& v) { return v.empty() ? "(empty)" : llvm::join(v, ","); },
      },
      value);
}
llvm::StringRef TypeOf(const pack::OptionValue& value) {
  static constexpr llvm::StringRef kTypes[] = {"bool", "string", "int", "[]string"};
  return kTypes[value.index()];
}

/// `INSTC_OPT_NETHTTP_CAPTURE_ARGS`, as docs/runtime.md has it.
std::string Variable(llvm::StringRef plugin, llvm::StringRef option) {
  std::string name = "INSTC_OPT_";
  for (char c : (plugin + "_" + option).str()) name += llvm::isAlnum(c) ? llvm::toUpper(c) : '_';
  return name;
}

class Page {
 public:
  Page(const check::RuleFile& file, const conventions::Registry& registry, PluginFacts facts)
      : file_(file), registry_(registry), facts_(std::move(facts)), out_(text_) {
    diag::DiscardingConsumer quiet;  // mistakes are for `instc check`
    diag::Emitter emitter(quiet);
    plugin_ = check::Describe(file, emitter);
  }

  std::string Write() {
    out_ << "# " << plugin_.name << "\n\n";
    if (!plugin_.title.empty()) out_ << plugin_.title << "\n\n";
    if (!facts_.doc.empty()) out_ << llvm::join(facts_.doc, "\n") << "\n\n";
    Library();
    Hooks();
    Spans();
    Metrics();
    Options();
    Trust();
    out_ << "\n*Written by `instc doc` from the rules; a change here would be lost.*\n";
    return out_.str();
  }

 private:
  void Library() {
    const std::string range = RangeText(plugin_.library.range);
    out_ << "| | |\n| --- | --- |\n";
    out_ << "| library | " << Code(plugin_.library.path)
         << (plugin_.library.is_std ? " of the standard library" : "")
         << (range.empty() ? "" : ", " + Code(range)) << " |\n";
    if (!plugin_.go.empty()) out_ << "| Go | " << Code(RangeText(plugin_.go)) << " |\n";
    if (!plugin_.semconv.empty()) out_ << "| semantic conventions | " << plugin_.semconv << " |\n";
    for (const std::string& path : plugin_.yields) out_ << "| yields to | spans of " << Code(path) << " |\n";
    out_ << "| switched off by | `INSTC_DISABLE=" << plugin_.name << "` |\n";
  }

  void Hooks() {
    out_ << "\n## Hooks\n\n| function | rule | versions | |\n| --- | --- | --- | --- |\n";
    for (const RuleFact& rule : facts_.rules) {
      out_ << "| " << Code(rule.point);
      if (!rule.package.empty()) out_ << " of " << Code(rule.package);
      out_ << " | " << (rule.name.empty() ? "" : Code(rule.name)) << " | "
           << (rule.where.empty() ? "all" : Code(rule.where)) << " | " << Cell(llvm::join(rule.doc, " "))
           << " |\n";
    }
  }

  /// Type and meaning: the plugin's own declaration first.
  void AttributeRow(const AttributeFact& fact) {
    std::string type;
    std::string meaning;
    for (const ast::AttributeDecl* own : file_.attributes) {
      if (own->name.Text() != fact.name) continue;
      type = own->type->span.Text().str();
      meaning = own->summary.has_value() ? own->summary->value : "";
    }
    llvm::StringRef family = fact.name;
    family.consume_back(".<key>");
    const conventions::Attribute* known = registry_.FindAttribute(family);
    if (type.empty() && known != nullptr) {
      type = conventions::Name(known->type).str();
      meaning = known->brief;
    }
    out_ << "| " << Code(fact.name) << " | " << Cell(type) << " | " << (fact.guarded ? "sometimes" : "")
         << " | " << Cell(meaning) << " |\n";
  }

  void Attributes(const std::vector<AttributeFact>& attributes) {
    if (attributes.empty()) return;
    out_ << "\n| attribute | type | set | meaning |\n| --- | --- | --- | --- |\n";
    for (const AttributeFact& attribute : attributes) AttributeRow(attribute);
  }

  void Spans() {
    if (facts_.spans.empty()) return;
    out_ << "\n## Spans\n";
    for (const SpanFact& span : facts_.spans) {
      out_ << "\n### " << (span.enriches ? "Adds to " + span.kind : span.kind + " " + Code(span.name))
           << "\n\n";
      out_ << "By " << Codes(span.rules) << ".";
      if (!span.renames.empty()) out_ << " Renamed to " << Codes(span.renames) << ".";
      if (span.records_errors) out_ << " Failures set its status to error.";
      out_ << '\n';
      Attributes(span.attributes);
    }
    out_ << "\nAn attribute whose value is not there (a nil, an empty string) is not set; one that is marked "
            "`sometimes` has a "
            "condition as well.\n";
  }

  /// What an instrument is: the plugin's own declaration, else the conventions'.
  void Instrument(const MetricFact& metric) {
    for (const ast::InstrumentDecl* own : file_.instruments) {
      if (own->name.Text() != metric.name) continue;
      out_ << " A " << ast::Spelling(own->kind);
      if (own->unit.has_value()) out_ << " in " << Code(own->unit->value);
      out_ << (own->summary.has_value() ? ": " + own->summary->value : "") << ".";
      return;
    }
    if (const conventions::Metric* known = registry_.FindMetric(metric.name))
      out_ << " A " << conventions::Name(known->instrument) << " in " << Code(known->unit) << ": "
           << known->brief << ".";
  }

  /// Its own attributes and those of its rules' spans that it has.
  std::vector<AttributeFact> AttributesOf(const MetricFact& metric) {
    std::set<std::string> has;
    for (const ast::InstrumentDecl* own : file_.instruments)
      if (own->name.Text() == metric.name)
        for (const ast::QName& name : own->by) has.insert(name.Text());
    if (const conventions::Metric* known = registry_.FindMetric(metric.name))
      for (const conventions::AttributeUse& use : known->attributes)
        if (use.requirement != conventions::Requirement::kOptIn) has.insert(use.name);
    std::vector<AttributeFact> attributes = metric.attributes;
    for (const SpanFact& span : facts_.spans) {
      const bool same_rule =
          llvm::any_of(span.rules, [&](const auto& r) { return llvm::is_contained(metric.rules, r); });
      for (const AttributeFact& attribute : span.attributes) {
        const bool there = llvm::any_of(attributes, [&](const auto& a) { return a.name == attribute.name; });
        if (same_rule && !there && has.count(attribute.name) > 0) attributes.push_back(attribute);
      }
    }
    return attributes;
  }

  void Metrics() {
    if (facts_.metrics.empty()) return;
    out_ << "\n## Metrics\n";
    for (const MetricFact& metric : facts_.metrics) {
      out_ << "\n### " << Code(metric.name) << "\n\nBy " << Codes(metric.rules) << ".";
      Instrument(metric);
      out_ << '\n';
      Attributes(AttributesOf(metric));
    }
  }

  void Options() {
    if (plugin_.options.empty()) return;
    out_ << "\n## Options\n\n| variable | type | default | meaning |\n| --- | --- | --- | --- |\n";
    for (const pack::Option& option : plugin_.options)
      out_ << "| " << Code(Variable(plugin_.name, option.name)) << " | " << TypeOf(option.default_value)
           << " | " << Code(ShowValue(option.default_value)) << " | " << Cell(option.doc) << " |\n";
  }

  void Effect(llvm::StringRef what, const std::set<std::string>& texts) {
    if (!texts.empty()) out_ << "* " << what << " " << Codes(texts) << "\n";
  }

  void Trust() {
    out_ << "\n## What it may do to a program\n\n"
            "Its code runs in the functions above, inside the program; a panic in it is recovered and "
            "counted, and the function runs as it "
            "would have.\n\n";
    const bool quiet = facts_.stamped.empty() && facts_.assigned.empty() && facts_.called.empty() &&
                       facts_.injected.empty() && facts_.hidden_fields.empty() && facts_.other.empty();
    if (quiet) out_ << "* changes nothing: it only reads\n";
    Effect("assigns", facts_.assigned);
    Effect("calls", facts_.called);
    Effect("writes trace and span ids into what is logged, by", facts_.stamped);
    Effect("writes propagation headers into", facts_.injected);
    Effect("adds hidden fields:", facts_.hidden_fields);
    for (const std::string& other : facts_.other) out_ << "* " << other << "\n";
    std::set<std::string> functions;
    for (const auto& [name, package] : facts_.go_functions) functions.insert(name + " of " + package);
    Effect("calls Go functions from outside of the library:", functions);
    for (const check::Escape& escape : check::FindEscapes(file_)) {
      if (escape.kind == check::Escape::Kind::kTrust)
        out_ << "* is trusted with " << Code(OneLine(escape.span.Text())) << "\n";
    }
    if (facts_.other.count("has Go code of its own (`go {}`)") == 0) out_ << "* has no Go code of its own\n";
  }

  const check::RuleFile& file_;
  const conventions::Registry& registry_;
  PluginFacts facts_;
  pack::Plugin plugin_;
  std::string text_;
  llvm::raw_string_ostream out_;
};

}  // namespace

std::string PluginPage(const check::RuleSet& set, const check::RuleFile& file,
                       const conventions::Registry& registry) {
  return Page(file, registry, Survey(set, file)).Write();
}

}  // namespace instc::survey
