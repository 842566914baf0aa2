package io.tunnel.sql;

import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code PARTITION (name = value, …)}.
 *
 * @param name the partition column, in lower case
 * @param value null for a dynamic partition, whose value comes with every row
 */
public record PartitionItem(String name, @Nullable Value value) {}
