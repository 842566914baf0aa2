<#-- The productions of MaxCompute that Calcite's template does not have. -->

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
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "insert") })
        statement = MaxComputeInsert(null)
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
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "insert") })
            statement = MaxComputeInsert(with)
        |
            query = MaxComputeQuery(with)
            { statement = new Statement.Query(query, nDynamicParams); }
        )
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
    { e = addWith(with, SqlParserUtil.toTree(list)); }
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

Statement MaxComputeInsert(SqlNodeList with) :
{
    final ObjectName target;
    boolean overwrite = false;
    List<PartitionItem> partition = Collections.emptyList();
    List<String> columns = Collections.emptyList();
    final InsertSource source;
    final SqlNode query;
}
{
    Word("insert")
    (
        <INTO>
    |
        Word("overwrite") { overwrite = true; }
    )
    [ <TABLE> ]
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

boolean MaxComputeIfNotExists() :
{
}
{
    LOOKAHEAD({ TokenTests.isWord(getToken(1), "if") })
    Word("if") <NOT> <EXISTS> { return true; }
|
    { return false; }
}

boolean MaxComputeIfExists() :
{
}
{
    LOOKAHEAD({ TokenTests.isWord(getToken(1), "if") })
    Word("if") <EXISTS> { return true; }
|
    { return false; }
}

Statement MaxComputeCreate() :
{
    final boolean ifNotExists;
    final ObjectName name;
    Statement statement = null;
}
{
    Word("create")
    (
        <TABLE> statement = MaxComputeCreateTable()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "view") || getToken(1).kind == OR })
        statement = MaxComputeCreateView()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "schema") })
        Word("schema") ifNotExists = MaxComputeIfNotExists() name = MaxComputeName()
        { statement = new Statement.CreateSchema(name, ifNotExists); }
    |
        { throw expected("TABLE, VIEW or SCHEMA"); }
    )
    { return statement; }
}

Statement MaxComputeCreateTable() :
{
    final TableParts parts = new TableParts();
    final SqlNode query;
}
{
    parts.ifNotExists = MaxComputeIfNotExists()
    parts.table = MaxComputeName()
    (
        LOOKAHEAD({ getToken(1).kind == LPAREN && getToken(2).kind != SELECT && getToken(2).kind != WITH })
        <LPAREN> MaxComputeColumnOrKey(parts)
        ( <COMMA> MaxComputeColumnOrKey(parts) )*
        <RPAREN>
    |
        LOOKAHEAD({ getToken(1).kind == LIKE })
        <LIKE> parts.like = MaxComputeName()
    |
        { }
    )
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "comment") })
        Word("comment") parts.comment = SimpleStringLiteral()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "partitioned") })
        Word("partitioned") <BY> <LPAREN> MaxComputeColumn(parts.partitionColumns)
        ( <COMMA> MaxComputeColumn(parts.partitionColumns) )*
        <RPAREN>
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "tblproperties") })
        Word("tblproperties") <LPAREN> MaxComputeProperty(parts.properties)
        ( <COMMA> MaxComputeProperty(parts.properties) )*
        <RPAREN>
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "lifecycle") })
        Word("lifecycle") parts.lifecycle = UnsignedIntLiteral()
    )*
    [
        LOOKAHEAD({ getToken(1).kind == AS || getToken(1).kind == SELECT || getToken(1).kind == WITH })
        [ <AS> ] query = MaxComputeQuery(null)
        { parts.asQuery = new Statement.Query(query, nDynamicParams); }
    ]
    { return parts.createTable(getToken(0)); }
}

void MaxComputeColumnOrKey(TableParts parts) :
{
}
{
    LOOKAHEAD({ TokenTests.isWord(getToken(1), "primary") && TokenTests.isWord(getToken(2), "key") })
    Word("primary") Word("key") parts.primaryKey = MaxComputeNameList()
|
    MaxComputeColumn(parts.columns)
}

