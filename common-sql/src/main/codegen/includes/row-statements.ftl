<#-- INSERT, UPSERT, UPDATE, DELETE and MERGE. -->

Statement MaxComputeInsert(SqlNodeList with) :
{
    final boolean overwrite;
    final Statement insert;
}
{
    overwrite = MaxComputeInsertWords()
    insert = MaxComputeInsertBody(overwrite, with)
    { return insert; }
}

Statement MaxComputeUpsert() :
{
    final Statement.Insert rows;
}
{
    Word("upsert") <INTO> [ <TABLE> ]
    rows = MaxComputeInsertBody(false, null)
    { return new Statement.Upsert(rows); }
}

/** What stands behind INSERT INTO. */
Statement.Insert MaxComputeInsertBody(boolean overwrite, SqlNodeList with) :
{
    final ObjectName target;
    List<PartitionItem> partition = Collections.emptyList();
    List<String> columns = Collections.emptyList();
    final InsertSource source;
    final SqlNode query;
}
{
    target = MaxComputeName()
    [ LOOKAHEAD(1) partition = MaxComputePartition() ]
    [
        LOOKAHEAD({ getToken(1).kind == LPAREN && TokenTests.isName(getToken(2)) })
        columns = MaxComputeNameList()
    ]
    [
        LOOKAHEAD({ partition.isEmpty() && getToken(1).kind == PARTITION })
        partition = MaxComputePartition()
    ]
    (
        LOOKAHEAD({ getToken(1).kind == VALUES })
        source = MaxComputeValues()
    |
        query = MaxComputeQuery(with)
        { source = new InsertSource.SelectSource(new Statement.Query(query, nDynamicParams)); }
    )
    {
        return StatementParts.insert(
            target, overwrite, partition, columns, source, with, nDynamicParams);
    }
}

/** INSERT INTO or INSERT OVERWRITE; whether it is the latter. */
boolean MaxComputeInsertWords() :
{
    boolean overwrite = false;
}
{
    <INSERT>
    (
        <INTO>
    |
        Word("overwrite") { overwrite = true; }
    )
    [ <TABLE> ]
    { return overwrite; }
}

/** FROM t SELECT …, and FROM t INSERT … INSERT …. */
Statement MaxComputeFromFirst(SqlNodeList with) :
{
    final SqlNode from;
    SqlNode where = null;
    SqlNodeList groupBy = null;
    SqlNode having = null;
    SqlNodeList windows = null;
    SqlNode qualify = null;
    SqlNode query;
    final List<Statement.Insert> inserts = new ArrayList<Statement.Insert>();
}
{
    <FROM> from = FromClause()
    [ where = Where() ]
    (
        ( MaxComputeFromInsert(with, from, where, inserts) )+
        { return StatementParts.inserts(inserts, nDynamicParams); }
    |
        [ groupBy = GroupBy() ]
        [ having = Having() ]
        [ windows = Window() ]
        [ qualify = Qualify() ]
        query = MaxComputeSelectList(from, where, groupBy, having, windows, qualify)
        { query = addWith(with, query); }
        query = OrderByLimitOpt(query)
        { return new Statement.Query(query, nDynamicParams); }
    )
}

void MaxComputeFromInsert(SqlNodeList with, SqlNode from, SqlNode where, List<Statement.Insert> inserts) :
{
    final boolean overwrite;
    final ObjectName target;
    List<PartitionItem> partition = Collections.emptyList();
    List<String> columns = Collections.emptyList();
    SqlSelect select;
    SqlNode query;
    SqlNode further = null;
    SqlNodeList groupBy = null;
    SqlNode having = null;
    SqlNodeList windows = null;
    SqlNode qualify = null;
}
{
    overwrite = MaxComputeInsertWords()
    target = MaxComputeName()
    [ partition = MaxComputePartition() ]
    [ columns = MaxComputeNameList() ]
    select = MaxComputeSelectList(from, where, null, null, null, null)
    [ further = Where() { select.setWhere(StatementParts.both(where, further)); } ]
    [ groupBy = GroupBy() { select.setGroupBy(groupBy); } ]
    [ having = Having() { select.setHaving(having); } ]
    [ windows = Window() { select.setOperand(6, windows); } ]
    [ qualify = Qualify() { select.setQualify(qualify); } ]
    { query = addWith(with, select); }
    query = OrderByLimitOpt(query)
    {
        inserts.add(
            StatementParts.insert(
                target,
                overwrite,
                partition,
                columns,
                new InsertSource.SelectSource(new Statement.Query(query, nDynamicParams)),
                with,
                nDynamicParams));
    }
}

