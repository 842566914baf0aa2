/**
 * The way of Arrow batches into and out of a body: framing, checksums and content coding
 * (specification: regular tunnel, sections 4.1 and 4.3).
 *
 * <p>Arrow buffers are copied through byte arrays and never seen as {@code ByteBuffer}s: only then
 * Arrow runs in a JVM without flags.
 */
package io.tunnel.protocol.arrow;
