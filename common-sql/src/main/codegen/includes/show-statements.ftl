<#-- SHOW, DESC and what else only tells. -->

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
