/** Every exception that leaves the driver is made here, with an SQLState. */
package io.tunnel.jdbc.error;
