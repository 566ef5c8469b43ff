// The hook language; docs/language.md explains it. One rule a production, every alternative labelled where a rule has
// several, every child named, so that the tree builder reads contexts by name.
//
// Written to be decided with one or two tokens almost everywhere: that is what makes the error messages precise.
parser grammar HookParser;

options { tokenVocab = HookLexer; }

file : items+=item* EOF ;

item
  : KPlugin name=qname summary=String?                                                    # pluginItem
  | KLibrary std=KStd? path=String bounds=range? ( KAs alias=ident )?                     # libraryItem
  | KSemconv version=SemVer                                                               # semconvItem
  | KRequire ( go=KGo | what=ident ) bounds=range?                                        # requireItem
  | KYields KTo list+=String ( Comma list+=String )*                                      # yieldsItem
  | KImport alias=ident? path=String                                                      # importItem
  | KOption name=ident optionType=type Assign value=expr summary=String?                  # optionItem
  | KAttribute name=qname attributeType=type is=labels? summary=String?                   # attributeItem
  | KInstrument name=qname kind=instrumentKind ( KUnit unit=String )?
    ( KBy LParen by+=qname ( Comma by+=qname )* RParen )? summary=String?                 # instrumentItem
  | KFact parameter=KParam? package=String ( Dot path+=ident )+ is=labels                     # factItem
  | KExtern KFunc name=ident parameters=params results=params? KFrom from=String is=labels?  # externItem
  | KContext KOf contextType=type LBrace KGet get=expr Semicolon?
    ( KPut put=expr ( Assign value=expr )? Semicolon? )? RBrace                           # contextItem
  | KCarrier name=qname KFor carrierType=type LBrace
    KGet LParen getKey=ident RParen get=expr Semicolon?
    KSet LParen setKey=ident Comma setValue=ident RParen body=block Semicolon? RBrace                # carrierItem
  | KIn path=String ( KWhere where=expr )? body=inBody                                    # inItem
  | declaration=decl                                                                      # declItem
  | test=testDecl                                                                         # testItem
  ;

inBody : LBrace ( decls+=decl | Semicolon )* RBrace ;

instrumentKind : KHistogram | KCounter | KUpdown | KGauge ;

decl
  : KTemplate name=qname LParen enter=tparams? ( Semicolon exit=tparams? )? RParen body=block        # templateDecl
  | KField types=typeSet body=fieldBody                                                              # fieldDecl
  | KObject name=ident ( wraps=KWraps | KImplements ) of=type ( KKeeps keeps+=type ( Comma keeps+=type )* )?
    body=objectBody                                                                                  # objectDecl
  | name=ident? KOn point=joinPoint ( KWhere where=expr )?
    ( KOrder ( before=KBefore | KAfter ) orderOf=qname )? body=block                                 # ruleDecl
  ;

range : list+=bound ( Comma list+=bound )* ;
bound : op=( Ge | Gt | Lt | Le | Eq | Ne ) version=SemVer ;
labels : KIs names+=ident ( Comma names+=ident )* ;

tparams : list+=tparam ( Comma list+=tparam )* ;
tparam : reference=And? name=ident paramType=type ( Assign value=expr )? optional=Question? ;

fieldBody : LBrace ( fields+=field | Semicolon )* RBrace ;
field : name=ident fieldType=type ;

objectBody : LBrace ( fields+=objectField | Semicolon )* ( methods+=objectMethod Semicolon* )* RBrace ;
objectField : name=identNotOn fieldType=type ( Assign value=expr )? ;
objectMethod : KOn name=ident parameters=params results=params? body=block ;

joinPoint
  : on=receiver? names=nameSet parameters=params results=params?      # executionPoint
  | KCall callee=qname parameters=params results=params?              # callPoint
  | KDirective directive=String ( parameters=params results=params? )?  # directivePoint
  ;
receiver : LParen name=ident pointer=Star? types=typeSet RParen ;
typeSet : names+=ident | LBrace names+=ident ( Comma names+=ident )* RBrace ;
nameSet : set=typeSet | glob=String ;

params : LParen ( list+=param ( Comma list+=param )* Comma? )? RParen ;
param : ellipsis=Ellipsis | name=ident ( variadic=Ellipsis? paramType=type )? ;

block : LBrace ( stmts+=stmt | Semicolon )* RBrace ;
attrBlock : LBrace ( items+=attrItem | Semicolon )* RBrace ;
attrItem : statement=stmt | entry=attrEntry ;

