package io.tunnel.server.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that let whoever has one read what their policy names, until they expire (specification:
 * control plane, sections 3.9 and 4.7). They are signed with a key that lives as long as this
 * object, so a token ends with the server that made it. Thread safe.
 */
public final class BearerTokens {
  /** The only right that a token can give. */
  private static final String READ = "odps:Read";

  private static final String RESOURCE_PREFIX = "acs:odps:*:";
  private static final long MAX_HOURS = 24L * 30;
  private static final int KEY_BYTES = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecretKeySpec key;
  private final InstantSource clock;

  /** Tokens with a key of their own. */
  public BearerTokens(InstantSource clock) {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
    this.clock = clock;
  }

  /**
   * Makes a token.
   *
   * @param owner who asks for it
   * @param project the project in which it is asked for; the policy must stay within it
   * @param document the policy document of the request
   * @throws ServiceException if the document is no policy, or allows more than reading in the
   *     project
   */
  public String sign(String owner, String project, String document) throws ServiceException {
    JsonNode request;
    try {
      request = JSON.readTree(document);
    } catch (JsonProcessingException e) {
      throw ServiceError.INVALID_PARAMETER.exception("The policy is not a JSON document", e);
    }
    JsonNode hours = request.path("expires_in_hours");
    if (!hours.canConvertToLong() || hours.asLong() < 1 || hours.asLong() > MAX_HOURS) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "expires_in_hours must be a whole number from 1 to " + MAX_HOURS);
    }
    List<String> resources = resources(request.path("policy").path("Statement"), project);
    ObjectNode content = JSON.createObjectNode();
    content.put("owner", owner);
    content.put("expires", clock.instant().plus(Duration.ofHours(hours.asLong())).getEpochSecond());
    ArrayNode array = content.putArray("resources");
    resources.forEach(array::add);
    byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
    return encode(bytes) + "." + encode(mac(bytes));
  }

  private static List<String> resources(JsonNode statements, String project)
      throws ServiceException {
    List<String> resources = new ArrayList<>();
    for (JsonNode statement : statements) {
      for (JsonNode action : list(statement.path("Action"))) {
        if (!action.asText().equals(READ) || !statement.path("Effect").asText().equals("Allow")) {
          throw ServiceError.INVALID_PARAMETER.exception(
              "The local server signs tokens that allow " + READ + ", nothing else");
        }
      }
      for (JsonNode resource : list(statement.path("Resource"))) {
        String name = resource.asText();
        String inProject = RESOURCE_PREFIX + "projects/" + project + "/";
        if (!name.regionMatches(true, 0, inProject, 0, inProject.length())) {
          throw ServiceError.ACCESS_DENIED.exception(
              "A token of the project " + project + " cannot be for " + name);
        }
        resources.add(name.substring(RESOURCE_PREFIX.length()));
      }
    }
    if (resources.isEmpty()) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "The policy must have a Statement with Action, Effect and Resource");
    }
    return resources;
  }

  private static Iterable<JsonNode> list(JsonNode node) {
    return node.isArray() ? node : node.isMissingNode() ? List.of() : List.of(node);
  }

  /**
   * Checks that a token allows reading a resource.
   *
   * @param resource for example {@code projects/demo/instances/2026...}
   * @return who asked for the token
   * @throws ServiceException if the token is not from this server, has expired, or is for another
   *     resource
   */
  public String requireRead(String token, String resource) throws ServiceException {
    JsonNode content = content(token);
    if (clock.instant().getEpochSecond() >= content.path("expires").asLong()) {
      throw ServiceError.UNAUTHORIZED.exception("The token has expired");
    }
    for (JsonNode allowed : content.path("resources")) {
      if (matches(allowed.asText(), resource)) {
        return content.path("owner").asText();
      }
    }
    throw ServiceError.ACCESS_DENIED.exception("The token is not for " + resource);
  }

  /** A policy may end with a star. */
  private static boolean matches(String allowed, String resource) {
    return allowed.endsWith("*")
        ? resource.regionMatches(true, 0, allowed, 0, allowed.length() - 1)
        : resource.equalsIgnoreCase(allowed);
  }

  private JsonNode content(String token) throws ServiceException {
    int dot = token.indexOf('.');
    try {
      if (dot > 0) {
        byte[] content = Base64.getUrlDecoder().decode(token.substring(0, dot));
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        if (MessageDigest.isEqual(signature, mac(content))) {
          return JSON.readTree(new String(content, StandardCharsets.UTF_8));
        }
      }
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw invalid(e);
    }
    throw invalid(null);
  }

  private static ServiceException invalid(@Nullable Exception cause) {
    String text = "The token was not made by this server, or before its last start";
    return cause == null
        ? ServiceError.UNAUTHORIZED.exception(text)
        : ServiceError.UNAUTHORIZED.exception(text, cause);
  }

  private byte[] mac(byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(content);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
