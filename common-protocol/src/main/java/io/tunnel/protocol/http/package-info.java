/**
 * HTTP beneath the sessions: signing, transport, retry policy, error answers (specification:
 * control plane, sections 1 and 2; regular tunnel, sections 1 and 7). OkHttp does not appear in the
 * signatures of this package.
 */
@NullMarked
package io.tunnel.protocol.http;

import org.jspecify.annotations.NullMarked;
