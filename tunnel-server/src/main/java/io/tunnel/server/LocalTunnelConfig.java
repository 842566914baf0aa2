package io.tunnel.server;

import io.tunnel.server.auth.Account;
import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link LocalTunnel} is started with. Immutable; secrets never appear in its text. */
public final class LocalTunnelConfig {
  private final String host;
  private final int port;
  private final @Nullable Path dataDirectory;
  private final List<String> projects;
  private final Map<String, Account> accounts;
  private final boolean anonymous;
  private final @Nullable TlsKeyPair tls;
  private final boolean discardBodies;
  private final boolean control;
  private final ServerLimits limits;
  private final @Nullable StorageLimits storage;
  private final int compactAfter;
  private final InstantSource clock;

  private LocalTunnelConfig(Builder builder) {
    host = builder.host;
    port = builder.port;
    dataDirectory = builder.dataDirectory;
    projects = builder.projects.isEmpty() ? List.of("local") : List.copyOf(builder.projects);
    accounts = Map.copyOf(builder.accounts);
    anonymous = builder.anonymous;
    tls = builder.tls;
    discardBodies = builder.discardBodies;
    control = builder.control;
    limits = builder.limits;
    storage = builder.storage;
    compactAfter = builder.compactAfter;
    clock = builder.clock;
  }

  private LocalTunnelConfig(LocalTunnelConfig other, InstantSource clock) {
    host = other.host;
    port = other.port;
    dataDirectory = other.dataDirectory;
    projects = other.projects;
    accounts = other.accounts;
    anonymous = other.anonymous;
    tls = other.tls;
    discardBodies = other.discardBodies;
    control = other.control;
    limits = other.limits;
    storage = other.storage;
    compactAfter = other.compactAfter;
    this.clock = clock;
  }

  /** Starts from the defaults: loopback, a free port, in memory, project {@code local}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The address to listen on. */
  public String host() {
    return host;
  }

  /** The port to listen on; 0 picks a free one. */
  public int port() {
    return port;
  }

  /** Where tables, blocks and sessions are kept; null keeps them until the server is closed. */
  public @Nullable Path dataDirectory() {
    return dataDirectory;
  }

  /** The projects that exist beside those already in the data directory; at least one. */
  public List<String> projects() {
    return projects;
  }

  /** Access key id to account. */
  public Map<String, Account> accounts() {
    return accounts;
  }

  /** Whether requests are accepted whatever their signature, or without one. */
  public boolean anonymous() {
    return anonymous;
  }

  /** With what the server shows itself to clients that come by https; null for plain http. */
  public @Nullable TlsKeyPair tls() {
    return tls;
  }

  /** Whether blocks are checked and then dropped, for measuring clients. */
  public boolean discardBodies() {
    return discardBodies;
  }

  /** Whether tests can cause faults, set the clock and see the last requests. */
  public boolean control() {
    return control;
  }

  /** The limits in force. */
  public ServerLimits limits() {
    return limits;
  }

  /** The memory and disk that may be taken; null for {@link StorageLimits#forMachine}. */
  public @Nullable StorageLimits storage() {
    return storage;
  }

  /** After how many commits that replace rows the data directory is compacted. */
  public int compactAfter() {
    return compactAfter;
  }

  /** The source of time. */
  public InstantSource clock() {
    return clock;
  }

  /** The same settings with another source of time. */
  LocalTunnelConfig withClock(InstantSource other) {
    return new LocalTunnelConfig(this, other);
  }

  @Override
  public String toString() {
    return "LocalTunnelConfig[host="
        + host
        + ", port="
        + port
        + ", dataDirectory="
        + dataDirectory
        + ", projects="
        + projects
        + ", accounts="
        + accounts.keySet()
        + ", anonymous="
        + anonymous
        + ", tls="
        + tls
        + ", discardBodies="
        + discardBodies
        + ", control="
        + control
        + ", limits="
        + limits
        + ", storage="
        + storage
        + ", compactAfter="
        + compactAfter
        + "]";
  }

