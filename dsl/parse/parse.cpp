// Text -> tokens (TokenFront) -> parse tree (ANTLR, with our ErrorStrategy) -> syntax tree (TreeBuilder).
// This is the fence: no ANTLR exception leaves it.
#include "dsl/parse/parse.h"

#include <algorithm>
#include <unordered_map>

#include "dsl/parse/antlr.h"
#include "dsl/parse/error_strategy.h"
#include "dsl/parse/token_front.h"
#include "dsl/parse/tree_builder.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(TooMuchNesting, "E0115", Error, "the code is nested too deeply to be read");

// No path of the parse tree is longer: TokenFront bounds brackets, this bounds what nests without them.
constexpr size_t kMaxDepth = 1200;

struct DepthExceeded {
  antlr4::Token* where;
};

// Operators and selectors are left-recursive: `a.b.c` first makes a node for `a.b`, which then becomes the
// child of a new one. So besides the open nodes the height of what hangs below a new node counts.
class DepthGuard : public antlr4::tree::ParseTreeListener {
 public:
  void enterEveryRule(antlr4::ParserRuleContext* context) override {
    if (++depth_ + HeightBelow(context) > kMaxDepth) throw DepthExceeded{context->getStart()};
  }
  void exitEveryRule(antlr4::ParserRuleContext* context) override {
    --depth_;
    height_[context] = HeightBelow(context) + 1;
  }
  void visitTerminal(antlr4::tree::TerminalNode* node) override {}
  void visitErrorNode(antlr4::tree::ErrorNode* node) override {}

 private:
  [[nodiscard]] size_t HeightBelow(antlr4::ParserRuleContext* context) const {
    size_t height = 0;
    for (antlr4::tree::ParseTree* child : context->children) {
      auto found = height_.find(child);
      if (found != height_.end()) height = std::max(height, found->second);
    }
    return height;
  }

  size_t depth_ = 0;
  std::unordered_map<antlr4::tree::ParseTree*, size_t> height_;
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
