package io.tunnel.server.sql;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import java.time.InstantSource;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What statements work on.
 *
 * @param catalog the tables
 * @param database the rows
 * @param sizes the numbers of rows
 * @param folder the files
 * @param allocator gives the memory of batches
 * @param clock the source of time
 */
public record Workspace(
    Catalog catalog,
    Database database,
    TableSizes sizes,
    DataFolder folder,
    BufferAllocator allocator,
    InstantSource clock) {}
