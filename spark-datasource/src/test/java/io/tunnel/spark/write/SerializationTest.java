package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.twitter.chill.EmptyScalaKryoInstantiator;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class SerializationTest {
  /** A serialiser as Spark makes it: Java's, or the Kryo that Spark configures further. */
  private enum Form {
    JAVA,
    KRYO
  }

  private static <T> T roundTrip(Form form, T value, Class<T> type) {
    if (form == Form.KRYO) {
      // Spark registers some JDK classes in addition, for which it needs its JVM flags.
      Kryo kryo = new EmptyScalaKryoInstantiator().newKryo();
      Output out = new Output(2_000);
      kryo.writeClassAndObject(out, value);
      return type.cast(kryo.readClassAndObject(new Input(out.toBytes())));
    }
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    SerializerInstance instance = new JavaSerializer(new SparkConf(false)).newInstance();
    ByteBuffer bytes = instance.serialize(value, tag);
    assertThat(bytes.remaining()).isLessThan(2_000);
    return instance.deserialize(bytes, tag);
  }

  @ParameterizedTest
  @EnumSource
  void theFactoryTravelsWithItsSecretsAndShowsNone(Form form) {
    Connection connection =
        Connection.of(
            Map.of(
                "endpoint", "http://127.0.0.1:1/api",
                "project", "p",
                "accessId", "me",
                "accessKey", "to-hide",
                "table", "t"),
            Set.of("table"));
    UploadHandle handle = new UploadHandle("p", null, "t", "ds=1", "id", "http://h", "{}");
    TunnelWriterFactory factory =
        new TunnelWriterFactory(connection, SerializedForm.of(handle), "{}", 8 << 20);

    TunnelWriterFactory copy = roundTrip(form, factory, TunnelWriterFactory.class);

    assertThat(copy).hasToString(factory.toString()).usingRecursiveComparison().isEqualTo(factory);
    assertThat(copy.toString()).contains("accessId=me").doesNotContain("to-hide");
    assertThat(roundTrip(form, connection, Connection.class).config().credentials())
        .isEqualTo(connection.config().credentials());
    assertThat(SerializedForm.of(handle).value(UploadHandle.class)).isEqualTo(handle);
  }

  @ParameterizedTest
  @EnumSource
  void aCommitMessageIsSmallAndArrivesWhole(Form form) {
    BlockCommitMessage message = new BlockCommitMessage(19_999, true);
    BlockCommitMessage copy = roundTrip(form, message, BlockCommitMessage.class);
    assertThat(copy.blockId()).isEqualTo(19_999);
    assertThat(copy.written()).isTrue();
  }
}
