package io.tunnel.server.auth;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an account may do in which project. Immutable. */
public final class Rights {
  /** Stands for every project that has no entry of its own. */
  public static final String ALL_PROJECTS = "*";

  private static final Pattern PROJECT = Pattern.compile("[a-z][a-z0-9_]{0,127}");
  private static final Rights NOTHING = new Rights(Map.of());
  private static final Rights EVERYTHING = new Rights(Map.of(ALL_PROJECTS, Right.ADMIN));

  private final SortedMap<String, Right> byProject;

  private Rights(Map<String, Right> byProject) {
    this.byProject = Collections.unmodifiableSortedMap(new TreeMap<>(byProject));
  }

  /** Nothing in any project. */
  public static Rights nothing() {
    return NOTHING;
  }

  /** Everything in every project. */
  public static Rights everything() {
    return EVERYTHING;
  }

  /**
   * Rights in these projects and in no other.
   *
   * @param byProject project, or {@code *} for all others, to right
   * @throws IllegalArgumentException if a name cannot be that of a project, or there is none
   */
  public static Rights of(Map<String, Right> byProject) {
    Map<String, Right> lower = new TreeMap<>();
    byProject.forEach(
        (project, right) -> {
          String name = project.toLowerCase(Locale.ROOT);
          if (!name.equals(ALL_PROJECTS) && !PROJECT.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "\"" + project + "\" is no name of a project: rights are written PROJECT=RIGHT");
          }
          if (lower.put(name, right) != null) {
            throw new IllegalArgumentException("The project " + project + " has two rights");
          }
        });
    if (lower.isEmpty()) {
      throw new IllegalArgumentException("An account without any right could not be used");
    }
    return new Rights(lower);
  }

  /**
   * Reads {@code PROJECT=RIGHT[,PROJECT=RIGHT…]}, for example {@code sales=read,stock=write}.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  public static Rights parse(String text) {
    Map<String, Right> rights = new TreeMap<>();
    for (String entry : text.split(",", -1)) {
      String[] parts = entry.split("=", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException("Rights are written PROJECT=RIGHT[,PROJECT=RIGHT...]");
      }
      if (rights.put(parts[0].toLowerCase(Locale.ROOT), Right.of(parts[1])) != null) {
        throw new IllegalArgumentException("The project " + parts[0] + " has two rights");
      }
    }
    return of(rights);
  }

  /** The right in a project; names in any case. */
  public Optional<Right> in(String project) {
    Right right = byProject.get(project.toLowerCase(Locale.ROOT));
    return Optional.ofNullable(right == null ? byProject.get(ALL_PROJECTS) : right);
  }

  /** Whether this is allowed in a project; names in any case. */
  public boolean allow(Right needed, String project) {
    return in(project).filter(right -> right.compareTo(needed) >= 0).isPresent();
  }

  /** Whether everything is allowed in every project. */
  public boolean isEverything() {
    return byProject.containsKey(ALL_PROJECTS)
        && byProject.values().stream().allMatch(right -> right == Right.ADMIN);
  }

  /** The sentence that refuses a caller who lacks a right; it names right, account and object. */
  public String refusal(Right needed, String owner, String object, String project) {
    return "You have NO privilege '"
        + needed.word()
        + "' on {acs:odps:*:"
        + object
        + "}: the account "
        + owner
        + " has "
        + in(project).map(right -> "'" + right.word() + "'").orElse("no right")
        + " in the project "
        + project;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rights rights && rights.byProject.equals(byProject);
  }

  @Override
  public int hashCode() {
    return byProject.hashCode();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return byProject.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().word())
        .collect(Collectors.joining(","));
  }
}
