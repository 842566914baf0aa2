package io.tunnel.server;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with its private key, with which a server shows itself to clients (TLS). Immutable;
 * the key never appears in its text.
 */
public final class TlsKeyPair {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final String PKCS8 = "PRIVATE KEY";
  private static final byte[] PROBE = "tunnel".getBytes(StandardCharsets.US_ASCII);

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private TlsKeyPair(List<X509Certificate> chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Reads certificate and key.
   *
   * @param certificateChainPem the server's certificate and then those that have signed it, in PEM
   * @param privateKeyPem the key of the first certificate, PKCS#8 in PEM, not encrypted; RSA or an
   *     elliptic curve
   * @throws IllegalArgumentException if one of them cannot be read or they do not belong together
   */
  public static TlsKeyPair parse(String certificateChainPem, String privateKeyPem) {
    List<X509Certificate> chain = certificates(certificateChainPem);
    PublicKey publicKey = chain.get(0).getPublicKey();
    PrivateKey key = key(privateKeyPem, publicKey.getAlgorithm());
    if (!belongTogether(key, publicKey)) {
      throw new IllegalArgumentException(
          "The TLS key does not belong to the first certificate, that of "
              + chain.get(0).getSubjectX500Principal().getName()
              + ": give the key with which it was made, and the server's own certificate first");
    }
    return new TlsKeyPair(chain, key);
  }

  private static List<X509Certificate> certificates(String pem) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      Matcher block = BLOCK.matcher(pem);
      while (block.find()) {
        if (block.group(1).equals("CERTIFICATE")) {
          Certificate certificate =
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes(block.group(2))));
          chain.add((X509Certificate) certificate);
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("The TLS certificate cannot be read", e);
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException(
          "The TLS certificate has no block \"-----BEGIN CERTIFICATE-----\": PEM is needed");
    }
    return List.copyOf(chain);
  }

  private static PrivateKey key(String pem, String algorithm) {
    Matcher block = BLOCK.matcher(pem);
    String other = "";
    while (block.find()) {
      String type = block.group(1);
      if (type.equals(PKCS8)) {
        return key(block, algorithm);
      }
      other = type.endsWith(PKCS8) ? type : other;
    }
    if (other.isEmpty()) {
      throw new IllegalArgumentException(
          "The TLS key has no block \"-----BEGIN PRIVATE KEY-----\": PKCS#8 in PEM is needed");
    }
    throw new IllegalArgumentException(
        "The TLS key is of the form \""
            + other
            + "\", PKCS#8 without a password is needed: openssl pkcs8 -topk8 -nocrypt converts it");
  }

  /** The cause is left out: it may show parts of the key. */
  private static PrivateKey key(Matcher block, String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(bytes(block.group(2))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The TLS key cannot be read as a key of the certificate's kind, " + algorithm);
    }
  }

  private static byte[] bytes(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The server's certificate and those that have signed it. */
  List<X509Certificate> chain() {
    return chain;
  }

  PrivateKey key() {
    return key;
  }

  /** Whose certificate it is. */
  @Override
  public String toString() {
    return "TlsKeyPair[" + chain.get(0).getSubjectX500Principal().getName() + "]";
  }
}
