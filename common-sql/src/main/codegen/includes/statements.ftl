<#-- The beginning of every statement, queries, and names. -->

/** The error for a next token that is not what must stand here. */
JAVACODE ParseException expected(String what) {
    final ParseException e = new ParseException(what);
    e.currentToken = getToken(0);
    getToken(1);
    return e;
}

JAVACODE String textFrom(Token first) {
    return ((SourceToken) first).textTo((SourceToken) getToken(0));
}

JAVACODE Statement MaxComputeUnsupported() {
    final String name = UnsupportedStatements.name(getToken(1), getToken(2));
    while (getToken(1).kind != EOF) {
        getNextToken();
    }
    return new Statement.Unsupported(name);
}

/** A word that is a keyword only in this place. */
void Word(String word) :
{
}
{
    {
        if (!TokenTests.isWord(getToken(1), word)) {
            throw expected(word);
        }
    }
    <IDENTIFIER>
}

/** One statement and the end of it. */
Statement MaxComputeStatementEof() :
{
    Statement statement = null;
}
{
    statement = MaxComputeStatement() <EOF>
    { return statement; }
}

Statement MaxComputeStatement() :
{
    Statement statement = null;
    final SqlNode query;
    final SqlNodeList with;
}
{
    (
        LOOKAHEAD({ UnsupportedStatements.name(getToken(1), getToken(2)) != null })
        statement = MaxComputeUnsupported()
    |
        LOOKAHEAD({ getToken(1).kind == INSERT })
        statement = MaxComputeInsert(null)
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "upsert") })
        statement = MaxComputeUpsert()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "update") })
        statement = MaxComputeUpdate()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "delete") })
        statement = MaxComputeDelete()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "merge") })
        statement = MaxComputeMerge()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "whoami") })
        Word("whoami") { statement = new Statement.WhoAmI(); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "create") })
        statement = MaxComputeCreate()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "drop") })
        statement = MaxComputeDrop()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "truncate") })
        statement = MaxComputeTruncate()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "alter") })
        statement = MaxComputeAlter()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "show") })
        statement = MaxComputeShow()
    |
        LOOKAHEAD({ getToken(1).kind == DESC || TokenTests.isWord(getToken(1), "describe") })
        statement = MaxComputeDescribe()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "explain") })
        Word("explain")
        statement = MaxComputeStatement()
        { statement = StatementParts.explain(statement, getPos()); }
    |
        LOOKAHEAD({ getToken(1).kind == WITH })
        with = WithList()
        (
            LOOKAHEAD({ getToken(1).kind == INSERT })
            statement = MaxComputeInsert(with)
        |
            LOOKAHEAD({ getToken(1).kind == FROM })
            statement = MaxComputeFromFirst(with)
        |
            query = MaxComputeQuery(with)
            { statement = new Statement.Query(query, nDynamicParams); }
        )
    |
        LOOKAHEAD({ getToken(1).kind == FROM })
        statement = MaxComputeFromFirst(null)
    |
        LOOKAHEAD({ getToken(1).kind == SELECT || getToken(1).kind == LPAREN || getToken(1).kind == VALUES })
        query = MaxComputeQuery(null)
        { statement = new Statement.Query(query, nDynamicParams); }
    |
        { throw expected("a statement"); }
    )
    { return statement; }
}

/** A query with its ORDER BY, LIMIT and the clauses that only spread rows over workers. */
SqlNode MaxComputeQuery(SqlNodeList with) :
{
    SqlNode e;
    final Token first;
    final SqlNodeList moreWith;
    final List<Object> list = new ArrayList<Object>();
    final List<SqlNode> ignored = new ArrayList<SqlNode>();
}
{
    { first = getToken(1); }
    [
        LOOKAHEAD({ with == null && getToken(1).kind == WITH })
        moreWith = WithList() { with = moreWith; }
    ]
    e = LeafQueryOrExpr(ExprContext.ACCEPT_QUERY) { list.add(e); }
    ( AddSetOpQuery(list, ExprContext.ACCEPT_QUERY) )*
    { e = addWith(with, OperatorTrees.toTree(list)); }
    [
        <DISTRIBUTE> <BY> AddExpressions(ignored, ExprContext.ACCEPT_SUB_QUERY)
    |
        <CLUSTER> <BY> AddExpressions(ignored, ExprContext.ACCEPT_SUB_QUERY)
    ]
    [ <SORT> <BY> OrderItemList(ignored) ]
    e = OrderByLimitOpt(e)
    {
        if (!e.isA(SqlKind.QUERY)) {
            throw StatementParts.noQuery(first);
        }
        return e;
    }
}

ObjectName MaxComputeName() :
{
    final List<String> names = new ArrayList<String>();
    final Token first;
}
{
    { first = getToken(1); }
    AddIdentifierSegment(names, null)
    ( <DOT> AddIdentifierSegment(names, null) )*
    { return StatementParts.name(names, first); }
}
