/** The one table of errors that the server answers with. */
@NullMarked
package io.tunnel.server.error;

import org.jspecify.annotations.NullMarked;
