/**
 * Logging that is optional. In the shaded jar SLF4J's API is relocated, so that it is always there;
 * its provider is {@link io.tunnel.jdbc.logging.BridgeProvider}, which hands everything to the
 * application's own SLF4J if there is one, and is silent if there is none. Outside of the shaded
 * jar nothing of this is used.
 */
package io.tunnel.jdbc.logging;
