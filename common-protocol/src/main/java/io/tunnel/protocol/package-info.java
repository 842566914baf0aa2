/**
 * What a caller meets first: {@link io.tunnel.protocol.TunnelClient}, its settings in {@link
 * io.tunnel.protocol.TunnelConfig}, and {@link io.tunnel.protocol.TunnelException}, the one type in
 * which the service, the network and the client itself report what went wrong.
 */
@NullMarked
package io.tunnel.protocol;

import org.jspecify.annotations.NullMarked;
