#include "dsl/ast/ast.h"
#include "llvm/Support/ErrorHandling.h"

namespace instc::ast {

std::string QName::Text() const {
  std::string text;
  for (const Name& part : parts) {
    if (!text.empty()) text += '.';
    text += part.text;
  }
  return text;
}

llvm::StringRef Spelling(BinaryOp op) {
  switch (op) {
    case BinaryOp::Mul:
      return "*";
    case BinaryOp::Div:
      return "/";
    case BinaryOp::Rem:
      return "%";
    case BinaryOp::Shl:
      return "<<";
    case BinaryOp::Shr:
      return ">>";
    case BinaryOp::And:
      return "&";
    case BinaryOp::AndNot:
      return "&^";
    case BinaryOp::Add:
      return "+";
    case BinaryOp::Sub:
      return "-";
    case BinaryOp::Or:
      return "|";
    case BinaryOp::Xor:
      return "^";
    case BinaryOp::Eq:
      return "==";
    case BinaryOp::Ne:
      return "!=";
    case BinaryOp::Lt:
      return "<";
    case BinaryOp::Le:
      return "<=";
    case BinaryOp::Gt:
      return ">";
    case BinaryOp::Ge:
      return ">=";
    case BinaryOp::LogicalAnd:
      return "&&";
    case BinaryOp::LogicalOr:
      return "||";
  }
  llvm_unreachable("closed enum");
}

llvm::StringRef Spelling(UnaryOp op) {
  switch (op) {
    case UnaryOp::Plus:
      return "+";
    case UnaryOp::Neg:
      return "-";
    case UnaryOp::Not:
      return "!";
    case UnaryOp::Complement:
      return "^";
    case UnaryOp::Deref:
      return "*";
    case UnaryOp::AddressOf:
      return "&";
  }
  llvm_unreachable("closed enum");
}

int Precedence(BinaryOp op) {
  if (op <= BinaryOp::AndNot) return 5;
  if (op <= BinaryOp::Xor) return 4;
  if (op <= BinaryOp::Ge) return 3;
  return op == BinaryOp::LogicalAnd ? 2 : 1;
}

llvm::StringRef Spelling(SpanKind kind) {
  switch (kind) {
    case SpanKind::Client:
      return "client";
    case SpanKind::Server:
      return "server";
    case SpanKind::Producer:
      return "producer";
    case SpanKind::Consumer:
      return "consumer";
    case SpanKind::Internal:
      return "internal";
  }
  llvm_unreachable("closed enum");
}

llvm::StringRef Spelling(StatusCode code) {
  switch (code) {
    case StatusCode::Ok:
      return "ok";
    case StatusCode::Error:
      return "error";
    case StatusCode::Unset:
      return "unset";
  }
  llvm_unreachable("closed enum");
}

llvm::StringRef Spelling(InstrumentDecl::Kind kind) {
  switch (kind) {
    case InstrumentDecl::Kind::Histogram:
      return "histogram";
    case InstrumentDecl::Kind::Counter:
      return "counter";
    case InstrumentDecl::Kind::UpDown:
      return "updown";
    case InstrumentDecl::Kind::Gauge:
      return "gauge";
  }
  llvm_unreachable("closed enum");
}

}  // namespace instc::ast