void MaxComputeColumn(List<ColumnDefinition> columns) :
{
    final Token first;
    final String name;
    final DataTypeName type;
    boolean nullable = true;
    Value defaultValue = null;
    String comment = null;
}
{
    { first = getToken(1); }
    name = Identifier()
    type = MaxComputeType()
    (
        <NOT> <NULL> { nullable = false; }
    |
        <NULL> { nullable = true; }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "default") })
        Word("default") defaultValue = MaxComputeDefault()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "comment") })
        Word("comment") comment = SimpleStringLiteral()
    )*
    {
        StatementParts.addColumn(
            columns,
            new ColumnDefinition(name, type.toString(), nullable, defaultValue, comment),
            first);
    }
}

/** A default value: a constant or a call, so that NOT NULL or COMMENT may follow. */
Value MaxComputeDefault() :
{
    final Token first;
    final List<Object> list = new ArrayList<Object>();
}
{
    { first = getToken(1); }
    AddExpression2b(list, ExprContext.ACCEPT_NON_QUERY)
    {
        return StatementParts.value(
            SqlParserUtil.toTree(list), textFrom(first), nDynamicParams, nDynamicParams);
    }
}

void MaxComputeProperty(Map<String, String> properties) :
{
    final String key;
    final String value;
}
{
    key = SimpleStringLiteral() <EQ> value = SimpleStringLiteral()
    { properties.put(key, value); }
}

Statement MaxComputeCreateView() :
{
    boolean orReplace = false;
    final boolean ifNotExists;
    final ObjectName view;
    final List<Statement.ViewColumn> columns = new ArrayList<Statement.ViewColumn>();
    String comment = null;
    final Token first;
    final SqlNode query;
}
{
    [ <OR> Word("replace") { orReplace = true; } ]
    Word("view") ifNotExists = MaxComputeIfNotExists() view = MaxComputeName()
    [
        <LPAREN> MaxComputeViewColumn(columns)
        ( <COMMA> MaxComputeViewColumn(columns) )*
        <RPAREN>
    ]
    [ Word("comment") comment = SimpleStringLiteral() ]
    <AS> { first = getToken(1); }
    query = MaxComputeQuery(null)
    {
        return new Statement.CreateView(
            view,
            orReplace,
            ifNotExists,
            columns,
            comment,
            new Statement.Query(query, nDynamicParams),
            textFrom(first));
    }
}

void MaxComputeViewColumn(List<Statement.ViewColumn> columns) :
{
    final String name;
    String comment = null;
}
{
    name = Identifier()
    [ Word("comment") comment = SimpleStringLiteral() ]
    { columns.add(new Statement.ViewColumn(name, comment)); }
}

Statement MaxComputeDrop() :
{
    final boolean ifExists;
    final ObjectName name;
    Statement statement = null;
}
{
    Word("drop")
    (
        <TABLE> ifExists = MaxComputeIfExists() name = MaxComputeName()
        [ LOOKAHEAD({ TokenTests.isWord(getToken(1), "purge") }) Word("purge") ]
        { statement = new Statement.DropTable(name, ifExists); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "view") })
        Word("view") ifExists = MaxComputeIfExists() name = MaxComputeName()
        { statement = new Statement.DropView(name, ifExists); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "schema") })
        Word("schema") ifExists = MaxComputeIfExists() name = MaxComputeName()
        { statement = new Statement.DropSchema(name, ifExists); }
    |
        { throw expected("TABLE, VIEW or SCHEMA"); }
    )
    { return statement; }
}

Statement MaxComputeTruncate() :
{
    final ObjectName table;
    final List<List<PartitionItem>> partitions;
}
{
    Word("truncate") <TABLE> table = MaxComputeName()
    partitions = MaxComputePartitions()
    { return new Statement.TruncateTable(table, partitions); }
}

/** Any number of PARTITION clauses, with or without commas between them. */
List<List<PartitionItem>> MaxComputePartitions() :
{
    final List<List<PartitionItem>> partitions = new ArrayList<List<PartitionItem>>();
    List<PartitionItem> partition;
}
{
    (
        partition = MaxComputePartition() { partitions.add(partition); }
        ( [ <COMMA> ] partition = MaxComputePartition() { partitions.add(partition); } )*
    )?
    { return partitions; }
}

