/** A program that does with the official JDBC driver what the tests tell it to do. */
package io.tunnel.it.official.jdbc;
