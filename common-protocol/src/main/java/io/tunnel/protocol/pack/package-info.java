/**
 * The record form of rows, between its bytes and Arrow vectors (specification: regular tunnel,
 * section 4.2; upsert, sections 3 and 4). Each column has an encoder or decoder of its own kind,
 * chosen once; a row goes through without an object. Upserts add what a row does, and the hash that
 * chooses its bucket.
 */
@NullMarked
package io.tunnel.protocol.pack;

import org.jspecify.annotations.NullMarked;
