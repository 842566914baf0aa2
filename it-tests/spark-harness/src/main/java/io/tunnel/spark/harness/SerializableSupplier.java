package io.tunnel.spark.harness;

import java.io.Serializable;
import java.util.function.Supplier;

/**
 * Code that travels to an executor.
 *
 * @param <T> what it returns, serialisable too
 */
@FunctionalInterface
public interface SerializableSupplier<T> extends Supplier<T>, Serializable {}
