/**
 * What the driver and the service can do, and what there is in the project. Lists come in bulk
 * pages; an exact name takes one direct call; objects that vanish meanwhile are skipped.
 */
package io.tunnel.jdbc.metadata;