stmt
  : KSkip KWhen condition=expr                                                        # skipStmt
  | KLet names+=ident ( Comma names+=ident )* Assign value=expr                       # letStmt
  | KSet targets=exprs Assign values=exprs                                            # setStmt
  | ( KAppend | prepend=KPrepend ) target=expr Assign values=exprs                    # extendStmt
  | KCall value=expr                                                                  # callStmt
  | KSpan kind=spanKind name=expr clauses+=spanClause* attrs=attrBlock?               # spanStmt
  | KAttr entry=attrEntry                                                             # attrStmt
  | KRename name=expr when=guard?                                                     # renameStmt
  | KExit ( KPanic panic=ident )? when=guard? body=block                              # exitStmt
  | KError value=expr ( KUnless unless=expr )? when=guard?                            # errorStmt
  | KStatus code=statusCode ( LParen description=expr RParen )? when=guard?           # statusStmt
  | KEvent name=expr attrs=attrBlock? when=guard?                                     # eventStmt
  | KLink value=expr when=guard?                                                      # linkStmt
  | KInject target=expr ( KAs carrier=qname )?                                        # injectStmt
  | KMetric name=qname ( op=( Assign | PlusAssign | MinusAssign ) value=expr )? attrs=attrBlock? when=guard?  # metricStmt
  | KObserve name=qname Assign value=expr attrs=attrBlock? end=observeUntil?          # observeStmt
  | KLog value=expr ( KSeverity severity=expr ( KAs text=expr )? )? ( KIn in=expr )? ( KAt at=expr )?
    ( KWith fields=expr )? attrs=attrBlock? when=guard?                               # logStmt
  | KStamp LParen key=ident Comma value=ident RParen ( KFrom from=expr )? ( KUnless unless=expr )? body=block  # stampStmt
  | KEnrich which=( KRoot | KServer | KCurrent ) ( KIn in=expr )? attrs=attrBlock     # enrichStmt
  | KResume ( KIn | by=KBy ) where=expr ( KAs as=ident )? body=block                  # resumeStmt
  | KEnd ( KAt at=expr )?                                                             # endStmt
  | KWrap target=expr maybe=Question? how=wrapHow                                                     # wrapStmt
  | KUse name=qname LParen arguments=args? close=RParen attrs=attrBlock?              # useStmt
  | KFor key=ident ( Comma value=ident )? KIn ranged=expr body=block                  # forStmt
  | branch=ifStmt                                                                     # ifStatement
  | KOnce KPer per=expr body=block                                                    # onceStmt
  | KSuppress what=qname ( KIn in=expr )?                                             # suppressStmt
  | KBind target=expr ( KIn in=expr )?                                                # bindStmt
  | KUnbind                                                                           # unbindStmt
  | KBypass LParen ( values+=elem ( Comma values+=elem )* Comma? )? RParen            # bypassStmt
  | open=GoOpen GoText* close=GoClose                                                 # goStmt
  ;

ifStmt : KIf condition=expr then=block ( KElse ( otherwise=block | elseIf=ifStmt ) )? ;

wrapHow
  : KAs parameters=params results=params? body=block               # wrapAs
  | KWith object=ident LParen arguments=args? RParen               # wrapWith
  ;
observeUntil : KUntil LParen name=ident pointer=Star? typeName=ident RParen method=ident ;

spanKind : KClient | KServer | KProducer | KConsumer | KInternal ;
statusCode : KOk | KUnset | KError ;
spanClause
  : KIn value=expr                      # inClause
  | KFrom value=expr                    # fromClause
  | KBegan value=expr                   # beganClause
  | KEnded value=expr                   # endedClause
  | KAs name=ident                      # asClause
  | KDetached ( KBy value=expr )?       # detachedClause
  ;

attrEntry : names+=attrName ( Comma names+=attrName )* Assign value=expr when=guard? ;
attrName : first=ident ( Dot rest+=word )+ ( LBracket index=expr RBracket )? ;
guard : KWhen condition=expr ;
args : list+=namedArg ( Comma list+=namedArg )* Comma? ;
namedArg : name=ident Colon value=elem ;

testDecl : KTest name=String ( KFor forRule=ident )? ( KWhere where=expr )? body=testBody ;
testBody : LBrace ( steps+=testStep | Semicolon )* RBrace ;
testStep
  : KGiven leaf=expr Assign values+=expr ( Comma values+=expr )*                         # givenStep
  | KReturn leaves+=expr Assign values+=expr ( Comma leaves+=expr Assign values+=expr )*  # returnStep
  | KPanic value=expr                                                                     # panicStep
  | KCall callee=expr body=testBody                                                       # callStep
  | KExpect KNo KSpan                                                                     # expectNoSpanStep
  | KExpect KSpan kind=spanKind name=expr with=expects?                                   # expectSpanStep
  | KExpect KMetric name=qname with=expects?                                              # expectMetricStep
  | KExpect KLog value=expr with=expects?                                                 # expectLogStep
  | KExpect KCarrier value=expr                                                           # expectCarrierStep
  | KExpect KSkip                                                                         # expectSkipStep
  | KExpect value=expr                                                                    # expectExprStep
  ;
