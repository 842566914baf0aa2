/**
 * Result sets over a {@link io.tunnel.jdbc.result.Cursor}, whose rows lie in Arrow vectors or on
 * the heap. The roughly 190 methods that are alike in every read-only, forward-only result set are
 * default methods of three mixin interfaces, which keep them out of the result set itself.
 */
package io.tunnel.jdbc.result;