/** SELECT and its list, for clauses that have been read before it. */
SqlSelect MaxComputeSelectList(SqlNode from, SqlNode where, SqlNodeList groupBy, SqlNode having,
    SqlNodeList windows, SqlNode qualify) :
{
    final Span s;
    final List<SqlLiteral> keywords = new ArrayList<SqlLiteral>();
    SqlLiteral keyword;
    final List<SqlNode> items = new ArrayList<SqlNode>();
}
{
    <SELECT> { s = span(); }
    [ keyword = AllOrDistinct() { keywords.add(keyword); } ]
    AddSelectItem(items)
    ( <COMMA> AddSelectItem(items) )*
    {
        return new SqlSelect(s.end(this), new SqlNodeList(keywords, s.pos()),
            new SqlNodeList(items, Span.of(items).pos()),
            from, where, groupBy, having, windows, qualify,
            null, null, null, new SqlNodeList(getPos()));
    }
}

List<String> MaxComputeNameList() :
{
    final List<String> names = new ArrayList<String>();
}
{
    <LPAREN> AddIdentifierSegment(names, null)
    ( <COMMA> AddIdentifierSegment(names, null) )*
    <RPAREN>
    { return names; }
}

List<PartitionItem> MaxComputePartition() :
{
    final List<PartitionItem> items = new ArrayList<PartitionItem>();
}
{
    <PARTITION> <LPAREN> MaxComputePartitionItem(items)
    ( <COMMA> MaxComputePartitionItem(items) )*
    <RPAREN>
    { return items; }
}

void MaxComputePartitionItem(List<PartitionItem> items) :
{
    final String name;
    Value value = null;
}
{
    name = Identifier()
    [ <EQ> value = MaxComputeValue() ]
    { items.add(new PartitionItem(name, value)); }
}

InsertSource MaxComputeValues() :
{
    final List<List<Value>> rows = new ArrayList<List<Value>>();
}
{
    <VALUES> MaxComputeRow(rows)
    ( <COMMA> MaxComputeRow(rows) )*
    { return new InsertSource.Values(rows); }
}

void MaxComputeRow(List<List<Value>> rows) :
{
    final List<Value> row = new ArrayList<Value>();
    final Token first;
    Value value;
}
{
    <LPAREN> { first = getToken(0); }
    value = MaxComputeValue() { row.add(value); }
    ( <COMMA> value = MaxComputeValue() { row.add(value); } )*
    <RPAREN>
    { StatementParts.addRow(rows, row, first); }
}

Value MaxComputeValue() :
{
    final Token first;
    final SqlNode e;
    final int parameters;
}
{
    LOOKAHEAD({ TokenTests.isPlainValue(getToken(1), getToken(2)) })
    (
        (
            <QUOTED_STRING> | <UNSIGNED_INTEGER_LITERAL> | <DECIMAL_NUMERIC_LITERAL>
        |   <APPROX_NUMERIC_LITERAL> | <NULL> | <TRUE> | <FALSE>
        )
        { return StatementParts.plainValue((SourceToken) token); }
    |
        <HOOK> { return new Value.Parameter(nDynamicParams++); }
    )
|
    { first = getToken(1); parameters = nDynamicParams; }
    e = Expression(ExprContext.ACCEPT_SUB_QUERY)
    { return StatementParts.value(e, textFrom(first), parameters, nDynamicParams); }
}

