package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.server.catalog.TableEntry;
import java.util.List;
import java.util.Map;

/**
 * What goes where.
 *
 * @param given the columns for which the source has values, in its order
 * @param fixed the values of static partition columns
 * @param dynamic the partition columns among {@code given}
 */
record InsertPlan(
    TableEntry table,
    List<Column> given,
    Map<String, String> fixed,
    List<Column> dynamic,
    boolean overwrite) {}
