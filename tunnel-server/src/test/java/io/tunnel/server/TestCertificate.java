package io.tunnel.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for the loopback address, made for one test by the JDK's own keytool. */
record TestCertificate(String chainPem, String keyPem, Path trustStore) {
  static final String PASSWORD = "changeit";
  private static final String ADDRESS = "san=ip:127.0.0.1,dns:localhost";

  /** One that has signed itself; the algorithm is RSA or EC. */
  static TestCertificate selfSigned(Path folder, String algorithm) throws Exception {
    Path store = generate(folder, "server-" + algorithm, algorithm, ADDRESS);
    return of(store, store);
  }

  /** One that another has signed, which alone is trusted. */
  static TestCertificate signedByAuthority(Path folder) throws Exception {
    Path authority = generate(folder, "authority", "EC", "bc:c=ca:true");
    Path store = generate(folder, "server", "EC", ADDRESS);
    Path request = folder.resolve("request");
    Path answer = folder.resolve("answer");
    Path root = folder.resolve("root");
    keytool(store, "-certreq", "-file", request.toString());
    keytool(
        authority,
        "-gencert",
        "-rfc",
        "-ext",
        ADDRESS,
        "-infile",
        request.toString(),
        "-outfile",
        answer.toString());
    keytool(authority, "-exportcert", "-rfc", "-file", root.toString());
    Files.writeString(answer, Files.readString(answer) + Files.readString(root));
    keytool(store, "-importcert", "-noprompt", "-file", answer.toString());
    return of(store, authority);
  }

  private static Path generate(Path folder, String name, String algorithm, String extension)
      throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(store, "-genkeypair", "-keyalg", algorithm, "-dname", "CN=" + name, "-ext", extension);
    return store;
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "a", "-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + output);
    }
  }

  private static TestCertificate of(Path serverStore, Path trusted) throws Exception {
    KeyStore server = load(serverStore);
    StringBuilder chain = new StringBuilder();
    for (Certificate certificate : server.getCertificateChain("a")) {
      chain.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    String key = pem("PRIVATE KEY", server.getKey("a", PASSWORD.toCharArray()).getEncoded());
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("trusted", load(trusted).getCertificate("a"));
    Path trustStore = serverStore.resolveSibling("trust-" + serverStore.getFileName());
    try (var out = Files.newOutputStream(trustStore)) {
      trust.store(out, PASSWORD.toCharArray());
    }
    return new TestCertificate(chain.toString(), key, trustStore);
  }

  private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, PASSWORD.toCharArray());
    }
    return loaded;
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + type
        + "-----\n";
  }

  /** What a client needs that trusts this certificate and no other. */
  SSLContext trusting() throws GeneralSecurityException, IOException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(trustStore));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