Statement MaxComputeAlter() :
{
    final ObjectName table;
    final boolean condition;
    final List<List<PartitionItem>> partitions;
    List<PartitionItem> partition = Collections.emptyList();
    final TableChange change;
    Statement statement = null;
}
{
    Word("alter")
    (
        <TABLE>
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "view") })
        Word("view")
    |
        { throw expected("TABLE or VIEW"); }
    )
    table = MaxComputeName()
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "add") && !TokenTests.isColumns(getToken(2)) })
        Word("add") condition = MaxComputeIfNotExists() partitions = MaxComputePartitions()
        { statement = StatementParts.addPartition(table, condition, partitions, getToken(1)); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "drop") && !TokenTests.isColumns(getToken(2)) })
        Word("drop") condition = MaxComputeIfExists() partitions = MaxComputePartitions()
        { statement = StatementParts.dropPartition(table, condition, partitions, getToken(1)); }
    |
        [ partition = MaxComputePartition() ]
        change = MaxComputeTableChange()
        { statement = new Statement.AlterTable(table, partition, change); }
    )
    { return statement; }
}

TableChange MaxComputeTableChange() :
{
    TableChange change = null;
    final List<ColumnDefinition> columns = new ArrayList<ColumnDefinition>();
    final Map<String, String> properties = new LinkedHashMap<String, String>();
    List<String> names;
    final List<PartitionItem> partition;
    boolean condition = false;
    String name;
    String text;
    final int days;
}
{
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "add") })
        Word("add") MaxComputeColumnsWord() condition = MaxComputeIfNotExists()
        (
            <LPAREN> MaxComputeColumn(columns)
            ( <COMMA> MaxComputeColumn(columns) )*
            <RPAREN>
        |
            MaxComputeColumn(columns)
        )
        { change = new TableChange.AddColumns(columns, condition); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "drop") })
        Word("drop") MaxComputeColumnsWord()
        (
            names = MaxComputeNameList()
        |
            name = Identifier() { names = new ArrayList<String>(); names.add(name); }
            ( <COMMA> text = Identifier() { names.add(text); } )*
        )
        { change = new TableChange.DropColumns(names); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "change") })
        Word("change") [ LOOKAHEAD({ TokenTests.isColumns(getToken(1)) }) MaxComputeColumnsWord() ]
        change = MaxComputeColumnChange()
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "rename") })
        Word("rename")
        (
            LOOKAHEAD({ TokenTests.isColumns(getToken(1)) })
            MaxComputeColumnsWord() name = Identifier() Word("to") text = Identifier()
            { change = new TableChange.RenameColumn(name, text); }
        |
            Word("to")
            (
                partition = MaxComputePartition()
                { change = new TableChange.RenamePartition(partition); }
            |
                name = Identifier() { change = new TableChange.Rename(name); }
            )
        )
    |
        <SET>
        (
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "comment") })
            Word("comment") text = SimpleStringLiteral()
            { change = new TableChange.SetComment(text); }
        |
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "lifecycle") })
            Word("lifecycle") days = UnsignedIntLiteral()
            { change = new TableChange.SetLifecycle(days); }
        |
            Word("tblproperties") <LPAREN> MaxComputeProperty(properties)
            ( <COMMA> MaxComputeProperty(properties) )*
            <RPAREN>
            { change = new TableChange.SetProperties(properties); }
        )
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "enable") || TokenTests.isWord(getToken(1), "disable") })
        name = Identifier() Word("lifecycle")
        { change = new TableChange.EnableLifecycle(name.equals("enable")); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "changeowner") })
        Word("changeowner") Word("to") text = SimpleStringLiteral()
        { change = new TableChange.ChangeOwner(text); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "touch") })
        Word("touch") [ MaxComputePartition() ] { change = new TableChange.Touch(); }
    |
        { throw expected("ADD, DROP, CHANGE, RENAME, SET, ENABLE, DISABLE, CHANGEOWNER or TOUCH"); }
    )
    { return change; }
}

