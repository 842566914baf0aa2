/** Time limits, cancelling and the worker thread of a connection. */
package io.tunnel.jdbc.execution;
