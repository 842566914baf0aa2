package io.tunnel.jdbc.value;

/**
 * A value does not fit. It knows neither row nor column; whoever does turns it into an {@link
 * java.sql.SQLException} with the same SQLState.
 */
public final class ValueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The value's type cannot be turned into the wanted type at all. */
  public static final String WRONG_TYPE = "07006";

  /** Text is too long. */
  public static final String TOO_LONG = "22001";

  /** A number is out of range or would lose digits. */
  public static final String OUT_OF_RANGE = "22003";

  /** A date or time is out of range. */
  public static final String TIME_OUT_OF_RANGE = "22008";

  /** Text is not of the form that the wanted type has. */
  public static final String MALFORMED_TEXT = "22018";

  /** Text contains half a surrogate pair. */
  public static final String MALFORMED_CHARACTERS = "22021";

  /** NULL where none may stand. */
  public static final String NULL_NOT_ALLOWED = "23502";

  private final String sqlState;

  /** Creates the exception; the reason continues a sentence such as "the value 5: ...". */
  public ValueException(String sqlState, String reason) {
    super(reason, null, false, false);
    this.sqlState = sqlState;
  }

  /** The SQLState, five characters. */
  public String sqlState() {
    return sqlState;
  }

  /** A value that has no meaning in the wanted type. */
  public static ValueException wrongType(Object value, String wanted) {
    return new ValueException(
        WRONG_TYPE, "a value of " + value.getClass().getName() + " cannot become " + wanted);
  }

  /** Text that cannot be read as the wanted type. */
  public static ValueException malformed(String wanted, String form) {
    return new ValueException(
        MALFORMED_TEXT, "the text is not " + wanted + "; the form is " + form);
  }
}
