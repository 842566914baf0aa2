package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.type.TableSchema;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Where rows go.
 *
 * @param schema the columns as planned; a session with others is refused
 * @param allocator the connection's allocator
 * @param createPartitions whether missing partitions are created, as SQL does
 */
public record UploadTarget(
    TunnelClient client,
    TableName table,
    TableSchema schema,
    BufferAllocator allocator,
    ValueConverter converter,
    boolean createPartitions) {}