Value.Expression MaxComputeCondition() :
{
    final Token first;
    final SqlNode e;
    final int parameters;
}
{
    { first = getToken(1); parameters = nDynamicParams; }
    e = Expression(ExprContext.ACCEPT_SUB_QUERY)
    { return StatementParts.expression(e, textFrom(first), parameters, nDynamicParams); }
}

Statement MaxComputeUpdate() :
{
    final ObjectName target;
    String alias = null;
    final List<Statement.Assignment> assignments = new ArrayList<Statement.Assignment>();
    SqlNode from = null;
    Value.Expression where = null;
}
{
    Word("update") [ <TABLE> ] target = MaxComputeName() alias = MaxComputeAlias()
    <SET> MaxComputeAssignments(assignments)
    [ <FROM> from = FromClause() ]
    [ <WHERE> where = MaxComputeCondition() ]
    { return new Statement.Update(target, alias, assignments, from, where, nDynamicParams); }
}

/** An alias, or null without one. */
String MaxComputeAlias() :
{
    String alias = null;
}
{
    [ LOOKAHEAD({ TokenTests.isName(getToken(1)) || getToken(1).kind == AS }) [ <AS> ] alias = Identifier() ]
    { return alias; }
}

void MaxComputeAssignments(List<Statement.Assignment> assignments) :
{
}
{
    MaxComputeAssignment(assignments)
    ( <COMMA> MaxComputeAssignment(assignments) )*
}

void MaxComputeAssignment(List<Statement.Assignment> assignments) :
{
    String column;
    final Token first;
    final SqlNode e;
    final int parameters;
}
{
    column = Identifier()
    [ <DOT> column = Identifier() ]
    <EQ> { first = getToken(1); parameters = nDynamicParams; }
    e = Expression(ExprContext.ACCEPT_SUB_QUERY)
    {
        assignments.add(
            new Statement.Assignment(
                column, StatementParts.value(e, textFrom(first), parameters, nDynamicParams)));
    }
}

Statement MaxComputeDelete() :
{
    final ObjectName target;
    String alias = null;
    Value.Expression where = null;
}
{
    Word("delete") <FROM> target = MaxComputeName() alias = MaxComputeAlias()
    [ <WHERE> where = MaxComputeCondition() ]
    { return new Statement.Delete(target, alias, where, nDynamicParams); }
}

Statement MaxComputeMerge() :
{
    final ObjectName target;
    final String alias;
    final SqlNode source;
    final Value.Expression on;
    final List<MergeClause> clauses = new ArrayList<MergeClause>();
}
{
    Word("merge") <INTO> [ <TABLE> ] target = MaxComputeName() alias = MaxComputeAlias()
    <USING> source = TableRef()
    <ON> on = MaxComputeCondition()
    ( MaxComputeMergeClause(clauses) )+
    { return new Statement.Merge(target, alias, source, on, clauses, nDynamicParams); }
}

void MaxComputeMergeClause(List<MergeClause> clauses) :
{
    Value.Expression condition = null;
    final List<Statement.Assignment> assignments = new ArrayList<Statement.Assignment>();
    List<String> columns = Collections.emptyList();
    final List<List<Value>> rows = new ArrayList<List<Value>>();
    final Token first;
}
{
    <WHEN>
    (
        <NOT> { first = getToken(1); } Word("matched")
        [ <AND> condition = MaxComputeCondition() ]
        <THEN> Word("insert")
        [ columns = MaxComputeNameList() ]
        <VALUES> MaxComputeRow(rows)
        { clauses.add(StatementParts.mergeInsert(condition, columns, rows.get(0), first)); }
    |
        Word("matched")
        [ <AND> condition = MaxComputeCondition() ]
        <THEN>
        (
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "update") })
            Word("update") <SET> MaxComputeAssignments(assignments)
            { clauses.add(new MergeClause.Update(condition, assignments)); }
        |
            Word("delete") { clauses.add(new MergeClause.Delete(condition)); }
        )
    )
}
