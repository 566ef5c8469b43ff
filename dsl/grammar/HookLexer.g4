// Tokens of the hook language.
//
// The words of the language are soft: each is a token, and `ident` in HookParser.g4 takes them as names too. Go's own
// keywords stay reserved. Comments go to the hidden channel, where the formatter and the doc comments find them.
// Malformed input becomes a token of its own (the last section), so that the messages about it are ours.
lexer grammar HookLexer;

// ---- words of the language, soft
KPlugin : 'plugin' ;
KLibrary : 'library' ;
KStd : 'std' ;
KAs : 'as' ;
KSemconv : 'semconv' ;
KRequire : 'require' ;
KYields : 'yields' ;
KTo : 'to' ;
KOption : 'option' ;
KAttribute : 'attribute' ;
KInstrument : 'instrument' ;
KUnit : 'unit' ;
KBy : 'by' ;
KHistogram : 'histogram' ;
KCounter : 'counter' ;
KUpdown : 'updown' ;
KGauge : 'gauge' ;
KFact : 'fact' ;
KParam : 'param' ;
KIs : 'is' ;
KExtern : 'extern' ;
KFrom : 'from' ;
KContext : 'context' ;
KOf : 'of' ;
KGet : 'get' ;
KPut : 'put' ;
KCarrier : 'carrier' ;
KSet : 'set' ;
KTemplate : 'template' ;
KIn : 'in' ;
KField : 'field' ;
KObject : 'object' ;
KWraps : 'wraps' ;
KImplements : 'implements' ;
KKeeps : 'keeps' ;
KOn : 'on' ;
KWhere : 'where' ;
KOrder : 'order' ;
KBefore : 'before' ;
KAfter : 'after' ;
KCall : 'call' ;
KDirective : 'directive' ;
KSkip : 'skip' ;
KWhen : 'when' ;
KLet : 'let' ;
KAppend : 'append' ;
KPrepend : 'prepend' ;
KSpan : 'span' ;
KAttr : 'attr' ;
KRename : 'rename' ;
KExit : 'exit' ;
KPanic : 'panic' ;
KError : 'error' ;
KUnless : 'unless' ;
KStatus : 'status' ;
KOk : 'ok' ;
KUnset : 'unset' ;
KEvent : 'event' ;
KLink : 'link' ;
KInject : 'inject' ;
KMetric : 'metric' ;
KObserve : 'observe' ;
KLog : 'log' ;
KSeverity : 'severity' ;
KUntil : 'until' ;
KStamp : 'stamp' ;
KEnrich : 'enrich' ;
KRoot : 'root' ;
KServer : 'server' ;
KCurrent : 'current' ;
KResume : 'resume' ;
KEnd : 'end' ;
KAt : 'at' ;
KWrap : 'wrap' ;
KWith : 'with' ;
KUse : 'use' ;
KOnce : 'once' ;
KPer : 'per' ;
KSuppress : 'suppress' ;
KBind : 'bind' ;
KUnbind : 'unbind' ;
KBypass : 'bypass' ;
KClient : 'client' ;
KProducer : 'producer' ;
KConsumer : 'consumer' ;
KInternal : 'internal' ;
KBegan : 'began' ;
KEnded : 'ended' ;
KDetached : 'detached' ;
KTest : 'test' ;
KGiven : 'given' ;
KExpect : 'expect' ;
KNo : 'no' ;
KParent : 'parent' ;

// ---- Go keywords that the language uses
KChan : 'chan' ;
KElse : 'else' ;
KFor : 'for' ;
KFunc : 'func' ;
KGo : 'go' ;
KIf : 'if' ;
KImport : 'import' ;
KInterface : 'interface' ;
KMap : 'map' ;
KReturn : 'return' ;

// ---- Go keywords that it only reserves
Reserved : 'break' | 'case' | 'const' | 'continue' | 'default' | 'defer' | 'fallthrough' | 'goto' | 'package' | 'range' | 'select' | 'struct' | 'switch' | 'type' | 'var' ;

// ---- a block of Go: everything between balanced braces, outside strings and comments
GoOpen : 'go' [ \t\r\n]* '{' -> pushMode(GO) ;

// ---- operators and punctuation
LParen : '(' ;
RParen : ')' ;
LBracket : '[' ;
RBracket : ']' ;
LBrace : '{' ;
RBrace : '}' ;
Comma : ',' ;
Semicolon : ';' ;
Colon : ':' ;
Question : '?' ;
Ellipsis : '...' ;
Dot : '.' ;
Arrow : '<-' ;
PlusAssign : '+=' ;
MinusAssign : '-=' ;
Assign : '=' ;
Star : '*' ;
Slash : '/' ;
Percent : '%' ;
Shl : '<<' ;
Shr : '>>' ;
AndNot : '&^' ;
AndAnd : '&&' ;
OrOr : '||' ;
And : '&' ;
Plus : '+' ;
Minus : '-' ;
Or : '|' ;
Caret : '^' ;
Not : '!' ;
Eq : '==' ;
Ne : '!=' ;
Le : '<=' ;
Ge : '>=' ;
Lt : '<' ;
Gt : '>' ;

// ---- literals and names
SemVer : 'v' [0-9]+ ( '.' [0-9]+ )+ ( '-' [0-9A-Za-z.-]+ )? ( '+' [0-9A-Za-z.-]+ )? ;
Ident : [\p{L}_] [\p{L}\p{Nd}_]* ;
Float : [0-9] [0-9_]* '.' [0-9] [0-9_]* Exponent? | [0-9] [0-9_]* Exponent | '.' [0-9] [0-9_]* Exponent? ;
Int : '0' [xXbBoO] [0-9a-fA-F_]* | [0-9] [0-9_]* ;
String : '"' ( '\\' . | ~["\\\r\n] )* '"' ;
Raw : '`' ~[`]* '`' ;
Rune : '\'' ( '\\' . | ~['\\\r\n] )* '\'' ;
fragment Exponent : [eE] [+-]? [0-9]+ ;

// ---- what the parser does not see
DocComment : '///' ( ~[/\r\n] ~[\r\n]* )? -> channel(HIDDEN) ;
LineComment : '//' ~[\r\n]* -> channel(HIDDEN) ;
BlockComment : '/*' .*? '*/' -> channel(HIDDEN) ;
Space : [ \t\r\n]+ -> skip ;

// ---- malformed: reported by the parser's front
OpenString : '"' ( '\\' . | ~["\\\r\n] )* ;
OpenRaw : '`' ~[`]* ;
OpenRune : '\'' ( '\\' . | ~['\\\r\n] )* ;
OpenComment : '/*' ( ~[*] | '*'+ ~[*/] )* '*'* ;
GoOperator : ':=' | '++' | '--' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '&=' | '|=' | '^=' | '&^=' | '->' | '=>' | '===' | '!==' | '?.' | '??' ;
Unknown : . ;

mode GO;
GoClose : '}' -> popMode ;
GoNest : '{' -> type(GoText), pushMode(GO_NESTED) ;
GoText : GoPiece ;
fragment GoPiece
  : '"' ( '\\' . | ~["\\\r\n] )* '"'
  | '`' ~[`]* '`'
  | '\'' ( '\\' . | ~['\\\r\n] )* '\''
  | '//' ~[\r\n]*
  | '/*' .*? '*/'
  | ~["'`/{}]+
  | .
  ;

mode GO_NESTED;
GoNestedNest : '{' -> type(GoText), pushMode(GO_NESTED) ;
GoNestedClose : '}' -> type(GoText), popMode ;
GoNestedText : GoPiece -> type(GoText) ;