  /** Collects the settings. */
  public static final class Builder {
    private String host = "127.0.0.1";
    private int port;
    private @Nullable Path dataDirectory;
    private final List<String> projects = new ArrayList<>();
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private boolean anonymous;
    private @Nullable TlsKeyPair tls;
    private boolean discardBodies;
    private boolean control;
    private ServerLimits limits = ServerLimits.DEFAULT;
    private @Nullable StorageLimits storage;
    private int compactAfter = 20;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** The address to listen on; {@code 127.0.0.1} if not set. */
    public Builder host(String value) {
      host = value;
      return this;
    }

    /** The port to listen on; 0, the default, picks a free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Where to keep everything; null, the default, keeps it in memory and a temporary folder. */
    public Builder dataDirectory(@Nullable Path value) {
      dataDirectory = value;
      return this;
    }

    /** Adds a project. */
    public Builder project(String value) {
      projects.add(value);
      return this;
    }

    /** Adds an account that may do everything. */
    public Builder account(String accessId, String secret) {
      return account(new Account(accessId, secret, Rights.everything(), null));
    }

    /**
     * Adds an account that may do this and no more.
     *
     * @param rights project, or {@code *} for all others, to right
     */
    public Builder account(String accessId, String secret, Map<String, Right> rights) {
      return account(new Account(accessId, secret, Rights.of(rights), null));
    }

    /** Adds an account of any kind, among them temporary ones. */
    public Builder account(Account account) {
      accounts.put(account.accessId(), account);
      return this;
    }

    /**
     * Accepts requests whatever their signature, which is possible only on an address that no other
     * machine reaches.
     */
    public Builder anonymous(boolean value) {
      anonymous = value;
      return this;
    }

    /**
     * Serves https, and nothing else, with this certificate and key.
     *
     * @param certificateChainPem see {@link TlsKeyPair#parse}
     * @param privateKeyPem see {@link TlsKeyPair#parse}
     * @throws IllegalArgumentException if they cannot be read or do not belong together
     */
    public Builder tls(String certificateChainPem, String privateKeyPem) {
      tls = TlsKeyPair.parse(certificateChainPem, privateKeyPem);
      return this;
    }

    /** Checks and drops block bodies; a commit then stores no rows. */
    public Builder discardBodies(boolean value) {
      discardBodies = value;
      return this;
    }

    /**
     * Opens the control for tests: {@link LocalTunnel#control}, and the paths below {@code /-/} for
     * accounts without limits to their rights. It is closed by default.
     */
    public Builder control(boolean value) {
      control = value;
      return this;
    }

    /** Opens the control for tests. */
    public Builder control() {
      return control(true);
    }

    /** Other limits than {@link ServerLimits#DEFAULT}. */
    public Builder limits(ServerLimits value) {
      limits = value;
      return this;
    }

    /** How much memory and disk to take; null, the default, for what suits the machine. */
    public Builder storage(@Nullable StorageLimits value) {
      storage = value;
      return this;
    }

    /**
     * After how many commits that delete rows, or put others in their place, the data directory is
     * compacted; 20 if not set. That happens behind the answer of the last one, and too whenever
     * much has been written.
     */
    public Builder compactAfter(int commits) {
      compactAfter = commits;
      return this;
    }

    /** Another source of time, for tests. */
    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a name or port is impossible, if no account is given and
     *     anonymous access is off, or if it is on and the address is not a loopback one
     */
    public LocalTunnelConfig build() {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("Port " + port + " must lie between 0 and 65535");
      }
      if (compactAfter < 1) {
        throw new IllegalArgumentException(
            "compactAfter is " + compactAfter + ", it must be 1 commit or more");
      }
      for (String project : projects) {
        if (!project.matches("[A-Za-z][A-Za-z0-9_]{0,127}")) {
          throw new IllegalArgumentException(
              "Project \"" + project + "\": a letter must come first, then letters, digits and _");
        }
      }
      if (accounts.isEmpty() && !anonymous) {
        throw new IllegalArgumentException(
            "Nobody could use the server: give at least one account, or allow anonymous access");
      }
      if (anonymous && !isLoopback()) {
        throw new IllegalArgumentException(
            "The address "
                + host
                + " is reached by other machines, and everybody there could read and write: name"
                + " accounts and allow no anonymous access, or listen on 127.0.0.1");
      }
      return new LocalTunnelConfig(this);
    }

    private boolean isLoopback() {
      try {
        return InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(
            "The address " + host + " to listen on is none of this machine", e);
      }
    }
  }
}
