package io.tunnel.spark.connection;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * A value in the form that Java's serialisation gives it, so that it survives other serialisers as
 * well: Kryo as Spark configures it cannot restore records.
 *
 * @param <T> the type of the value
 */
public final class SerializedForm<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] bytes;

  private SerializedForm(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The serialised form of a value. */
  public static <T extends Serializable> SerializedForm<T> of(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SerializedForm<>(bytes.toByteArray());
  }

  /** The value. */
  public T value(Class<T> type) {
    try (ObjectInputStream in = new OurClasses(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Driver and executor have different versions of the jar", e);
    }
  }

  /** Finds classes where this one was found, which an executor's own loader may not see. */
  private static final class OurClasses extends ObjectInputStream {
    OurClasses(ByteArrayInputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
      return Class.forName(description.getName(), false, SerializedForm.class.getClassLoader());
    }
  }
}
