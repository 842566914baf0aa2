<#-- CREATE, DROP, TRUNCATE and ALTER. -->

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
    |
        LOOKAHEAD({ TokenTests.isClustering(getToken(1), getToken(2)) })
        parts.clustering = MaxComputeClustering()
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

Clustering MaxComputeClustering() :
{
    boolean range = false;
    final List<String> columns;
    final List<Clustering.SortColumn> sorted = new ArrayList<Clustering.SortColumn>();
    Integer buckets = null;
    final Token first;
}
{
    { first = getToken(1); }
    [ LOOKAHEAD({ TokenTests.isWord(getToken(1), "range") }) Word("range") { range = true; } ]
    Word("clustered") <BY> columns = MaxComputeNameList()
    [
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "sorted") })
        Word("sorted") <BY> <LPAREN> MaxComputeSortColumn(sorted)
        ( <COMMA> MaxComputeSortColumn(sorted) )*
        <RPAREN>
    ]
    [ <INTO> buckets = UnsignedIntLiteral() Word("buckets") ]
    { return StatementParts.clustering(range, columns, sorted, buckets, first); }
}

void MaxComputeSortColumn(List<Clustering.SortColumn> columns) :
{
    final String name;
    boolean descending = false;
}
{
    name = Identifier() [ <ASC> | <DESC> { descending = true; } ]
    { columns.add(new Clustering.SortColumn(name, descending)); }
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
        Word("drop") condition = MaxComputeIfExists()
        statement = MaxComputeDropPartition(table, condition)
    |
        [ partition = MaxComputePartition() ]
        change = MaxComputeTableChange()
        { statement = new Statement.AlterTable(table, partition, change); }
    )
    { return statement; }
}

Statement MaxComputeDropPartition(ObjectName table, boolean ifExists) :
{
    final List<List<PartitionItem>> partitions = new ArrayList<List<PartitionItem>>();
    final List<Value.Expression> conditions = new ArrayList<Value.Expression>();
}
{
    [
        MaxComputeDropped(partitions, conditions)
        ( [ <COMMA> ] MaxComputeDropped(partitions, conditions) )*
    ]
    { return StatementParts.dropPartition(table, ifExists, partitions, conditions, getToken(1)); }
}

void MaxComputeDropped(List<List<PartitionItem>> partitions, List<Value.Expression> conditions) :
{
    final List<Value.Expression> all = new ArrayList<Value.Expression>();
    Value.Expression part;
}
{
    <PARTITION> <LPAREN> part = MaxComputeCondition() { all.add(part); }
    ( <COMMA> part = MaxComputeCondition() { all.add(part); } )*
    <RPAREN>
    { StatementParts.addDropped(all, partitions, conditions); }
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
    final Clustering clustering;
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
        LOOKAHEAD({ TokenTests.isClustering(getToken(1), getToken(2)) })
        clustering = MaxComputeClustering()
        { change = new TableChange.SetClustering(clustering); }
    |
        <NOT> Word("clustered") { change = new TableChange.SetClustering(null); }
    |
        LOOKAHEAD({ TokenTests.isWord(getToken(1), "touch") })
        Word("touch") [ MaxComputePartition() ] { change = new TableChange.Touch(); }
    |
        { throw expected("ADD, DROP, CHANGE, RENAME, SET, ENABLE, DISABLE, CHANGEOWNER, CLUSTERED BY or TOUCH"); }
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
