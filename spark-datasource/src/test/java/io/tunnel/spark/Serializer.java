package io.tunnel.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.twitter.chill.EmptyScalaKryoInstantiator;
import java.nio.ByteBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A serialiser as Spark makes it: Java's, or the Kryo that Spark configures further. */
public enum Serializer {
  JAVA,
  KRYO;

  /** The value behind a journey, whose form must have at most this many bytes. */
  public <T> T roundTrip(T value, Class<T> type, int mostBytes) {
    if (this == KRYO) {
      // Spark registers some JDK classes in addition, for which it needs its JVM flags.
      Kryo kryo = new EmptyScalaKryoInstantiator().newKryo();
      Output out = new Output(mostBytes);
      kryo.writeClassAndObject(out, value);
      return type.cast(kryo.readClassAndObject(new Input(out.toBytes())));
    }
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    SerializerInstance instance = new JavaSerializer(new SparkConf(false)).newInstance();
    ByteBuffer bytes = instance.serialize(value, tag);
    assertThat(bytes.remaining()).isLessThanOrEqualTo(mostBytes);
    return instance.deserialize(bytes, tag);
  }
}
