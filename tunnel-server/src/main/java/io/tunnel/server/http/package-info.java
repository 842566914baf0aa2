/**
 * What the server reads from and writes to the wire: paths, parameters, XML, JSON, error answers.
 */
@NullMarked
package io.tunnel.server.http;

import org.jspecify.annotations.NullMarked;
