package io.tunnel.jdbc.error;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From the service's error codes to SQLStates and vendor codes. */
final class SqlStates {
  static final String CONNECTION_FAILED = "08001";
  static final String CONNECTION_CLOSED = "08003";
  static final String CONNECTION_BROKEN = "08006";
  static final String UNSUPPORTED = "0A000";
  static final String INVALID_STATE = "24000";
  static final String GENERAL = "HY000";
  static final String INVALID_ARGUMENT = "HY024";
  static final String CANCELLED = "57014";
  static final String ABORTED = "40000";
  static final String TIMEOUT = "HYT00";
  static final String NO_SUCH_COLUMN = "42703";
  static final String SYNTAX = "42601";
  static final String WRONG_ARITY = "21S01";
  static final String MISSING_PARAMETER = "07001";
  static final String NO_PRIMARY_KEY = "42000";
  static final String LIMITED = "53000";
  static final String TOO_MUCH = "54000";

  private static final Pattern ODPS_CODE = Pattern.compile("ODPS-(\\d{7})");

  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry("NoSuchTable", "42S02"),
          Map.entry("NoSuchObject", "42S02"),
          Map.entry("NoSuchPartition", "42S02"),
          Map.entry("NoSuchProject", "3D000"),
          Map.entry("NoSuchSchema", "3F000"),
          Map.entry("ObjectAlreadyExists", "42S01"),
          Map.entry("InvalidPartitionSpec", "42000"),
          Map.entry("MissingPartitionSpec", "42000"),
          Map.entry("InvalidColumnSpec", NO_SUCH_COLUMN),
          Map.entry("NoPermission", "42501"),
          Map.entry("AccessDenied", "42501"),
          Map.entry("Unauthorized", "28000"),
          Map.entry("AuthorizationRequired", "28000"),
          Map.entry("SignatureNotMatch", "28000"),
          Map.entry("AuthenticationRequestExpired", "28000"),
          Map.entry("RequestTimeTooSkewed", "28000"),
          Map.entry("RequestTimeTooSkewd", "28000"),
          Map.entry("InvalidAccessKeyId", "28000"),
          Map.entry("StatusConflict", "40001"),
          Map.entry("TableModified", "40001"),
          Map.entry("NoSuchUpload", "40001"),
          Map.entry("UpsertSessionNotFound", "40001"),
          Map.entry("SchemaModified", "40001"),
          Map.entry("BucketsChanged", "40001"),
          Map.entry("NoPrimaryKey", NO_PRIMARY_KEY),
          Map.entry("PartialUpdateNotAllowed", UNSUPPORTED),
          Map.entry("FlowExceeded", LIMITED),
          Map.entry("SlotExceeded", LIMITED),
          Map.entry("QPSExceeded", LIMITED),
          Map.entry("RequestQuotaExceeded", LIMITED),
          Map.entry("Unreachable", CONNECTION_BROKEN),
          Map.entry("ConnectionLost", CONNECTION_BROKEN),
          Map.entry("UntrustedServer", CONNECTION_BROKEN),
          Map.entry("TimedOut", CONNECTION_BROKEN),
          Map.entry("ClientClosed", CONNECTION_CLOSED),
          Map.entry("Interrupted", CANCELLED),
          Map.entry("TaskCancelled", CANCELLED),
          Map.entry("NotImplemented", UNSUPPORTED),
          Map.entry("InvalidParameter", INVALID_ARGUMENT),
          Map.entry("InvalidArgument", INVALID_ARGUMENT));

  private static final Map<Integer, String> BY_NUMBER =
      Map.of(
          130131, "42S02",
          130161, "42000",
          130071, "42000",
          130111, "42S01",
          130121, "42S01",
          130013, "42501",
          410051, "28000",
          410042, "28000",
          410031, "28000",
          121095, "22018");

  private SqlStates() {}

  /** The seven digits of an {@code ODPS-…} code in the code or the message, else 0. */
  static int vendorCode(String code, String message) {
    Matcher inCode = ODPS_CODE.matcher(code);
    Matcher inMessage = ODPS_CODE.matcher(message);
    if (inCode.find()) {
      return Integer.parseInt(inCode.group(1));
    }
    return inMessage.find() ? Integer.parseInt(inMessage.group(1)) : 0;
  }

  /**
   * The SQLState of a service's error.
   *
   * @param status the HTTP status, 0 if there was no answer
   */
  static String of(String code, int vendorCode, int status) {
    String byNumber = BY_NUMBER.get(vendorCode);
    if (byNumber != null) {
      return byNumber;
    }
    String byCode = BY_CODE.get(code);
    if (byCode != null) {
      return byCode;
    }
    return switch (status) {
      case 401 -> "28000";
      case 403 -> "42501";
      case 429 -> LIMITED;
      case 502, 503, 504 -> CONNECTION_BROKEN;
      default -> GENERAL;
    };
  }
}
