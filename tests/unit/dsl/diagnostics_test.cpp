// What goldens cannot show: notes in other files, odd characters, colours, the order of diagnostics.
#include "dsl/diagnostics/consumers.h"
#include "gtest/gtest.h"
#include "llvm/Support/JSON.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(Plain, "E9001", Error, "plain");
INSTC_DIAGNOSTIC(Odd, "W9002", Warning, "odd `{0}` of {1} {{braces}", llvm::StringRef, int);

std::string Render(const diag::Diagnostic& diagnostic, bool color = false) {
  std::string text;
  llvm::raw_string_ostream out(text);
  diag::CaretConsumer(out, color).Handle(diagnostic);
  return out.str();
}

Span SpanIn(const SourceBuffer& buffer, llvm::StringRef text) {
  auto begin = static_cast<uint32_t>(buffer.text().find(text));
  return {&buffer, begin, begin + static_cast<uint32_t>(text.size())};
}

TEST(CaretConsumerTest, ShowsNotesInOtherFiles) {
  auto rule = SourceBuffer::FromString("r.hook", "plugin p\nlet x = c.Address\n");
  std::string go = std::string(199, '\n') + "type Options struct {\n";
  auto library = SourceBuffer::FromString("options.go", go);
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  emitter.Emit(SpanIn(*rule, "Address"), Odd, "Address", 2)
      .Label("not here")
      .Note(SpanIn(*library, "Options"), "declared here")
      .Note("a sentence")
      .Help("write `Addr`")
      .Fix("rename it", SpanIn(*rule, "Address"), "Addr");
  EXPECT_EQ(emitter.WarningCount(), 1U);
  EXPECT_FALSE(emitter.HasErrors());
  EXPECT_EQ(Render(collected.diagnostics.at(0)),
            "warning[W9002]: odd `Address` of 2 {braces}\n"
            "   --> r.hook:2:11\n"
            "    |\n"
            "  2 | let x = c.Address\n"
            "    |           ^^^^^^^ not here\n"
            "   --> options.go:200:6\n"
            "    |\n"
            "200 | type Options struct {\n"
            "    |      ------- declared here\n"
            "    = note: a sentence\n"
            "    = help: write `Addr`\n"
            "    = help: rename it (fix available)\n");
}

TEST(CaretConsumerTest, AlignsTabsWideAndInvalidCharacters) {
  auto buffer = SourceBuffer::FromString("f", "\t\xE6\xBC\xA2\xFF x\n");
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  emitter.Emit(SpanIn(*buffer, "x"), Plain);
  EXPECT_EQ(Render(collected.diagnostics.at(0)),
            "error[E9001]: plain\n"
            "  --> f:1:5\n"
            "   |\n"
            " 1 |     \xE6\xBC\xA2? x\n"
            "   |         ^\n");
}

TEST(CaretConsumerTest, SpanOverSeveralLinesMarksTheFirst) {
  auto buffer = SourceBuffer::FromString("f", "ab {\n}\n");
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  emitter.Emit({buffer.get(), 1, 6}, Plain);
  EXPECT_NE(Render(collected.diagnostics.at(0)).find("   |  ^^^\n"), std::string::npos);
}

TEST(CaretConsumerTest, PlacelessHasNoExcerptAndColourIsOptional) {
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  emitter.Emit({}, Plain).Help("h");
  EXPECT_EQ(Render(collected.diagnostics.at(0)), "error[E9001]: plain\n   = help: h\n");
  EXPECT_NE(Render(collected.diagnostics.at(0), /*color=*/true).find("\033["), std::string::npos);
}

TEST(JsonConsumerTest, IsOneParsableLineEvenWithOddBytes) {
  auto buffer = SourceBuffer::FromString("f", "x\n");
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  emitter.Emit(SpanIn(*buffer, "x"), Odd, "\xFF\"\n", 1).Note(SpanIn(*buffer, "x"), "n").Help("h").Label("l");
  std::string text;
  llvm::raw_string_ostream out(text);
  diag::JsonConsumer(out).Handle(collected.diagnostics.at(0));
  EXPECT_EQ(llvm::StringRef(out.str()).count('\n'), 1U);
  auto value = llvm::json::parse(out.str());
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->getAsObject()->getString("code"), llvm::StringRef("W9002"));
  EXPECT_EQ(value->getAsObject()->getArray("notes")->size(), 1U);
}

TEST(SortingConsumerTest, OrdersByPlaceAndDropsRepetitions) {
  auto a = SourceBuffer::FromString("a", "xy\n");
  auto b = SourceBuffer::FromString("b", "xy\n");
  diag::CollectingConsumer collected;
  diag::SortingConsumer sorting(collected);
  diag::Emitter emitter(sorting);
  emitter.Emit(SpanIn(*b, "x"), Plain);
  emitter.Emit(SpanIn(*a, "y"), Plain);
  emitter.Emit(SpanIn(*a, "x"), Plain);
  emitter.Emit(SpanIn(*a, "y"), Plain);
  emitter.Emit({}, Plain);
  EXPECT_TRUE(collected.diagnostics.empty());
  sorting.Finish();
  ASSERT_EQ(collected.diagnostics.size(), 4U);
  EXPECT_FALSE(collected.diagnostics[0].span.Valid());
  EXPECT_EQ(collected.diagnostics[1].span, SpanIn(*a, "x"));
  EXPECT_EQ(collected.diagnostics[2].span, SpanIn(*a, "y"));
  EXPECT_EQ(collected.diagnostics[3].span, SpanIn(*b, "x"));
}

}  // namespace
}  // namespace instc