void MaxComputeColumnsWord() :
{
}
{
    {
        if (!TokenTests.isColumns(getToken(1))) {
            throw expected("COLUMNS");
        }
    }
    <IDENTIFIER>
}

/** What stands behind CHANGE COLUMN. */
TableChange MaxComputeColumnChange() :
{
    final String column;
    final String text;
    final List<ColumnDefinition> columns = new ArrayList<ColumnDefinition>();
    TableChange change = null;
    TableChange.Position position = null;
}
{
    column = Identifier()
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "rename") && TokenTests.isWord(getToken(2), "to") })
        Word("rename") Word("to") text = Identifier()
        { change = new TableChange.RenameColumn(column, text); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "comment") && getToken(2).kind == QUOTED_STRING })
        Word("comment") text = SimpleStringLiteral()
        { change = new TableChange.CommentColumn(column, text); }
    |
        <NULL> { change = new TableChange.AllowNull(column); }
    |
        MaxComputeColumn(columns)
        [
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "first") })
            Word("first") { position = new TableChange.Position(null); }
        |
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "after") })
            Word("after") text = Identifier() { position = new TableChange.Position(text); }
        ]
        { change = new TableChange.ChangeColumn(column, columns.get(0), position); }
    )
    { return change; }
}

Statement MaxComputeShow() :
{
    ObjectName name = null;
    String like = null;
    List<PartitionItem> partition = Collections.emptyList();
    Statement statement = null;
}
{
    Word("show")
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "tables") })
        Word("tables")
        [ ( <IN> | <FROM> ) name = MaxComputeName() ]
        like = MaxComputeLikeOpt()
        { statement = new Statement.ShowTables(name, like); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "views") })
        Word("views")
        [ ( <IN> | <FROM> ) name = MaxComputeName() ]
        like = MaxComputeLikeOpt()
        { statement = new Statement.ShowViews(name, like); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "functions") })
        Word("functions") like = MaxComputeLikeOpt()
        { statement = new Statement.ShowFunctions(like); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "projects") })
        Word("projects") like = MaxComputeLikeOpt()
        { statement = new Statement.ShowProjects(like); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "partitions") })
        Word("partitions") name = MaxComputeName()
        [ partition = MaxComputePartition() ]
        { statement = new Statement.ShowPartitions(name, partition); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "schemas") })
        Word("schemas")
        [ ( <IN> | <FROM> ) name = MaxComputeName() ]
        { statement = new Statement.ShowSchemas(name); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "create") })
        Word("create")
        (
            <TABLE>
        |
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "view") })
            Word("view")
        |
            { throw expected("TABLE or VIEW"); }
        )
        name = MaxComputeName()
        { statement = new Statement.ShowCreateTable(name); }
    |
        { throw expected("TABLES, VIEWS, PARTITIONS, SCHEMAS, PROJECTS, FUNCTIONS or CREATE TABLE"); }
    )
    { return statement; }
}

/** A pattern behind LIKE, or null without it. */
String MaxComputeLikeOpt() :
{
    String like = null;
}
{
    [ <LIKE> like = SimpleStringLiteral() ]
    { return like; }
}

Statement MaxComputeDescribe() :
{
    boolean extended = false;
    final ObjectName table;
    List<PartitionItem> partition = Collections.emptyList();
    Statement statement = null;
}
{
    ( <DESC> | Word("describe") )
    (
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "schema") && TokenTests.isName(getToken(2)) })
        Word("schema") table = MaxComputeName()
        { statement = new Statement.DescribeSchema(table); }
    |
        [
            LOOKAHEAD({ TokenTests.isWord(getToken(1), "extended") && getToken(2).kind != EOF
                && getToken(2).kind != DOT && getToken(2).kind != PARTITION })
            Word("extended") { extended = true; }
        ]
        [ <TABLE> ]
        table = MaxComputeName()
        [ partition = MaxComputePartition() ]
        { statement = new Statement.DescribeTable(table, extended, partition); }
    )
    { return statement; }
}

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
