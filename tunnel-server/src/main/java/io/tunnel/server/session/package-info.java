/** The rules of upload and download sessions (specification: regular tunnel, sections 2 and 3). */
@NullMarked
package io.tunnel.server.session;

import org.jspecify.annotations.NullMarked;
