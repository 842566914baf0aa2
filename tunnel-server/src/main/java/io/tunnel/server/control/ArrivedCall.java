package io.tunnel.server.control;

import io.tunnel.server.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A call as faults look at it.
 *
 * @param operation what it asks for
 * @param table {@code project.table} or {@code project.schema.table} in lower case
 * @param block the block that it names, as it was sent; null if it names none
 * @param partition the partition that it names, as it was sent; null if it names none
 */
public record ArrivedCall(
    Operation operation, String table, @Nullable String block, @Nullable String partition) {}