expects : LBrace ( list+=expectation | Semicolon )* RBrace ;
expectation
  : no=KNo? name=attrName ( Eq value=expr )?       # expectAttr
  | KStatus code=statusCode                        # expectStatus
  | KParent value=expr                             # expectParent
  | KSeverity value=expr                           # expectSeverity
  ;

exprs : list+=expr ( Comma list+=expr )* ;

// Go's five levels, the tightest first.
expr
  : operand=primary                                                                     # primaryExpr
  | op=( Plus | Minus | Not | Caret | Star | And ) operandOf=expr                       # unaryExpr
  | left=expr op=( Star | Slash | Percent | Shl | Shr | And | AndNot ) right=expr       # binaryExpr
  | left=expr op=( Plus | Minus | Or | Caret ) right=expr                               # binaryExpr
  | left=expr op=( Eq | Ne | Lt | Le | Gt | Ge ) right=expr                             # binaryExpr
  | left=expr op=AndAnd right=expr                                                      # binaryExpr
  | left=expr op=OrOr right=expr                                                        # binaryExpr
  ;

primary
  : operand=primary Dot name=ident                                                      # selectorExpr
  | operand=primary Dot LParen asserted=type RParen                                     # assertExpr
  | callee=primary LParen ( list+=arg ( Comma list+=arg )* spread=Ellipsis? Comma? )? RParen  # callExpr
  | operand=primary LBracket inside=subscript RBracket                                  # subscriptExpr
  | literal=( Int | Float | String | Raw | Rune | SemVer )                              # literalExpr
  | LParen inner=elem RParen                                                            # parenExpr
  | of=litType ( value=lit | LParen converted=elem RParen )?                            # typedExpr
  | name=ident                                                                          # identExpr
  | go=KGo op=( Eq | Ne | Lt | Le | Gt | Ge ) version=SemVer                            # goVersionExpr
  ;

// An index, an instantiation or a slice.
subscript
  : colon=Colon high=arg?
  | first=arg ( colon=Colon high=arg? | ( Comma rest+=arg )* Comma? )
  ;

// A composite literal T{...} stands only here, between ( ), [ ] or { }: elsewhere `{` opens a block.
elem : value=expr braces=lit? ;
arg : value=elem | written=otherType ;
lit : LBrace ( list+=keyValue ( Comma list+=keyValue )* Comma? )? RBrace ;
keyValue : first=litElem ( Colon second=litElem )? ;
litElem : value=elem | elided=lit ;

litType
  : KMap LBracket key=type RBracket value=type       # mapLitType
  | LBracket length=Int? RBracket element=type       # sequenceLitType
  ;
otherType
  : KChan send=Arrow? element=type                   # chanType
  | Arrow KChan element=type                         # receiveChanType
  | KFunc parameters=funcParams ( results=funcParams | result=type )?  # funcType
  | KInterface LBrace RBrace                         # interfaceType
  ;
type
  : Star element=type                                # pointerType
  | of=litType                                       # literalType
  | other=otherType                                  # otherTypeType
  | ( package=ident Dot )? name=ident ( LBracket list+=type ( Comma list+=type )* RBracket )?  # namedType
  ;
funcParams : LParen ( list+=funcParam ( Comma list+=funcParam )* Comma? )? RParen ;
funcParam : name=ident? variadic=Ellipsis? paramType=type ;

qname : first=ident ( Dot rest+=word )* ;
// After a dot Go's keywords are names too: error.type.
word : ident | KChan | KElse | KFor | KFunc | KGo | KIf | KImport | KInterface | KMap | KReturn | Reserved ;
ident : identNotOn | KOn ;
identNotOn
  : Ident | KPlugin | KLibrary | KStd | KAs | KSemconv | KRequire | KYields | KTo | KOption | KAttribute
    | KInstrument | KUnit | KBy | KHistogram | KCounter | KUpdown | KGauge | KFact | KParam | KIs | KExtern
    | KFrom | KContext | KOf | KGet | KPut | KCarrier | KSet | KTemplate | KIn | KField | KObject
    | KWraps | KImplements | KKeeps | KWhere | KOrder | KBefore | KAfter | KCall
    | KDirective | KSkip | KWhen | KLet | KAppend | KPrepend | KSpan | KAttr | KRename | KExit | KPanic
    | KError | KUnless | KStatus | KOk | KUnset | KEvent | KLink | KInject | KMetric | KObserve | KLog | KSeverity | KUntil
    | KStamp | KEnrich | KRoot | KServer | KCurrent | KResume | KEnd | KAt | KWrap | KWith | KUse | KOnce
    | KPer | KSuppress | KBind | KUnbind | KBypass | KClient | KProducer | KConsumer | KInternal | KBegan
    | KEnded | KDetached | KTest | KGiven | KExpect | KNo | KParent
  ;
