package io.tunnel.sql.parser;

import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlKind;

/**
 * The operators that Calcite does not have, or has with another precedence. From the strongest:
 * {@code ^}, then {@code * / % DIV}, then {@code + -}, then {@code ||}, {@code &}, {@code |}, then
 * comparisons.
 */
public final class MaxComputeOperators {
  private MaxComputeOperators() {}

  /** What an operator does. */
  public enum Meaning {
    /** Joins strings. */
    CONCAT,
    /** Divides integers. */
    DIV,
    /** Bits of both. */
    BIT_AND,
    /** Bits of either. */
    BIT_OR,
    /** Bits of only one. */
    BIT_XOR
  }

  /** A binary operator. */
  public static final class Binary extends SqlBinaryOperator {
    private final Meaning meaning;

    Binary(String name, int precedence, Meaning meaning) {
      super(name, SqlKind.OTHER, precedence, true, null, null, null);
      this.meaning = meaning;
    }

    /** What it does. */
    public Meaning meaning() {
      return meaning;
    }
  }

  static final Binary BIT_XOR = new Binary("^", 64, Meaning.BIT_XOR);
  static final Binary DIV = new Binary("DIV", 60, Meaning.DIV);
  static final Binary CONCAT = new Binary("||", 38, Meaning.CONCAT);
  static final Binary BIT_AND = new Binary("&", 36, Meaning.BIT_AND);
  static final Binary BIT_OR = new Binary("|", 34, Meaning.BIT_OR);
}
