package io.tunnel.server.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The accounts that a server was started with. Immutable. */
public final class Accounts {
  private final Map<String, Account> byId;
  private final SortedMap<String, Account> byOwner = new TreeMap<>();
  private final boolean anonymous;

  /**
   * These accounts.
   *
   * @param anonymous whether everybody is let in, whatever the signature
   */
  public Accounts(Map<String, Account> byId, boolean anonymous) {
    this.byId = Map.copyOf(byId);
    this.anonymous = anonymous;
    byId.values().forEach(account -> byOwner.put(account.owner(), account));
  }

  /** Whether everybody is let in, whatever the signature. */
  public boolean anonymous() {
    return anonymous;
  }

  /** The account of an access id. */
  public Optional<Account> find(String accessId) {
    return Optional.ofNullable(byId.get(accessId));
  }

  /** The account of an owner's name. */
  public Optional<Account> ofOwner(String owner) {
    return Optional.ofNullable(byOwner.get(owner));
  }

  /** The owners' names of those with a right in a project, in their order. */
  public List<String> owners(String project) {
    return byOwner.values().stream()
        .filter(account -> account.rights().in(project).isPresent())
        .map(Account::owner)
        .toList();
  }
}
