// Text -> tokens (TokenFront) -> parse tree (ANTLR, with our ErrorStrategy) -> syntax tree (TreeBuilder).
// This is the fence: no ANTLR exception leaves it.
//
// A parse tree is a hundred times as large as its text, so there is never one of a whole file: each item is
// turned into syntax tree when it has been read, and its parse tree is freed.
#include "dsl/parse/parse.h"

#include <algorithm>
#include <exception>
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
    for (antlr4::tree::ParseTree* child : context->children) height_.erase(child);
    if (depth_ <= 1) height_.clear();  // an item is done, and will be freed
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
  std::unordered_map<antlr4::tree::ParseTree*, size_t> height_;  // of what has no parent yet that is done
};

// Builds items as they are read. The parser still looks at an item when it has left it, so that its tree is
// freed behind the next one; what the file's own node still names of it nobody reads.
class ItemBuilder : public antlr4::tree::ParseTreeListener {
 public:
  ItemBuilder(HookParser& parser, TreeBuilder& builder) : parser_(parser), builder_(builder) {}
  ~ItemBuilder() override {
    last_.reset();
    file_.reset();
  }
  void enterEveryRule(antlr4::ParserRuleContext* context) override {
    if (context->getRuleIndex() == HookParser::RuleFile) std::swap(parser_.getTreeTracker(), file_);
  }
  void exitEveryRule(antlr4::ParserRuleContext* context) override {
    const bool failing = std::uncaught_exceptions() > 0;
    if (failing || context->getRuleIndex() != HookParser::RuleItem) return;
    decls_.push_back(builder_.BuildItem(dynamic_cast<HookParser::ItemContext*>(context)));
    last_.reset();
    std::swap(parser_.getTreeTracker(), last_);
  }
  void visitTerminal(antlr4::tree::TerminalNode* node) override {}
  void visitErrorNode(antlr4::tree::ErrorNode* node) override {}
  [[nodiscard]] std::vector<ast::DeclPtr> Take() { return std::move(decls_); }

 private:
  HookParser& parser_;
  TreeBuilder& builder_;
  antlr4::tree::ParseTreeTracker file_, last_;
  std::vector<ast::DeclPtr> decls_;
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
  TreeBuilder builder(front, emitter, first_id);
  ItemBuilder items(parser, builder);
  parser.removeErrorListeners();
  parser.addParseListener(&guard);
  parser.addParseListener(&items);
  parser.setErrorHandler(std::make_shared<ErrorStrategy>(front, emitter));
  try {
    parser.file();
    file.decls = items.Take();
    file.end_id = builder.next_id();
  } catch (const DepthExceeded& exceeded) {
    emitter.Emit(front.SpanOf(exceeded.where), TooMuchNesting);
  }
  return file;
}

}  // namespace instc
