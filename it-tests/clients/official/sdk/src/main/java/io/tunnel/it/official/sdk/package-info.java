/** A program that does with the official SDK what the tests tell it to do. */
package io.tunnel.it.official.sdk;
