package io.tunnel.protocol.session;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What another process needs in order to read ranges of a download session. Holds no secret.
 *
 * @param project the project of the table or of the SQL task
 * @param schema the schema of the table, or null
 * @param table the table; null for the result of a SQL task
 * @param partition the partition in the form {@code ds=1,hh=2}, or null
 * @param instance the id of the SQL task; null for a table
 * @param id the id of the session
 * @param tunnelEndpoint URL of the data service
 * @param schemaJson the schema object of the session
 * @param recordCount rows in all
 * @param arrow whether the service can send the rows as Arrow
 */
public record DownloadHandle(
    String project,
    @Nullable String schema,
    @Nullable String table,
    @Nullable String partition,
    @Nullable String instance,
    String id,
    String tunnelEndpoint,
    String schemaJson,
    long recordCount,
    boolean arrow)
    implements Serializable {}
