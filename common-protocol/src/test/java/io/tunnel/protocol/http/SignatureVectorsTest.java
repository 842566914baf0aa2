package io.tunnel.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.Credentials.AccessKey;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The signatures that the official Java and Python signers have made. */
class SignatureVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One vector; its name is what the test report shows. */
  record Vector(String file, JsonNode json) {
    @Override
    public String toString() {
      return file;
    }

    boolean isPython() {
      return json.path("generator").asText().equals("python");
    }

    AccessKey key() {
      return new AccessKey(
          json.path("access_key_id").asText(),
          json.path("access_key_secret").asText(),
          null,
          json.path("region").asText());
    }

    Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      json.path("headers")
          .properties()
          .forEach(e -> headers.put(e.getKey(), e.getValue().asText()));
      return headers;
    }

    String rawPath() {
      String base = URI.create(json.path("input").path("endpoint").asText()).getRawPath();
      return URI.create(json.path("url").asText()).getRawPath().substring(base.length());
    }
  }

  static List<Vector> all() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(
                    SignatureVectorsTest.class.getResource("/vectors/signature/README.md"))
                .toURI());
    try (Stream<Path> files = Files.list(Objects.requireNonNull(folder.getParent()))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(SignatureVectorsTest::read)
          .toList();
    }
  }

  static List<Vector> java() throws IOException, URISyntaxException {
    return all().stream().filter(vector -> !vector.isPython()).toList();
  }

  static List<Vector> received() throws IOException, URISyntaxException {
    return all().stream().filter(vector -> !vector.json.path("authorization").isNull()).toList();
  }

  private static Vector read(Path file) {
    try {
      return new Vector(String.valueOf(file.getFileName()), JSON.readTree(Files.readString(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allVectorsAreHere() throws Exception {
    assertThat(all()).hasSize(56);
    assertThat(java()).hasSize(48);
  }

  @ParameterizedTest
  @MethodSource("java")
  @Tag("client:recorded")
  @Tag("covers:identity/vectors")
  void signsAsTheOfficialJavaClientDoes(Vector vector) {
    JsonNode input = vector.json.path("input");
    Map<String, @Nullable String> parameters = new LinkedHashMap<>();
    input
        .path("parameters")
        .properties()
        .forEach(
            e -> parameters.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText()));
    String path =
        URLDecoder.decode(
            input.path("prefix").asText() + input.path("resource").asText(),
            StandardCharsets.UTF_8);
    if (vector.json.path("canonical_string").isNull()) {
      assertThat(vector.json.path("scheme").asText()).isEqualTo("bearer");
      return;
    }

    String canonical =
        CanonicalRequest.of(input.path("method").asText(), path, parameters, vector.headers());

    assertThat(canonical).isEqualTo(vector.json.path("canonical_string").asText());
    LocalDate scope =
        LocalDate.parse(
            vector.json.path("scope_date").asText("20240201"), DateTimeFormatter.BASIC_ISO_DATE);
    assertThat(
            RequestSigner.authorization(
                vector.key(), canonical, scope.atStartOfDay(ZoneOffset.UTC).toInstant()))
        .isEqualTo(vector.json.path("authorization").asText());
  }

  @ParameterizedTest
  @MethodSource("received")
  @Tag("client:recorded")
  @Tag("covers:identity/vectors")
  @Tag("covers:identity/decoded-twice")
  void verifiesWhatTheOfficialClientsSend(Vector vector) {
    SignatureVerifier.Authorization authorization =
        SignatureVerifier.Authorization.parse(vector.json.path("authorization").asText());
    assertThat(authorization.accessId()).isEqualTo(vector.key().id());
    assertThat(authorization.region()).isEqualTo(vector.key().region());

    assertThat(matches(vector, authorization, vector.key().secret())).isTrue();
    assertThat(matches(vector, authorization, "another secret")).isFalse();
  }

  private static boolean matches(
      Vector vector, SignatureVerifier.Authorization authorization, String secret) {
    return SignatureVerifier.signedParameters(
            authorization,
            secret,
            vector.json.path("input").path("method").asText(),
            vector.rawPath(),
            URI.create(vector.json.path("url").asText()).getRawQuery(),
            vector.headers())
        .isPresent();
  }

  @Test
  void dateHasTwoDigitsForTheDay() {
    assertThat(
            RequestSigner.httpDate(
                LocalDate.of(2024, 2, 1).atTime(3, 4, 5).toInstant(ZoneOffset.UTC)))
        .isEqualTo("Thu, 01 Feb 2024 03:04:05 GMT");
  }

  @Test
  void changedRequestDoesNotMatch() {
    AccessKey key = new AccessKey("id", "secret", null, null);
    Map<String, String> headers = Map.of("Date", "Thu, 01 Feb 2024 03:04:05 GMT");
    String canonical = CanonicalRequest.of("GET", "/projects/a", Map.of("b", "c"), headers);
    SignatureVerifier.Authorization authorization =
        SignatureVerifier.Authorization.parse(
            RequestSigner.authorization(key, canonical, java.time.Instant.EPOCH));

    assertThat(
            SignatureVerifier.signedParameters(
                authorization, "secret", "GET", "/projects/a", "b=c", headers))
        .isPresent();
    assertThat(
            SignatureVerifier.signedParameters(
                authorization, "secret", "GET", "/projects/a", "b=d", headers))
        .isEmpty();
    assertThat(
            SignatureVerifier.signedParameters(
                authorization, "secret", "POST", "/projects/a", "b=c", headers))
        .isEmpty();
  }

  /** Specification: control plane, section 1.3, clients sign the first or the last value. */
  @Test
  void ofARepeatedParameterOnlyTheSignedValueIsGivenOut() {
    AccessKey key = new AccessKey("id", "secret", null, null);
    Map<String, String> headers = Map.of("Date", "Thu, 01 Feb 2024 03:04:05 GMT");
    SignatureVerifier.Authorization authorization =
        SignatureVerifier.Authorization.parse(
            RequestSigner.authorization(
                key,
                CanonicalRequest.of("GET", "/projects/a", Map.of("b", "signed"), headers),
                java.time.Instant.EPOCH));

    for (String query : List.of("b=signed&b=added", "b=added&b=signed")) {
      assertThat(
              SignatureVerifier.signedParameters(
                  authorization, "secret", "GET", "/projects/a", query, headers))
          .contains(Map.of("b", "signed"));
    }
  }
}
