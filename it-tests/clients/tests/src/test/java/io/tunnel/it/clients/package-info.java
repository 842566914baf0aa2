/** Official clients and ours against the local server; faults; borders between modules. */
@NullMarked
package io.tunnel.it.clients;

import org.jspecify.annotations.NullMarked;
