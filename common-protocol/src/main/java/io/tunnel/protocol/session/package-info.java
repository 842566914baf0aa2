/**
 * Upload and download sessions with their block writers and range readers (specification: regular
 * tunnel, sections 2 and 3; control plane, section 5).
 */
@NullMarked
package io.tunnel.protocol.session;

import org.jspecify.annotations.NullMarked;
