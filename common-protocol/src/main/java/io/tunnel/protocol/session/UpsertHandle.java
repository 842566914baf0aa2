package io.tunnel.protocol.session;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What another process needs in order to write rows of an upsert session or to commit it. Holds no
 * secret.
 *
 * @param project the project of the table
 * @param schema its schema, or null in a two-tier project
 * @param table its name
 * @param partition the partition in the form {@code ds=1,hh=2}, or null
 * @param id the id of the session
 * @param tunnelEndpoint URL of the data service
 */
public record UpsertHandle(
    String project,
    @Nullable String schema,
    String table,
    @Nullable String partition,
    String id,
    String tunnelEndpoint)
    implements Serializable {}
