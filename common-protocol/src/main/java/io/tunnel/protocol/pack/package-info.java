/**
 * The record form of rows, between its bytes and Arrow vectors (specification: regular tunnel,
 * section 4.2). Each column has an encoder or decoder of its own kind, chosen once; a row goes
 * through without an object.
 */
package io.tunnel.protocol.pack;
