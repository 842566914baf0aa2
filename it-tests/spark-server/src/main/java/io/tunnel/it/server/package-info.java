/** The local server in a JVM of its own, for tests whose JVM has other libraries. */
package io.tunnel.it.server;
