<#-- Types, literals, joins and operators. -->

SqlTypeNameSpec MaxComputeTypeName() :
{
    final DataTypeName type;
    final Token first;
}
{
    { first = getToken(1); }
    type = MaxComputeType()
    { return new MaxComputeTypeSpec(type, StatementParts.position(first, getToken(0))); }
}

/** A type and nothing after it. */
DataTypeName MaxComputeTypeEof() :
{
    final DataTypeName type;
}
{
    type = MaxComputeType() <EOF>
    { return type; }
}

DataTypeName MaxComputeType() :
{
    final List<DataTypeName> elements = new ArrayList<DataTypeName>();
    final List<String> fieldNames = new ArrayList<String>();
    final List<Integer> arguments = new ArrayList<Integer>();
    DataTypeName element;
    String field;
    final String name;
    int argument;
}
{
    (
        <ARRAY> <LT> element = MaxComputeType() <GT>
        { elements.add(element); name = "ARRAY"; }
    |
        <MAP> <LT> element = MaxComputeType() { elements.add(element); }
        <COMMA> element = MaxComputeType() <GT>
        { elements.add(element); name = "MAP"; }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "struct") })
        Word("struct") <LT> MaxComputeField(fieldNames, elements)
        ( <COMMA> MaxComputeField(fieldNames, elements) )*
        <GT>
        { name = "STRUCT"; }
    |
        <IDENTIFIER> { name = token.image.toUpperCase(Locale.ROOT); }
        [
            <LPAREN> argument = UnsignedIntLiteral() { arguments.add(argument); }
            [ <COMMA> argument = UnsignedIntLiteral() { arguments.add(argument); } ]
            <RPAREN>
        ]
    )
    { return new DataTypeName(name, arguments, fieldNames, elements); }
}

void MaxComputeField(List<String> names, List<DataTypeName> types) :
{
    final String name;
    final DataTypeName type;
}
{
    name = Identifier() <COLON> type = MaxComputeType()
    [ LOOKAHEAD({ TokenTests.isWord(getToken(1), "comment") }) Word("comment") SimpleStringLiteral() ]
    { names.add(name); types.add(type); }
}

SqlNode MaxComputeLiteral() :
{
    final Span s;
    final String text;
}
{
    <TIMESTAMP_NTZ> { s = span(); } text = SimpleStringLiteral()
    { return SqlLiteral.createUnknown("TIMESTAMP_NTZ", text, s.end(this)); }
|
    <JSON> { s = span(); } text = SimpleStringLiteral()
    { return SqlLiteral.createUnknown("JSON", text, s.end(this)); }
|
    <SUFFIXED_NUMBER>
    { return StatementParts.suffixedNumber(token, getPos()); }
}

JoinType MaxComputeJoinType() :
{
}
{
    LOOKAHEAD(2)
    <LEFT> <SEMI> <JOIN> { return JoinType.LEFT_SEMI_JOIN; }
|
    <LEFT> <ANTI> <JOIN> { return JoinType.LEFT_ANTI_JOIN; }
}

/** What stands behind LATERAL VIEW follows as a call of a table function, see ClauseForms. */
JoinType MaxComputeLateralView() :
{
    JoinType type = JoinType.CROSS;
}
{
    <LATERAL> <VIEW> [ <OUTER> { type = JoinType.LEFT; } ] { return type; }
}

void MaxComputeBinaryOperator(List<Object> list, ExprContext exprContext, Span s) :
{
    final SqlOperator op;
}
{
    (
        <DIV> { op = MaxComputeOperators.DIV; }
    |
        <NULL_SAFE_EQUAL> { op = SqlStdOperatorTable.IS_NOT_DISTINCT_FROM; }
    |
        <CONCAT> { op = MaxComputeOperators.CONCAT; }
    |
        <AMPERSAND> { op = MaxComputeOperators.BIT_AND; }
    |
        <VERTICAL_BAR> { op = MaxComputeOperators.BIT_OR; }
    |
        <CARET> { op = MaxComputeOperators.BIT_XOR; }
    )
    {
        checkNonQueryExpression(exprContext);
        list.add(new SqlParserUtil.ToTreeListItem(op, getPos()));
    }
    AddExpression2b(list, ExprContext.ACCEPT_SUB_QUERY)
}
