package io.tunnel.protocol.session;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What another process needs in order to write blocks of an upload session or to commit it. Holds
 * no secret.
 *
 * @param project the project of the table
 * @param schema its schema, or null in a two-tier project
 * @param table its name
 * @param partition the partition in the form {@code ds=1,hh=2}, or null
 * @param id the id of the session
 * @param tunnelEndpoint URL of the data service
 * @param schemaJson the schema object of the session
 * @param maxFieldSize the longest text or binary value in bytes that the service takes
 */
public record UploadHandle(
    String project,
    @Nullable String schema,
    String table,
    @Nullable String partition,
    String id,
    String tunnelEndpoint,
    String schemaJson,
    long maxFieldSize)
    implements Serializable {}
