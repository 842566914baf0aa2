/**
 * What the tests and the programs that they drive share: commands over standard input and output,
 * and a neutral form of values in which the results of different clients are compared.
 */
@NullMarked
package io.tunnel.it.driven;

import org.jspecify.annotations.NullMarked;
