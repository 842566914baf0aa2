/** What must stay true when processes die, connections break and answers are lost. */
@NullMarked
package io.tunnel.it.clients.fault;

import org.jspecify.annotations.NullMarked;
