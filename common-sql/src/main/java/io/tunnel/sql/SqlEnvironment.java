package io.tunnel.sql;

import java.time.Instant;
import java.time.ZoneId;

/**
 * What a statement means depends on when and where it runs.
 *
 * @param now the time of GETDATE, NOW and the like, one for the whole statement
 * @param zone the zone in which they, FROM_UNIXTIME and UNIX_TIMESTAMP tell the time
 * @param allowsFullScan whether a partitioned table may be read without a condition on a partition
 *     column
 */
public record SqlEnvironment(Instant now, ZoneId zone, boolean allowsFullScan) {}
