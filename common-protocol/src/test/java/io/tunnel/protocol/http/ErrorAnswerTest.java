package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.TunnelException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorAnswerTest {
  private static ErrorAnswer read(int status, Map<String, String> headers, String body) {
    return ErrorAnswer.read("Reading it", status, headers::get, body.getBytes(UTF_8));
  }

  @Test
  @Tag("covers:client-answer/json")
  void readsJsonOfTheTunnelEndpoint() {
    TunnelException e =
        read(
                404,
                Map.of(),
                "{\"Code\":\"NoSuchPartition\",\"Message\":\"The specified partition does not"
                    + " exist.\",\"RequestId\":\"2026\"}")
            .failure();

    assertThat(e)
        .hasMessage(
            "Reading it failed: The specified partition does not exist"
                + " (code NoSuchPartition, request id 2026)");
    assertThat(e.code()).isEqualTo("NoSuchPartition");
    assertThat(e.status()).isEqualTo(404);
    assertThat(e.requestId()).isEqualTo("2026");
    assertThat(e.isNotFound()).isTrue();
    assertThat(e.isRetryable()).isFalse();
  }

  @Test
  @Tag("covers:client-answer/xml")
  void readsXmlOfTheServiceEndpointAndPrefersTheHeaderForTheRequestId() {
    TunnelException e =
        read(
                404,
                Map.of("x-odps-request-id", "header"),
                "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchTable</Code>"
                    + "<Message><![CDATA[ODPS-0130131:Table not found - table demo.t]]></Message>"
                    + "<RequestId>body</RequestId><HostId>h</HostId></Error>")
            .failure();

    assertThat(e.code()).isEqualTo("NoSuchTable");
    assertThat(e.reason())
        .isEqualTo("Reading it failed: ODPS-0130131:Table not found - table demo.t");
    assertThat(e.requestId()).isEqualTo("header");
  }

  @Test
  @Tag("covers:client-answer/proxy")
  void saysThatAProxyHasAnswered() {
    TunnelException e =
        read(
                502,
                Map.of("Server", "Tengine"),
                "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html>\r\n<head><title>502"
                    + " Bad Gateway</title></head>\n<body><center>Tengine</center></body></html>")
            .failure();

    assertThat(e.code()).isEqualTo("Http502");
    assertThat(e.status()).isEqualTo(502);
    assertThat(e.isRetryable()).isTrue();
    assertThat(e)
        .hasMessageContaining("HTML page")
        .hasMessageContaining("Tengine")
        .hasMessageContaining("502 Bad Gateway");
  }

  @Test
  @Tag("covers:client-answer/nothing")
  void emptyAndForeignTextsKeepTheStatus() {
    assertThat(read(503, Map.of(), "").failure())
        .hasMessage(
            "Reading it failed: the server answered HTTP status 503 without any text (code Http503)");
    assertThat(read(400, Map.of(), "no idea").failure()).hasMessageContaining("400: no idea");
    assertThat(read(400, Map.of(), "{\"a\":1}").failure()).hasMessageContaining("{\"a\":1}");
    assertThat(read(400, Map.of(), "<Error><Code>x").failure().code()).isEqualTo("Http400");
    assertThat(read(400, Map.of(), "{broken").failure().code()).isEqualTo("Http400");
  }

  @Test
  void neverFollowsExternalEntities() {
    TunnelException e =
        read(
                400,
                Map.of(),
                "<!DOCTYPE Error [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
                    + "<Error><Code>A&x;</Code><Message>m</Message></Error>")
            .failure();

    assertThat(e.code()).isIn("Http400", "A");
  }

  @ParameterizedTest
  @CsvSource({"300, PT0.3S", "'\"9999999\"', PT10S", "'\"x\"', PT0S", "-5, PT0S"})
  @Tag("covers:client-answer/hold")
  void holdsAsLongAsAskedButAtMostTenSeconds(String millis, Duration hold) {
    assertThat(read(500, Map.of(), "{\"Code\":\"a\",\"HoldClientMillis\":" + millis + "}").hold())
        .isEqualTo(hold);
  }

  @ParameterizedTest
  @CsvSource({"7, PT7S", "0, PT0S", "'Wed, 21 Oct 2026 07:28:00 GMT', PT0S", "999999, PT1H"})
  @Tag("covers:client-answer/retry-after")
  void readsRetryAfterInSeconds(String header, Duration wait) {
    assertThat(read(429, Map.of("Retry-After", header), "").failure().retryAfter()).isEqualTo(wait);
  }

  @Test
  @Tag("covers:client-answer/not-yet")
  void conflictWithATimeToComeBackGoesAwayByItself() {
    assertThat(read(409, Map.of("Retry-After", "2"), "").failure().isRetryable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "308,true",
    "400,false",
    "403,false",
    "404,false",
    "408,true",
    "409,false",
    "429,true",
    "500,true",
    "501,false",
    "502,true",
    "503,true",
    "504,true"
  })
  @Tag("covers:client-answer/retried")
  void knowsWhatMayGoAwayByItself(int status, boolean retryable) {
    assertThat(read(status, Map.of(), "").failure().isRetryable()).isEqualTo(retryable);
  }
}
