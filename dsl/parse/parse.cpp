// Text -> tokens (TokenFront) -> parse tree (ANTLR, with our ErrorStrategy) -> syntax tree (TreeBuilder).
// This is the fence: no ANTLR exception leaves it.
#include "dsl/parse/parse.h"

#include "dsl/parse/antlr.h"
#include "dsl/parse/error_strategy.h"
#include "dsl/parse/token_front.h"
#include "dsl/parse/tree_builder.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(TooMuchNesting, "E0115", Error, "the code is nested too deeply to be read");

// Brackets are bounded by TokenFront; this bounds what nests without them: operators, selectors, `else if`.
constexpr size_t kMaxDepth = 1200;

struct DepthExceeded {
  antlr4::Token* where;
};

class DepthGuard : public antlr4::tree::ParseTreeListener {
 public:
  void enterEveryRule(antlr4::ParserRuleContext* context) override {
    if (++depth_ > kMaxDepth) throw DepthExceeded{context->getStart()};
  }
  void exitEveryRule(antlr4::ParserRuleContext* context) override { --depth_; }
  void visitTerminal(antlr4::tree::TerminalNode* node) override {}
  void visitErrorNode(antlr4::tree::ErrorNode* node) override {}

 private:
  size_t depth_ = 0;
};

}  // namespace

ast::File Parse(const SourceBuffer& buffer, diag::Emitter& emitter, ast::NodeId first_id) {
  ast::File file;
  file.buffer = &buffer;
  file.end_id = first_id;
  TokenFront front(buffer, emitter);
  if (!front.Usable()) return file;
  file.comments = front.Comments();
  file.tokens = front.Tokens();

  HookParser parser(&front.stream());
  DepthGuard guard;
  parser.removeErrorListeners();
  parser.addParseListener(&guard);
  parser.setErrorHandler(std::make_shared<ErrorStrategy>(front, emitter));
  try {
    TreeBuilder builder(front, emitter, first_id);
    file.decls = builder.BuildFile(parser.file());
    file.end_id = builder.next_id();
  } catch (const DepthExceeded& exceeded) {
    emitter.Emit(front.SpanOf(exceeded.where), TooMuchNesting);
  }
  return file;
}

}  // namespace instc
